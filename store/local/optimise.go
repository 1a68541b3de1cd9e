package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"firn/store"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
)

// OptimiseResult says what linking has come to.
type OptimiseResult struct {
	Files int   // that became links to others
	Freed int64 // bytes
}

// linksName is the directory in the store that has a link to each file, under the
// hash of its archive.
const linksName = ".links"

// Optimise replaces equal files by hard links to one (Nix manual, nix-store
// --optimise).
func (s *Store) Optimise(ctx context.Context) (result OptimiseResult, err error) {
	if s.o.ReadOnly {
		return result, errReadOnly
	}
	all, err := s.All(ctx)
	if err != nil {
		return result, err
	}
	id, end := s.o.Events.Start(store.Started{Kind: store.Verifying, Text: "linking equal files of the store"})
	defer func() { end(err) }()
	for i, p := range all {
		valid, err := s.hold(ctx, p)
		if err != nil {
			return result, err
		}
		if valid {
			one, err := s.optimise(ctx, p)
			if err != nil {
				return result, err
			}
			result.Files += one.Files
			result.Freed += one.Freed
		}
		s.o.Events.Send(store.Progress{Activity: id, Done: int64(i + 1), Total: int64(len(all))})
	}
	return result, nil
}

// optimise links the files of an object, which may not be valid yet.
func (s *Store) optimise(ctx context.Context, p path.Path) (OptimiseResult, error) {
	s.linking.Lock()
	defer s.linking.Unlock()
	l := linker{ctx: ctx, s: s}
	err := filepath.WalkDir(s.Real(p), func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return l.file(name)
	})
	return l.result, err
}

type linker struct {
	ctx    context.Context
	s      *Store
	result OptimiseResult
}

// file links a file if there is an equal one.
func (l *linker) file(name string) error {
	info, err := os.Lstat(name)
	if err != nil {
		return err
	}
	switch mode := info.Mode(); {
	case !mode.IsRegular() && mode&fs.ModeSymlink == 0:
		return nil
	case mode.IsRegular() && mode&0o200 != 0:
		l.s.o.Events.Send(store.Warning{Text: fmt.Sprintf("'%s' can be written to, which is suspicious; it is not linked", name)})
		return nil
	}
	sum, _, err := nar.Sum(l.ctx, hash.SHA256, nar.Tree{FS: nar.OS{}, Root: name})
	if err != nil {
		return err
	}
	link := filepath.Join(l.s.real, linksName, sum.Nix32())
	known, err := os.Lstat(link)
	if err == nil && known.Size() != info.Size() {
		l.s.o.Events.Send(store.Warning{Text: fmt.Sprintf("the link '%s' was modified and is removed; there may be more damage, which verifying the store finds", link)})
		if err := os.Remove(link); err != nil {
			return err
		}
		err = fs.ErrNotExist
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = os.Link(name, link)
		if err == nil || errors.Is(err, syscall.ENOSPC) || tooMany(err) {
			return nil // the first of its kind; or the directory of links is full
		}
		if errors.Is(err, fs.ErrExist) {
			known, err = os.Lstat(link)
		}
	}
	if err != nil {
		return err
	}
	if os.SameFile(known, info) {
		return nil
	}
	return l.replace(name, link, info.Size())
}

// tooMany reports whether a file cannot have more links.
func tooMany(err error) bool { return errors.Is(err, syscall.EMLINK) }

// replace replaces a file by a link. Its directory is writable meanwhile, unless that
// is the store.
func (l *linker) replace(name, link string, size int64) (err error) {
	temp := tempName(l.s.real, ".tmp-link-")
	err = os.Link(link, temp)
	if tooMany(err) || errors.Is(err, fs.ErrNotExist) {
		return nil // it has as many as it can, or somebody has just collected it
	}
	if err != nil {
		return err
	}
	if dir := filepath.Dir(name); dir != l.s.real {
		if err := os.Chmod(dir, 0o755); err != nil {
			return errors.Join(err, os.Remove(temp))
		}
		defer func() { err = errors.Join(err, os.Chmod(dir, canonicalMode(true)), setTime(dir)) }()
	}
	if err := os.Rename(temp, name); err != nil {
		removing := os.Remove(temp)
		if tooMany(err) {
			return removing
		}
		return errors.Join(err, removing)
	}
	l.result.Files++
	l.result.Freed += size
	return nil
}
