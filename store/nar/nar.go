// Package nar writes and reads the archives of Nix, in which a tree of files
// has exactly one form (Nix manual, Nix Archive Format).
//
// [Write] and [Sum] take a [Tree], which is a place in an [FS] and a filter, and
// never hold more than a part of a file. [Reader] walks through an archive like
// a reader of package archive/tar and refuses everything that Nix does not
// write. Files have a content and perhaps an executable bit; owners, times and
// other modes are not in an archive.
package nar

import (
	"io"
	"strings"
)

// Kind is what a file is.
type Kind uint8

// The kinds of files. Only the last three can be archived.
const (
	Unknown Kind = iota // a device, a socket, a pipe
	Regular
	Directory
	Symlink
)

var kinds = [...]string{Unknown: "unknown", Regular: "regular", Directory: "directory", Symlink: "symlink"}

// String returns the name that builtins.readFileType has for the kind.
func (k Kind) String() string {
	if int(k) >= len(kinds) {
		return kinds[Unknown]
	}
	return kinds[k]
}

// Info is what a file system says about a file without following symlinks.
type Info struct {
	Kind       Kind
	Executable bool  // by its owner; of regular files only
	Size       int64 // of the content; of regular files only
}

// FS is a file system to make archives of. Paths are absolute, clean, and have
// slashes. The last component of a path is not followed if it is a symlink.
type FS interface {
	Lstat(path string) (Info, error)
	// ReadDir returns the names in a directory, in any order.
	ReadDir(path string) ([]string, error)
	// Open opens a regular file. It yields at least as much as its size was.
	Open(path string) (io.ReadCloser, error)
	Readlink(path string) (string, error)
}

// MaxDepth is how many directories a file can be in, counting itself: that of
// Nix 2.34. It also bounds what a reader has to remember.
const MaxDepth = 64

// The bounds of names and targets are those of the format in Nix, whatever the
// file system of the machine is.
const (
	maxName   = 255
	maxTarget = 4095
)

// magic begins every archive.
const magic = "nix-archive-1"

// validName reports whether a directory in an archive can have the entry.
func validName(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) <= maxName && !strings.ContainsAny(name, "/\x00")
}

func validTarget(target string) bool {
	return target != "" && len(target) <= maxTarget && !strings.Contains(target, "\x00")
}

// join returns the path of an entry of a directory.
func join(dir, name string) string {
	if dir == "/" {
		return dir + name
	}
	return dir + "/" + name
}
