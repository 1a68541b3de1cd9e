//go:build unix

package index_test

import (
	"syscall"
	"testing"

	"firn/lsp/feature/index"
)

// TestPipe checks that nobody waits for something to be written to a pipe.
func TestPipe(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = 1; }"})
	if err := syscall.Mkfifo(f.path("pipe.nix"), 0o600); err != nil {
		t.Skip(err)
	}
	x := &index.Index{}
	f.sync(x)
	if files, _ := x.Len(); files != 1 {
		t.Errorf("%d files are indexed, want 1", files)
	}
}
