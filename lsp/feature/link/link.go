// Package link finds what an editor can open from a file: paths, angle-bracket
// paths, URLs in strings and comments, and the flake references of inputs.
//
// [Of] reads the tree alone. Whether a path exists, and which file it means,
// is asked of an [FS] later, when somebody wants to see or follow the link.
package link

import (
	"path/filepath"
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// Link is a piece of source and what it points to: one of URL, Path and Search.
type Link struct {
	Span   text.Span
	URL    string // what a browser opens
	Path   string // an absolute path that is not looked up
	Search string // what stands between the angle brackets
}

// File says where a file is, for what its text does not tell.
type File struct {
	Path string // "" for a document that is no file; its relative paths have no links
	Home string // what ~ stands for; "" for nothing
}

// Of returns the links of a file in source order. They do not overlap.
func Of(t *parser.Tree, file File) []Link {
	f := finder{tree: t, file: file, flake: filepath.Base(file.Path) == "flake.nix"}
	comments := t.Comments()
	for n := range t.Nodes() {
		for len(comments) > 0 && comments[0].Start < n.Start() {
			f.urls(comments[0])
			comments = comments[1:]
		}
		f.node(n)
	}
	for _, c := range comments {
		f.urls(c)
	}
	return f.links
}

type finder struct {
	tree  *parser.Tree
	file  File
	flake bool
	links []Link
}

func (f *finder) node(n parser.Node) {
	switch n.Kind() {
	case parser.KindPath:
		f.path(n)
	case parser.KindSearchPath:
		f.links = append(f.links, Link{Span: n.Span(), Search: strings.Trim(n.Text(), "<>")})
	case parser.KindURI:
		f.uri(n)
	case parser.KindText:
		f.text(n)
	default:
	}
}

// path adds a literal path. One with an interpolation points nowhere yet.
func (f *finder) path(n parser.Node) {
	if n.FirstChild().Valid() {
		return
	}
	if path := f.absolute(n.Text()); path != "" {
		f.links = append(f.links, Link{Span: n.Span(), Path: path})
	}
}

// absolute returns what a path literal stands for, or "" if that is not known.
func (f *finder) absolute(literal string) string {
	rest, home := strings.CutPrefix(literal, "~/")
	switch {
	case filepath.IsAbs(literal):
		return filepath.Clean(literal)
	case home && f.file.Home != "":
		return filepath.Join(f.file.Home, rest)
	case home || f.file.Path == "":
		return ""
	default:
		return filepath.Join(filepath.Dir(f.file.Path), literal)
	}
}

func (f *finder) uri(n parser.Node) {
	if url := f.flakeURL(n, n.Text()); url != "" {
		f.links = append(f.links, Link{Span: n.Span(), URL: url})
		return
	}
	f.urls(n.Span())
}

// text adds the links in the literal text of a string. What an interpolation
// or an escape continues is not all of an address.
func (f *finder) text(n parser.Node) {
	quoted := n.Parent()
	if quoted.Kind() != parser.KindString && quoted.Kind() != parser.KindIndString {
		return
	}
	whole := quoted.FirstChild().NextSibling() == n && n.NextSibling() == quoted.LastChild()
	if url := f.flakeURL(quoted, n.Text()); whole && url != "" {
		f.links = append(f.links, Link{Span: n.Span(), URL: url})
		return
	}
	before := len(f.links)
	f.urls(n.Span())
	if last := len(f.links) - 1; last >= before && f.links[last].Span.End == n.End() && continues(n.NextSibling()) {
		f.links = f.links[:last]
	}
}

func continues(n parser.Node) bool {
	return n.Kind() == parser.KindInterp || n.Kind() == parser.KindEscape
}

// flakeURL returns the page of a flake reference, which is the value n of an
// attribute url in the inputs of a flake, or "".
func (f *finder) flakeURL(n parser.Node, ref string) string {
	if !f.flake || !inInputs(n) {
		return ""
	}
	return flakePage(ref)
}

// inInputs reports whether n is the value of url in the attribute inputs of
// the file's set, however the paths to it are written.
func inInputs(n parser.Node) bool {
	var path []string
	for around := range n.Ancestors() {
		switch around.Kind() {
		case parser.KindBinding:
			path = append(elements(around.Child(parser.KindAttrPath)), path...)
		case parser.KindAttrSet, parser.KindFile:
		default:
			return false
		}
		if len(path) > maxInputPath {
			return false
		}
	}
	return len(path) > 1 && path[0] == "inputs" && path[len(path)-1] == "url"
}

// maxInputPath is the longest path from the file's set to a url: an input may
// name inputs of its own, but nobody goes down this far.
const maxInputPath = 32

func elements(path parser.Node) []string {
	var names []string
	for e := range path.Children() {
		if e.Kind() != parser.KindDot {
			names = append(names, strings.Trim(e.Text(), `"`))
		}
	}
	return names
}
