package json

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"firn/eval/number/nixtest"
)

// showNix does in Nix what type show does here.
const showNix = `let show = v:
	if builtins.isAttrs v then "{" + builtins.concatStringsSep "" (map (n: show n + show v.${n}) (builtins.attrNames v)) + "}"
	else if builtins.isList v then "[" + builtins.concatStringsSep "" (map show v) + "]"
	else if builtins.isString v then "s" + toString (builtins.stringLength v) + ":" + v
	else if builtins.isInt v then "i" + toString v
	else if builtins.isFloat v then "f" + builtins.toJSON v
	else if v == null then "n"
	else "b" + builtins.toJSON v;
in s: show (builtins.fromJSON s)`

func TestParseAgainstNix(t *testing.T) {
	n := nixtest.Open(t, *nix)
	var list []string
	for _, tt := range values {
		list = append(list, tt.src)
	}
	for _, tt := range failures {
		list = append(list, tt.src)
	}
	list = filter(list)
	for len(list) < *texts {
		list = append(list, filter([]string{damaged()})...)
	}
	compareAll(t, n, list)
}

func TestFilesAgainstNix(t *testing.T) {
	compareAll(t, nixtest.Open(t, *nix), nixtest.Corpus(t, ".json"))
}

func compareAll(t *testing.T, n *nixtest.Nix, list []string) {
	t.Helper()
	t.Logf("%d texts", len(list))
	for batch := range slices.Chunk(list, 1000) {
		compare(t, n, batch)
	}
}

func compare(t *testing.T, n *nixtest.Nix, list []string) {
	t.Helper()
	for i, want := range n.Ask(t, showNix, list) {
		got, err := parse(list[i])
		if err != nil {
			got = nixtest.Printed(err.Error())
		}
		if strings.Contains(got, "␀") && strings.Contains(got, "\t") {
			continue // Nix prints blanks for the tab
		}
		if want.Lost {
			t.Logf("no answer of Nix about %.200q", list[i])
		} else if got != want.Text || (err != nil) != want.Error {
			t.Errorf("Parse(%q)\ngave %.300q (error %t)\nNix  %.300q (error %t)", list[i], got, err != nil, want.Text, want.Error)
		}
	}
}

// filter drops texts that Nix cannot be asked about: those with NUL, which no
// string of Nix has, and those that are too large.
func filter(list []string) []string {
	var ok []string
	for _, s := range list {
		if !strings.Contains(s, "\x00") && len(s) < 100000 {
			ok = append(ok, s)
		}
	}
	return ok
}

// damaged returns JSON that something may have happened to.
func damaged() string {
	b := []byte(document(rand.IntN(4)))
	pieces := []string{"", " ", "\n", "[", "]", "{", "}", ",", ":", `"`, `\`, "-", "0", "7", ".", "e", "E", "+", "true", "nul", "x", "\x01", "\x1f", "\x7f", "\xc3", "\xe2\x82", "\xff", "é", `\u00`, `\ud83d`, `\ude00`, `"a"`, "\ufeff", "/*"}
	for range rand.IntN(3) {
		i := rand.IntN(len(b) + 1)
		j := min(len(b), i+rand.IntN(3))
		b = append(b[:i:i], append([]byte(pieces[rand.IntN(len(pieces))]), b[j:]...)...)
	}
	return string(b)
}

func document(depth int) string {
	space := []string{"", "", "", " ", "\n", "\t ", "\r\n"}[rand.IntN(7)]
	switch k := rand.IntN(8); {
	case k == 0:
		return space + []string{"null", "true", "false"}[rand.IntN(3)]
	case k < 3:
		return space + numeral() + space
	case k < 5 || depth == 0:
		return space + text()
	case k == 5:
		var items []string
		for range rand.IntN(4) {
			items = append(items, document(depth-1))
		}
		return space + "[" + strings.Join(items, space+",") + space + "]"
	}
	var items []string
	for range rand.IntN(4) {
		items = append(items, space+text()+space+":"+document(depth-1))
	}
	return "{" + strings.Join(items, ",") + space + "}" + space
}

func numeral() string {
	n := strconv.FormatUint(rand.Uint64()>>rand.IntN(64), 10)
	switch rand.IntN(6) {
	case 0:
		n = "-" + n
	case 1:
		n += "." + strconv.Itoa(rand.IntN(1000))
	case 2:
		n += []string{"e", "E+", "e-"}[rand.IntN(3)] + strconv.Itoa(rand.IntN(330))
	case 3:
		n = []string{"0", "-0", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1.7976931348623159e308", "0.1e-400"}[rand.IntN(10)]
	}
	return n
}

func text() string {
	pieces := []string{"a", "b", "key", "é", "→", "😀", `\n`, `\"`, `\\`, `\/`, `\u00e9`, `\ud83d\ude00`, `\u0000`, "\x7f", "", " "}
	var b strings.Builder
	for range rand.IntN(4) {
		b.WriteString(pieces[rand.IntN(len(pieces))])
	}
	return `"` + b.String() + `"`
}

func TestAppendStringAgainstNix(t *testing.T) {
	n := nixtest.Open(t, *nix)
	list := make([]string, 2000)
	for i := range list {
		b := make([]byte, rand.IntN(6))
		for j := range b {
			b[j] = byte(rand.IntN(255) + 1)
		}
		list[i] = string(b)
		if rand.IntN(2) == 0 {
			list[i] += "é\t→\x01\xf0\x9f\x98"[:rand.IntN(11)]
		}
	}
	for i, want := range n.Ask(t, "builtins.toJSON", list) {
		got, err := AppendString(nil, list[i])
		text := string(got)
		if err != nil {
			text = "JSON serialization error: " + err.Error()
		}
		if text != want.Text || (err != nil) != want.Error {
			t.Errorf("AppendString(%q) gave %q, Nix %q", list[i], text, want.Text)
		}
	}
}
