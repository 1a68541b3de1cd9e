// Package docs_test checks that what is written about firn is so.
package docs_test

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"firn/parser"
	"firn/parser/scope"
)

// pages returns the Markdown files of the repository.
func pages(t *testing.T) map[string]string {
	t.Helper()
	list := make(map[string]string)
	walk(t, ".md", func(path string, src []byte) { list[path] = string(src) })
	return list
}

// walk reads the files of the repository whose names end with a suffix.
func walk(t *testing.T, suffix string, visit func(path string, src []byte)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, suffix):
			return nil
		}
		src, err := os.ReadFile(path)
		if err == nil {
			visit(path, src)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLinks follows the links between pages and to files.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)\)`)
	for page, text := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			}
		}
	}
}

// TestDependencies compares the table with go.mod.
func TestDependencies(t *testing.T) {
	text := read(t, "architecture.md")
	var want []string
	for line := range strings.Lines(read(t, "../go.mod")) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) == 2 && strings.Contains(fields[0], ".") {
			want = append(want, fields[0]+" "+fields[1])
		}
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^\| (\S+\.\S+/\S+) \| (v\S+) \|`).FindAllStringSubmatch(text, -1) {
		got = append(got, m[1]+" "+m[2])
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("architecture.md has\n%s\nbut go.mod requires\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// TestNames looks for the packages and the tests that architecture.md names.
func TestNames(t *testing.T) {
	tests := testNames(t)
	words := regexp.MustCompile("`([a-z]+(?:/[a-z]+)*)`|`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`")
	dir := ""
	for line := range strings.Lines(read(t, "architecture.md")) {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		for _, m := range words.FindAllStringSubmatch(line, -1) {
			switch {
			case m[2] != "" && !slices.Contains(tests[dir], m[2]):
				t.Errorf("%s has no %s", dir, m[2])
			case strings.Contains(m[1], "/"):
				dir = m[1]
				if _, err := os.Stat(filepath.Join("..", dir)); err != nil {
					t.Error(err)
				}
			case m[1] != "":
				dir = m[1]
			}
		}
	}
}

// testNames lists the tests of each folder.
func testNames(t *testing.T) map[string][]string {
	t.Helper()
	list := make(map[string][]string)
	walk(t, "_test.go", func(path string, src []byte) {
		file, err := goparser.ParseFile(token.NewFileSet(), path, src, goparser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return
		}
		dir := filepath.ToSlash(filepath.Dir(path))[len("../"):]
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				list[dir] = append(list[dir], f.Name.Name)
			}
		}
	})
	return list
}

// TestExamples reads the examples. Only what is called broken is.
func TestExamples(t *testing.T) {
	walk(t, ".nix", func(path string, src []byte) {
		path, example := strings.CutPrefix(filepath.ToSlash(path), "../examples/")
		if !example {
			return
		}
		tree, err := parser.Parse(string(src))
		switch broken := strings.HasPrefix(path, "broken/"); {
		case broken && err == nil:
			t.Errorf("%s is not broken", path)
		case broken:
		case err != nil:
			t.Errorf("%s: %v", path, err)
		default:
			for _, err := range scope.Check(tree) {
				t.Errorf("%s: %v", path, err)
			}
		}
	})
}
