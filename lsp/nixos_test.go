package lsp_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"firn/eval"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/lsp/lsptest"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// documented is an option as the manual has it.
type documented struct {
	loc                                       []string
	name, typ, description, defaults, example string
}

// optionList is how the manual of NixOS finds out which options there are. Its
// names are split where names with dots in them are not.
const optionList = `
let
  lib = import <nixpkgs/lib>;
  nixos = import <nixpkgs/nixos/lib/eval-config.nix> { system = "x86_64-linux"; modules = [ ]; };
  walk = options: lib.concatMap
    (o: [ o ] ++ (let below = o.type.getSubOptions o.loc; in lib.optionals (below != { }) (walk below)))
    (lib.collect lib.isOption options);
  docs = lib.optionAttrSetToDocList nixos.options;
  locs = map (o: o.loc) (walk nixos.options);
in
lib.zipListsWith (o: loc: o // { inherit loc; }) docs locs`

// homeList is the same for home-manager, with packages of our own.
const homeList = `
let
  home = import ./knowledge/nix/home.nix { modules = [ ./testdata/home/home.nix ]; stubs = true; };
in
home.lib.optionAttrSetToDocList home.options`

// documentedOptions returns the options of a list.
func documentedOptions(t *testing.T, list string, nixPath ...string) []documented {
	t.Helper()
	e := eval.New(eval.Options{Host: eval.OS{}, Settings: eval.Settings{NixPath: nixPath, System: "x86_64-linux"}})
	ctx := t.Context()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Text(ctx, "options", here, list)
	if err != nil {
		t.Fatal(err)
	}
	elems, err := v.Elems(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var out []documented
	for i, o := range elems {
		loc, ok, err := o.Attr(ctx, "loc")
		if err != nil || !ok {
			t.Fatalf("option %d has no place: %v", i, err)
		}
		d := documented{loc: textsOf(t, loc.Value)}
		if slices.Contains(d.loc, "_module") {
			continue // what the module system keeps of itself
		}
		d.name = option.Path(d.loc)
		d.typ, d.description = attrText(ctx, o, "type"), attrText(ctx, o, "description")
		d.defaults, d.example = sampleText(ctx, o, "default"), sampleText(ctx, o, "example")
		out = append(out, d)
	}
	return out
}

func textsOf(t *testing.T, v eval.Value) []string {
	t.Helper()
	elems, err := v.Elems(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list := make([]string, len(elems))
	for i, e := range elems {
		list[i] = textOf(t.Context(), e)
	}
	return list
}

// textOf returns a string, "" for anything else and for what fails.
func textOf(ctx context.Context, v eval.Value) string {
	t, err := v.Text(ctx)
	if err != nil {
		return ""
	}
	return strings.TrimRight(t.Text, "\n")
}

func attrText(ctx context.Context, set eval.Value, name string) string {
	a, ok, err := set.Attr(ctx, name)
	if err != nil || !ok {
		return ""
	}
	return textOf(ctx, a.Value)
}

// sampleText returns a default or an example in nixlang, "" if there is none or it
// fails.
func sampleText(ctx context.Context, set eval.Value, name string) string {
	a, ok, err := set.Attr(ctx, name)
	if err != nil || !ok {
		return ""
	}
	switch attrText(ctx, a.Value, "_type") {
	case "literalExpression", "literalExample":
		return attrText(ctx, a.Value, "text")
	case "literalMD", "literalDocBook":
		return "" // it is prose
	}
	s, err := a.Value.Pretty(ctx, eval.Pretty{Depth: 4, Items: 60, Bytes: 1000, Names: true})
	if err != nil {
		return ""
	}
	return s
}

// place is where options are set that have the same parent.
type place struct {
	parent  []string
	options []documented
}

// places groups options by their parents.
func places(list []documented) []place {
	var out []place
	index := map[string]int{}
	for _, o := range list {
		parent := o.loc[:len(o.loc)-1]
		key := strings.Join(parent, "\x00")
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			out = append(out, place{parent: parent})
		}
		out[i].options = append(out[i].options, o)
	}
	return out
}

// written returns a name as a module has it.
func written(step string) string {
	if strings.HasPrefix(step, "<") {
		return "any"
	}
	return scope.AttrName(step)
}

// module returns what is around the options of a module. Options that are called
// as keys of modules are have to be below config.
func (p place) module() (before, after string) {
	if len(p.parent) > 0 && p.parent[0] == "config" {
		return "{ ... }: { config = {", "}; }"
	}
	return "{ ... }: {", "}"
}

// nested returns a module in which sets lead to a place, which is where body is.
func (p place) nested(body string) string {
	before, after := p.module()
	for _, step := range p.parent {
		if step == option.Element {
			before, after = strings.TrimSuffix(before, "{")+"[ {", "} ]"+strings.TrimPrefix(after, "}")
			continue
		}
		before, after = before+" "+written(step)+" = {", "}; "+after
	}
	return before + body + after
}

// dotted returns a module in which a path leads to a place, as far as there are no
// lists.
func (p place) dotted(body string) string {
	before, after := p.module()
	path := ""
	for _, step := range p.parent {
		if step == option.Element {
			before, after, path = before+strings.TrimSuffix(path, ".")+" = [ { ", " } ];"+after, ""
			continue
		}
		path += written(step) + "."
	}
	return before + path + body + after
}

// asker asks about scratch modules.
type asker struct {
	t *testing.T
	*lsptest.Client
	files int
}

// open opens a module that is not on disk.
func (a *asker) open(src string) string {
	a.t.Helper()
	a.files++
	uri := a.URI(fmt.Sprintf("scratch%d.nix", a.files))
	if err := a.Notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": uri, "languageId": "nix", "version": 1, "text": src,
	}}); err != nil {
		a.t.Fatal(err)
	}
	return uri
}

