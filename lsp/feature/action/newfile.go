package action

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"firn/format"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// File is a new file in the directory of the document.
type File struct {
	Name string
	Text string
}

// Creates returns the file that an action makes besides its edits. It is false if
// there is none.
func (q Query) Creates(a Action) (File, bool) {
	if a.file == nil {
		return File{}, false
	}
	return a.file(), true
}

// toFile offers to put the selected expression into a file of its own: a function
// of what it uses, which is imported.
func toFile(f *finder) []Action {
	n := f.selected()
	if f.Free == nil || !n.Valid() || !isLarge(n.Unparen()) || f.merged(n) {
		return nil
	}
	names, ok := f.needs(n)
	name, free := f.fileName(n)
	if !ok || !free {
		return nil
	}
	return []Action{{
		Title: fmt.Sprintf("Extract to the file '%s'", name),
		edits: func() []text.Edit { return []text.Edit{replace(n, imported(n, name, names))} },
		file:  func() File { return File{Name: name, Text: fileOf(n, names)} },
	}}
}

// isLarge reports whether an expression is of a kind that people give a file.
func isLarge(n parser.Node) bool {
	switch n.Kind() {
	case parser.KindAttrSet, parser.KindLegacyLet, parser.KindLet, parser.KindLambda, parser.KindWith, parser.KindAssert,
		parser.KindIf, parser.KindList, parser.KindApply, parser.KindIndString, parser.KindBinary:
		return true
	}
	return false
}

// needs returns the names that an expression uses and that have to be passed to
// another file, in the order of their first use. It is false if the expression
// would mean something else there.
func (f *finder) needs(n parser.Node) ([]string, bool) {
	var names []string
	if f.Info.Lookup(n.ID(), "import") != scope.NoBinding {
		return nil, false
	}
	for id := n.ID(); id < n.SubtreeEnd(); id++ {
		if f.tree.Kind(id) == parser.KindSearchPath &&
			(f.Info.Lookup(id, "__findFile") != scope.NoBinding || f.Info.Lookup(id, "__nixPath") != scope.NoBinding) {
			return nil, false
		}
		pass, ok := f.passes(id, n)
		name := usage.Name(f.tree.Node(id))
		if !ok || pass && !scope.IsIdentifier(name) {
			return nil, false
		}
		if pass && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, len(names) <= maxPassed
}

// maxPassed is with how many arguments a file is offered.
const maxPassed = 100

// passes reports whether a variable in n comes from outside of n. It is false if
// that is not known, or depends on the file.
func (f *finder) passes(id parser.NodeID, n parser.Node) (pass, ok bool) {
	switch kind, b := f.Info.Ref(id); kind {
	case scope.Bound:
		owner := f.Info.Binding(b).Owner
		return owner < n.ID() || owner >= n.SubtreeEnd(), true
	case scope.With:
		outside := len(f.withsOutside(id, n))
		return outside > 0, outside == 0 || outside == len(f.Info.Withs(id))
	case scope.Global:
		return false, usage.Name(f.tree.Node(id)) != "__curPos"
	case scope.Undefined:
		return false, false
	default:
		return false, true
	}
}

// fileName returns a name that no file has, after the binding whose value n is.
func (f *finder) fileName(n parser.Node) (string, bool) {
	base := "extracted"
	b := n.Parent()
	for b.Kind() == parser.KindParen {
		b = b.Parent()
	}
	if b.Kind() == parser.KindBinding {
		if name, ok := b.FirstChild().LastChild().AttrName(); ok && isFileName(name) {
			base = name
		}
	}
	const most = 100
	for i := 1; i < most; i++ {
		name := base
		if i > 1 {
			name += strconv.Itoa(i)
		}
		// A default.nix would stand for the directory.
		if name += ".nix"; name != "default.nix" && f.Free(name) {
			return name, true
		}
	}
	return "", false
}

// isFileName reports whether a path literal can name a file without quotes, and
// every system can have it.
func isFileName(name string) bool {
	const most = 100
	for _, c := range []byte(name) {
		if c == '\'' || c == '/' || c == '.' || !isWord(c) {
			return false
		}
	}
	return name != "" && name[0] != '-' && len(name) <= most
}

// imported writes what takes the place of n.
func imported(n parser.Node, file string, names []string) string {
	s := "import ./" + file
	if len(names) > 0 {
		s += " { inherit " + strings.Join(names, " ") + "; }"
	}
	switch n.Parent().Kind() {
	case parser.KindApply, parser.KindSelect, parser.KindList:
		return "(" + s + ")"
	}
	return padded(n, s)
}

// padded adds the blanks without which a text would touch the words around n.
func padded(n parser.Node, s string) string {
	src := n.Tree().Source()
	if n.Start() > 0 && isWord(src[n.Start()-1]) {
		s = " " + s
	}
	if int(n.End()) < len(src) && (isWord(src[n.End()]) || src[n.End()] == '+') { // which a path can have
		s += " "
	}
	return s
}

// fileOf writes a file with an expression that uses some names.
func fileOf(n parser.Node, names []string) string {
	s := n.Unparen().Text() + "\n"
	if len(names) > 0 {
		s = "{ " + strings.Join(names, ", ") + " }:\n\n" + s
	}
	if out, err := format.Source(s, format.Options{}); err == nil {
		return out
	}
	return s
}
