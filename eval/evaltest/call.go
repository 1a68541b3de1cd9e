package evaltest

import (
	"slices"
	"strings"
)

// candidate is a builtin with so many arguments that its result, or an
// attribute of that, is of the type that is wanted.
type candidate struct {
	signature
	args   []*typ
	bound  binding
	access string
}

// unbound are the builtins whose result may be of any type, whatever the arguments
// are: where a type is wanted they are not called.
var unbound = []string{"abort", "throw", "fromJSON", "import", "scopedImport"}

// call returns a builtin applied to arguments.
func (g *generator) call(t *typ) string {
	var found []candidate
	for _, s := range signatures() {
		if !slices.Contains(unbound, s.Name) {
			found = append(found, s.candidates(t)...)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return g.apply(found[g.IntN(len(found))])
}

// root returns a builtin, applied to as many arguments as it takes.
func (g *generator) root() string {
	s := signatures()[g.IntN(len(signatures()))]
	c := candidate{signature: s, bound: binding{}}
	for t := s.typ; t.kind == fn && len(c.args) < len(s.Args); t = t.result {
		c.args = append(c.args, t.elem)
	}
	return g.apply(c)
}

func (s signature) candidates(want *typ) []candidate {
	var found []candidate
	var args []*typ
	for t := s.typ; ; t = t.result {
		if b := (binding{}); b.fits(want, t) {
			found = append(found, candidate{s, args, b, ""})
		}
		if t.kind == record {
			for _, f := range t.fields {
				if b := (binding{}); b.fits(want, f.typ) {
					found = append(found, candidate{s, args, b, "." + f.name})
				}
			}
		}
		if t.kind != fn {
			return found
		}
		args = append(args[:len(args):len(args)], t.elem)
	}
}

func (g *generator) apply(c candidate) string {
	name := "builtins." + c.Name
	if g.one(4) {
		name = c.GlobalName()
	}
	types := make([]*typ, len(c.args))
	for i, t := range c.args {
		types[i] = c.bound.resolve(t, g.choose)
	}
	args := make([]string, len(types))
	if !g.one(30) || reads(c.Name) {
		copy(args, g.arguments(c.Name, types))
	}
	for i, t := range types {
		if args[i] == "" {
			args[i] = g.expr(t)
		}
	}
	if len(args) == 0 {
		return "(" + name + c.access + ")"
	}
	return "(" + name + " " + strings.Join(args, g.space()) + ")" + c.access
}

// reads reports whether a builtin reads a file, which should not be one of a
// store that only exists in thought.
func reads(name string) bool {
	return slices.Contains([]string{"findFile", "hashFile", "import", "pathExists", "readDir", "readFile", "readFileType", "scopedImport"}, name)
}
