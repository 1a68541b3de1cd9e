package knowledge

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"firn/eval"
)

// texts are the open documents as far as they can be read as nixlang, by path. A
// map is not changed once it is in use.
type texts struct {
	atomic.Pointer[map[string]string]
}

func (t *texts) get(path string) (string, bool) {
	m := t.Load()
	if m == nil {
		return "", false
	}
	s, ok := (*m)[path]
	return s, ok
}

// host is the machine as evaluations see it: with the open documents as they are
// in the editor, with the texts of this package, and for an editor without an
// environment.
type host struct {
	eval.OS
	open        *texts
	says        func(msg string)
	environment bool // there is one
	refused     bool // packages are wanted that nixpkgs refuses otherwise
}

// ReadFile implements [eval.Host].
func (h host) ReadFile(path string) (string, error) {
	if s, ok := h.open.get(path); ok {
		return s, nil
	}
	if isOurs(path) {
		return readEmbedded(path)
	}
	if err := readable(path); err != nil {
		return "", err
	}
	return h.OS.ReadFile(path)
}

// readable returns why a file must not be read: who reads a pipe waits for somebody
// to write, and some devices have no end. Links were followed before.
func readable(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		err = &fs.PathError{Op: "read", Path: path, Err: errNotRegular}
	}
	return err
}

var errNotRegular = errors.New("not a regular file")

// Open implements [eval.Host].
func (h host) Open(path string) (io.ReadCloser, error) {
	if s, ok := h.open.get(path); ok {
		return io.NopCloser(strings.NewReader(s)), nil
	}
	if isOurs(path) {
		s, err := readEmbedded(path)
		return io.NopCloser(strings.NewReader(s)), err
	}
	if err := readable(path); err != nil {
		return nil, err
	}
	return h.OS.Open(path)
}

// Lstat implements [eval.Host]. A document that was never saved is a file.
func (h host) Lstat(path string) (eval.FileInfo, error) {
	if isOurs(path) {
		return statEmbedded(path)
	}
	info, err := h.OS.Lstat(path)
	if s, ok := h.open.get(path); ok && (errors.Is(err, eval.ErrNotExist) || err == nil && info.Kind == eval.Regular) {
		return eval.FileInfo{Kind: eval.Regular, Executable: info.Executable, Size: int64(len(s))}, nil
	}
	return info, err
}

// Getenv implements [eval.Host].
func (h host) Getenv(name string) string {
	if h.refused && slices.Contains(allowing, name) {
		return "1"
	}
	if !h.environment {
		return ""
	}
	return h.OS.Getenv(name)
}

// allowing are variables that make nixpkgs refuse no package (nixpkgs manual,
// "Global configuration").
var allowing = []string{"NIXPKGS_ALLOW_UNFREE", "NIXPKGS_ALLOW_BROKEN", "NIXPKGS_ALLOW_INSECURE", "NIXPKGS_ALLOW_UNSUPPORTED_SYSTEM"}

// Warn implements [eval.Host].
func (h host) Warn(msg string) { h.says(msg) }