func (a *asker) close(uri string) {
	a.t.Helper()
	if err := a.Notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri}}); err != nil {
		a.t.Fatal(err)
	}
}

func at(uri string, line, column int) map[string]any {
	return map[string]any{"textDocument": map[string]any{"uri": uri}, "position": map[string]any{"line": line, "character": column}}
}

// labels returns what is offered at a mark in a module.
func (a *asker) labels(src string) []string {
	a.t.Helper()
	off := strings.Index(src, "¦")
	uri := a.open(strings.Replace(src, "¦", "", 1))
	defer a.close(uri)
	var list struct{ Items []struct{ Label string } }
	if err := a.Call("textDocument/completion", at(uri, 0, off), &list); err != nil {
		a.t.Fatalf("%s: %v", src, err)
	}
	labels := make([]string, len(list.Items))
	for i, item := range list.Items {
		labels[i] = item.Label
	}
	return labels
}

// hovers returns what is said of each option at a place, and the names where they
// are declared, "" for those of which only the file is known.
func (a *asker) hovers(p place) (hovers, declared []string) {
	a.t.Helper()
	var body strings.Builder
	for _, o := range p.options {
		body.WriteString("\n" + written(o.loc[len(o.loc)-1]) + " = null;")
	}
	uri := a.open(p.nested(body.String() + "\n"))
	defer a.close(uri)
	for i := range p.options {
		var h struct{ Contents struct{ Value string } }
		if err := a.Call("textDocument/hover", at(uri, i+1, 1), &h); err != nil {
			a.t.Fatal(err)
		}
		hovers = append(hovers, h.Contents.Value)
		declared = append(declared, a.declaration(uri, i+1))
	}
	return hovers, declared
}

// declaration returns the name to which the definition of what stands at the
// beginning of a line leads.
func (a *asker) declaration(uri string, line int) string {
	a.t.Helper()
	type span struct{ Start, End struct{ Line, Character int } }
	var links []struct {
		TargetURI            string
		TargetSelectionRange span
	}
	if err := a.Call("textDocument/definition", at(uri, line, 1), &links); err != nil {
		a.t.Fatal(err)
	}
	if len(links) == 0 {
		return ""
	}
	src, err := os.ReadFile(strings.TrimPrefix(links[0].TargetURI, "file://"))
	if err != nil {
		return ""
	}
	r := links[0].TargetSelectionRange
	return strings.Split(string(src), "\n")[r.Start.Line][r.Start.Character:r.End.Character]
}

