package lsp_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"firn/lsp/feature/check"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/lsp/knowledge"
	"firn/lsp/lsptest"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// nixpkgs returns the directory of nixpkgs 18.03, without which the test is
// skipped.
func nixpkgs(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("FIRN_NIXPKGS")
	if dir == "" {
		tb.Skip("FIRN_NIXPKGS is not set to a directory with nixpkgs 18.03")
	}
	return dir
}

// machine returns the modules of a configuration.
func machine(tb testing.TB) map[string]string {
	tb.Helper()
	return modules(tb, "testdata/nixos/*.nix")
}

// modules returns the files that a pattern matches, by their names.
func modules(tb testing.TB, pattern string) map[string]string {
	tb.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no modules: %v", err)
	}
	files := map[string]string{}
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		files[filepath.Base(path)] = string(src)
	}
	return files
}

// mistake is something wrong that is put into a configuration.
type mistake struct {
	title string
	file  string
	edit  text.Edit
	also  *text.Edit // of the entry
	code  string
	span  text.Span // of what is to be marked, after the edit
	says  string    // a part of the message
}

// TestMistakes checks that each of two hundred mistakes in a configuration of NixOS
// is found where it was made, and that there are none before.
func TestMistakes(t *testing.T) {
	path := "nixpkgs=" + nixpkgs(t)
	makeMistakes(t, site{files: machine(t), entry: "configuration.nix", nixPath: []string{path}})
}

// TestMistakesAtHome is TestMistakes for a configuration of home-manager, with packages
// of our own.
func TestMistakesAtHome(t *testing.T) {
	makeMistakes(t, site{files: modules(t, "testdata/home/*.nix"), entry: "home.nix", nixPath: home(t)})
}

// site is a configuration in which mistakes are made.
type site struct {
	files   map[string]string
	entry   string
	nixPath []string
}

func makeMistakes(t *testing.T, at site) {
	t.Helper()
	files := at.files
	list := mistakes(t, at)
	c := lsptest.Start(t, lsptest.Options{Files: files, Capabilities: pulling, NixPath: strings.Join(at.nixPath, ":")})
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := c.Open(name); err != nil {
			t.Fatal(err)
		}
		for _, p := range problems(t, c, name) {
			t.Errorf("%s, in which nothing is wrong: %v", name, p)
		}
	}
	counts, extra := map[string]int{}, 0
	for _, m := range list {
		undo := carryOut(t, c, m, at.entry)
		found := problems(t, c, m.file)
		if !slices.ContainsFunc(found, func(p found1) bool {
			return p.code == m.code && p.span == m.span && strings.Contains(p.msg, m.says)
		}) {
			t.Errorf("%s: wanted %s at %v with %q, got %v", m.title, m.code, m.span, m.says, found)
		} else {
			counts[m.code]++
			extra += len(found) - 1
		}
		undo()
	}
	t.Logf("%d mistakes, found %v, with %d further problems", len(list), counts, extra)
}

// carryOut makes a mistake in the open documents.
func carryOut(t *testing.T, c *lsptest.Client, m mistake, entry string) (undo func()) {
	t.Helper()
	edit := func(file string, e text.Edit) text.Edit {
		back := text.Edit{Span: text.Span{Start: e.Start, End: e.Start + uint32(len(e.New))}, New: e.In(c.Source(file))}
		if err := c.Edit(file, e); err != nil {
			t.Fatal(err)
		}
		return back
	}
	back := edit(m.file, m.edit)
	if m.also == nil {
		return func() { edit(m.file, back) }
	}
	second := edit(entry, *m.also)
	return func() {
		edit(m.file, back)
		edit(entry, second)
	}
}

type found1 struct {
	code, msg string
	span      text.Span
}

