package knowledge

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firn/eval"
	"firn/eval/builtin"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
	linetext "firn/parser/text"
)

// Argument returns what modules of the configuration are called with under a name,
// as pkgs, lib and config. It is good as long as ctx.
func (s *State) Argument(ctx context.Context, name string) (infer.Known, bool) {
	if name == "config" && s.options != nil {
		return known{ctx, s.config, nil}, true
	}
	if err := s.complete(ctx); err != nil {
		return nil, false
	}
	v, ok := s.args[name]
	return known{ctx, v, nil}, ok
}

// SettingAt returns the value of the option at a path. There is none if the path
// has a part that stands for any name.
func (s *State) SettingAt(ctx context.Context, loc []string) option.Setting {
	view := option.NewView(ctx, s.Options())
	if set, ok := view.Setting(view.At(loc...)); ok && (set.Value != "" || set.Err != nil) {
		return set
	}
	if slices.ContainsFunc(loc, option.IsPlaceholder) {
		return option.Setting{}
	}
	return s.setting(ctx, loc)
}

// Definition is a place where a configuration sets an option.
type Definition struct {
	Place      option.Place
	Text       string   // what it is set to as it is written, shortened; "" if that is not known
	Priority   int      // the lower one counts; 0 if it is not known
	Conditions []string // on which it counts, as they are written
	Counts     bool     // the value is made of it
}

// Definitions returns where the files that were read set the option at a path,
// those that count first. A file of which the module system tells, and whose text
// does not tell where, is a definition without a line.
func (s *State) Definitions(loc []string, set option.Setting) []Definition {
	var list []Definition
	if len(loc) == 0 {
		return nil
	}
	for _, path := range s.e.Imported() {
		list = append(list, definitionsIn(path, loc)...)
	}
	least := set.Priority
	for i, d := range list {
		if d.Priority > 0 && setBy(set, d.Place.Path) && set.Priority == 0 && (least == 0 || d.Priority < least) {
			least = list[i].Priority
		}
	}
	for i, d := range list {
		list[i].Counts = !set.Default && setBy(set, d.Place.Path) && (d.Priority == 0 || d.Priority == least)
	}
	list = append(list, unseen(set, list)...)
	slices.SortStableFunc(list, func(a, b Definition) int { return rank(a) - rank(b) })
	return list
}

func rank(d Definition) int {
	if d.Counts {
		return 0
	}
	return 1
}

// unseen returns the files that set an option of which no definition was found.
func unseen(set option.Setting, found []Definition) []Definition {
	var list []Definition
	for _, f := range set.Files {
		if !slices.ContainsFunc(found, func(d Definition) bool { return isFile(f, d.Place.Path) }) {
			list = append(list, Definition{Place: option.Place{Path: f}, Priority: set.Priority, Counts: true})
		}
	}
	return list
}

// setBy reports whether a file sets an option. If nobody tells which files do, each
// may.
func setBy(set option.Setting, path string) bool {
	return len(set.Files) == 0 || slices.ContainsFunc(set.Files, func(f string) bool { return isFile(f, path) })
}

// isFile reports whether what a module is called means the file at a path. A
// directory means its default.nix.
func isFile(name, path string) bool {
	return name == path || filepath.Join(name, "default.nix") == path
}

// definitionsIn returns where a file sets an option. What cannot be read sets none.
func definitionsIn(path string, loc []string) []Definition {
	src, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(src), loc[len(loc)-1]) {
		return nil
	}
	tree, bad := parser.Parse(string(src))
	if bad != nil {
		return nil
	}
	m, ok := module.Parse(scope.Resolve(tree))
	if !ok {
		return nil
	}
	var list []Definition
	for _, d := range m.Find(loc) {
		list = append(list, newDefinition(path, d))
	}
	return list
}

func newDefinition(path string, d module.Definition) Definition {
	at := d.Name.Tree().Lines().Position(d.Name.Start(), linetext.UTF8)
	out := Definition{Place: option.Place{Path: path, Line: at.Line + 1, Column: at.Column + 1}}
	if d.Value.Valid() {
		out.Text = markup.Excerpt(d.Value.Text())
	}
	if p, ok := d.Priority(); ok {
		out.Priority = p
	}
	for _, w := range d.Conditions() {
		cond := markup.Excerpt(w.Cond.Unparen().Text())
		if w.Kind == module.Unless {
			cond = "!(" + cond + ")"
		}
		out.Conditions = append(out.Conditions, cond)
	}
	return out
}

// Derivation is what is known of a package.
type Derivation struct {
	Package Package
	Drv     string   // the store path of the derivation
	Outputs []Output // the first is the one that is meant without a name
	Err     error    // why Drv or an output is not known
}

// Output is an output of a derivation.
type Output struct{ Name, Path string }

// DerivationOf returns what is known of a value, and false if it is no derivation.
// To know its store paths, sources are read.
func DerivationOf(v infer.Known) (Derivation, bool) {
	k, ok := v.(known)
	if !ok {
		return Derivation{}, false
	}
	r := reader{ctx: k.ctx}
	set := r.set(attr{value: k.value, ok: true})
	if text(k.ctx, set["type"]) != "derivation" {
		return Derivation{}, false
	}
	d := Derivation{Package: k.pkg(set)}
	if len(d.Package.Outputs) == 0 {
		d.Package.Outputs = []string{"out"}
	}
	d.Drv, d.Err = r.pathAt(set, "drvPath")
	for _, name := range d.Package.Outputs {
		if d.Err != nil {
			break
		}
		path, err := r.pathAt(r.set(set[name]), "outPath")
		if err != nil {
			d.Err = err
			break
		}
		d.Outputs = append(d.Outputs, Output{name, path})
	}
	return d, true
}

// pathAt returns the store path that an attribute is.
func (r reader) pathAt(set map[string]attr, name string) (string, error) {
	a := set[name]
	if !a.ok {
		return "", &MissingPathError{name}
	}
	t, err := a.value.Text(r.ctx)
	return t.Text, err
}

// MissingPathError says that a derivation has no path of some kind.
type MissingPathError struct{ Attr string }

// Error implements error.
func (e *MissingPathError) Error() string { return "the derivation has no " + e.Attr }

// ValueKind returns in a word what a value is, and the error that it is instead.
func ValueKind(v infer.Known) (string, error) {
	k, ok := v.(known)
	if !ok {
		return eval.Unevaluated.String(), nil
	}
	kind, err := k.value.Force(k.ctx)
	if kind == eval.Function {
		return "function", err
	}
	return kind.String(), err
}

// BuiltinOf returns the builtin that a value is, also one that got a part of its
// arguments, nil if it is none.
func BuiltinOf(v infer.Known) *builtin.Builtin {
	k, ok := v.(known)
	if !ok {
		return nil
	}
	f, err := k.value.Function(k.ctx)
	if err != nil || !f.Builtin {
		return nil
	}
	return builtin.Lookup(f.Name)
}
