package drv

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"firn/store/path"
)

var (
	nix  = flag.String("nix", "", "a nix-instantiate of Nix 2.34 to compare derivations with")
	drvs = flag.String("drvs", "", "a folder with the .drv files of a store and all that they need, to check")
)

// checkFolder parses and writes every derivation in a folder and computes its
// paths and that of the file anew.
func checkFolder(t *testing.T, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.drv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no derivations in %s: %v", folder, err)
	}
	read := func(p path.Path) (*Derivation, error) {
		text, err := os.ReadFile(filepath.Join(folder, p.Base()))
		if err != nil {
			return nil, err
		}
		d, err := Parse(p, string(text))
		if err == nil && d.String() != string(text) {
			err = fmt.Errorf("%s is written otherwise: %s", p, d)
		}
		return d, err
	}
	h := NewHashes("", read)
	kinds := map[Kind]int{}
	for _, file := range files {
		p, err := path.DefaultDir.ParseBase(filepath.Base(file))
		if err != nil {
			t.Error(err)
			continue
		}
		d, err := read(p)
		if err == nil {
			err = h.Check(p, d)
		}
		if err != nil {
			t.Error(err)
			continue
		}
		kind, _ := d.Kind()
		kinds[kind]++
	}
	t.Logf("%d derivations compared: %d deferred, %d input-addressed, %d fixed, %d floating, %d impure",
		len(files), kinds[Deferred], kinds[InputAddressed], kinds[Fixed], kinds[Floating], kinds[Impure])
}

func TestFolder(t *testing.T) {
	if *drvs == "" {
		t.Skip("no derivations to check; -drvs=FOLDER names some")
	}
	checkFolder(t, *drvs)
}

// instantiate makes the Nix under test write the derivations of an expression
// into a store of its own and returns the store's folder.
func instantiate(t *testing.T, expr string, features ...string) string {
	t.Helper()
	if *nix == "" {
		t.Skip("no Nix to compare with; -nix=PATH names its nix-instantiate")
	}
	root := t.TempDir()
	source := filepath.Join(root, "x.nix")
	if err := os.WriteFile(source, []byte(expr), 0o666); err != nil {
		t.Fatal(err)
	}
	args := []string{"--store", "local?root=" + root, source}
	for _, f := range features {
		args = append(args, "--extra-experimental-features", f)
	}
	cmd := exec.Command(*nix, args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Cleanup(func() { // what is in a store cannot be written to
		filepath.WalkDir(root, func(p string, e os.DirEntry, _ error) error {
			if e != nil && e.IsDir() {
				os.Chmod(p, 0o700)
			}
			return nil
		})
	})
	return filepath.Join(root, "nix/store")
}

// kindsExpr has derivations of all kinds that need each other.
const kindsExpr = `
let
  make = name: attrs: derivation ({ inherit name; system = "s"; builder = "b"; } // attrs);
  empty = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
in rec {
  floating = make "floating" { __contentAddressed = true; outputs = [ "out" "dev" ]; };
  floatingFlat = make "floating-flat" { __contentAddressed = true; outputHashMode = "flat"; outputHashAlgo = "sha1"; };
  impure = make "impure" { __impure = true; };
  deferred = make "deferred" { a = floating.dev; };
  deferredAgain = make "deferred-again" { a = deferred; b = impure; };
  fixed = make "fixed" { a = floating; outputHash = empty; };
  user = make "user" { a = fixed; };
  whole = make "whole" { a = user.drvPath; };
  structured = make "structured" { __structuredAttrs = true; outputs = [ "out" "lib" ]; x = [ 1 null true ]; y = "\n\"\\"; };
  fixedGit = make "git" { outputHashMode = "git"; outputHash = "sha1-EfatjsUqKYSrqv18O1FlA3hcIHI="; };
  fixedText = make "text" { outputHashMode = "text"; outputHash = empty; };
  floatingText = make "text.drv" { __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; };
  blake3 = make "blake3" { outputHashMode = "nar"; outputHash = "blake3-" + builtins.substring 7 (-1) empty; };
  dynamic = make "dynamic" {
    a = builtins.outputOf floatingText.outPath "out";
    b = builtins.outputOf floatingText.outPath "dev";
    c = builtins.outputOf (builtins.outputOf floatingText.outPath "out") "doc";
    d = floatingText;
  };
}`

func TestNixKinds(t *testing.T) {
	checkFolder(t, instantiate(t, kindsExpr, "ca-derivations", "dynamic-derivations", "impure-derivations", "git-hashing", "blake3-hashes"))
}

// TestNixRandom checks derivations that need some of those before them, as
// outputs and as files.
func TestNixRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range r.IntN(20) {
			b.WriteString([]string{`\"`, `\\`, `\n`, `\r`, `\t`, "é", "$", " ", "a", "/", "\x01"}[r.IntN(11)])
		}
		return `"` + b.String() + `"`
	}
	var expr strings.Builder
	expr.WriteString("rec {\n")
	for i := range 400 {
		need := func() string {
			switch n := r.IntN(max(i, 1)); {
			case i == 0:
				return text()
			case r.IntN(20) == 0:
				return fmt.Sprintf("d%d.drvPath", n)
			case r.IntN(4) == 0:
				return fmt.Sprintf(`"${builtins.toFile "f%d" %s}/x"`, n, text())
			default:
				return fmt.Sprintf("d%d.${builtins.elemAt d%d.names %d}", n, n, r.IntN(3))
			}
		}
		names := [][3]string{{"out", "out", "out"}, {"out", "dev", "bin"}, {"lib", "dev", "out"}, {"a", "b", "c"}}[r.IntN(4)]
		special := fmt.Sprintf(`outputs = [ %q %q %q ];`, names[0], names[1], names[2])
		if names[0] == names[1] {
			special = ""
			if r.IntN(2) == 0 {
				special = fmt.Sprintf(`outputHashMode = %q; outputHash = builtins.hashString "sha256" "%d"; outputHashAlgo = "sha256";`, []string{"flat", "recursive"}[r.IntN(2)], r.IntN(8))
			}
		}
		if r.IntN(6) == 0 {
			special += " __structuredAttrs = true;"
		}
		fmt.Fprintf(&expr, "d%d = derivation { name = %q; system = \"s\"; builder = %s; args = [ %s %s ]; e%d = %s; z = %s; %s } // { names = [ %q %q %q ]; };\n",
			i, fmt.Sprintf("d%d", i%300), `"b" + `+text(), text(), need(), r.IntN(5), need(), need(), special, names[0], names[1], names[2])
	}
	expr.WriteString("}")
	checkFolder(t, instantiate(t, expr.String()))
}

// BenchmarkFolder completes all derivations of the folder anew.
func BenchmarkFolder(b *testing.B) {
	if *drvs == "" {
		b.Skip("no derivations to complete; -drvs=FOLDER names some")
	}
	files, err := filepath.Glob(filepath.Join(*drvs, "*.drv"))
	if err != nil {
		b.Fatal(err)
	}
	all := make(map[path.Path]*Derivation, len(files))
	var size int64
	for _, file := range files {
		p := path.Path("/nix/store/" + filepath.Base(file))
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		if all[p], err = Parse(p, string(text)); err != nil {
			b.Fatal(err)
		}
		size += int64(len(text))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		h := NewHashes("", func(p path.Path) (*Derivation, error) { return all[p], nil })
		var text []byte
		for _, d := range all {
			if _, text, err = h.Complete(d, text[:0]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(all)), "ns/drv")
}