// problems asks for the diagnostics of an open document.
func problems(t testing.TB, c *lsptest.Client, file string) []found1 {
	t.Helper()
	doc, err := c.Document(file)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Items []struct {
			Code, Message string
			Range         struct {
				Start, End struct{ Line, Character uint32 }
			}
		}
	}
	if err := c.Call("textDocument/diagnostic", map[string]any{"textDocument": doc}, &report); err != nil {
		t.Fatal(err)
	}
	lines := text.NewLines(c.Source(file))
	var list []found1
	for _, i := range report.Items {
		at := func(line, column uint32) uint32 {
			return lines.Offset(text.Position{Line: line, Column: column}, text.UTF16)
		}
		list = append(list, found1{i.Code, i.Message, text.Span{
			Start: at(i.Range.Start.Line, i.Range.Start.Character), End: at(i.Range.End.Line, i.Range.End.Character),
		}})
	}
	return list
}

// The kinds of mistakes, and how many of each are made.
const (
	typos      = 70
	wrongTypes = 70
	badMembers = 20
	duplicates = 40
)

// mistakes returns what can be done wrong in a configuration.
func mistakes(t *testing.T, at site) []mistake {
	t.Helper()
	g := &generator{t: t, random: rand.New(rand.NewPCG(3, 4)), site: at, config: options(t, at)}
	for _, name := range slices.Sorted(maps.Keys(at.files)) {
		info := scope.Resolve(parseValid(t, at.files[name]))
		if m, ok := module.Parse(info); ok && name != "keys.nix" && name != "tool.nix" {
			for d := range m.All() {
				g.def(name, d)
			}
		}
	}
	var list []mistake
	for _, kind := range []struct {
		all  []mistake
		want int
	}{{g.typos, typos}, {g.types, wrongTypes}, {g.members, badMembers}, {g.duplicates, duplicates}} {
		g.random.Shuffle(len(kind.all), func(i, j int) { kind.all[i], kind.all[j] = kind.all[j], kind.all[i] })
		if len(kind.all) < kind.want {
			t.Fatalf("there are %d of %d mistakes like %v", len(kind.all), kind.want, kind.all)
		}
		list = append(list, kind.all[:kind.want]...)
	}
	return list
}

func parseValid(t *testing.T, src string) *parser.Tree {
	t.Helper()
	tree, err := parser.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// options evaluates a configuration for its options.
func options(t *testing.T, at site) option.View {
	t.Helper()
	files := at.files
	dir := t.TempDir()
	for name, src := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var tasks sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		tasks.Wait()
	})
	b := knowledge.New(knowledge.Options{
		SearchPath: at.nixPath,
		Background: func(_ string, work func(context.Context)) { tasks.Go(func() { work(ctx) }) },
	})
	b.Allow([]string{dir})
	path := filepath.Join(dir, at.entry)
	info := scope.Resolve(parseValid(t, files[at.entry]))
	v := b.Ask(ctx, knowledge.File{Path: path, Info: info, Valid: true, Role: knowledge.ModuleFile}, knowledge.Entries([]string{path}))
	t.Cleanup(v.Close)
	if err := v.State().Err(); err != nil {
		t.Fatal(err)
	}
	return v.Config(ctx)
}

// generator collects the mistakes that can be made at each definition.
type generator struct {
	t      *testing.T
	random *rand.Rand
	site
	config option.View

	typos, types, members, duplicates []mistake
}

