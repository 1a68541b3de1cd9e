package nar

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firn/store/hash"
	storepath "firn/store/path"
)

var nix = flag.String("nix", "", "a nix-instantiate of Nix 2.34 to compare archives with; nix-store and nix-hash are beside it")

// tool returns the path of a program beside the nix-instantiate under test.
func tool(t *testing.T, name string) string {
	t.Helper()
	if *nix == "" {
		t.Skip("no Nix to compare with; -nix=PATH names its nix-instantiate")
	}
	return filepath.Join(filepath.Dir(*nix), name)
}

func run(t *testing.T, stdin, name string, args ...string) (stdout string, err error) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w: %s", filepath.Base(name), err, errs.String())
	}
	return out.String(), nil
}

// randomTree makes some files below dir.
func randomTree(t *testing.T, r *rand.Rand, dir string, depth int) {
	t.Helper()
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for range r.IntN(8) {
		name := make([]byte, 1+r.IntN(12))
		for i := range name {
			name[i] = "aAbZ09.-_~ \xff\xc3\xa9\n"[r.IntN(15)]
		}
		path := filepath.Join(dir, string(name))
		if _, err := os.Lstat(path); err == nil || !validName(string(name)) {
			continue
		}
		var err error
		switch n := r.IntN(6); {
		case n == 0:
			err = os.Symlink(string(name)+"/../x", path)
		case n <= 2 && depth < 5:
			randomTree(t, r, path, depth+1)
		default:
			err = os.WriteFile(path, bytes.Repeat([]byte{byte(n)}, r.IntN(1<<r.IntN(18))), 0o444|os.FileMode(r.IntN(2)*0o111)&^0o200)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestNixDumps compares archives and their hashes.
func TestNixDumps(t *testing.T) {
	store, hashes := tool(t, "nix-store"), tool(t, "nix-hash")
	r := rand.New(rand.NewPCG(1, 2))
	var total int
	for i := range 40 {
		dir := filepath.Join(t.TempDir(), "t")
		randomTree(t, r, dir, 0)
		tree := Tree{FS: OS{}, Root: dir}
		want, err := run(t, "", store, "--dump", dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := dump(t, tree); got != want {
			t.Errorf("tree %d: the archive of %d bytes differs from that of %d", i, len(got), len(want))
		}
		total += len(want)
		for a := hash.MD5; a < hash.BLAKE3; a++ {
			h, _, err := Sum(t.Context(), a, tree)
			if err != nil {
				t.Fatal(err)
			}
			want, err := run(t, "", hashes, "--base32", "--type", a.String(), dir)
			if err != nil || h.Nix32()+"\n" != want {
				t.Errorf("tree %d: its %v is %s, want %s, %v", i, a, h.Nix32(), want, err)
			}
		}
	}
	t.Logf("40 archives of %d bytes and 160 hashes compared", total)
}

// TestNixFilters compares trees that are copied without some of their files.
func TestNixFilters(t *testing.T) {
	evaluator := tool(t, "nix-instantiate")
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 10 {
		dir := filepath.Join(t.TempDir(), "t")
		randomTree(t, r, dir, 0)
		var asked strings.Builder
		tree := Tree{FS: OS{}, Root: dir, Filter: func(path string, k Kind) (bool, error) {
			fmt.Fprintf(&asked, "trace: %s %s\n", path, k)
			return k != Symlink && len(path)%3 != 0, nil
		}}
		h, _, err := Sum(t.Context(), hash.SHA256, tree)
		if err != nil {
			t.Fatal(err)
		}
		want, err := storepath.DefaultDir.Fixed("x", storepath.ContentAddress{Method: storepath.NAR, Hash: h}, storepath.Refs{})
		if err != nil {
			t.Fatal(err)
		}
		expr := fmt.Sprintf(`builtins.unsafeDiscardStringContext (builtins.path { name = "x"; path = %s; filter = p: k:
			let n = builtins.stringLength p; in builtins.trace "${p} ${k}" (k != "symlink" && n - n / 3 * 3 != 0); })`, dir)
		cmd := exec.Command(evaluator, "--eval", "--json", "--store", "dummy://", "-E", expr)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		var got string
		if err != nil || json.Unmarshal(out, &got) != nil {
			t.Fatal(err, stderr.String())
		}
		if got != string(want) {
			t.Errorf("tree %d: the path is %s, want %s", i, want, got)
		}
		if stderr.String() != asked.String() {
			t.Errorf("tree %d: the filter was asked about %q, want %q", i, asked.String(), stderr.String())
		}
	}
}

// TestNixRestores compares which archives are accepted.
func TestNixRestores(t *testing.T) {
	store := tool(t, "nix-store")
	r := rand.New(rand.NewPCG(5, 6))
	type input struct{ name, s string }
	var inputs []input
	for _, c := range badArchives {
		inputs = append(inputs, input{c.name, c.s})
	}
	for _, c := range archives(t) {
		inputs = append(inputs, input{c.name, c.want})
		for i := range 40 {
			b := []byte(c.want)
			switch i % 3 {
			case 0:
				b[r.IntN(len(b))] ^= 1 << r.IntN(8)
			case 1:
				b[r.IntN(len(b))] = 0
			case 2:
				at := 8 * r.IntN(len(b)/8)
				b = slices.Delete(b, at, at+8)
			}
			inputs = append(inputs, input{fmt.Sprintf("%s, changed %d", c.name, i), string(b)})
		}
	}
	var valid int
	for _, c := range inputs {
		_, got := ReadAll(strings.NewReader(c.s))
		_, want := run(t, c.s, store, "--restore", filepath.Join(t.TempDir(), "x"))
		if (got == nil) != (want == nil) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
		if want == nil {
			valid++
		}
	}
	t.Logf("%d archives compared, %d of them valid", len(inputs), valid)
}
