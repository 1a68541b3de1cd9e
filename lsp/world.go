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
func (s *Server) world(path string) disk.World {
	return disk.World{File: link.File{Path: path, Home: home()}, Search: s.search, FS: files{s.locate}}
}

// home returns the home directory, "" for a user without one, who has nothing
// below ~.
func home() string {
	dir, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return dir
}

// searchPath returns the search path that a server is given, or else that of the
// environment, behind some entries.
func searchPath(first []string, given string) link.SearchPath {
	var path link.SearchPath
	for _, entry := range first {
		path = append(path, link.ParseSearchPath(entry)...)
	}
	return append(path, usualPath(given)...)
}

func usualPath(given string) link.SearchPath {
	if given != "" {
		return link.ParseSearchPath(given)
	}
	if value, ok := os.LookupEnv("NIX_PATH"); ok {
		return link.ParseSearchPath(value)
	}
	return link.DefaultSearchPath(home())
}

// maxEntries is how many entries of a directory features get to see.
const maxEntries = 10_000

// files is the file system of the machine, with what evaluations know by other paths.
type files struct{ locate func(path string) string }

// Stat implements [disk.FS].
func (f files) Stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return os.Stat(f.locate(path))
	}
	return info, err
}

// ReadDir implements [disk.FS].
func (f files) ReadDir(path string) (entries []fs.DirEntry, all bool, err error) {
	dir, err := os.Open(f.locate(path))
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
