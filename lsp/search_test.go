package lsp

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/uri"

	"firn/lsp/session"
)

// searchIn makes a workspace of files and a search from one of them.
func searchIn(t *testing.T, files map[string]string, from string) (search, string) {
	t.Helper()
	dir := t.TempDir()
	for name, src := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := newServer(t.Context(), Options{})
	t.Cleanup(s.session.Shutdown)
	s.session.SetFolders([]session.Folder{{URI: uri.File(dir), Path: dir}})
	if err := s.session.Open(uri.File(filepath.Join(dir, from)), "nix", 1, files[from]); err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(t.TempDir(), "outside.nix")
	if err := s.session.Open(uri.File(outside), "nix", 1, "word"); err != nil {
		t.Fatal(err)
	}
	snapshot := s.session.Snapshot()
	file, err := snapshot.FileAt(t.Context(), filepath.Join(dir, from))
	if err != nil {
		t.Fatal(err)
	}
	return search{server: s, snapshot: snapshot, file: file, wants: hasAll("word")}, outside
}

func TestLookInto(t *testing.T) {
	s, _ := searchIn(t, map[string]string{
		"a.nix":      "word",
		"b.nix":      "other",
		"c.nix":      "[ word",
		"d.nix":      "not the one",
		"e.nix":      "a word",
		"panics.nix": "word",
		"large.nix":  "word [" + strings.Repeat(" ", maxBroken),
	}, "d.nix")
	got, err := lookInto(t.Context(), s, func(f *session.File) []string {
		if filepath.Base(f.Path()) == "panics.nix" {
			panic("in a test")
		}
		return []string{filepath.Base(f.Path())}
	})
	if err != nil {
		t.Fatal(err)
	}
	// The file in question is first, wanted or not; what is broken and large is
	// left out, and so is what a panic ends.
	want := []string{"d.nix", "a.nix", "c.nix", "e.nix", "outside.nix"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestLookIntoIsCancelled(t *testing.T) {
	s, _ := searchIn(t, map[string]string{"a.nix": "word", "b.nix": "word"}, "a.nix")
	if _, err := s.snapshot.Files(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var looked []string
	_, err := lookInto(ctx, s, func(f *session.File) []int {
		looked = append(looked, filepath.Base(f.Path()))
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if !slices.Equal(looked, []string{"a.nix"}) {
		t.Errorf("looked into %v", looked)
	}
}

func TestShown(t *testing.T) {
	s, outside := searchIn(t, map[string]string{"a.nix": "word"}, "a.nix")
	if got := s.shown(s.file.Path()); got != "a.nix" {
		t.Errorf("a file of the workspace is shown as %s", got)
	}
	if got := s.shown(outside); got != outside {
		t.Errorf("another file is shown as %s", got)
	}
}
