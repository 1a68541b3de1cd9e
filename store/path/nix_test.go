package path

import (
	"encoding/json"
	"flag"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"firn/store/hash"
)

var nix = flag.String("nix", "", "a nix-instantiate of Nix 2.34 to compare paths with")

// evaluate returns what the Nix under test makes of an expression as JSON, with
// a store in memory whose directory is dir, and what it says.
func evaluate(t *testing.T, dir Dir, expr string) (stdout, stderr string) {
	t.Helper()
	if *nix == "" {
		t.Skip("no Nix to compare with; -nix=PATH names one")
	}
	cmd := exec.Command(*nix, "--eval", "--strict", "--json", "--store", "dummy://?store="+dir.String(), "-E", expr)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && errs.Len() == 0 {
		t.Fatal(err)
	}
	return out.String(), errs.String()
}

// TestNixMakes compares texts, with references and without, fixed outputs of
// every algorithm, and placeholders.
func TestNixMakes(t *testing.T) {
	for _, dir := range []Dir{"", "/other/store"} {
		compareMakers(t, dir)
	}
}

func compareMakers(t *testing.T, dir Dir) {
	var exprs, want []string
	add := func(expr, result string) {
		exprs, want = append(exprs, "("+expr+")"), append(want, result)
	}
	must := func(p Path, err error) Path {
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	var refs []Path
	var defs strings.Builder
	text, sum := "", `""`
	for i := range 20 {
		name := fmt.Sprintf("f%d", (7*i)%20)
		p := must(dir.Text(name, hash.SumString(hash.SHA256, text), refs))
		fmt.Fprintf(&defs, "%s = builtins.toFile %q (%s); ", name, name, sum)
		add(name, string(p))
		refs = append(refs, p)
		text += string(p)
		sum += " + " + name
	}
	for a := hash.MD5; a < hash.BLAKE3; a++ {
		for _, mode := range []string{"flat", "recursive"} {
			m, _ := ParseMethod(mode)
			h := hash.SumString(a, "x")
			add(fmt.Sprintf(`(derivation { name = "fixed"; system = "s"; builder = "b"; outputHash = %q; outputHashMode = %q; }).outPath`, h.SRI(), mode),
				string(must(dir.Fixed("fixed", ContentAddress{m, h}, Refs{}))))
		}
	}
	for _, output := range []string{"out", "dev", ""} {
		add(fmt.Sprintf("placeholder %q", output), Placeholder(output))
	}
	stdout, stderr := evaluate(t, dir, "let "+defs.String()+"in ["+strings.Join(exprs, " ")+"]")
	var got []string
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err, stderr)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s = %s, want %s", exprs[i], want[i], got[i])
		}
	}
	t.Logf("%d paths below %s compared", len(want), dir)
}

// TestNixNames compares what Nix says about names, which it calls an attribute
// of a derivation.
func TestNixNames(t *testing.T) {
	for _, c := range names {
		if strings.Contains(c.name, "\x00") || len(c.name) > MaxNameLen-len(DrvExtension) && c.want == "" {
			continue // no string of Nix, and too long with an extension
		}
		_, stderr := evaluate(t, "", fmt.Sprintf(`(derivation { name = "%s"; system = "s"; builder = "b"; }).outPath`, c.name))
		if c.want == "" && stderr != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("name %q: the error is %q, want %q", c.name, stderr, c.want)
		}
	}
}
