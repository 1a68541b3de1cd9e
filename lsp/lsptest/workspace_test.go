package lsptest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"firn/parser/text"
)

func TestMarks(t *testing.T) {
	w, err := newWorkspace(txtar.Parse([]byte("-- a.nix --\n❰all:let ❰x:é❱ = ❰here❱1; in❱ y\n-- client.json --\n{\"a\": 1}\n")))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := w.files["a.nix"], "let é = 1; in y\n"; got != want {
		t.Errorf("source %q, want %q", got, want)
	}
	want := map[string]mark{
		"all":  {"a.nix", text.Span{Start: 0, End: 14}},
		"x":    {"a.nix", text.Span{Start: 4, End: 6}},
		"here": {"a.nix", text.Span{Start: 9, End: 9}},
	}
	if diff := cmp.Diff(want, w.marks, cmp.AllowUnexported(mark{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if w.client["a"] != 1.0 {
		t.Errorf("client.json is %v", w.client)
	}
	w.edit("a.nix", text.Edit{Span: text.Span{Start: 4, End: 6}, New: "longer"})
	want = map[string]mark{
		"all":  {"a.nix", text.Span{Start: 0, End: 18}},
		"x":    {"a.nix", text.Span{Start: 4, End: 10}},
		"here": {"a.nix", text.Span{Start: 13, End: 13}},
	}
	if diff := cmp.Diff(want, w.marks, cmp.AllowUnexported(mark{})); diff != "" {
		t.Errorf("after an edit, -want +got:\n%s", diff)
	}
}

func TestBadMarks(t *testing.T) {
	for _, src := range []string{"❰", "❰a", "❰a b❱", "❰❱", "❱", "❰a:", "❰a❱❰a❱"} {
		if _, err := newWorkspace(&txtar.Archive{Files: []txtar.File{{Name: "a.nix", Data: []byte(src)}}}); err == nil {
			t.Errorf("%s is no error", src)
		}
	}
}

func TestFields(t *testing.T) {
	tests := []struct {
		name, line string
		want       []string
	}{
		{"plain", "hover  x ", []string{"hover", "x"}},
		{"quoted", `edit x "a \"b\"\n"`, []string{"edit", "x", "a \"b\"\n"}},
		{"raw", "request m `{\"a\": 1}`", []string{"request", "m", `{"a": 1}`}},
		{"bare JSON", `request m {"a":1}`, []string{"request", "m", `{"a":1}`}},
		{"empty", `edit x ""`, []string{"edit", "x", ""}},
		{"open quote", `edit x "a`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := fields(tt.line)
			if (err != nil) != (tt.want == nil) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestIndent(t *testing.T) {
	if diff := cmp.Diff("  a\n  .\n    b\n", indent("a\n\n  b  \n\n")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := indent(""); got != "" {
		t.Errorf("nothing is %q", got)
	}
}
