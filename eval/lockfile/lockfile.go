// Package lockfile reads and writes the lock files of flakes: graphs of the
// inputs, each with what it was asked for and what that was then.
//
// Versions 5 to 7 are read. What is accepted, and the messages of what is not,
// are those of Nix 2.34, except that the size and the depth of a file are
// bounded. Nothing here fetches anything or looks at a file.
package lockfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"firn/eval/flakeref"
)

// MaxDepth is how deep inputs may be in one another.
const MaxDepth = 500

// File is a lock file.
type File struct{ Root *Node }

// New returns a lock file without inputs.
func New() *File { return &File{Root: &Node{}} }

// Node is a flake, or another source, with its inputs. Of the root only those
// count.
type Node struct {
	Inputs map[string]Edge

	Original flakeref.Ref // what was asked for
	Locked   flakeref.Ref // what that was
	Final    bool         // nothing is to be added to Locked
	IsFlake  bool
	// Parent is the flake that a relative path starts from, nil if there is none.
	Parent *Path
}

// Put gives a node an input.
func (n *Node) Put(id string, e Edge) {
	if n.Inputs == nil {
		n.Inputs = map[string]Edge{}
	}
	n.Inputs[id] = e
}

// Edge is an input: a node, or if that is nil the path of another input from the
// root.
type Edge struct {
	Node    *Node
	Follows Path
}

// Path is a list of names of inputs, each one of the one before. It can be
// compared, and sorts as such a list does.
type Path string

const separator = "\x00" // which no name has, and no name is less than

// PathOf returns the path with the given names.
func PathOf(names ...string) Path {
	var b strings.Builder
	for _, name := range names {
		b.WriteString(name)
		b.WriteString(separator)
	}
	return Path(b.String())
}

// Append returns the path with a further name.
func (p Path) Append(name string) Path { return p + Path(name+separator) }

// Join returns the path with all names of another one behind its own.
func (p Path) Join(other Path) Path { return p + other }

// Names returns the names.
func (p Path) Names() []string {
	if p == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(p), separator), separator)
}

// String returns the path as messages have it.
func (p Path) String() string { return strings.Join(p.Names(), "/") }

// Input returns the node of the input that a path leads to, nil if there is none.
func (f *File) Input(p Path) (*Node, error) {
	var visited []Path
	return f.find(p, &visited)
}

// maxFollows is how many inputs may follow one another.
const maxFollows = 1000

// find returns the node that a path leads to, nil if there is none.
func (f *File) find(p Path, visited *[]Path) (*Node, error) {
	if i := slices.Index(*visited, p); i >= 0 {
		var names []string
		for _, q := range append((*visited)[i:], p) {
			names = append(names, q.String())
		}
		return nil, fmt.Errorf("follow cycle detected: [%s]", strings.Join(names, " -> "))
	}
	if len(*visited) == maxFollows {
		return nil, fmt.Errorf("more than %d inputs follow one another", maxFollows)
	}
	*visited = append(*visited, p)
	at := f.Root
	for _, name := range p.Names() {
		e, ok := at.Inputs[name]
		if !ok {
			return nil, nil
		}
		if at = e.Node; at == nil {
			var err error
			if at, err = f.find(e.Follows, visited); at == nil {
				return nil, err
			}
		}
	}
	return at, nil
}

// input is an edge and where it is.
type input struct {
	at   Path
	edge Edge
}

// inputs returns all inputs, sorted by their paths. What several inputs share is
// only below the first of them.
func (f *File) inputs() []input {
	var list []input
	done := map[*Node]bool{}
	var visit func(n *Node, at Path)
	visit = func(n *Node, at Path) {
		if done[n] {
			return
		}
		done[n] = true
		for _, id := range slices.Sorted(maps.Keys(n.Inputs)) {
			e, below := n.Inputs[id], at.Append(id)
			list = append(list, input{below, e})
			if e.Node != nil {
				visit(e.Node, below)
			}
		}
	}
	visit(f.Root, "")
	slices.SortFunc(list, func(a, b input) int { return strings.Compare(string(a.at), string(b.at)) })
	return list
}

// Check reports an input that follows one which is not there, or itself.
func (f *File) Check() error {
	for _, in := range f.inputs() {
		if in.edge.Node != nil || in.edge.Follows == "" {
			continue
		}
		var visited []Path
		n, err := f.find(in.edge.Follows, &visited)
		if err != nil {
			return err
		}
		if n == nil {
			return fmt.Errorf("input '%s' follows a non-existent input '%s'", in.at, in.edge.Follows)
		}
	}
	return nil
}
