//go:build !windows

package local

import (
	"syscall"
	"testing"
)

// umask sets the mask of new files and returns the old one.
func umask(mask int) int { return syscall.Umask(mask) }

// pipe makes a file that cannot be in a store.
func pipe(t *testing.T, name string) {
	t.Helper()
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
}
