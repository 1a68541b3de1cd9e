package eval

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"firn/eval/value"
	"firn/store/path"
)

// FileKind is what a path leads to, symbolic links not followed.
type FileKind uint8

// The kinds of files.
const (
	Regular FileKind = iota
	Directory
	Symlink
	OtherFile
)

// String returns the kind as builtins.readDir has it.
func (k FileKind) String() string {
	return [...]string{"regular", "directory", "symlink", "unknown"}[k]
}

// FileInfo is what is known of a file without reading it.
type FileInfo struct {
	Kind       FileKind
	Executable bool
	Size       int64
}

// DirEntry is a file in a directory.
type DirEntry struct {
	Name string
	Kind FileKind
}

// Why something of the outside is not to be had.
var (
	ErrNotExist  = fs.ErrNotExist
	ErrForbidden = errors.New("access is forbidden")
)

// Host is all that an evaluation has of the world. Paths are absolute and clean.
// ReadFile may be called by several goroutines at once, the other methods are
// called by one at a time.
type Host interface {
	ReadFile(path string) (string, error)
	Lstat(path string) (FileInfo, error)
	ReadDir(path string) ([]DirEntry, error)
	Readlink(path string) (string, error)
	Open(path string) (io.ReadCloser, error)

	Getenv(name string) string
	Home() (string, error)
	Now() int64 // seconds since 1970

	Warn(msg string) // a line, or several, for people
}

// OS is the host that has all of the machine. It writes what is for people to
// Err.
type OS struct {
	Err     io.Writer // for what an evaluation says; nil for nowhere
	Colours bool      // whether Err shows colours
}

// ReadFile implements [Host].
func (OS) ReadFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	text, err := readAll(f)
	return text, errors.Join(err, f.Close())
}

// maxFile is the size of the largest file that is read, in bytes. What is no
// regular file may have no end.
const maxFile = 1 << 30

func readAll(f *os.File) (string, error) {
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	limit := int64(maxFile)
	if !info.Mode().IsRegular() {
		limit = maxFile / 16
	}
	if info.Size() > limit {
		return "", fmt.Errorf("'%s' is larger than %d bytes", f.Name(), limit)
	}
	if n := info.Size(); n > 0 && info.Mode().IsRegular() {
		b := make([]byte, n)
		if _, err := io.ReadFull(f, b); err != nil {
			return "", fmt.Errorf("read '%s': %w", f.Name(), err)
		}
		return value.Text(b), nil
	}
	b, err := io.ReadAll(io.LimitReader(f, limit+1)) // of files in /proc the size is not known
	if int64(len(b)) > limit {
		return "", fmt.Errorf("'%s' is larger than %d bytes", f.Name(), limit)
	}
	return value.Text(b), err
}

// Lstat implements [Host].
func (OS) Lstat(path string) (FileInfo, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return FileInfo{}, err
	}
	return FileInfo{Kind: kindOf(info.Mode()), Executable: info.Mode()&0o100 != 0, Size: info.Size()}, nil
}

func kindOf(mode fs.FileMode) FileKind {
	switch mode.Type() {
	case 0:
		return Regular
	case fs.ModeDir:
		return Directory
	case fs.ModeSymlink:
		return Symlink
	}
	return OtherFile
}

// ReadDir implements [Host].
func (OS) ReadDir(path string) ([]DirEntry, error) {
	entries, err := os.ReadDir(path)
	list := make([]DirEntry, len(entries))
	for i, e := range entries {
		list[i] = DirEntry{e.Name(), kindOf(e.Type())}
	}
	return list, err
}

// Readlink implements [Host].
func (OS) Readlink(path string) (string, error) { return os.Readlink(path) }

// Open implements [Host].
func (OS) Open(path string) (io.ReadCloser, error) { return os.Open(path) }

// Getenv implements [Host].
func (OS) Getenv(name string) string { return os.Getenv(name) }

// Home implements [Host].
func (OS) Home() (string, error) { return os.UserHomeDir() }

// Now implements [Host].
func (OS) Now() int64 { return time.Now().Unix() }

// Warn implements [Host].
func (h OS) Warn(msg string) {
	if h.Err != nil {
		fmt.Fprintln(h.Err, Plain(msg, h.Colours))
	}
}

// Settings say how an evaluation goes.
type Settings struct {
	Pure     bool            // nothing that is not fixed beforehand may count
	System   string          // builtins.currentSystem
	Features map[string]bool // experimental features that are on
	Trace    bool            // failures carry a frame for each call
	Verbose  bool            // builtins.traceVerbose does something
	MaxDepth int             // of calls in one another; 0 for the 10,000 of Nix
	Lints    Lints
	StoreDir string   // DefaultStoreDir
	NixPath  []string // entries as in NIX_PATH
	Dir      string   // what relative paths from outside are relative to

	// Restricted lets only that be read which is in the directories of NixPath and
	// of Allowed, or in a store path that the evaluation comes to by itself, and
	// only that be fetched which AllowedURIs has: a URI stands for all below it, and
	// one that is only a scheme for all of that. The environment is empty.
	Restricted  bool
	Allowed     []string
	AllowedURIs []string

	// What is told of all that an evaluation would put into the store, in an
	// order in which it can be put there. Any may be nil.
	Instantiated func(p path.Path, text string) error // a derivation
	Added        func(context.Context, Source) error  // a file or directory
	Text         func(ctx context.Context, p path.Path, text string, refs []path.Path) error

	// Build makes an output of a derivation, which the evaluation needs, and returns
	// its closure. Without it that is an error. One that is [ErrForbidden] says that
	// it may not be made.
	Build func(ctx context.Context, drv path.Path, output string) ([]path.Path, error)

	// Fetch brings what is elsewhere. Without it only files and directories of
	// this machine, and what is in the store already, can be fetched.
	Fetch Fetcher
}

// ForEditor returns the settings with which an editor evaluates what somebody
// else may have written: no network, no build, nothing read outside the given
// directories, those of NixPath and the store.
func (s Settings) ForEditor(dirs ...string) Settings {
	if s.StoreDir == "" {
		s.StoreDir = DefaultStoreDir
	}
	s.Restricted, s.Allowed, s.AllowedURIs = true, append([]string{s.StoreDir}, dirs...), nil
	s.Build, s.Fetch = nil, nil
	return s
}

// DefaultStoreDir is the store directory of an evaluation that names no other.
const DefaultStoreDir = "/nix/store"
