package module_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firn/lsp/feature/cursor"
	"firn/lsp/feature/module"
	"firn/parser"
	"firn/parser/scope"
)

// TestCorpus reads real files as modules. At the name of a definition, [module.At]
// tells from the tokens before it what [module.Parse] tells from the tree.
func TestCorpus(t *testing.T) {
	dirs := os.Getenv("FIRN_CORPUS")
	if dirs == "" {
		t.Skip("FIRN_CORPUS is not set")
	}
	c := corpus{T: t, counts: map[string]int{}}
	for _, dir := range filepath.SplitList(dirs) {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ".nix") {
				c.file(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Log(c.counts)
}

type corpus struct {
	*testing.T
	counts map[string]int
}

// maxDefs is how many definitions of a file are compared; each takes a scan of
// the text before it.
const maxDefs = 500

func (c *corpus) file(path string) {
	src, err := os.ReadFile(path)
	if err != nil {
		return // a dangling link
	}
	tree, bad := parser.Parse(string(src))
	if bad != nil {
		return
	}
	info := scope.Resolve(tree)
	m, _ := module.Parse(info)
	c.counts[shapes[m.Shape]]++
	if m.Shape == module.NotAModule {
		return
	}
	for _, o := range m.Declared() {
		c.option(path, info, o)
	}
	c.counts["imports"] += len(m.Imports)
	n := 0
	for d := range m.All() {
		if n++; n > maxDefs {
			break
		}
		c.def(path, info, d)
	}
	for off := 0; off < len(src); off += 1 + len(src)/20 {
		module.At(cursor.At(string(src), uint32(off)), info)
	}
}

// def compares one definition.
func (c *corpus) def(path string, info *scope.Info, d *module.Def) {
	switch msg := disagreement(info, d); {
	case msg == "":
		c.counts["agree"]++
	case inLet(d.Name):
		c.counts["of names that are used in several places"]++
	default:
		c.Errorf("%s: %s", path, msg)
	}
}

// option asks for the place of the name of an option.
func (c *corpus) option(path string, info *scope.Info, o module.Option) {
	off := o.Name.Start()
	p, _ := module.At(cursor.At(info.Tree().Source(), off), info)
	switch want := o.Path[:len(o.Path)-1]; {
	case p.Section == module.Options && slices.Equal(p.Steps, want):
		c.counts["options"]++
	case inLet(o.Name):
		c.counts["options of names"]++
	default:
		c.Errorf("%s: at %d is %v, want option %s", path, off, p, module.Show(o.Path))
	}
}

// inLet reports whether a node is in a binding of a let.
func inLet(n parser.Node) bool {
	for a := range n.Ancestors() {
		if a.Kind() == parser.KindBinding && a.Parent().Kind() == parser.KindLet {
			return true
		}
	}
	return false
}
