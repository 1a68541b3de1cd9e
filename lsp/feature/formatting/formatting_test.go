package formatting_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firn/format"
	"firn/lsp/feature/formatting"
	"firn/parser/text"
)

// applied returns a text with edits carried out, which must be in order and apart.
func applied(t *testing.T, src string, edits []text.Edit) string {
	t.Helper()
	var b strings.Builder
	at := uint32(0)
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || int(e.End) > len(src) {
			t.Fatalf("edit %v behind %d", e, at)
		}
		b.WriteString(src[at:e.Start] + e.New)
		at = e.End
	}
	return b.String() + src[at:]
}

// checkRange checks that formatting a range changes nothing outside of it and breaks
// nothing, and that its edits are some of those that format the whole.
func checkRange(t *testing.T, name, src string, s text.Span) {
	t.Helper()
	edits := formatting.In(src, s)
	all := formatting.Of(src)
	for _, e := range edits {
		if !slices.Contains(all, e) {
			t.Errorf("%s %v: %v is no edit of the whole", name, s, e)
		}
	}
	got := applied(t, src, edits)
	if !strings.HasPrefix(got, src[:s.Start]) || !strings.HasSuffix(got, src[s.End:]) {
		t.Errorf("%s %v: something outside has changed", name, s)
	}
	before, bad := format.Parse(src)
	if bad != nil {
		t.Fatal(bad)
	}
	if after, bad := format.Parse(got); bad != nil || !format.SameMeaning(before, after) {
		t.Errorf("%s %v: it means something else: %v", name, s, bad)
	}
	want, err := format.Source(src, format.Options{})
	if whole := applied(t, src, all); err != nil || whole != want {
		t.Errorf("%s: all edits make another file: %v", name, err)
	}
}

func TestIn(t *testing.T) {
	const src = "{ a=1;\n  b=''\n   x\n  '';\n  c=[1 2]; }\n"
	all := text.Span{Start: 0, End: uint32(len(src))}
	at := func(part string) text.Span {
		i := uint32(strings.Index(src, part))
		return text.Span{Start: i, End: i + uint32(len(part))}
	}
	for _, tt := range []struct {
		name string
		span text.Span
		want string
	}{
		{"all", all, "{\n  a = 1;\n  b = ''\n    x\n  '';\n  c = [\n    1\n    2\n  ];\n}\n"},
		{"a binding", at("a=1;"), strings.Replace(src, "a=1", "a = 1", 1)},
		{"a list", at("[1 2]"), strings.Replace(src, "[1 2]", "[\n    1\n    2\n  ]", 1)},
		{"a part of a string", at("''\n   x"), src},
		{"nothing", text.Span{Start: 3, End: 3}, src},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := applied(t, src, formatting.In(src, tt.span)); got != tt.want {
				t.Errorf("%s\nwant\n%s", got, tt.want)
			}
			checkRange(t, tt.name, src, tt.span)
		})
	}
	if got := formatting.In("{ a = ; }", text.Span{End: 9}); got != nil {
		t.Errorf("edits of a broken file: %v", got)
	}
}

// TestCorpus formats random parts of the files of FIRN_CORPUS.
func TestCorpus(t *testing.T) {
	dirs := filepath.SplitList(os.Getenv("FIRN_CORPUS"))
	if len(dirs) == 0 {
		t.Skip("FIRN_CORPUS names no folders with real files")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || !strings.HasSuffix(path, ".nix") {
				return err
			}
			src, err := os.ReadFile(path)
			if _, bad := format.Parse(string(src)); bad != nil || len(src) > 200_000 {
				return err
			}
			for range 3 {
				a, b := r.Uint32N(uint32(len(src)+1)), r.Uint32N(uint32(len(src)+1))
				checkRange(t, path, string(src), text.Span{Start: min(a, b), End: max(a, b)})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
