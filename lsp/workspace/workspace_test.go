package workspace

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		name, pattern, file string
		dir, want           bool
	}{
		{"name at the top", "a.nix", "/r/a.nix", false, true},
		{"name below", "a.nix", "/r/x/y/a.nix", false, true},
		{"other name", "a.nix", "/r/aa.nix", false, false},
		{"star", "*.nix", "/r/x/a.nix", false, true},
		{"star stops at a slash", "/x*.nix", "/r/x/a.nix", false, false},
		{"anchored", "/a.nix", "/r/a.nix", false, true},
		{"anchored elsewhere", "/a.nix", "/r/x/a.nix", false, false},
		{"slash in the middle anchors", "x/a.nix", "/r/y/x/a.nix", false, false},
		{"directory", "x/", "/r/y/x", true, true},
		{"directory only", "x/", "/r/y/x", false, false},
		{"leading stars", "**/x/a.nix", "/r/y/z/x/a.nix", false, true},
		{"leading stars match nothing", "**/a.nix", "/r/a.nix", false, true},
		{"stars in the middle", "x/**/a.nix", "/r/x/y/z/a.nix", false, true},
		{"stars in the middle match nothing", "x/**/a.nix", "/r/x/a.nix", false, true},
		{"trailing stars", "x/**", "/r/x/y/a.nix", false, true},
		{"trailing stars need something", "x/**", "/r/x", true, false},
		{"several stars", "**/x/**/y/**/z", "/r/x/a/x/y/b/c/z", false, true},
		{"several stars that fail", "**/x/**/y/**/z", "/r/x/a/x/y/b/c", false, false},
		{"hostile", strings.Repeat("**/a/", 100) + "b", "/r/" + strings.Repeat("a/", 1000) + "c", false, false},
		{"class", "[a-c].nix", "/r/b.nix", false, true},
		{"negated class", "[!a-c].nix", "/r/b.nix", false, false},
		{"quoted hash", `\#a`, "/r/#a", false, true},
		{"quoted space", `a\ `, "/r/a ", false, true},
		{"spaces at the end", "a.nix   ", "/r/a.nix", false, true},
		{"carriage return", "a.nix\r", "/r/a.nix", false, true},
		{"bad pattern", "[a", "/r/[a", false, true},
		{"longer than the file", "x/y/z", "/r/x/y", true, false},
		{"shorter than the file", "/x", "/r/x/y", false, false},
		{"outside of the base", "a.nix", "/other/a.nix", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, ok := parseRule("/r", tt.pattern)
			if !ok {
				t.Fatalf("parseRule(%q) is no rule", tt.pattern)
			}
			if got := r.matches(tt.file, tt.dir); got != tt.want {
				t.Errorf("%q matches %q = %v, want %v", tt.pattern, tt.file, got, tt.want)
			}
		})
	}
	for _, line := range []string{"", "  ", "# comment", "/", "!", "!/"} {
		if r, ok := parseRule("/r", line); ok {
			t.Errorf("parseRule(%q) = %v, want none", line, r)
		}
	}
}

const project = `
-- .git/info/exclude --
local.nix
-- .gitignore --
result*
!/result-kept.nix
generated/
-- default.nix --
-- result.nix --
-- result-kept.nix --
-- local.nix --
-- notes.md --
-- .hidden.nix --
-- .direnv/x.nix --
-- generated/x.nix --
-- sub/.gitignore --
/x.nix
*.tmp.nix
!keep.tmp.nix
-- sub/x.nix --
-- sub/a.tmp.nix --
-- sub/keep.tmp.nix --
-- sub/deep/x.nix --
-- sub/deep/result.nix --
-- vendor/y.nix --
`

func write(t *testing.T, archive string) string {
	t.Helper()
	root := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(root, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFiles(t *testing.T) {
	root := write(t, project)
	for link, target := range map[string]string{"loop": root, "linked.nix": filepath.Join(root, "default.nix")} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name, root string
		exclude    []string
		want       string
	}{
		{"all", "", nil, ".hidden.nix default.nix result-kept.nix sub/deep/x.nix sub/keep.tmp.nix vendor/y.nix"},
		{"exclude", "", []string{"vendor", "/default.nix"}, ".hidden.nix result-kept.nix sub/deep/x.nix sub/keep.tmp.nix"},
		{"below the top", "sub", nil, "sub/deep/x.nix sub/keep.tmp.nix"},
		{"a file", "sub/x.nix", nil, "sub/x.nix"},
		{"nothing", ".direnv/../generated", []string{"*"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files, err := Files(t.Context(), filepath.Join(root, tt.root), tt.exclude)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]string, len(files))
			for i, f := range files {
				got[i] = strings.TrimPrefix(f, root+"/")
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestFilesErrors(t *testing.T) {
	if _, err := Files(t.Context(), filepath.Join(t.TempDir(), "none"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Files of nothing: %v, want %v", err, os.ErrNotExist)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Files(ctx, t.TempDir(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Files after the end: %v, want %v", err, context.Canceled)
	}
}
