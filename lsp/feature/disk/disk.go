// Package disk is what completion and hover may know of the world around a
// file: where it lies, the search path, and the file system as far as the
// server lets them look.
package disk

import (
	"io/fs"
	"path/filepath"
	"strings"

	"firn/lsp/feature/link"
)

// FS is the part of a file system that is read. An implementation refuses what
// the user has not allowed by an error.
type FS interface {
	link.FS
	// ReadDir returns entries of a directory, sorted by name, and whether that
	// is all of them.
	ReadDir(path string) (entries []fs.DirEntry, all bool, err error)
}

// World is what may be known. The zero value is a document that is no file, on
// a machine without files.
type World struct {
	File   link.File
	Search link.SearchPath
	FS     FS
}

// Absolute returns what the text of a path literal stands for, and false if
// that is not known.
func (w World) Absolute(literal string) (string, bool) {
	rest, home := strings.CutPrefix(literal, "~/")
	switch {
	case home:
		return filepath.Join(w.File.Home, rest), w.File.Home != ""
	case filepath.IsAbs(literal):
		return filepath.Clean(literal), true
	}
	return filepath.Join(filepath.Dir(w.File.Path), literal), w.File.Path != ""
}

// Stat asks for the kind of a file; links are followed.
func (w World) Stat(path string) (fs.FileInfo, error) {
	if w.FS == nil {
		return nil, fs.ErrPermission
	}
	return w.FS.Stat(path)
}

// ReadDir lists a directory, and says whether the list is complete.
func (w World) ReadDir(path string) (entries []fs.DirEntry, all bool, err error) {
	if w.FS == nil {
		return nil, true, fs.ErrPermission
	}
	return w.FS.ReadDir(path)
}

// IsDir reports whether an entry of dir is a directory or links to one.
func (w World) IsDir(dir string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := w.Stat(filepath.Join(dir, e.Name()))
	return err == nil && info.IsDir()
}
