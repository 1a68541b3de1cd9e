package check

import (
	"fmt"
	"path/filepath"
	"strings"

	"firn/lsp/feature/link"
	"firn/lsp/feature/problem"
	"firn/parser"
)

// files reports files that are imported and do not exist.
func (c *checker) files() {
	if c.World.File.Path == "" {
		return
	}
	if c.Module != nil {
		c.imports()
	}
	for id := range parser.NodeID(c.tree.Len()) {
		if c.tree.Kind(id) != parser.KindApply {
			continue
		}
		n := c.tree.Node(id)
		head, arg := n.FirstChild(), n.LastChild().Unparen()
		if isPath(arg) && isStable(n) && !isReader(head) && c.isReached(n) {
			c.file(arg)
		}
	}
}

// isReader reports whether a function takes a path that need not be one of a
// nixlang file.
func isReader(head parser.Node) bool {
	return head.Kind() != parser.KindVar || head.Text() != "import" && head.Text() != "callPackage"
}

func isPath(n parser.Node) bool { return n.Kind() == parser.KindPath && !n.FirstChild().Valid() }

// imports looks at the imports of a module.
func (c *checker) imports() {
	for _, i := range c.Module.Imports {
		if isPath(i.Node) && c.counts(i.Wrappers) == always && i.Node.Tree() == c.tree {
			c.file(i.Node)
		}
	}
}

// file reports a path that leads to no file that can be imported.
func (c *checker) file(n parser.Node) {
	path, ok := c.World.Absolute(n.Text())
	if !ok {
		return
	}
	path = filepath.Clean(path)
	if _, ok := link.Resolve(c.World.FS, path); ok {
		return
	}
	p := problem.Problem{Span: n.Span(), Code: MissingFile, Msg: fmt.Sprintf("There is no file '%s'.", path)}
	if info, err := c.World.Stat(path); err == nil && info.IsDir() {
		p.Msg = fmt.Sprintf("There is no default.nix in the directory '%s'.", path)
	}
	similar, alone := c.neighbours(path)
	p.Msg += suggestion(similar)
	p.Fixes = replaceBy(n.Span(), c.relative(n, path, similar), alone)
	c.add(p)
}

// neighbours returns files beside a path that are spelt almost like it.
func (c *checker) neighbours(path string) (names []string, alone bool) {
	entries, _, err := c.World.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, false
	}
	for _, e := range entries {
		if c.World.IsDir(filepath.Dir(path), e) || filepath.Ext(e.Name()) == ".nix" {
			names = append(names, e.Name())
		}
	}
	return similarNames(filepath.Base(path), names)
}

// relative writes names beside a path as n is written.
func (c *checker) relative(n parser.Node, path string, names []string) []string {
	dir, ok := strings.CutSuffix(n.Text(), filepath.Base(path))
	if !ok {
		return nil
	}
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = dir + name
	}
	return list
}
