package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"firn/store"
	"firn/store/hash"
	"firn/store/path"
)

// RootKind is what makes something a root.
type RootKind string

// The kinds of roots.
const (
	Direct    RootKind = "gcroot"    // a link in gcroots, or a file there with the name of an object
	Indirect  RootKind = "indirect"  // a link that gcroots/auto knows of, such as result
	Profile   RootKind = "profile"   // a generation of a profile
	Temporary RootKind = "temporary" // held by a process
	Running   RootKind = "running"   // used by a process, or by the kernel
)

// Root keeps an object, and what that refers to, from being collected.
type Root struct {
	Kind RootKind
	Link string // the link; or what else tells of the root: a file in temproots or in /proc
	Path path.Path
}

// Roots returns the roots, sorted by path and link. All paths are valid.
func (s *Store) Roots(ctx context.Context) ([]Root, error) {
	f := &finder{s: s, ctx: ctx}
	if err := f.all(); err != nil {
		return nil, err
	}
	return f.valid()
}

// finder finds roots.
type finder struct {
	s       *Store
	ctx     context.Context
	cleanup bool // whether links and files that stand for nothing any more are removed
	roots   []Root
	held    []path.Path // by processes; nobody has checked that they are store paths
}

func (f *finder) all() error {
	if err := f.links(filepath.Join(f.s.state, "gcroots"), Direct); err != nil {
		return err
	}
	if err := f.links(filepath.Join(f.s.state, "profiles"), Profile); err != nil {
		return err
	}
	if err := f.running(); err != nil {
		return err
	}
	return f.temporary()
}

// valid returns the roots that are valid objects.
func (f *finder) valid() ([]Root, error) {
	paths := make([]path.Path, len(f.roots))
	for i, r := range f.roots {
		paths[i] = r.Path
	}
	valid, err := f.s.Valid(f.ctx, paths)
	if err != nil {
		return nil, err
	}
	roots := slices.DeleteFunc(f.roots, func(r Root) bool { return !valid[r.Path] })
	slices.SortFunc(roots, func(a, b Root) int {
		return strings.Compare(string(a.Path)+"\x00"+a.Link, string(b.Path)+"\x00"+b.Link)
	})
	return slices.Compact(roots), nil
}

func (f *finder) add(kind RootKind, link, target string) {
	if within(f.s.real, target) {
		target = f.s.o.Dir.String() + target[len(f.s.real):]
	}
	if p, _, err := f.s.o.Dir.Split(target); err == nil {
		f.roots = append(f.roots, Root{kind, link, p})
	}
}

// links finds the roots below a directory of links.
func (f *finder) links(dir string, kind RootKind) error {
	return filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if f.ctx.Err() != nil {
			return context.Cause(f.ctx)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return f.unreadable(err)
		case e.Type()&fs.ModeSymlink != 0:
			return f.link(name, kind)
		case e.Type().IsRegular():
			if p, err := f.s.o.Dir.ParseBase(e.Name()); err == nil {
				f.roots = append(f.roots, Root{kind, name, p})
			}
		}
		return nil
	})
}

// unreadable returns the error of something that may tell of roots. Nothing may be
// removed then; but whoever only wants to know may not be the owner of the store.
func (f *finder) unreadable(err error) error {
	if !f.cleanup && errors.Is(err, fs.ErrPermission) {
		f.s.o.Events.Send(store.Warning{Text: fmt.Sprintf("there may be more roots: %v", err)})
		return nil
	}
	return fmt.Errorf("cannot find the roots of the store: %w", err)
}

