package lsp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"firn/eval/flakeref"
	"firn/eval/lockfile"
	"firn/lsp/feature/flake"
	"firn/lsp/feature/hover"
	"firn/lsp/feature/navigate"
	"firn/lsp/session"
	"firn/parser"
	"firn/parser/text"
	"firn/store/path"
)

// storeDir is where the store of Nix is.
const storeDir = path.Dir("/nix/store")

// flakeLock reads the lock file beside a flake.
func (s *Server) flakeLock(dir string) flake.Lock {
	file, err := readLock(filepath.Join(dir, "flake.lock"))
	if err != nil {
		return func([]string) (flake.Input, bool) { return flake.Input{}, false } // as if there were none
	}
	return func(names []string) (flake.Input, bool) {
		node, err := file.Input(lockfile.PathOf(names...))
		if err != nil || node == nil {
			return flake.Input{}, false
		}
		return s.inputOf(node, dir), true
	}
}

// maxLock is the size of the largest lock file that is read, in bytes.
const maxLock = 16 << 20

func readLock(path string) (*lockfile.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxLock {
		return nil, fmt.Errorf("%s is no file of at most %d bytes", path, maxLock)
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return lockfile.Parse(string(src), path, flakeref.Options{Features: map[string]bool{"flakes": true}})
}

// inputOf returns what a node of a lock file says. What cannot be told is left out.
func (s *Server) inputOf(n *lockfile.Node, dir string) flake.Input {
	in := flake.Input{Place: s.placeOf(n, dir)}
	in.URL, _ = n.Original.URL()
	attrs := n.Locked.Input.Attrs
	in.NarHash, _, _ = attrs.Str("narHash")
	in.Rev, _, _ = attrs.Str("rev")
	if t, ok, err := attrs.Int("lastModified"); ok && err == nil {
		in.LastModified = int64(t)
	}
	return in
}

// placeOf returns the directory in which an input is on this machine, or "".
func (s *Server) placeOf(n *lockfile.Node, dir string) string {
	for _, place := range []string{localPlace(n, dir), storedPlace(n)} {
		if place == "" {
			continue
		}
		place = s.locate(filepath.Join(place, n.Locked.Dir))
		if info, err := os.Stat(place); err == nil && info.IsDir() {
			return place
		}
	}
	return ""
}

// localPlace returns the directory that an input names. A relative one begins at the
// flake; those of inputs of inputs are not found.
func localPlace(n *lockfile.Node, dir string) string {
	attrs := n.Locked.Input.Attrs
	switch n.Locked.Input.Type() {
	case "path":
		p, _, err := attrs.Str("path")
		switch {
		case err != nil || p == "":
			return ""
		case filepath.IsAbs(p):
			return p
		case n.Parent == nil || *n.Parent == "":
			return filepath.Join(dir, p)
		}
	case "git":
		if u, _, err := attrs.Str("url"); err == nil && strings.HasPrefix(u, "file://") {
			return strings.TrimPrefix(u, "file://")
		}
	}
	return ""
}

// storedPlace returns where in the store an input is, by its hash.
func storedPlace(n *lockfile.Node) string {
	h, err := n.Locked.Input.NarHash()
	if err != nil || h.IsNone() {
		return ""
	}
	p, err := storeDir.Fixed("source", path.ContentAddress{Method: path.NAR, Hash: h}, path.Refs{})
	if err != nil {
		return ""
	}
	return string(p)
}

// flakeHover describes what touches off in a flake.
func (s *Server) flakeHover(file *session.File, off uint32) (hover.Hover, bool) {
	n, ok := flakeNode(file, off)
	if !ok {
		return hover.Hover{}, false
	}
	doc := flake.Hover(file.Scope(), n, s.flakeLock(filepath.Dir(file.Path())), time.Now())
	return hover.Hover{Span: n.Span(), Markdown: doc}, doc != ""
}

// flakeDefinition returns the flake.nix of the input that touches off, if that is on
// this machine.
func (s *Server) flakeDefinition(file *session.File, off uint32) (text.Span, []navigate.Location) {
	n, ok := flakeNode(file, off)
	if !ok {
		return text.Span{}, nil
	}
	names := flake.InputAt(file.Scope(), n)
	if names == nil {
		return text.Span{}, nil
	}
	in, ok := s.flakeLock(filepath.Dir(file.Path()))(names)
	if !ok || in.Place == "" {
		return text.Span{}, nil
	}
	target := filepath.Join(in.Place, flake.FileName)
	if _, err := os.Stat(target); err != nil {
		return text.Span{}, nil // an input that is no flake
	}
	return n.Span(), []navigate.Location{{Path: target}}
}

// flakeNode returns the name or text that touches off, and false outside of flakes.
func flakeNode(file *session.File, off uint32) (parser.Node, bool) {
	if !flake.Is(file.Path(), file.Scope()) {
		return parser.Node{}, false
	}
	tree := file.Scope().Tree()
	n := tree.At(off)
	if off > 0 && n.Kind() != parser.KindName && n.Kind() != parser.KindText {
		n = tree.At(off - 1)
	}
	if n.Parent().Kind() == parser.KindString && n.Parent().Parent().Kind() == parser.KindAttrPath {
		n = n.Parent()
	}
	return n, n.Valid()
}
