package explain

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/doccomment"
	"firn/lsp/feature/hover"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/option"
	"firn/lsp/knowledge"
	"firn/parser"
	"firn/parser/scope"
)

// value returns what tells about a value below what modules are called with: pkgs,
// lib or config.
func (x *Explainer) value(ctx context.Context, root string, path []string) func() *Explained {
	a, ok := x.attr(ctx, x.state, root, path)
	if !ok {
		return nil
	}
	return func() *Explained { return x.aboutValue(ctx, root, path, a) }
}

// attr returns the attribute at a path below what modules are called with.
func (x *Explainer) attr(ctx context.Context, state *knowledge.State, root string, path []string) (a infer.Attr, ok bool) {
	if state == nil {
		return a, false
	}
	k, ok := state.Argument(ctx, root)
	if !ok {
		return a, false
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

func (x *Explainer) aboutValue(ctx context.Context, root string, path []string, a infer.Attr) *Explained {
	k, ok := a.Known()
	if !ok {
		return &Explained{Kind: "unevaluated"}
	}
	kind, err := knowledge.ValueKind(k)
	d, isPackage := knowledge.DerivationOf(k)
	if root == inPkgs && (err != nil || isPackage && d.Package.Name == "") {
		if all, meta := x.unrefused(ctx, path); all != nil {
			k, d, isPackage = all, meta, true
			d.Err = cmp.Or(err, d.Err)
		}
	}
	name := root + "." + option.Path(path)
	out := &Explained{Kind: kind, Err: err}
	switch b := knowledge.BuiltinOf(k); {
	case isPackage:
		out = aboutPackage(name, d)
	case b != nil:
		out.Markdown = markup.Join(markup.Nix(name+" = builtins."+b.Name), markup.Builtin(b))
	default:
		out.Markdown = markup.Join(hover.Attribute(x.space, a), arguments(x.space.OfAttr(a).Lambda))
	}
	out.place(k)
	return out
}

// aboutPackage tells what a package says of itself, and its store paths.
func aboutPackage(name string, d knowledge.Derivation) *Explained {
	var facts []string
	for _, o := range d.Outputs {
		facts = append(facts, fmt.Sprintf("Output %s: %s", markup.Code(o.Name), markup.Code(o.Path)))
	}
	if d.Drv != "" {
		facts = append(facts, "Derivation: "+markup.Code(d.Drv))
	}
	if d.Err != nil {
		facts = append(facts, "There is no store path: "+knowledge.Message(d.Err))
	}
	return &Explained{
		Kind: "package", Derivation: &d, Err: d.Err,
		Markdown: markup.Join(markup.Nix(name), d.Package.Markdown(), strings.Join(facts, "  \n")),
	}
}

// place notes where a value is made, or else where it is bound to its name.
func (e *Explained) place(k infer.Known) {
	at, ok := k.Made()
	if !ok {
		at, ok = k.Defined()
	}
	if !ok {
		return
	}
	e.At = at
	if text := fmt.Sprintf("%s:%d", at.Path, at.Line); !strings.Contains(e.Markdown, text) {
		e.Markdown = markup.Join(e.Markdown, "Written in "+markup.Code(text))
	}
}

// unrefused returns a package that nixpkgs refuses as it would be otherwise, without
// store paths, or nil if it is not to be had.
func (x *Explainer) unrefused(ctx context.Context, path []string) (infer.Known, knowledge.Derivation) {
	if x.all == nil {
		state, err := x.load(true)
		if err != nil {
			return nil, knowledge.Derivation{} // the error without it is told
		}
		x.all = state
	}
	a, ok := x.attr(ctx, x.all, inPkgs, path)
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
		line += ": " + option.Summary(doc)
	}
	return line
}

// body returns what a function returns.
func body(lambda parser.Node) parser.Node {
	return lambda.LastExpr().Unparen()
}

// newSpace returns a space in which files can be looked into, though none of them
// is in question.
func newSpace() *infer.Space {
	tree, _ := parser.Parse("null") // is valid
	return infer.Open(scope.Resolve(tree), disk.World{FS: machine{}}, Read)
}

// Read reads a file of nixlang, and returns nil if that cannot be done.
func Read(path string) *scope.Info {
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

// machine is the file system of the machine.
type machine struct{}

// Stat implements [disk.FS].
func (machine) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

// ReadDir implements [disk.FS].
func (machine) ReadDir(path string) (entries []fs.DirEntry, all bool, err error) {
	entries, err = os.ReadDir(path)
	return entries, true, err
}
