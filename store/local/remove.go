package local

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"firn/store/path"
)

// removeObject removes what is at the path of an object that is not valid.
func (s *Store) removeObject(p path.Path) error {
	_, err := s.remove(context.Background(), p.Base())
	return err
}

// remove removes a file of the store directory with all that is in it, whatever the
// modes, and returns how many bytes that frees.
//
// It goes from one open directory to the next, so that somebody who can write to the
// tree, such as a builder that still runs, cannot lead it elsewhere.
func (s *Store) remove(ctx context.Context, base string) (freed int64, err error) {
	root, err := os.OpenRoot(s.real)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	r := remover{ctx: ctx}
	err = r.file(root, base)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return r.freed, err
}

type remover struct {
	ctx   context.Context
	freed int64
}

func (r *remover) file(in *os.Root, name string) error {
	if err := r.ctx.Err(); err != nil {
		return context.Cause(r.ctx)
	}
	info, err := in.Lstat(name)
	if err != nil {
		return err
	}
	if info.IsDir() {
		if err := r.directory(in, name, info); err != nil {
			return err
		}
	} else if stat(info).links <= 2 {
		// The second link is most often the one of an optimised store, which is removed
		// when the last other is.
		r.freed += info.Size()
	}
	return in.Remove(name)
}

func (r *remover) directory(in *os.Root, name string, info fs.FileInfo) (err error) {
	if info.Mode().Perm()&0o700 != 0o700 {
		if err := in.Chmod(name, 0o700); err != nil {
			return err
		}
	}
	dir, err := in.OpenRoot(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	opened, err := dir.Stat(".")
	if err != nil {
		return err
	}
	if !os.SameFile(info, opened) {
		return &fs.PathError{Op: "remove", Path: name, Err: errors.New("somebody else changes the directory")}
	}
	f, err := dir.Open(".")
	if err != nil {
		return err
	}
	names, err := f.Readdirnames(-1)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	for _, n := range names {
		if err := r.file(dir, n); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
