package lsptest

import (
	"path/filepath"
	"runtime"
	"testing"
)

// World returns the directory of a small package set and module system that
// behave as nixpkgs and NixOS do.
func World(t testing.TB) string {
	t.Helper()
	_, here, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("the tests do not know where their files are")
	}
	return filepath.Join(filepath.Dir(here), "..", "testdata", "world")
}
