package disk

import (
	"path/filepath"
	"strings"

	"firn/parser"
)

// entry is the file of a directory that import takes.
const entry = "default.nix"

// Leads reports whether a path literal of a file leads to another file, that of a
// directory to the default.nix in it.
func (w World) Leads(t *parser.Tree, path string) bool {
	for n := range t.Nodes() {
		if w.LeadsTo(n, path) {
			return true
		}
	}
	return false
}

// LeadsTo reports whether a node is a path literal that leads to a file.
func (w World) LeadsTo(n parser.Node, path string) bool {
	var to string
	var ok bool
	switch {
	case n.Kind() == parser.KindSearchPath:
		to, ok = w.Search.Lookup(w, strings.Trim(n.Text(), "<>"))
	case n.Kind() == parser.KindPath && !n.FirstChild().Valid():
		to, ok = w.Absolute(n.Text())
	}
	to = filepath.Clean(to)
	return ok && (to == path || filepath.Join(to, entry) == path)
}

// MayLead reports whether the text of a file may have a path literal in it that
// leads to another file. It is quick and errs on the side of yes. None leads to a
// document that is no file, whose path is "".
func (w World) MayLead(src, path string) bool {
	dir, name := filepath.Split(path)
	if name == "" {
		return false
	}
	dir = filepath.Clean(dir)
	if ends(src, name) {
		return true
	}
	return name == entry && (ends(src, filepath.Base(dir)) || below(w.File.Path, dir) && strings.Contains(src, "./."))
}

// below reports whether a file is in a directory or in one below.
func below(path, dir string) bool {
	return strings.HasPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}

// ends reports whether there is a path in a text that ends with a name.
func ends(src, name string) bool {
	for {
		i := strings.Index(src, name)
		if i < 0 {
			return false
		}
		before, after := src[:i], src[i+len(name):]
		if (strings.HasSuffix(before, "/") || strings.HasSuffix(before, "<")) && (after == "" || !isPathByte(after[0])) {
			return true
		}
		src = after
	}
}

func isPathByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("._-+/", c) >= 0
}