// link takes a link to an object, or to a link to one.
func (f *finder) link(name string, kind RootKind) error {
	target, err := os.Readlink(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if f.s.leadsInside(target) {
		f.add(kind, name, target)
		return nil
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(name), target)
	}
	info, err := os.Lstat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
		if f.cleanup && filepath.Dir(name) == filepath.Join(f.s.state, "gcroots", "auto") {
			return os.Remove(name)
		}
		return nil
	case err != nil:
		// As in Nix: a root where the owner of the store may not look keeps nothing.
		f.s.o.Events.Send(store.Warning{Text: fmt.Sprintf("the root '%s' keeps nothing, for it cannot be read: %v", target, err)})
		return nil
	case info.Mode()&fs.ModeSymlink == 0:
		return nil
	}
	second, err := os.Readlink(target)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it has gone meanwhile
	}
	if err != nil {
		return err
	}
	switch {
	case within(filepath.Join(f.s.state, "profiles"), target):
		kind = Profile
	case kind == Direct:
		kind = Indirect
	}
	f.add(kind, target, second)
	return nil
}

// temporary finds what processes hold.
func (f *finder) temporary() error {
	dir := filepath.Join(f.s.state, "temproots")
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue // those that keep package managers from removing the directory
		}
		if err := f.process(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// process takes the file of one process. If that has died, it does not count.
func (f *finder) process(name string) (err error) {
	flag := os.O_RDWR
	if f.s.o.ReadOnly {
		flag = os.O_RDONLY
	}
	file, err := os.OpenFile(name, flag, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return f.unreadable(err)
	}
	dead, err := tryLock(file, exclusive)
	if err != nil {
		return errors.Join(err, file.Close())
	}
	if dead && f.cleanup {
		return removeLock(file)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if dead {
		return nil
	}
	b, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	for _, p := range parseTempRoots(b) {
		f.held = append(f.held, p)
		f.add(Temporary, name, string(p))
	}
	return nil
}

// AddRoot makes a link to a valid object, and keeps the object for as long as the
// link is there. The link leads to the store path, wherever the store is on this
// machine. A link that is there already is replaced if it leads into the store.
func (s *Store) AddRoot(ctx context.Context, link string, p path.Path) error {
	return s.addRoot(ctx, link, p, string(p))
}

// AddVisibleRoot is AddRoot with a link that leads to where the object is on this
// machine, so that people can follow it. Where the store is not at /, Nix does not
// take such a link for a root.
func (s *Store) AddVisibleRoot(ctx context.Context, link string, p path.Path) error {
	return s.addRoot(ctx, link, p, s.Real(p))
}

func (s *Store) addRoot(ctx context.Context, link string, p path.Path, target string) error {
	if s.o.ReadOnly {
		return errReadOnly
	}
	link, err := filepath.Abs(link)
	if err != nil {
		return err
	}
	if s.o.Dir.Contains(link) || within(s.real, link) {
		return fmt.Errorf("the root '%s' cannot be in the store itself", link)
	}
	if valid, err := s.hold(ctx, p); err != nil {
		return err
	} else if !valid {
		return fmt.Errorf("it cannot become a root: %w", notFound(p))
	}
	if err := s.mayReplace(link); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(link), 0o777); err != nil {
		return err
	}
	if within(filepath.Join(s.state, "gcroots"), link) || within(filepath.Join(s.state, "profiles"), link) {
		return replaceLink(string(p), link)
	}
	if err := replaceLink(target, link); err != nil {
		return err
	}
	auto := filepath.Join(s.state, "gcroots", "auto")
	if err := makeDir(auto, 0o755); err != nil {
		return err
	}
	return replaceLink(link, filepath.Join(auto, hash.SumString(hash.SHA1, link).Nix32()))
}

// within reports whether a clean path is below a directory.
func within(dir, name string) bool {
	rest, ok := strings.CutPrefix(name, dir)
	return ok && strings.HasPrefix(rest, string(filepath.Separator))
}

// leadsInside reports whether the target of a link is in the store: as a store path, or
// where the store is on this machine.
func (s *Store) leadsInside(target string) bool {
	return s.o.Dir.Contains(target) || within(s.real, target)
}

// mayReplace fails if there is something else than a link into the store.
func (s *Store) mayReplace(link string) error {
	_, err := os.Lstat(link)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if target, err := os.Readlink(link); err != nil || !s.leadsInside(target) {
		return fmt.Errorf("cannot create symlink '%s'; already exists, and is not a link into the store", link)
	}
	return nil
}
