package infer

import (
	"path/filepath"
	"strings"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/link"
	"firn/parser"
	"firn/parser/scope"
)

// Space is what a value may come from: one file, and those it imports by paths
// that are written out. It is made for one request and is not safe for
// concurrent use.
type Space struct {
	root  *scope.Info
	world disk.World
	load  func(path string) *scope.Info
	only  func(path string) bool // which files are loaded; nil for all

	evaluated Evaluated

	files map[*parser.Tree]*file // of other files
	paths map[string]*file       // nil for what cannot be loaded
}

type file struct {
	info *scope.Info
	path string
}

// maxFiles is how many files are loaded to answer a request, and maxSize how
// large in bytes each may be.
const (
	maxFiles = 20
	maxSize  = 8 << 20
)

// Alone returns the space of a single file.
func Alone(info *scope.Info) *Space { return &Space{root: info} }

// Open returns the space of a file and of what load returns for the files it
// imports; nil means that a file cannot be read.
func Open(info *scope.Info, world disk.World, load func(path string) *scope.Info) *Space {
	return &Space{
		root: info, world: world, load: load,
		files: map[*parser.Tree]*file{}, paths: map[string]*file{},
	}
}

// Only makes s load no other files than those that ok accepts, and returns it. The
// others do not count against how many are loaded.
func (s *Space) Only(ok func(path string) bool) *Space {
	s.only = ok
	return s
}

// Info returns what the names of the file of a node mean.
func (s *Space) Info(n parser.Node) *scope.Info {
	if f := s.files[n.Tree()]; f != nil {
		return f.info
	}
	return s.root
}

// Root returns what the names of the file in question mean.
func (s *Space) Root() *scope.Info { return s.root }

// Path returns the path of another file than the one in question, whose path is
// "".
func (s *Space) Path(info *scope.Info) string {
	if f := s.files[info.Tree()]; f != nil {
		return f.path
	}
	return ""
}

// open returns the file that a path literal leads to, or nil.
func (s *Space) open(literal parser.Node) *file {
	if s.load == nil {
		return nil
	}
	path, ok := s.resolve(literal)
	if !ok {
		return nil
	}
	return s.file(path)
}

// file returns the file at a path, or nil.
func (s *Space) file(path string) *file {
	if s.load == nil {
		return nil
	}
	if s.only != nil && !s.only(path) {
		return nil
	}
	if f, known := s.paths[path]; known || len(s.paths) >= maxFiles {
		return f
	}
	s.paths[path] = nil
	if stat, err := s.world.Stat(path); err != nil || stat.IsDir() || stat.Size() > maxSize {
		return nil
	}
	info := s.load(path)
	if info == nil {
		return nil
	}
	f := &file{info, path}
	s.paths[path], s.files[info.Tree()] = f, f
	return f
}

// resolve returns the file that a path literal means; of a directory the
// default.nix.
func (s *Space) resolve(literal parser.Node) (string, bool) {
	var path string
	var ok bool
	switch {
	case literal.Kind() == parser.KindSearchPath:
		path, ok = s.world.Search.Lookup(s.world, strings.Trim(literal.Text(), "<>"))
	case literal.Kind() == parser.KindPath && !literal.FirstChild().Valid():
		world := s.world
		if from := s.Path(s.Info(literal)); from != "" {
			world.File.Path = from
		}
		path, ok = world.Absolute(literal.Text())
	}
	if !ok {
		return "", false
	}
	return link.Resolve(s.world, filepath.Clean(path))
}

// PathOf returns the path of the file that a node is of, "" for the one in
// question.
func (s *Space) PathOf(n parser.Node) string {
	if f := s.files[n.Tree()]; f != nil {
		return f.path
	}
	return ""
}
