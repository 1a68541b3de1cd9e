package attrs

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/store/drv"
	"firn/store/path"
)

// nix is the Nix of the machine with a store of its own, in which it builds without a
// sandbox.
type nix struct {
	*testing.T
	root string
}

func newNix(t *testing.T) *nix {
	t.Helper()
	for _, tool := range []string{"nix-store", "nix-instantiate", "/bin/sh", "/bin/cat"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no Nix to compare with: %v", err)
		}
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &nix{t, root}
}

// run returns what a program of Nix prints, and the messages if it fails.
func (n *nix) run(name string, args ...string) (string, error) {
	n.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(),
		"NIX_STORE_DIR="+n.root+"/store", "NIX_STATE_DIR="+n.root+"/state", "NIX_LOG_DIR="+n.root+"/log",
		"NIX_CONF_DIR="+n.root, "NIX_REMOTE=local", "HOME="+n.root, "XDG_CACHE_HOME="+n.root+"/cache",
		"NIX_CONFIG=build-users-group =\nsandbox = false\nsubstituters =\n",
	)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// derivation returns a derivation with structured attributes whose output has the
// texts of both files, and its path.
func (n *nix) derivation(attrs string) (*drv.Derivation, string) {
	n.Helper()
	const expr = `derivation { name = "x"; system = builtins.currentSystem; preferLocalBuild = true; __structuredAttrs = true; builder = "/bin/sh";
		args = [ "-c" ''read -r line < .attrs.json; rest=''${line##*\"outputs\":{\"out\":\"}; /bin/cat .attrs.sh .attrs.json > "''${rest%%\"*}" '' ]; `
	p, err := n.run("nix-instantiate", "-E", expr+attrs+" }")
	if err != nil {
		n.Fatal(err)
	}
	text, err := os.ReadFile(p)
	if err != nil {
		n.Fatal(err)
	}
	d, err := drv.Parse(path.Path(p), string(text))
	if err != nil {
		n.Fatal(err)
	}
	return d, p
}

// TestNixFiles compares what builders are given.
func TestNixFiles(t *testing.T) {
	n := newNix(t)
	for _, test := range []struct{ name, attrs string }{
		{"nothing", ""},
		{"whole numbers", `a = 1; b = -5; c = 5000000000; d = 2147483648; e = 9223372036854775807; f = -9223372036854775807; g = 0;`},
		{"floats", `a = 1.5; b = 1.0; c = 1.0e10; d = -2.0; e = 1.0e300; f = 16777217.5; g = 1.0e-7; h = 1.0e15; i = 123456789012345678.0; j = 3.14159265358979; k = 0.0001; l = 123456789.0;`},
		{"texts", `a = "it's"; b = "a\nb\tc\r\"\\\$d"; c = ""; d = "é/<>&"; e = "` + "\x01\x1f\x7f\u2028" + `";`},
		{"truth", `a = true; b = false; c = null;`},
		{"lists", `a = [ ]; b = [ 1 "b c" true false null ]; c = [ [ ] ]; d = [ { } ]; e = [ 1.5 ]; f = [ 2.0 ];`},
		{"sets", `a = { }; b = { a = 1; "b c" = "'"; C = true; }; c.c.c = 1; d.d = [ ]; e.e = 1.5;`},
		{"names", `"a-b" = 1; _c = 1; "1d" = 1; D1 = 1; "é" = 1; "" = 1; "a b" = 1; "a.b" = 1;`},
		{"attributes for Nix", `allowSubstitutes = false; outputChecks.out = { allowedReferences = [ "out" ]; maxSize = 100000; }; outputs = [ "out" ];`},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, p := n.derivation(test.attrs)
			a, err := Parse(d)
			if err != nil {
				t.Fatal(err)
			}
			js, shell, err := a.Files(map[string]string{"out": string(d.Output("out").Path)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			out, err := n.run("nix-store", "--realise", p)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), shell+js); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestNixFaults compares messages about attributes of a wrong type with those of a
// Nix that has the same.
func TestNixFaults(t *testing.T) {
	n := newNix(t)
	_, p := n.derivation(`allowSubstitutes = "1";`)
	if _, err := n.run("nix-store", "--realise", p); err == nil || !strings.Contains(err.Error(), "Expected JSON value") {
		t.Skipf("the messages of this version of Nix are others: %v", err)
	}
	for _, test := range faults {
		t.Run(test.name, func(t *testing.T) {
			d, p := n.derivation(test.nix)
			if _, err := n.run("nix-store", "--realise", p); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error of Nix is %v, want %q", err, test.want)
			}
			if _, err := Parse(d); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want %q", err, test.want)
			}
		})
	}
}
