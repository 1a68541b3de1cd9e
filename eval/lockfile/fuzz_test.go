package lockfile_test

import (
	"strings"
	"testing"

	"firn/eval/flakeref"
	"firn/eval/lockfile"
)

// FuzzParse checks that what a lock file is written as is one that is the same.
func FuzzParse(f *testing.F) {
	const node = `{"locked":{"type":"path","path":"/x","narHash":"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"original":{"type":"path","path":"/x"}}`
	for _, s := range []string{
		`{"nodes":{"root":{}},"root":"root","version":7}`,
		`{"nodes":{"root":{"inputs":{"a":"a","b":["a"],"c":["b","a"]}},"a":` + node + `},"root":"root","version":7}`,
		`{"nodes":{"root":{"inputs":{"a":"a"}},"a":{"inputs":{"a":"a"},` + node[1:] + `},"root":"root","version":5}`,
		`{"nodes":{"root":{"inputs":{"a":"x","x":"y"}},"x":` + node + `,"y":` + node + `},"root":"root","version":6}`,
		`{"nodes":{"root":{"inputs":{"a":["a"]}}},"root":"root","version":7}`,
	} {
		f.Add(s)
	}
	o := flakeref.Options{Features: map[string]bool{"flakes": true}, Warn: func(string) {}}
	f.Fuzz(func(t *testing.T, s string) {
		file, err := lockfile.Parse(s, "flake.lock", o)
		if err != nil {
			return
		}
		_ = file.Check() // which must end
		text, keys := file.Text()
		again, err := lockfile.Parse(text, "flake.lock", o)
		if err != nil && strings.Contains(err.Error(), "integer range") {
			return // a negative number, which Nix takes for a large one
		}
		if err != nil {
			t.Fatalf("%q is written as %q, which is none: %v", s, text, err)
		}
		if twice, _ := again.Text(); twice != text {
			t.Errorf("%q is written as %q, and that as %q", s, text, twice)
		}
		if diff := file.Diff(again); diff != "" {
			t.Errorf("%q and what it is written as differ:\n%s", s, diff)
		}
		if keys[file.Root] != "root" {
			t.Errorf("the root is called %q", keys[file.Root])
		}
	})
}
