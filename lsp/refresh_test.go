package lsp

import (
	"testing"

	"go.lsp.dev/uri"

	"firn/lsp/session"
	"firn/lsp/settings"
)

// What takes too long is gone on with a few times for each version of a document,
// and anew when more is known.
func TestLater(t *testing.T) {
	s := session.New(t.Context(), session.Config{Base: settings.Default()})
	defer s.Shutdown()
	u := uri.File("/a.nix")
	if err := s.Open(u, "nix", 1, "[ x ]"); err != nil {
		t.Fatal(err)
	}
	var l later
	file := s.Snapshot().Overlay(u)
	count := func(f *session.File) (n int) {
		for l.begin(f) {
			n++
		}
		return n
	}
	if n := count(file); n != maxPasses {
		t.Errorf("%d passes, want %d", n, maxPasses)
	}
	l.giveUp(file, 2)
	if !l.isHopeless(file, 2) || l.isHopeless(file, 3) {
		t.Error("what was given up is not remembered")
	}
	l.forget()
	if l.isHopeless(file, 2) {
		t.Error("what was given up is not forgotten")
	}
	if n := count(file); n != maxPasses {
		t.Errorf("%d passes after more was known, want %d", n, maxPasses)
	}
	if err := s.Change(u, 2, []session.Change{{Text: "[ y ]"}}); err != nil {
		t.Fatal(err)
	}
	if l.begin(file) {
		t.Error("one goes on with a version that is replaced")
	}
	if n := count(s.Snapshot().Overlay(u)); n != maxPasses {
		t.Errorf("%d passes for the next version, want %d", n, maxPasses)
	}
}
