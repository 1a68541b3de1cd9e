package grammar

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"firn/parser"
	"firn/parser/text"
)

// The core that go-tree-sitter links reads no later ABI, and tells so only by
// refusing the language.
func TestABI(t *testing.T) {
	src, err := os.ReadFile("parser.c")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(src), "\n#define LANGUAGE_VERSION 14\n") {
		t.Error("parser.c does not have ABI 14")
	}
	e := newEngine()
	if e == nil {
		t.Fatal("the core refuses the grammar")
	}
	e.free()
}

// TestSymbols checks that every symbol that can be a node becomes one of the
// right kind, and that every kind has a symbol.
func TestSymbols(t *testing.T) {
	kinds := kindsByName()
	missing := map[parser.Kind]bool{}
	for k := parser.KindAssertKw; k <= parser.KindMissing; k++ {
		missing[k] = k != parser.KindError // which has a symbol of its own
	}
	for _, name := range symbolNames() {
		// A hidden symbol is no node.
		hidden := strings.HasPrefix(name, "_") || strings.Contains(name, "_repeat") || name == "end"
		k, known := kinds[name]
		if known == hidden && name != "Comment" {
			t.Errorf("symbol %s becomes %s", name, k)
		}
		delete(missing, k)
	}
	for k, gone := range missing {
		if gone {
			t.Errorf("there is no symbol for %s", k)
		}
	}
	for name := range variants {
		if k, ok := kinds[name]; !ok || k == parser.KindInvalid {
			t.Errorf("%s has no kind", name)
		}
	}
}

// TestCore checks that core.h declares what the header of the core does.
func TestCore(t *testing.T) {
	const module = "github.com/smacker/go-tree-sitter"
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Skip("no source of the core: ", err)
	}
	core := declarations(t, filepath.Join(strings.TrimSpace(string(dir)), "api.h"))
	ours := declaration.FindAllString(declarations(t, "core.h"), -1)
	if len(ours) < 26 {
		t.Errorf("core.h has %d declarations only", len(ours))
	}
	for _, d := range ours {
		if !strings.Contains(core, d) {
			t.Errorf("the core does not declare %s", d)
		}
	}
}

var (
	comment     = regexp.MustCompile(`(?s)//[^\n]*|/\*.*?\*/`)
	blanks      = regexp.MustCompile(`\s*([(){},;*])\s*|\s+`)
	declaration = regexp.MustCompile(`typedef struct \w+\{[^}]*\}\w+;|[^;]*\bts_\w+\([^)]*\);`)
)

// declarations returns a header without comments, unneeded blanks, and marks of
// external functions.
func declarations(t *testing.T, path string) string {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(comment.ReplaceAllString(string(src), ""), "CORE ", "")
	return blanks.ReplaceAllStringFunc(text, func(s string) string {
		if s = strings.TrimSpace(s); s == "" {
			return " "
		}
		return s
	})
}

// TestIdentity checks that a node of the next tree that tree-sitter took over is
// known by its address, which the library does not promise.
func TestIdentity(t *testing.T) {
	b := Open(sized(20_000))
	defer b.Close()
	ids := map[uint64]bool{}
	for _, m := range b.marks.list {
		ids[uint64(m.id)] = true
	}
	b.Edit(text.Edit{New: "# Nothing but a comment.\n"})
	known, all := 0, 0
	for _, m := range b.marks.list {
		if m.id != 0 {
			all++
		}
		if m.id != 0 && ids[uint64(m.id)] {
			known++
		}
	}
	if known < all*9/10 {
		t.Errorf("%d of %d nodes are known", known, all)
	}
}
