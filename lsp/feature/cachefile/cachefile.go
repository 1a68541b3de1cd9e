// Package cachefile reads, replaces and removes files of which others can be made
// again: one that is lost or torn by a crash only costs time.
package cachefile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// unused is how long nobody must have written a file that is removed.
const unused = 90 * 24 * time.Hour

// unfinished ends the names of files that are being written.
const unfinished = ".tmp"

// Read returns what is in a regular file of at most so many bytes.
func Read(path string, most int64) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, fmt.Errorf("%s: it is no regular file, or has more than %d bytes", path, most)
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, most))
	return data, errors.Join(err, in.Close())
}

// Replace writes a file by way of another one in its directory, which it makes: a
// reader sees the file from before or the new one, whole. It does not wait for the
// disk.
func Replace(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	out, err := os.CreateTemp(dir, "*"+unfinished)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	_, err = out.Write(data)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), path)
}

// Prune removes files of a directory that nobody has written for ninety days: those
// whose names have one of some extensions, and what a crash has left.
func Prune(dir string, now time.Time, extensions ...string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || ext != unfinished && !slices.Contains(extensions, ext) || now.Sub(info.ModTime()) < unused {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
