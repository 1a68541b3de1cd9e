package navigate

import (
	"path/filepath"
	"strings"

	"firn/lsp/feature/link"
	"firn/parser"
	"firn/parser/text"
)

// file answers for a path literal.
func (q Query) file(off uint32) (origin text.Span, list []Location) {
	n := q.Info.Tree().At(off)
	if n.Kind() == parser.KindText {
		n = n.Parent()
	}
	if !n.Span().Touches(off) {
		return text.Span{}, nil
	}
	path, ok := q.search().target(place{q.Info, n, ""})
	if !ok {
		return text.Span{}, nil
	}
	return n.Span(), []Location{{Path: path}}
}

// target returns the file that a path literal means: of a directory the
// default.nix in it. It is false if there is none.
func (s *search) target(p place) (string, bool) {
	var path string
	switch n := p.node; {
	case n.Kind() == parser.KindSearchPath:
		found, ok := s.World.Search.Lookup(s.World, strings.Trim(n.Text(), "<>"))
		if !ok {
			return "", false
		}
		path = found
	case n.Kind() == parser.KindPath && !n.FirstChild().Valid():
		world := s.World
		if p.path != "" {
			world.File.Path = p.path
		}
		absolute, ok := world.Absolute(n.Text())
		if !ok {
			return "", false
		}
		path = absolute
	default:
		return "", false
	}
	return s.regular(path)
}

// regular returns what to open for a path; a directory cannot be.
func (s *search) regular(path string) (string, bool) {
	file, ok := link.Resolve(s.World, filepath.Clean(path))
	if !ok {
		return "", false
	}
	info, err := s.World.Stat(file)
	return file, err == nil && !info.IsDir()
}