// count is how often something was found where it was looked for.
type count struct{ found, all int }

func (c *count) add(ok bool) bool {
	c.all++
	if ok {
		c.found++
	}
	return ok
}

// TestEveryOption asks for each option of NixOS where it can be set, and compares
// what is said of it with the manual.
func TestEveryOption(t *testing.T) {
	dir := nixpkgs(t)
	list := documentedOptions(t, optionList, "nixpkgs="+dir)
	everyOption(t, list, lsptest.Options{NixPath: "nixpkgs=" + dir, Capabilities: pulling}, true)
}

// home returns the search path with home-manager and a library for it, without which
// the test is skipped.
func home(tb testing.TB) []string {
	tb.Helper()
	path := os.Getenv("FIRN_HOME_MANAGER")
	if path == "" {
		tb.Skip("FIRN_HOME_MANAGER is not set to a search path like home-manager=DIR:nixpkgs-lib=DIR")
	}
	return strings.Split(path, ":")
}

// TestEveryOptionAtHome is TestEveryOption for home-manager.
func TestEveryOptionAtHome(t *testing.T) {
	path := home(t)
	list := documentedOptions(t, homeList, path...)
	everyOption(t, list, lsptest.Options{
		Files: modules(t, "testdata/home/*.nix"), NixPath: strings.Join(path, ":"), Capabilities: pulling,
	}, false)
}

// everyOption asks for each option of a list. Where samples are not whole, the list
// has values that it has laid out itself.
func everyOption(t *testing.T, list []documented, opts lsptest.Options, whole bool) {
	t.Helper()
	a := &asker{t: t, Client: lsptest.Start(t, opts)}
	var nested, dotted, types, descriptions, defaults, examples, declarations count
	for _, p := range places(list) {
		inNested, inDotted := a.labels(p.nested(" ¦ ")), a.labels(p.dotted("¦"))
		hovers, declared := a.hovers(p)
		for i, o := range p.options {
			name, h := o.loc[len(o.loc)-1], hovers[i]
			if !isAny(name) {
				if !nested.add(slices.Contains(inNested, name)) {
					t.Errorf("%s is not offered in a set", o.name)
				}
				if !dotted.add(slices.Contains(inDotted, name)) {
					t.Errorf("%s is not offered behind a dot", o.name)
				}
			}
			declarations.add(strings.Trim(declared[i], `"`) == name)
			if !whole {
				o.defaults, o.example = "", ""
			}
			compare(t, o, h, &types, &descriptions, &defaults, &examples)
		}
	}
	// Functions make some declarations, so that there is no name to be found.
	if t.Logf("%d of %d declarations are found", declarations.found, declarations.all); whole && declarations.found*100 < declarations.all*95 {
		t.Error("they are less than were found before")
	}
	t.Logf("%d options: %d of %d offered in sets, %d of %d behind dots; %d of %d types, %d of %d descriptions, %d of %d defaults and %d of %d examples are those of the manual",
		len(list), nested.found, nested.all, dotted.found, dotted.all, types.found, types.all, descriptions.found, descriptions.all, defaults.found, defaults.all, examples.found, examples.all)
}

func isAny(name string) bool { return name == option.Element || strings.HasPrefix(name, "<") }

func compare(t *testing.T, o documented, h string, types, descriptions, defaults, examples *count) {
	t.Helper()
	if !types.add(strings.HasPrefix(h, "```nix\n"+o.name+" : "+o.typ+"\n```")) {
		t.Errorf("%s : %s is described by\n%s", o.name, o.typ, h)
		return
	}
	if o.description != "" && !descriptions.add(strings.Contains(h, option.Prose(o.description))) {
		t.Errorf("%s: %q is not in\n%s", o.name, o.description, h)
	}
	if o.defaults != "" && !defaults.add(strings.Contains(h, "Default: "+markup.Code(o.defaults)) || strings.Contains(h, "Default:\n\n```nix\n"+o.defaults+"\n```")) {
		t.Errorf("%s: default %q is not in\n%s", o.name, o.defaults, h)
	}
	if o.example != "" && !examples.add(strings.Contains(h, "Example: "+markup.Code(o.example)) || strings.Contains(h, "Example:\n\n```nix\n"+o.example+"\n```")) {
		t.Errorf("%s: example %q is not in\n%s", o.name, o.example, h)
	}
}

