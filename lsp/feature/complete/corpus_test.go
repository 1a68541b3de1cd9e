package complete_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firn/lsp/feature/complete"
	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/scope"
)

// every thins the corpus and the variables of a file out to what takes seconds.
const every = 40

// TestCorpus takes variables out of real files, as if they were about to be
// typed there, and looks whether they are proposed.
func TestCorpus(t *testing.T) {
	dirs := filepath.SplitList(os.Getenv("FIRN_CORPUS"))
	if len(dirs) == 0 {
		t.Skip("FIRN_CORPUS names no directories")
	}
	var g gaps
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".nix") {
				return err
			}
			if g.files++; g.files%every != 0 {
				return nil
			}
			return g.file(path)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	g.report(t)
}

// BenchmarkAt completes a name, an attribute and an argument in the middle of
// files of three sizes.
func BenchmarkAt(b *testing.B) {
	for _, size := range []int{10, 1_000, 10_000} {
		line := "  tool = callPackage ../tools/tool { inherit (xorg) libX11; gtk = gtk3; };\n"
		before := "{ lib, pkgs }:\nlet known = { attr = 1; }; in\nwith pkgs;\n{\n" + strings.Repeat(line, size)
		after := ";\n" + strings.Repeat(line, size) + "}\n"
		for _, typed := range []string{"x = cal", "x = known.", "x = callPackage ./x { "} {
			src := before + typed + after
			info := scope.Resolve(grammar.Parse(src))
			b.Run(fmt.Sprintf("%s/%dkB", strings.ReplaceAll(typed, " ", ""), len(src)/1000), func(b *testing.B) {
				for b.Loop() {
					complete.At(infer.Alone(info), uint32(len(before)+len(typed)), complete.Options{})
				}
			})
		}
	}
}

// gaps counts what was taken out, and what was proposed for it.
type gaps struct {
	files   int
	whole   count // the variable is missing
	started count // its first letter is there
	cut     count // so is nothing behind it
	attrs   count // an attribute is missing that its file tells of
	times   []time.Duration
	missed  []string
}

type count struct{ all, found int }

func (c *count) add(found bool) {
	c.all++
	if found {
		c.found++
	}
}

func (g *gaps) file(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	src := string(data)
	tree, perr := parser.Parse(src)
	if perr != nil {
		return nil
	}
	info := scope.Resolve(tree)
	names, attrs := 0, 0
	for n := range tree.Nodes() {
		kind, _ := info.Ref(n.ID())
		_, attr := infer.Resolve(info, n)
		if kind != scope.Bound && !attr || n.Kind() == parser.KindString {
			continue
		}
		switch {
		case attr:
			if attrs++; attrs%4 == 1 {
				g.attr(path, src, n)
			}
		default:
			if names++; names%every == 1 {
				g.gap(path, src, n)
			}
		}
	}
	return nil
}

func (g *gaps) gap(path, src string, n parser.Node) {
	before, after, name := src[:n.Start()], src[n.End():], n.Text()
	found := g.proposes(before, "", after, name)
	g.whole.add(found)
	g.started.add(g.proposes(before, name[:1], after, name))
	g.cut.add(g.proposes(before, name[:1], "", name))
	if !found {
		g.miss(path, n)
	}
}

func (g *gaps) attr(path, src string, n parser.Node) {
	found := g.proposes(src[:n.Start()], "", src[n.End():], n.Text())
	g.attrs.add(found)
	if !found {
		g.miss(path, n)
	}
}

func (g *gaps) miss(path string, n parser.Node) {
	line := n.Tree().Lines().Line(n.Start()) + 1
	g.missed = append(g.missed, fmt.Sprintf("%s:%d: %s", path, line, n.Text()))
}

func (g *gaps) proposes(before, typed, after, name string) bool {
	info := scope.Resolve(grammar.Parse(before + typed + after))
	start := time.Now()
	list := complete.At(infer.Alone(info), uint32(len(before)+len(typed)), complete.Options{})
	g.times = append(g.times, time.Since(start))
	return slices.ContainsFunc(list.Items, func(i complete.Item) bool { return i.Label == name }) || list.Incomplete
}

func (g *gaps) report(t *testing.T) {
	slices.Sort(g.times)
	t.Logf("%d gaps: %d proposed without a letter, %d with one, %d at the end of a file; %d of %d attributes; p95 %s, max %s",
		g.whole.all, g.whole.found, g.started.found, g.cut.found, g.attrs.found, g.attrs.all, g.times[len(g.times)*95/100], g.times[len(g.times)-1])
	// At the end of a file what is bound later cannot be known.
	if g.whole.found < g.whole.all || g.started.found < g.started.all || g.cut.found*100 < g.cut.all*95 || g.attrs.found*100 < g.attrs.all*99 {
		t.Error("too few variables are proposed")
	}
	for _, m := range g.missed[:min(len(g.missed), 20)] {
		t.Log("missed ", m)
	}
}
