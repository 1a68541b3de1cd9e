package grammar

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden compares the trees of testdata.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.nix")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no golden files: ", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".nix")
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			tree := Parse(string(src))
			if err := agree(string(src)); err != nil {
				t.Error(err)
			}
			if !Valid(tree) {
				t.Error("the text is not valid")
			}
			golden(t, strings.TrimSuffix(path, ".nix")+".tree", tree.String())
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestBroken compares the trees of texts as they are while somebody types. They
// are in one file, after a line that names each.
func TestBroken(t *testing.T) {
	data, err := os.ReadFile("testdata/broken.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, text := range strings.Split(string(data), "\n==== ")[1:] {
		name, src, _ := strings.Cut(text, "\n")
		tree := Parse(src)
		if Valid(tree) {
			t.Errorf("%s is valid", name)
		}
		if err := agree(src); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		fmt.Fprintf(&got, "==== %s\n%s\n\n%s\n", name, src, tree)
	}
	golden(t, "testdata/broken.golden", got.String())
}
