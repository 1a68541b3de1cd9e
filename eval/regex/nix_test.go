package regex

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	nix   = flag.String("nix", "", "a nix-instantiate of Nix 2.34 or later to compare with")
	count = flag.Int("count-nix", 4000, "how many patterns to compare with -nix")
	seed  = flag.Uint64("seed-nix", 1, "what the patterns for -nix are made from")
)

// show has builtins.match and builtins.split write their results.
const show = `
	let
	  group = g: if g == null then "-" else toString (builtins.stringLength g) + ":" + g;
	  groups = gs: "[" + builtins.concatStringsSep "," (map group gs) + "]";
	  part = p: if builtins.isString p then "(" + group p + ")" else groups p;
	  match = r: if r == null then "null" else groups r;
	in map (p: builtins.hashString "md5" (
	  match (builtins.match (builtins.head p) (builtins.elemAt p 1)) +
	  builtins.concatStringsSep "" (map part (builtins.split (builtins.head p) (builtins.elemAt p 1))))) [
`

// probe is a pattern and a text, and what this package makes of them.
type probe struct{ pattern, text, want string }

func newProbe(t *testing.T, re *Regexp, text string) probe {
	a := ask(t, re, text)
	var b strings.Builder
	if a.match == nil {
		b.WriteString("null")
	} else {
		writeGroups(&b, text, a.match)
	}
	last := 0
	for _, loc := range a.all {
		b.WriteString("(")
		writeGroup(&b, text, []int{last, loc[0]})
		b.WriteString(")")
		writeGroups(&b, text, loc)
		last = loc[1]
	}
	b.WriteString("(")
	writeGroup(&b, text, []int{last, len(text)})
	b.WriteString(")")
	return probe{re.pattern, text, b.String()}
}

func writeGroups(b *strings.Builder, text string, loc []int) {
	b.WriteString("[")
	for i := 2; i < len(loc); i += 2 {
		if i > 2 {
			b.WriteString(",")
		}
		writeGroup(b, text, loc[i:])
	}
	b.WriteString("]")
}

func writeGroup(b *strings.Builder, text string, loc []int) {
	if loc[0] < 0 {
		b.WriteString("-")
		return
	}
	b.WriteString(strconv.Itoa(loc[1]-loc[0]) + ":" + text[loc[0]:loc[1]])
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "\r", `\r`).Replace(s) + `"`
}

// run evaluates an expression, and returns what is on its two outputs.
func run(t *testing.T, expr string) (stdout []byte, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, *nix, "--eval", "--strict", "--json", "-")
	cmd.Stdin = strings.NewReader(expr)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && errs.Len() == 0 {
		t.Errorf("%v: %s", err, expr)
	}
	return out.Bytes(), errs.String()
}

// TestNixMatches compares matches of patterns that are valid.
func TestNixMatches(t *testing.T) {
	if *nix == "" {
		t.Skip("no Nix to compare with; -nix=PATH names one")
	}
	const batch = 1000
	compared := 0
	for done := 0; done < *count; done += batch {
		var probes []probe
		for i := range batch {
			probes = append(probes, someProbes(t, newGenerator(*seed<<32+uint64(done+i)))...)
		}
		compareProbes(t, probes)
		compared += len(probes)
	}
	t.Logf("%d pairs of patterns and texts compared", compared)
}

// someProbes returns probes for a pattern, but none that Nix would think about
// for long.
func someProbes(t *testing.T, g generator) []probe {
	pattern, text := g.pattern(), g.text
	if g.IntN(3) == 0 {
		pattern, text = g.scraps(), g.scrapsText
	}
	re, err := Compile(pattern)
	if err != nil {
		return nil
	}
	tree, _ := parse(pattern)
	var probes []probe
	for range 4 {
		text := text()
		if _, ok := newReference(tree, text, 100_000).answer(); ok {
			probes = append(probes, newProbe(t, re, text))
		}
	}
	return probes
}

func compareProbes(t *testing.T, probes []probe) {
	t.Helper()
	var src strings.Builder
	src.WriteString(show)
	for _, p := range probes {
		src.WriteString("[" + quote(p.pattern) + " " + quote(p.text) + "]\n")
	}
	src.WriteString("]")
	out, stderr := run(t, src.String())
	var got []string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Errorf("%v: %s", err, stderr)
		return
	}
	for i, p := range probes {
		if sum := md5.Sum([]byte(p.want)); got[i] != hex.EncodeToString(sum[:]) {
			t.Errorf("%q in %q: %s is not what Nix says", p.pattern, p.text, p.want)
		}
	}
}

// TestNixErrors compares the messages for patterns that are not valid.
func TestNixErrors(t *testing.T) {
	if *nix == "" {
		t.Skip("no Nix to compare with; -nix=PATH names one")
	}
	compared := 0
	for i := 0; compared < *count/20; i++ {
		pattern := newGenerator(*seed<<32 + uint64(i)).scraps()
		if _, err := Compile(pattern); err != nil {
			compareError(t, pattern, err.Error())
			compared++
		}
	}
	for _, pattern := range large {
		want := ""
		if _, err := Compile(pattern); err != nil {
			want = err.Error()
		}
		compareError(t, pattern, want)
	}
	t.Logf("%d patterns compared", compared+len(large))
}

// large holds patterns around the bounds of size and of numbers.
var large = []string{
	"a{99993}", "a{99994}", "a{99992,}", "a{99993,}", "a{0,49996}", "a{0,49997}", "(a?){16664}", "(a?){16665}", "a{0}{49995}", "a{0}{49996}",
	"(a*){19997}", "(a*){19998}", "(a+){19997}", "(a+){19998}", "((a|b){3}|c){3028}", "((a|b){3}|c){3029}", "((a{30}){30}){30}",
	"(((a{100}){100}){100}){0}", "a{2147483647}", "a{2147483648}", "a{4294967297}", "a{100000}(", `a{100000}\d`, "a{100000,1}", "a{1,100000}{",
}

func compareError(t *testing.T, pattern, want string) {
	t.Helper()
	_, stderr := run(t, "builtins.match "+quote(pattern)+` ""`)
	_, got, _ := strings.Cut(stderr, "error: ")
	if i := strings.LastIndex(got, "error: "); i >= 0 {
		got = got[i+len("error: "):]
	}
	// Nix indents the lines of a message.
	if strings.Join(strings.Fields(got), "") != strings.Join(strings.Fields(want), "") {
		t.Errorf("%q: got %q, want %q", pattern, want, got)
	}
}
