package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"firn/eval/builtin"
	"firn/lsp/feature/doccomment"
	"firn/lsp/feature/fuzzy"
	"firn/lsp/feature/hover"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/option"
	"firn/lsp/knowledge"
	"firn/parser"
	"firn/parser/scope"
)

// explainCommand holds the flags of firn explain.
type explainCommand struct {
	subject
	json, markdown bool
}

func newExplain() *cobra.Command {
	c := explainCommand{}
	cmd := &cobra.Command{
		Use:   "explain PATH...",
		Short: "Tell all about an option, a package, a function or a value",
		Long: `Tell all about what is at a path of attributes: an option of the configuration, a
package, a function of lib, a builtin, or any value below config, pkgs and lib.

Of an option that is its documentation, its value, where the configuration sets
it, and which definition counts. Of a package it is what its metadata says, where
it is written, and its store paths. Of a function it is the comment that documents
it.

A PATH is looked for among options, in pkgs, in lib, and among builtins. The first
is told about, and the others are named: a path with options., config., pkgs., lib.
or builtins. before it is one of those.

` + aboutSubject + `

With --json it is an array of objects: query, kind (option, options, package,
function, builtin or another kind of value), path, markdown, others (paths of what
else the query may mean), position; of an option also option (as firn options
--json --value has it) and definitions (file, line, column, text, priority,
conditions, counts); of a package also package (as firn packages --json has it),
drvPath, outputs (objects with name and path) and error.

The exit code is 1 if there is nothing at a path.`,
		Example: `  firn explain services.openssh.enable
  firn explain users.users.alice.home      # of a user that there is, or of any
  firn explain pkgs.hello
  firn explain lib.mapAttrs --markdown
  firn explain --json networking.hostName | jq -r '.[0].definitions[].file'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	f := cmd.Flags()
	f.BoolVar(&c.json, "json", false, "print an array of JSON objects")
	f.BoolVar(&c.markdown, "markdown", false, "print Markdown")
	cmd.MarkFlagsMutuallyExclusive("json", "markdown")
	c.register(f)
	return cmd
}

func (c *explainCommand) run(cmd *cobra.Command, args []string) error {
	e, err := c.find(cmd)
	if err != nil {
		return err
	}
	x := &explainer{ctx: cmd.Context(), load: func(refused bool) (*knowledge.State, error) {
		c.refused = refused
		return c.load(cmd, e)
	}}
	var list []*explained
	failed := false
	for _, query := range args {
		p := startActivity(cmd, "explaining "+query)
		found, err := x.explain(query)
		p.stop()
		if _, nothing := errors.AsType[*nothingError](err); nothing {
			say(cmd, "firn: "+err.Error())
			failed = true
			continue
		}
		if err != nil {
			return err
		}
		list = append(list, found)
	}
	if err := c.print(cmd, list); err != nil {
		return err
	}
	if failed {
		return errFindings
	}
	return nil
}

func (c *explainCommand) print(cmd *cobra.Command, list []*explained) error {
	if c.json {
		return printArray(cmd, list)
	}
	var parts []string
	for _, x := range list {
		text := markup.Join(x.Markdown, x.alternatives())
		if !c.markdown {
			text = newPage(cmd.OutOrStdout()).render(text)
		}
		parts = append(parts, strings.TrimRight(text, "\n")+"\n")
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), strings.Join(parts, "\n"))
	return err
}

// explained is all about something, and its form in the output for machines.
type explained struct {
	Query       string             `json:"query"`
	Kind        string             `json:"kind"`
	Path        string             `json:"path"`
	Markdown    string             `json:"markdown"`
	Others      []string           `json:"others"`
	Position    *jsonPoint         `json:"position,omitempty"`
	Option      *jsonOption        `json:"option,omitempty"`
	Definitions []jsonDefinition   `json:"definitions,omitempty"`
	Package     *knowledge.Package `json:"package,omitempty"`
	DrvPath     string             `json:"drvPath,omitempty"`
	Outputs     []jsonOutput       `json:"outputs,omitempty"`
	Error       string             `json:"error,omitempty"`
}

type jsonDefinition struct {
	jsonPoint
	Text       string   `json:"text,omitempty"`
	Priority   int      `json:"priority,omitempty"`
	Conditions []string `json:"conditions,omitempty"`
	Counts     bool     `json:"counts"`
}

type jsonOutput struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// alternatives names what else the query may mean.
func (x *explained) alternatives() string {
	if len(x.Others) == 0 {
		return ""
	}
	list := make([]string, len(x.Others))
	for i, o := range x.Others {
		list[i] = markup.Code("firn explain " + o)
	}
	return fmt.Sprintf("This is %s. There is more of that name: %s.", markup.Code(x.Path), strings.Join(list, ", "))
}

// nothingError says that there is nothing at a path.
type nothingError struct {
	query   string
	similar []string
}

// Error implements error.
func (e *nothingError) Error() string {
	if len(e.similar) > 0 {
		return fmt.Sprintf("there is no option, package or function %s; is it %s?", e.query, strings.Join(e.similar, " or "))
	}
	return fmt.Sprintf("there is no option, package or function %s; search with firn options or firn packages", e.query)
}

// explainer explains, with a configuration that is evaluated when it is needed.
type explainer struct {
	ctx   context.Context
	load  func(refused bool) (*knowledge.State, error)
	state *knowledge.State
	all   *knowledge.State // in which nixpkgs refuses no package; nil until one is asked for
	space *infer.Space
}

// namespaces are where a path is looked for, in this order.
var namespaces = []string{"options", "pkgs", "lib", "builtins"}

func (x *explainer) explain(query string) (*explained, error) {
	path, ok := splitPath(query)
	if !ok || len(path) == 0 {
		return nil, usageError{fmt.Errorf("%q is not a path of attributes", query)}
	}
	in, rest := "", path
	if len(path) > 1 && (slices.Contains(namespaces, path[0]) || path[0] == "config") {
		in, rest = path[0], path[1:]
	}
	if in != "builtins" && x.state == nil {
		var err error
		if x.state, err = x.load(false); err != nil && (len(path) > 1 || builtin.Lookup(path[0]) == nil) {
			return nil, err
		}
	}
	list := x.find(in, rest)
	if err := x.ctx.Err(); err != nil {
		return nil, err
	}
	if len(list) == 0 && in != "" { // an option may be called lib.x
		list = x.find("", path)
	}
	if len(list) == 0 {
		return nil, &nothingError{query, x.similar(rest)}
	}
	found := list[0].tell()
	found.Query, found.Path, found.Others = query, list[0].path(), []string{}
	for _, other := range list[1:] {
		found.Others = append(found.Others, other.path())
	}
	return found, nil
}

// meaning is something that a path may mean.
type meaning struct {
	in   string // the namespace
	rest []string
	tell func() *explained
}

func (m meaning) path() string {
	return m.in + "." + option.Path(m.rest)
}

// find returns what a path means in a namespace, or in any.
func (x *explainer) find(in string, path []string) []meaning {
	var list []meaning
	for _, n := range namespaces {
		if in != "" && in != n && (in != "config" || n != "options") {
			continue
		}
		if tell := x.in(n, path); tell != nil {
			list = append(list, meaning{n, path, tell})
		}
	}
	if in == "config" && len(list) == 0 {
		if tell := x.value("config", path); tell != nil {
			list = append(list, meaning{in, path, tell})
		}
	}
	return list
}

// in returns what tells about a path in a namespace, nil if there is nothing.
func (x *explainer) in(namespace string, path []string) func() *explained {
	switch namespace {
	case "options":
		return x.option(path)
	case "builtins":
		if b := builtin.Lookup(path[0]); b != nil && len(path) == 1 {
			return func() *explained { return &explained{Kind: "builtin", Markdown: markup.Builtin(b)} }
		}
		return nil
	}
	return x.value(namespace, path)
}

// option returns what tells about an option, or about a set of options.
func (x *explainer) option(path []string) func() *explained {
	if x.state == nil {
		return nil
	}
	view := option.NewView(x.ctx, x.state.Options())
	found := view.At(path...)
	switch o := view.Option(found); {
	case o != nil:
		return func() *explained { return x.aboutOption(path, o) }
	case len(found.Trees) > 0:
		return func() *explained { return x.aboutSet(path, found) }
	case len(found.Types) > 0:
		return func() *explained {
			return x.aboutOption(path, &option.Option{Loc: path, Type: found.Types[0]})
		}
	}
	return nil
}

// aboutSet tells what there is below a path of options.
func (x *explainer) aboutSet(path []string, found option.Found) *explained {
	name := option.Path(path)
	children, _ := found.Children(x.ctx)
	var list []string
	for _, c := range children {
		line := "- " + markup.Code(option.Path([]string{c.Name}))
		if c.Option == nil {
			line += ", a set of options"
		} else if s := summary(option.Prose(c.Option.Description)); s != "" {
			line += ": " + s
		}
		list = append(list, line)
	}
	head := fmt.Sprintf("A set of options. %s lists them with those below.", markup.Code("firn options "+name+"."))
	return &explained{Kind: "options", Markdown: markup.Join(markup.Nix(name), head, strings.Join(list, "\n"))}
}

func (x *explainer) aboutOption(path []string, o *option.Option) *explained {
	set := x.state.SettingAt(x.ctx, path)
	defs := x.state.Definitions(path, set)
	out := &explained{Kind: "option", Option: new(newJSONOption(o, &knowledge.Listed{Loc: o.Loc, Description: o.Description, Hidden: o.Hidden || o.Internal}))}
	out.Option.jsonValue = newJSONValue(set)
	var declared []string
	for _, p := range o.Declared {
		declared = append(declared, "- "+markup.Code(pointText(p)))
		if out.Position == nil {
			out.Position = &jsonPoint{p.Path, p.Line, p.Column}
		}
	}
	for _, d := range defs {
		out.Definitions = append(out.Definitions, jsonDefinition{
			jsonPoint{d.Place.Path, d.Place.Line, d.Place.Column}, d.Text, d.Priority, d.Conditions, d.Counts,
		})
	}
	shown := *o
	shown.Loc = path
	out.Markdown = markup.Join(shown.Markdown(), valueText(set), definitionsText(defs), titled("Declared in", declared))
	return out
}

func titled(title string, list []string) string {
	if len(list) == 0 {
		return ""
	}
	return title + "\n\n" + strings.Join(list, "\n")
}

func pointText(p option.Place) string {
	if p.Line == 0 {
		return p.Path
	}
	return fmt.Sprintf("%s:%d", p.Path, p.Line)
}

// valueText tells the value of an option, but not who sets it.
func valueText(s option.Setting) string {
	note := ""
	if s.Default {
		note = "Nobody sets it."
	}
	s.Default, s.Files = false, nil
	return markup.Join(s.Markdown(), note)
}

// definitionsText lists where an option is set, and which definition counts.
func definitionsText(defs []knowledge.Definition) string {
	list := make([]string, len(defs))
	for i, d := range defs {
		var notes []string
		if name := priorityName(d.Priority); name != "" {
			notes = append(notes, name)
		}
		for _, c := range d.Conditions {
			notes = append(notes, "if "+markup.Code(c))
		}
		if !d.Counts {
			notes = append(notes, "does not count")
		}
		line := "- " + markup.Code(pointText(d.Place))
		if d.Text != "" {
			line += ": " + markup.Code(d.Text)
		}
		if len(notes) > 0 {
			line += ", " + strings.Join(notes, ", ")
		}
		list[i] = line
	}
	return titled("Set in", list)
}

// priorityName names a priority that is not the usual one (nixpkgs,
// lib/modules.nix).
func priorityName(p int) string {
	switch p {
	case 0, 100:
		return ""
	case 50:
		return "mkForce"
	case 1000:
		return "mkDefault"
	case 1500:
		return "mkOptionDefault"
	}
	return fmt.Sprintf("priority %d", p)
}

// value returns what tells about a value below pkgs, lib or config.
func (x *explainer) value(root string, path []string) func() *explained {
	a, ok := x.attr(x.state, root, path)
	if !ok {
		return nil
	}
	return func() *explained { return x.aboutValue(root, path, a) }
}

// attr returns the attribute at a path below what modules are called with.
func (x *explainer) attr(state *knowledge.State, root string, path []string) (a infer.Attr, ok bool) {
	if state == nil {
		return a, false
	}
	k, ok := state.Argument(x.ctx, root)
	if !ok {
		return a, false
	}
	if x.space == nil {
		x.space = newSpace()
	}
	v := x.space.OfKnown(k)
	for i, name := range path {
		if i > 0 {
			v = x.space.OfAttr(a)
		}
		if a, ok = v.Attr(name); !ok {
			return a, false
		}
	}
	return a, true
}

func (x *explainer) aboutValue(root string, path []string, a infer.Attr) *explained {
	out := &explained{}
	k, ok := a.Known()
	if !ok {
		return out
	}
	kind, err := knowledge.KindOf(k)
	d, isPackage := knowledge.DerivationOf(k)
	if root == "pkgs" && (err != nil || isPackage && d.Package.Name == "") {
		if all, meta := x.unrefused(path); all != nil {
			k, d, isPackage, err = all, meta, true, cmp.Or(err, d.Err)
			d.Err = err
		}
	}
	out.Kind = kind
	if err != nil {
		out.Kind, out.Error = "error", knowledge.Message(err)
	}
	if b := knowledge.BuiltinOf(k); b != nil {
		out.Markdown = markup.Join(markup.Nix(root+"."+option.Path(path)+" = builtins."+b.Name), markup.Builtin(b))
	} else if isPackage {
		facts := out.derivation(d)
		out.Markdown = markup.Join(markup.Nix(root+"."+option.Path(path)), d.Package.Markdown(), strings.Join(facts, "  \n"))
	} else {
		out.Markdown = markup.Join(hover.Attribute(x.space, a), arguments(x.space.OfAttr(a).Lambda))
	}
	if at, ok := place(k); ok {
		out.Position = &jsonPoint{at.Path, at.Line, at.Column}
		if at := fmt.Sprintf("%s:%d", at.Path, at.Line); !strings.Contains(out.Markdown, at) {
			out.Markdown = markup.Join(out.Markdown, "Written in "+markup.Code(at))
		}
	}
	return out
}

// unrefused returns a package that nixpkgs refuses as it would be otherwise, without
// store paths, or nil if it is not to be had.
func (x *explainer) unrefused(path []string) (infer.Known, knowledge.Derivation) {
	if x.all == nil {
		state, err := x.load(true)
		if err != nil {
			return nil, knowledge.Derivation{} // the error without it is told
		}
		x.all = state
	}
	a, ok := x.attr(x.all, "pkgs", path)
	if !ok {
		return nil, knowledge.Derivation{}
	}
	k, _ := a.Known()
	d, ok := knowledge.DerivationOf(k)
	if !ok {
		return nil, d
	}
	d.Drv, d.Outputs = "", nil
	return k, d
}

// arguments lists what a function takes, one argument after the other, each as it
// is written and with the comment on it.
func arguments(lambda parser.Node) string {
	var list []string
	for ; lambda.Valid() && lambda.Kind() == parser.KindLambda; lambda = body(lambda) {
		if name := lambda.Child(parser.KindName); name.Valid() {
			list = append(list, argumentLine(name))
		}
		for f := range lambda.Child(parser.KindFormals).Children() {
			if f.Kind() == parser.KindFormal || f.Kind() == parser.KindEllipsis {
				list = append(list, argumentLine(f))
			}
		}
	}
	return titled("Arguments", list)
}

func argumentLine(n parser.Node) string {
	line := "- " + markup.Code(markup.Excerpt(n.Text()))
	if doc := doccomment.Of(n); n.Kind() == parser.KindFormal && doc != "" {
		line += ": " + summary(doc)
	}
	return line
}

// body returns what a function returns.
func body(lambda parser.Node) parser.Node {
	var last parser.Node
	for e := range lambda.Exprs() {
		last = e
	}
	if !last.Valid() {
		return last
	}
	return last.Unparen()
}

// place returns where a value is made, or else where it is bound to its name.
func place(k infer.Known) (infer.Place, bool) {
	if at, ok := k.Made(); ok {
		return at, true
	}
	return k.Defined()
}

// derivation adds what is known of a derivation, and returns what of that is not in
// the description of the package.
func (x *explained) derivation(d knowledge.Derivation) []string {
	x.Kind, x.Package, x.DrvPath = "package", &d.Package, d.Drv
	var facts []string
	for _, o := range d.Outputs {
		x.Outputs = append(x.Outputs, jsonOutput(o))
		facts = append(facts, fmt.Sprintf("Output %s: %s", markup.Code(o.Name), markup.Code(o.Path)))
	}
	if d.Drv != "" {
		facts = append(facts, "Derivation: "+markup.Code(d.Drv))
	}
	if d.Err != nil {
		x.Error = knowledge.Message(d.Err)
		facts = append(facts, "There is no store path: "+x.Error)
	}
	return facts
}

// similar returns paths that are spelt almost like one that leads nowhere.
func (x *explainer) similar(path []string) []string {
	if x.state == nil {
		return nil
	}
	view := option.NewView(x.ctx, x.state.Options())
	for i := range path {
		if found := view.At(path[:i+1]...); found.Valid() {
			continue
		}
		names := view.Names(view.At(path[:i]...))
		if i == 0 {
			names = append(names, x.packageNames()...)
		}
		list, _ := fuzzy.Similar(path[i], names)
		const few = 3
		list = limited(list, few)
		for j, name := range list {
			list[j] = option.Path(append(slices.Clone(path[:i]), name))
		}
		return list
	}
	return nil
}

func (x *explainer) packageNames() []string {
	k, ok := x.state.Argument(x.ctx, "pkgs")
	if !ok {
		return nil
	}
	return k.Names()
}

// newSpace returns a space in which files can be looked into, though none of them
// is in question.
func newSpace() *infer.Space {
	tree, _ := parser.Parse("null") // is valid
	return infer.Open(scope.Resolve(tree), anywhere(), func(path string) *scope.Info {
		src, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		tree, bad := parser.Parse(string(src))
		if bad != nil {
			return nil
		}
		return scope.Resolve(tree)
	})
}
