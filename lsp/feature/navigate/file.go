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
	n := q.info().Tree().At(off)
	if n.Kind() == parser.KindText {
		n = n.Parent()
	}
	if !n.Span().Touches(off) {
		return text.Span{}, nil
	}
	path, ok := q.target(n)
	if !ok {
		return text.Span{}, nil
	}
	return n.Span(), []Location{{Path: path}}
}

// target returns the file that a path literal means: of a directory the
// default.nix in it. It is false if there is none.
func (q Query) target(n parser.Node) (string, bool) {
	var path string
	var ok bool
	switch {
	case n.Kind() == parser.KindSearchPath:
		path, ok = q.World.Search.Lookup(q.World, strings.Trim(n.Text(), "<>"))
	case n.Kind() == parser.KindPath && !n.FirstChild().Valid():
		world := q.World
		if from := q.Space.Path(q.Space.Info(n)); from != "" {
			world.File.Path = from
		}
		path, ok = world.Absolute(n.Text())
	}
	if !ok {
		return "", false
	}
	return q.regular(path)
}

// regular returns what to open for a path; a directory cannot be.
func (q Query) regular(path string) (string, bool) {
	file, ok := link.Resolve(q.World, filepath.Clean(path))
	if !ok {
		return "", false
	}
	info, err := q.World.Stat(file)
	return file, err == nil && !info.IsDir()
}
