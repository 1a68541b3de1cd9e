//go:build !linux

package local

import (
	"os"
	"syscall"
)

// stripAttributes removes extended attributes, which is done on Linux only, as by Nix.
func stripAttributes(string) error { return nil }

// syncAll fails, for only Linux can write a single file system to the disk.
func syncAll(string) error { return syscall.ENOSYS }

// reserveFile makes a file that takes up space.
func reserveFile(name string, size int64) error {
	return os.WriteFile(name, make([]byte, size), 0o600)
}

// holderOf returns who has a lock on a file, which is known on Linux only.
func holderOf(*os.File) string { return "" }
