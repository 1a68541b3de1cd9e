package parser

import (
	"os"
	"path/filepath"
	"testing"
)

func seeds(f *testing.F) {
	f.Helper()
	for _, dir := range []string{"lang", "errors"} {
		files, err := filepath.Glob(filepath.Join("testdata", dir, "*.nix"))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(src))
		}
	}
}

// FuzzLexer checks that tokens follow one another up to the end of the text
// and that none is empty.
func FuzzLexer(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		l := lexer{src: src}
		for before := 0; ; before = l.end {
			l.next()
			if l.tok == tokEnd {
				break
			}
			if l.start < before || l.end <= l.start || l.end > len(src) {
				t.Fatalf("token %d-%d after %d", l.start, l.end, before)
			}
		}
		at := uint32(0)
		for _, c := range l.comments {
			if c.Start < at || c.Empty() {
				t.Fatalf("comment %s after %d", c, at)
			}
			at = c.End
		}
	})
}

// FuzzParse checks that the parser and the automaton that words its errors
// accept the same texts, and that trees are sound.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		tree, err := Parse(src, PipeOperators(true))
		if err != nil {
			if err.Code == SyntaxError && err.Unexpected == "" {
				t.Fatalf("refused without a reason at %s", err.Span)
			}
			if int(err.Span.End) > len(src) || err.Span.Start > err.Span.End {
				t.Fatalf("error at %s of %d bytes", err.Span, len(src))
			}
			Prefix(src, PipeOperators(true))
			return
		}
		p := strict{lexer: lexer{src: src}, pipes: true}
		if err := p.explain(); err.Unexpected != "" || err.Code != SyntaxError {
			t.Fatalf("accepted in spite of %q at %s", err.Msg, err.Span)
		}
		checkTree(t, tree)
	})
}

// checkTree checks that nodes nest and that all leaves hold what they should.
func checkTree(t *testing.T, tree *Tree) {
	t.Helper()
	for n := range tree.Nodes() {
		if p := n.Parent(); p.Valid() && !p.Span().Covers(n.Span()) {
			t.Fatalf("%s %s lies outside of %s %s", n.Kind(), n.Span(), p.Kind(), p.Span())
		}
		if k := n.Kind(); k.IsToken() && n.Text() != k.String() {
			t.Fatalf("token %s is %q", k, n.Text())
		}
		n.Pieces()
		last := n.Start()
		for c := range n.Children() {
			if c.Start() < last {
				t.Fatalf("%s %s begins before %d", c.Kind(), c.Span(), last)
			}
			last = c.End()
		}
	}
}
