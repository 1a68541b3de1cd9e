package sandbox

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
)

// Remove removes a directory that a builder wrote to, when it has ended. Unlike
// [os.RemoveAll] it gets rid of directories without permissions, and of trees that
// are too deep for paths or for one open file each. One that is missing is removed
// already.
func Remove(dir string) error {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrPermission) {
		if err := os.Chmod(dir, 0o700); err != nil {
			return err
		}
		root, err = os.OpenRoot(dir)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	r := &remover{root: root}
	if err := errors.Join(r.removeAll(), root.Close()); err != nil {
		return err
	}
	return os.Remove(dir)
}

// remover removes what is below a directory without ever going deeper than two: a
// directory in a directory becomes one at the top.
type remover struct {
	root  *os.Root
	moved uint64 // directories
}

func (r *remover) removeAll() error {
	return r.each(".", func(name string, e fs.DirEntry) error {
		if !e.IsDir() {
			return r.root.Remove(name)
		}
		if err := r.root.Chmod(name, 0o700); err != nil {
			return err
		}
		if err := r.each(name, r.flatten); err != nil {
			return err
		}
		return r.root.Remove(name)
	})
}

// flatten removes a file, and moves a directory to the top.
func (r *remover) flatten(name string, e fs.DirEntry) error {
	if !e.IsDir() {
		return r.root.Remove(name)
	}
	// A directory that is moved changes, as its parent is written in it.
	if err := r.root.Chmod(name, 0o700); err != nil {
		return err
	}
	for {
		top := "firn-removed-" + strconv.FormatUint(r.moved, 10)
		r.moved++
		_, err := r.root.Lstat(top)
		if errors.Is(err, fs.ErrNotExist) {
			return r.root.Rename(name, top)
		}
		if err != nil {
			return err
		}
	}
}

// batch is how many names are read at once: a directory may have any number.
const batch = 1024

// each calls a function, which takes entries away, until there are no more.
func (r *remover) each(dir string, do func(name string, e fs.DirEntry) error) error {
	if dir == "." {
		if err := r.root.Chmod(dir, 0o700); err != nil {
			return err
		}
	}
	for {
		entries, err := r.read(dir)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			name := e.Name()
			if dir != "." {
				name = dir + "/" + name
			}
			if err := do(name, e); err != nil {
				return err
			}
		}
	}
}

func (r *remover) read(dir string) ([]fs.DirEntry, error) {
	f, err := r.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	entries, err := f.ReadDir(batch)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return entries, err
}
