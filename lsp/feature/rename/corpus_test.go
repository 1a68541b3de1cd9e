package rename_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/rename"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
)

// TestCorpus renames bindings of real files, to names that are free and to
// names that are not. What is not refused keeps the structure of the file, and
// can be undone.
func TestCorpus(t *testing.T) {
	dirs := os.Getenv("FIRN_CORPUS")
	if dirs == "" {
		t.Skip("FIRN_CORPUS is not set")
	}
	c := corpus{T: t, random: rand.New(rand.NewPCG(1, 2)), counts: map[string]int{}}
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
	random *rand.Rand
	counts map[string]int
}

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
	if info.Bindings() == 0 || len(info.Errors()) > 0 {
		return
	}
	q := rename.Query{Info: info, Parse: parse}
	for _, free := range []bool{true, false} {
		id := scope.BindingID(c.random.IntN(info.Bindings()))
		to := "renamed'"
		if !free {
			to = info.Name(scope.BindingID(c.random.IntN(info.Bindings())))
		}
		if msg := c.rename(q, id, to, free); msg != "" {
			c.Errorf("%s: %s to %s: %s", path, info.Name(id), to, msg)
		}
	}
}

// rename renames one binding. It returns what is wrong with that.
func (c *corpus) rename(q rename.Query, id scope.BindingID, to string, free bool) string {
	t := q.Info.Tree()
	node := t.Node(q.Info.Binding(id).Name)
	off := (node.Start() + node.End()) / 2
	target, err := q.Target(off)
	if err != nil {
		c.counts["no target"]++
		return refused(err)
	}
	edits, err := q.Rename(off, to)
	if err != nil {
		c.counts["refused"]++
		if free {
			return "the name is free, but " + err.Error()
		}
		return refused(err)
	}
	if copiesScope(edits) {
		c.counts["with a copy of an inherit's source"]++
		return ""
	}
	after := rename.Query{Info: scope.Resolve(parse(apply(t.Source(), edits))), Parse: parse}
	if diff := cmp.Diff(structure(q.Info, target.Binding, to), structure(after.Info, scope.NoBinding, "")); diff != "" {
		return diff
	}
	c.counts["renamed"]++
	return c.undo(q, after, target, edits)
}

// copiesScope reports whether there are more scopes afterwards, so that their
// numbers say nothing.
func copiesScope(edits []rename.Edit) bool {
	return slices.ContainsFunc(edits, func(e rename.Edit) bool { return strings.ContainsAny(e.New, "{:") })
}

func refused(err error) string {
	if r := (*rename.Refusal)(nil); !errors.As(err, &r) {
		return "not a refusal: " + err.Error()
	}
	return ""
}

// undo gives a binding its first name again.
func (c *corpus) undo(before, after rename.Query, target rename.Target, edits []rename.Edit) string {
	node := before.Info.Tree().Node(before.Info.Binding(target.Binding).Name)
	if len(edits) == 0 || node.Parent().Kind() == parser.KindInherit {
		return "" // it has become another kind of binding
	}
	off := int(node.Start())
	for _, e := range edits {
		if e.Start < node.Start() {
			off += len(e.New) - int(e.Len())
		}
	}
	back, err := after.Rename(uint32(off)+1, scope.Quote(target.Name))
	if err != nil {
		// `inherit x` has become `x = y`, which cannot be undone in a let.
		c.counts["not undone"]++
		return refused(err)
	}
	src := apply(after.Info.Tree().Source(), back)
	again := scope.Resolve(parse(src))
	if diff := cmp.Diff(structure(before.Info, scope.NoBinding, ""), structure(again, scope.NoBinding, "")); diff != "" {
		return "undone: " + diff
	}
	c.counts["undone"]++
	if src == before.Info.Tree().Source() {
		c.counts["undone to the byte"]++
	}
	return ""
}

// structure lists what refers to what in a file, as if id had the name to. A
// scope goes by its number, since that does not change.
func structure(info *scope.Info, id scope.BindingID, to string) []string {
	numbers := map[parser.NodeID]int{}
	for n := range info.Tree().Nodes() {
		switch n.Kind() {
		case parser.KindLet, parser.KindLegacyLet, parser.KindAttrSet, parser.KindLambda:
			numbers[n.ID()] = len(numbers)
		}
	}
	places := map[parser.NodeID]bool{}
	if id != scope.NoBinding {
		for _, p := range usage.Of(info, id) {
			places[p.Node] = p.Role != usage.Definition && p.Role != usage.Passed
		}
	}
	seen := map[string]bool{}
	for n := range info.Tree().Nodes() {
		kind, b := info.Ref(n.ID())
		if kind == scope.NoRef {
			continue
		}
		name, owner := usage.Name(n), -1
		if b != scope.NoBinding {
			owner = numbers[info.Binding(b).Owner]
		}
		if places[n.ID()] {
			name = to
		}
		seen[fmt.Sprintf("%s %d %d", name, kind, owner)] = true
	}
	return slices.Sorted(maps.Keys(seen))
}
