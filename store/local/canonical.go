package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"firn/store/path"
)

// canonicalMode returns the mode of directories and executables, or of other files.
func canonicalMode(executable bool) fs.FileMode {
	if executable {
		return 0o555
	}
	return 0o444
}

// InvalidFileError says that a builder made a file that cannot be in a store.
type InvalidFileError struct {
	Name   string
	Reason string
}

// Error returns the message.
func (e *InvalidFileError) Error() string { return fmt.Sprintf("file '%s' %s", e.Name, e.Reason) }

// Canonicalize gives the files of a tree the metadata that files of a store have:
// modes 0444 and 0555, a time of 1 second after 1970, this process as the owner, and
// no extended attributes but those of the system (setting ignored-acls). Nobody else
// may be able to write to the tree.
//
// Unless owner is -1, files that belong to another user are refused, for a builder
// can link others' files into its output, and so is what is neither a file, a
// directory nor a symlink; the error is an [*InvalidFileError].
func (s *Store) Canonicalize(ctx context.Context, name string, owner int) error {
	c := canonicalizer{ctx: ctx, owner: owner, seen: map[inode]bool{}}
	return c.file(name)
}

// inode is what a file is apart from its names.
type inode struct{ dev, ino uint64 }

type canonicalizer struct {
	ctx   context.Context
	owner int
	seen  map[inode]bool // files that were normalised, which have other names
}

func (c *canonicalizer) file(name string) error {
	if err := c.ctx.Err(); err != nil {
		return context.Cause(c.ctx)
	}
	info, err := os.Lstat(name)
	if err != nil {
		return err
	}
	kind := info.Mode().Type()
	if kind != 0 && kind != fs.ModeDir && kind != fs.ModeSymlink {
		return &InvalidFileError{name, "has an unsupported type"}
	}
	st := stat(info)
	if c.owner >= 0 && st.uid != c.owner {
		if kind != fs.ModeDir && c.seen[st.inode] {
			return nil
		}
		return &InvalidFileError{name, fmt.Sprintf("has invalid ownership: it belongs to user %d, not to the user %d of the build", st.uid, c.owner)}
	}
	c.seen[st.inode] = true
	if err := c.normalize(name, info); err != nil {
		return err
	}
	if kind == fs.ModeDir {
		if err := c.directory(name); err != nil {
			return err
		}
	}
	return setTime(name)
}

// normalize changes the metadata of one file except for its time.
func (c *canonicalizer) normalize(name string, info fs.FileInfo) error {
	isLink := info.Mode()&fs.ModeSymlink != 0
	err := stripAttributes(name)
	if errors.Is(err, fs.ErrPermission) && !isLink {
		// Attributes of files that may only be read cannot be removed but by root.
		if err := os.Chmod(name, info.Mode().Perm()|0o200); err != nil {
			return err
		}
		err = stripAttributes(name)
	}
	if err != nil {
		return err
	}
	if stat(info).uid != os.Geteuid() {
		if err := os.Lchown(name, os.Geteuid(), os.Getegid()); err != nil {
			return err
		}
	}
	if isLink {
		return nil
	}
	return os.Chmod(name, canonicalMode(info.IsDir() || info.Mode()&0o100 != 0))
}

func (c *canonicalizer) directory(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	names, err := f.Readdirnames(-1)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	for _, n := range names {
		if err := c.file(filepath.Join(name, n)); err != nil {
			return err
		}
	}
	return nil
}

// Take moves a normalised tree to the path of an object that is locked and not
// valid. What is there is removed.
func (s *Store) Take(ctx context.Context, name string, p path.Path) error {
	if s.o.ReadOnly {
		return errReadOnly
	}
	valid, err := s.Valid(ctx, []path.Path{p})
	if err != nil {
		return err
	}
	if valid[p] {
		return fmt.Errorf("'%s' is valid, so nothing is moved there", p)
	}
	if filepath.Clean(name) == s.Real(p) {
		return nil // it was made there
	}
	if err := s.removeObject(p); err != nil {
		return err
	}
	return move(name, s.Real(p))
}

// move renames a tree. A directory must be writable for that, since it has its
// parent in it.
func move(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		if err := os.Chmod(from, 0o700); err != nil {
			return err
		}
	}
	if err := os.Rename(from, to); err != nil {
		if errors.Is(err, syscall.EXDEV) {
			err = fmt.Errorf("%w; what is built must be on the file system of the store", err)
		}
		return err
	}
	if !info.IsDir() {
		return nil
	}
	if err := os.Chmod(to, canonicalMode(true)); err != nil {
		return err
	}
	return setTime(to)
}
