package action_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firn/lsp/feature/action"
	"firn/parser"
	"firn/parser/text"
)

// eachFile calls do for the valid files of the corpus.
func eachFile(t *testing.T, do func(path string, tree *parser.Tree)) {
	t.Helper()
	dirs := os.Getenv("FIRN_CORPUS")
	if dirs == "" {
		t.Skip("FIRN_CORPUS is not set")
	}
	for _, dir := range filepath.SplitList(dirs) {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".nix") {
				return err
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return nil // a dangling link
			}
			if tree, bad := parser.Parse(string(src)); bad == nil {
				do(path, tree)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// texts returns the literal parts of all strings, sorted.
func texts(tree *parser.Tree) []string {
	var list []string
	for n := range tree.Nodes() {
		if n.Parent().Kind() == parser.KindAttrPath {
			continue // names come and go
		}
		for _, p := range n.Pieces() {
			list = append(list, p.Text)
		}
	}
	slices.Sort(list)
	return list
}

// TestCorpus carries out everything that is offered at random places: the file
// can be read afterwards, and what moves lines leaves the strings in them.
func TestCorpus(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	counts := map[string]int{}
	eachFile(t, func(path string, tree *parser.Tree) {
		for range 5 {
			n := tree.Node(parser.NodeID(random.IntN(tree.Len())))
			q := query(tree.Source(), text.Span{Start: n.Start(), End: n.Start()})
			q.Free = func(string) bool { return true }
			if random.IntN(2) == 0 {
				q.Span.End = n.End()
			}
			for _, a := range q.Find() {
				title, _, _ := strings.Cut(a.Title, "'")
				edits, ok := q.Edits(a)
				if counts[title]++; !ok {
					t.Errorf("%s: %q at %s fails", path, a.Title, q.Span)
					continue
				}
				if !strings.HasPrefix(title, "Flatten") && !strings.HasPrefix(title, "Nest") {
					continue
				}
				after, _ := parser.Parse(action.Apply(tree.Source(), edits))
				if !slices.Equal(texts(tree), texts(after)) {
					t.Errorf("%s: %q at %s changes a string", path, a.Title, q.Span)
				}
			}
		}
	})
	t.Log(counts)
}

// TestCorpusMissing takes a token out of real files and looks whether it is
// offered to put it back.
func TestCorpusMissing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	offered, whole, total := map[string]int{}, map[string]int{}, map[string]int{}
	slowest, where := time.Duration(0), ""
	eachFile(t, func(path string, tree *parser.Tree) {
		var tokens []parser.Node
		for n := range tree.Nodes() {
			switch n.Kind() {
			case parser.KindSemicolon, parser.KindRightBrace, parser.KindRightParen, parser.KindRightBracket,
				parser.KindInKw, parser.KindThenKw, parser.KindAssign, parser.KindComma, parser.KindQuote, parser.KindIndQuote:
				tokens = append(tokens, n)
			}
		}
		if len(tokens) == 0 {
			return
		}
		token := tokens[random.IntN(len(tokens))]
		src := tree.Source()[:token.Start()] + tree.Source()[token.End():]
		_, err := parser.Parse(src)
		if err == nil || err.Code != parser.SyntaxError {
			return
		}
		name := token.Kind().String()
		total[name]++
		q := query(src, err.Span)
		q.Only = []action.Kind{action.QuickFix}
		start := time.Now()
		list := q.Find()
		if d := time.Since(start); d > slowest {
			slowest, where = d, path
		}
		if len(list) > 0 {
			offered[name]++
		}
		for _, a := range list {
			edits, _ := q.Edits(a)
			if _, err := parser.Parse(action.Apply(src, edits)); err == nil {
				whole[name]++
				break
			}
		}
	})
	t.Logf("taken out %v, a fix for %v, a whole file from %v, slowest %s in %s", total, offered, whole, slowest, where)
}
