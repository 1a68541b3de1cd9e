package local

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestVisibleRoot checks that a link to where an object is keeps it as one to its store
// path does.
func TestVisibleRoot(t *testing.T) {
	s := open(t, Options{})
	p := addText(t, s, "a", "a")
	link := filepath.Join(t.TempDir(), "result")
	for range 2 { // it may be replaced
		if err := s.AddVisibleRoot(t.Context(), link, p); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(link); err != nil || string(text) != "a" {
		t.Errorf("the link leads to %q, %v", text, err)
	}
	roots, err := s.Roots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := Root{Indirect, link, p}
	if !slices.Contains(roots, want) {
		t.Errorf("got %v, want %v among them", roots, want)
	}
}
