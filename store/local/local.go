// Package local is a store in a directory, laid out like one of Nix: objects in
// nix/store, what is known of them in nix/var/nix/db, and what must stay in
// nix/var/nix/{gcroots,profiles,temproots}. Nix may work on the same directory at
// the same time, for locks and the database are shared as Nix shares them (Nix
// manual, Local Store; the database has its schema 10).
//
// Paths of objects are logical: they begin with /nix/store wherever the directory
// is. [Store.Real] says where an object is on this machine.
//
// An object becomes part of a store in three steps. [Store.Hold] keeps the
// garbage collector away from its path, [Store.Lock] keeps others from making it,
// and [Store.Register] makes it valid. What is at the path of an object that is
// not valid is a leftover, which anybody who has the lock may remove. The Add
// methods do all of it.
package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"firn/store"
	"firn/store/drv"
	"firn/store/path"
)

// Options say which store is opened, and how.
type Options struct {
	Root string   // the directory above nix; "" or "/" is the machine's own store
	Dir  path.Dir // of the logical paths

	// ReadOnly neither writes to the database nor locks anything. Nobody needs the
	// right to write then. If the database has no shared memory, because nobody has
	// it open, what others write later is not seen.
	ReadOnly bool

	// NoSync leaves it to the system when the files of an object reach the disk. An
	// object can then be valid and empty after a loss of power.
	NoSync bool

	// Optimise links equal files of objects that are added (setting
	// auto-optimise-store).
	Optimise bool

	Events store.Events
}

// Store is an open store. Its methods may be called by several goroutines at once.
type Store struct {
	o     Options
	root  string // absolute
	real  string // where the objects are
	state string // ROOT/nix/var/nix
	logs  string // ROOT/nix/var/log/nix

	db      *database
	schema  *os.File // the lock that holds off a change of the schema
	temp    *tempRoots
	linking sync.Mutex // of optimisations
	hashes  *drv.Hashes
}

// Open opens a store, and makes what is missing of it unless it is only read.
func Open(ctx context.Context, o Options) (*Store, error) {
	s, err := locate(o)
	if err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, fmt.Errorf("cannot open the store in '%s': %w", s.root, errors.Join(err, s.Close()))
	}
	return s, nil
}

// locate says where the parts of a store are. As in Nix a root has its objects in
// nix/store, whatever their logical paths begin with.
func locate(o Options) (*Store, error) {
	if o.Dir == "" {
		o.Dir = path.DefaultDir
	}
	root, err := filepath.Abs(cmp.Or(o.Root, "/"))
	if err != nil {
		return nil, err
	}
	objects := string(o.Dir)
	if root != "/" {
		objects = filepath.Join(root, "nix", "store")
	}
	return &Store{
		o: o, root: root, real: objects,
		state: filepath.Join(root, "nix", "var", "nix"),
		logs:  filepath.Join(root, "nix", "var", "log", "nix"),
	}, nil
}

func (s *Store) open(ctx context.Context) error {
	if !canLock {
		return errors.New("this system has no locks that Nix would see; firn can only evaluate here")
	}
	s.hashes = drv.NewHashes(s.o.Dir, s.read)
	for _, dir := range []string{filepath.Dir(s.real), s.real} {
		if info, err := os.Lstat(dir); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return fmt.Errorf("'%s' is a symlink, which Nix does not allow for the store and what it is in", dir)
		}
	}
	if !s.o.ReadOnly {
		if err := s.makeDirs(); err != nil {
			return err
		}
	}
	if s.o.ReadOnly {
		return s.openDatabase(ctx)
	}
	var err error
	s.schema, err = openLock(ctx, filepath.Join(s.state, "db", "big-lock"), shared, s.waiting("the store to be upgraded", ""))
	if err != nil {
		return err
	}
	if err := s.openDatabase(ctx); err != nil {
		return err
	}
	s.temp, err = useTempRoots(s.state)
	return err
}

// makeDirs makes the directories that Nix expects. What mode they get does not
// depend on the umask; those that are there stay as they are.
func (s *Store) makeDirs() error {
	for _, dir := range []struct {
		name string
		mode fs.FileMode
	}{
		{s.real, 0o755},
		{filepath.Join(s.real, ".links"), 0o755},
		{filepath.Join(s.state, "db"), 0o755},
		{filepath.Join(s.state, "temproots"), 0o755},
		{filepath.Join(s.state, "gcroots", "per-user"), 0o755},
		{filepath.Join(s.state, "gcroots", "auto"), 0o755},
		{filepath.Join(s.state, "profiles", "per-user"), 0o755},
		{s.BuildDir(), 0o700},
		{s.UserPool(), 0o755},
	} {
		if err := makeDir(dir.name, dir.mode); err != nil {
			return err
		}
	}
	return nil
}

// makeDir makes a directory and those above it, each with the mode.
func makeDir(name string, mode fs.FileMode) error {
	info, err := os.Stat(name)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("'%s' is not a directory", name)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := makeDir(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(name, mode); errors.Is(err, fs.ErrExist) {
		return nil // somebody else has made it meanwhile
	} else if err != nil {
		return err
	}
	return os.Chmod(name, mode)
}

// Close closes the store. What it holds for this process may be collected
// afterwards.
func (s *Store) Close() error {
	var errs []error
	if s.temp != nil {
		errs = append(errs, s.temp.leave())
		s.temp = nil
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.schema != nil {
		errs = append(errs, s.schema.Close())
		s.schema = nil
	}
	return errors.Join(errs...)
}

// Dir returns the directory of the logical paths.
func (s *Store) Dir() path.Dir { return s.o.Dir }

// Root returns the absolute directory above nix, "/" for the machine's own store.
func (s *Store) Root() string { return s.root }

// Real returns where an object is on this machine, whether or not it is there.
func (s *Store) Real(p path.Path) string { return filepath.Join(s.real, p.Base()) }

// RealOf returns where a logical path is on this machine. It follows no symlinks;
// what is not in the store directory is where it says.
func (s *Store) RealOf(logical string) string {
	rest, ok := strings.CutPrefix(logical, s.o.Dir.String())
	if !ok || rest != "" && rest[0] != '/' {
		return logical
	}
	return filepath.Join(s.real, rest)
}

// BuildDir returns the directory that builds have their temporary directories in,
// where only the owner of the store may look.
func (s *Store) BuildDir() string { return filepath.Join(s.state, "builds") }

// UserPool returns the directory with the locks of users that builders run as.
func (s *Store) UserPool() string { return filepath.Join(s.state, "userpool2") }

// errReadOnly is the error of everything that would write.
var errReadOnly = errors.New("the store was opened to be read only")

// waiting returns what tells that somebody waits for something, which may be about a
// path, and returns what tells that the wait is over.
func (s *Store) waiting(what string, p path.Path) func(holder string) func(error) {
	return func(holder string) func(error) {
		text := "waiting for " + what
		if holder != "" {
			text += ", held by " + holder
		}
		_, end := s.o.Events.Start(store.Started{Kind: store.Waiting, Path: p, Text: text})
		return end
	}
}
