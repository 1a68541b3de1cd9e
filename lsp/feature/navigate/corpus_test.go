package navigate_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/link"
	"firn/lsp/feature/navigate"
	"firn/parser"
	"firn/parser/scope"
)

// machine is the file system as it is.
type machine struct{}

func (machine) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

func (machine) ReadDir(path string) ([]fs.DirEntry, bool, error) {
	list, err := os.ReadDir(path)
	return list, true, err
}

func load(path string) *scope.Info {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	tree, bad := parser.Parse(string(src))
	if bad != nil {
		return nil
	}
	return scope.Resolve(tree)
}

// TestCorpus asks for the definition of names in real files: that of a bound
// variable is there, and none takes long.
func TestCorpus(t *testing.T) {
	dirs := os.Getenv("FIRN_CORPUS")
	if dirs == "" {
		t.Skip("FIRN_CORPUS is not set")
	}
	c := counter{T: t, kinds: map[string]int{}}
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
	t.Logf("%v, slowest %s in %s", c.kinds, c.slowest, c.where)
}

type counter struct {
	*testing.T
	kinds   map[string]int
	slowest time.Duration
	where   string
}

func (c *counter) file(path string) {
	info := load(path)
	if info == nil {
		return
	}
	world := disk.World{File: link.File{Path: path}, Search: link.SearchPath{{Prefix: "nixpkgs", Path: filepath.Dir(path)}}, FS: machine{}}
	const most = 200 // names of a file, evenly spread
	step := max(1, info.Tree().Len()/most)
	for id := parser.NodeID(0); int(id) < info.Tree().Len(); id += parser.NodeID(step) {
		n := info.Tree().Node(id)
		if k := n.Kind(); k == parser.KindVar || k == parser.KindName || k == parser.KindPath {
			c.name(navigate.Query{Space: infer.Open(info, world, load), World: world}, n, path)
		}
	}
}

func (c *counter) name(q navigate.Query, n parser.Node, path string) {
	start := time.Now()
	_, list := q.Definition(n.Start())
	if d := time.Since(start); d > c.slowest {
		c.slowest, c.where = d, path+" "+n.Text()
	}
	kind, id := q.Space.Root().Ref(n.ID())
	found := " not found"
	if len(list) > 0 {
		found = " found"
	}
	for _, l := range list {
		if l.Path != "" && !l.Span.Empty() {
			found = " in another file"
		}
	}
	c.kinds[n.Kind().String()+[...]string{"", " bound", " global", " with", " undefined"}[kind]+found]++
	if kind == scope.Bound && len(list) == 0 {
		c.Errorf("%s: %s at %d is bound to %d, but has no definition", path, n.Text(), n.Start(), id)
	}
	navigate.Highlights(q.Space.Root(), n.Start())
}
