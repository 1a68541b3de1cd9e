package lsp

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/link"
)

// world is what features may know of the surroundings of the file at path,
// which is "" for a document that is no file.
func world(path string) disk.World {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // a user without a home has nothing below ~
	}
	search := link.DefaultSearchPath(home)
	if value, ok := os.LookupEnv("NIX_PATH"); ok {
		search = link.ParseSearchPath(value)
	}
	return disk.World{File: link.File{Path: path, Home: home}, Search: search, FS: files{}}
}

// maxEntries is how many entries of a directory features get to see.
const maxEntries = 10_000

// files is the file system of the machine.
type files struct{}

// Stat implements [disk.FS].
func (files) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

// ReadDir implements [disk.FS].
func (files) ReadDir(path string) (entries []fs.DirEntry, all bool, err error) {
	dir, err := os.Open(path)
	if err != nil {
		return nil, true, err
	}
	entries, err = dir.ReadDir(maxEntries + 1)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err := errors.Join(err, dir.Close()); err != nil {
		return nil, true, err
	}
	all = len(entries) <= maxEntries
	entries = entries[:min(len(entries), maxEntries)]
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, all, nil
}
