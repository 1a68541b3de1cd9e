package action_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"firn/lsp/feature/action"
	"firn/parser"
	"firn/parser/text"
)

// TestMeaning rewrites the evaluation tests of Nix at random places and asks
// Nix whether they still have the same value. FIRN_NIX is the path of
// nix-instantiate, and FIRN_CORPUS the directory of the tests.
func TestMeaning(t *testing.T) {
	nix, corpus := os.Getenv("FIRN_NIX"), os.Getenv("FIRN_CORPUS")
	if nix == "" || corpus == "" {
		t.Skip("FIRN_NIX or FIRN_CORPUS is not set")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(corpus)); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "eval-okay-*.nix"))
	if err != nil {
		t.Fatal(err)
	}
	m := meaning{T: t, nix: nix, random: rand.New(rand.NewPCG(1, 2)), counts: map[action.Kind]int{}}
	for _, file := range files {
		m.file(file)
	}
	t.Log(m.counts, m.made)
}

type meaning struct {
	*testing.T
	nix    string
	random *rand.Rand
	counts map[action.Kind]int
	made   int // files
}

func (m *meaning) file(path string) {
	src, err := os.ReadFile(path)
	if err != nil {
		m.Fatal(err)
	}
	tree, bad := parser.Parse(string(src))
	want, fails := m.eval(path)
	if bad != nil || fails != nil || strings.Contains(want, "«lambda @") || dependsOnText(string(src), path) {
		return
	}
	defer func() {
		if err := os.WriteFile(path, src, 0o666); err != nil {
			m.Fatal(err)
		}
	}()
	for range 12 {
		n := tree.Node(parser.NodeID(m.random.IntN(tree.Len())))
		span := text.Span{Start: n.Start(), End: n.Start()}
		if m.random.IntN(2) == 0 {
			span.End = n.End()
		}
		m.at(path, query(string(src), span), want)
	}
}

// dependsOnText reports whether the value of a file changes with its text: it
// reads itself, asks for positions, or compares functions, which are equal only
// if they are the same one.
func dependsOnText(src, path string) bool {
	name := filepath.Base(path)
	return strings.Contains(src, "Pos") || strings.Contains(src, name) || strings.Contains(name, "identical")
}

// at carries out everything that is offered at one place.
func (m *meaning) at(path string, q action.Query, want string) {
	q.Only = []action.Kind{"refactor", action.RemoveUnused, action.QuickFix}
	beside := func(name string) string { return filepath.Join(filepath.Dir(path), name) }
	q.Free = func(name string) bool {
		_, err := os.Lstat(beside(name))
		return errors.Is(err, fs.ErrNotExist)
	}
	for _, a := range q.Find() {
		edits, ok := q.Edits(a)
		if !ok {
			continue
		}
		if file, ok := q.Creates(a); ok {
			if err := os.WriteFile(beside(file.Name), []byte(file.Text), 0o666); err != nil {
				m.Fatal(err)
			}
			m.made++
		}
		after := action.Apply(q.Info.Tree().Source(), edits)
		if err := os.WriteFile(path, []byte(after), 0o666); err != nil {
			m.Fatal(err)
		}
		m.counts[a.Kind]++
		if got, err := m.eval(path); err != nil || got != want {
			m.Errorf("%s: %q at %s gives\n%s\nwith the value %s %v, want %s", filepath.Base(path), a.Title, q.Span, after, got, err, want)
		}
	}
}

func (m *meaning) eval(path string) (string, error) {
	cmd := exec.Command(m.nix, "--eval", "--strict", "--store", "dummy://", path)
	cmd.Env = append(os.Environ(), "TEST_VAR=foo", "HOME=/fake-home", "NIX_PATH=")
	out, err := cmd.Output()
	return string(out), err
}