// TestMachine opens a configuration in many files and asks what each name in it
// sets. All of it is right, so nothing is reported.
func TestMachine(t *testing.T) {
	dir := nixpkgs(t)
	files := modules(t, "testdata/machine/*.nix")
	c := lsptest.Start(t, lsptest.Options{
		Files: files, NixPath: "nixpkgs=" + dir,
		Capabilities: pulling,
	})
	definitions, named := 0, 0
	for file, src := range files {
		document, err := c.Document(file)
		if err != nil {
			t.Fatal(err)
		}
		reported(t, c, file, document)
		for _, d := range definitionsIn(t, src) {
			definitions++
			h := hoverAt(t, c, document, src, d.off)
			if d.named(h) == d.declared() {
				named++
				continue
			}
			t.Errorf("%s: %s is described by\n%s", file, option.Path(d.path), h)
		}
	}
	t.Logf("%d of %d names are described as what they set", named, definitions)
	if named == 0 {
		t.Error("no module sets anything")
	}
}

// reported fails for each diagnostic of a file.
func reported(t *testing.T, c *lsptest.Client, file string, document map[string]any) {
	t.Helper()
	var report struct {
		Items []struct{ Message string }
	}
	if err := c.Call("textDocument/diagnostic", map[string]any{"textDocument": document}, &report); err != nil {
		t.Fatal(err)
	}
	for _, d := range report.Items {
		t.Errorf("%s: %s", file, d.Message)
	}
}

// definition is a name that a module sets, and where.
type definition struct {
	path []string
	off  uint32
}

// undeclared are paths below which every name is free in 2018.
var undeclared = []string{
	"environment.shellAliases.", "nix.buildMachines.*.", "nixpkgs.config.", "nixpkgs.overlays.*.", "programs.ssh.knownHosts.*.",
	"security.pam.services.login.limits.*.", "security.wrappers.", "services.mysql.ensureUsers.*.", "services.openssh.hostKeys.*.",
}

// declared reports whether there is an option for what a definition sets.
func (d definition) declared() bool {
	path := option.Path(d.path)
	return !slices.ContainsFunc(undeclared, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
}

// named reports whether a description is of what a definition sets: an option, a
// set of options or something in an option.
func (d definition) named(markdown string) bool {
	var pattern strings.Builder
	for _, step := range d.path {
		pattern.WriteString(`\.(?:` + regexp.QuoteMeta(option.Path([]string{step})) + `|<[^>]+>)`)
	}
	re := regexp.MustCompile("^```nix\n" + strings.TrimPrefix(pattern.String(), `\.`) + "(?: : |\n```)")
	return re.MatchString(markdown)
}

// definitionsIn returns the names that a module sets.
func definitionsIn(t *testing.T, src string) []definition {
	t.Helper()
	tree, perr := parser.Parse(src)
	if perr != nil {
		t.Fatal(perr)
	}
	m, ok := module.Parse(scope.Resolve(tree))
	if !ok {
		t.Fatalf("no module: %s", src)
	}
	var list []definition
	for d := range m.All() {
		if d.Step.Kind == module.Attr {
			list = append(list, definition{module.Names(d.Path()), d.Name.Start()})
		}
	}
	return list
}

func hoverAt(t *testing.T, c *lsptest.Client, document map[string]any, src string, off uint32) string {
	t.Helper()
	p := text.NewLines(src).Position(off, text.UTF16)
	var h struct{ Contents struct{ Value string } }
	if err := c.Call("textDocument/hover", map[string]any{
		"textDocument": document, "position": map[string]any{"line": p.Line, "character": p.Column},
	}, &h); err != nil {
		t.Fatal(err)
	}
	return h.Contents.Value
}