func (g *generator) def(file string, d *module.Def) {
	path := module.Names(d.Path())
	if d.Step.Kind == module.Attr {
		g.typo(file, d, path)
	}
	o := g.config.Option(g.config.At(path...))
	if o == nil || o.Type == nil || !d.Value.Valid() || isConditional(d) {
		return
	}
	if wrong := wrongFor(o.Type); wrong != "" {
		g.types = append(g.types, mistake{
			title: fmt.Sprintf("%s: %s = %s", file, option.Path(path), wrong), file: file, code: check.OptionType,
			edit: text.Edit{Span: d.Value.Span(), New: wrong}, says: o.Type.Description,
			span: text.Span{Start: d.Value.Start(), End: d.Value.Start() + uint32(len(wrong))},
		})
	}
	for _, wrong := range []string{`"nonsense"`, `"Yes"`, `"none-of-them"`} {
		if o.Type.Name == "enum" {
			g.members = append(g.members, mistake{
				title: fmt.Sprintf("%s: %s = %s", file, option.Path(path), wrong), file: file, code: check.OptionType,
				edit: text.Edit{Span: d.Value.Span(), New: wrong}, says: wrong,
				span: text.Span{Start: d.Value.Start(), End: d.Value.Start() + uint32(len(wrong))},
			})
		}
	}
	g.duplicate(file, d, path, o)
}

// isConditional reports whether a definition is one of several, or may have no
// effect.
func isConditional(d *module.Def) bool {
	for p := d.Value; p.Valid(); p = p.Parent() {
		switch p.Kind() {
		case parser.KindApply, parser.KindIf, parser.KindBinary, parser.KindLambda:
			if p.Parent().Kind() != parser.KindFile && p != d.Value {
				return true
			}
		}
	}
	return false
}

// typo misspells the name of an option.
func (g *generator) typo(file string, d *module.Def, path []string) {
	name := path[len(path)-1]
	at := g.config.At(path[:len(path)-1]...)
	siblings := g.config.Names(at)
	if len(name) < 4 || !slices.Contains(siblings, name) || at.Free || d.Name.Text() != name {
		return
	}
	i := 1 + g.random.IntN(len(name)-2)
	wrong := name[:i] + name[i+1:]
	if slices.Contains(siblings, wrong) {
		return
	}
	g.typos = append(g.typos, mistake{
		title: fmt.Sprintf("%s: %s for %s", file, wrong, option.Path(path)), file: file, code: check.UnknownOption,
		edit: text.Edit{Span: d.Name.Span(), New: wrong},
		span: text.Span{Start: d.Name.Start(), End: d.Name.Start() + uint32(len(wrong))}, says: wrong,
	})
}

// wrongFor returns a value that is not of a type.
func wrongFor(t *option.Type) string {
	switch t.Name {
	case "bool":
		return `"yes"`
	case "int", "unsignedInt16", "positiveInt":
		return `"many"`
	case "str", "lines", "string", "commas", "envVar":
		return `12`
	case "listOf":
		return `true`
	case "attrsOf", "submodule":
		return `7`
	case "package":
		return `"x"`
	case "path", "enum":
		return `[ ]`
	}
	return ""
}

// duplicate sets an option to something else in the entry.
func (g *generator) duplicate(file string, d *module.Def, path []string, o *option.Option) {
	others := map[string]string{"bool": "", "int": "12345", "str": `"another"`, "enum": "", "path": `"/another"`}
	other, unique := others[o.Type.Name]
	switch v := d.Value.Text(); {
	case d.Value.Kind() == parser.KindApply:
		return // it may have a priority
	case v == "true":
		other = "false"
	case v == "false":
		other = "true"
	case o.Type.Name == "enum" && len(o.Type.Values) > 1:
		other = o.Type.Values[0]
		if other == v {
			other = o.Type.Values[1]
		}
	}
	if !unique || other == "" || file == g.entry || slices.ContainsFunc(d.Path(), func(s module.Step) bool { return s.Kind != module.Attr }) {
		return
	}
	at := uint32(strings.Index(g.files[g.entry], "imports = [") + len("imports = ["))
	g.duplicates = append(g.duplicates, mistake{
		title: fmt.Sprintf("%s: %s = %s elsewhere", file, option.Path(path), other), file: file, code: check.OptionConflict,
		edit: text.Edit{}, also: &text.Edit{Span: text.Span{Start: at, End: at}, New: fmt.Sprintf("\n { %s = %s; }", option.Path(path), other)},
		span: d.Name.Span(), says: strings.Join(path, "."),
	})
}
