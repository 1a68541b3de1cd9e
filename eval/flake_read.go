package eval

import (
	"errors"
	"maps"
	gopath "path"
	"regexp"
	"slices"
	"strings"

	"firn/eval/flakeref"
	"firn/eval/lockfile"
	"firn/eval/value"
	"firn/parser"
)

// flake is what a flake.nix says, but for its outputs.
type flake struct {
	original, resolved, locked flakeref.Ref

	root   string // the store path that it is in, "" if it may be anywhere
	dir    string
	inputs flakeInputs
	self   flakeref.Attrs // that it asks its own source to be fetched with
}

// flakeInput is an input as a flake.nix has it: a reference, or another input
// that it follows, or none of both, which is what its name stands for.
type flakeInput struct {
	ref       *flakeref.Ref
	isFlake   bool
	follows   *lockfile.Path
	overrides flakeInputs
}

type flakeInputs map[string]flakeInput

// file returns the path of a file beside the flake.nix.
func (f *flake) file(name string) string { return strings.TrimSuffix(f.dir, "/") + "/" + name }

// flakeReader reads a flake.nix.
type flakeReader struct {
	fetching
	flake
	at lockfile.Path // of the flake among the inputs of the first one
}

// read reads the flake.nix of a directory.
func (r *flakeReader) read() *failure {
	x := r.importAs(r.flake.file("flake.nix"), 0, r.mustBeSet)
	if x.IsFailed() {
		return failed(&x)
	}
	attrs := x.Attrs().Flat()
	if c, pos := attrs.Find(r.symbols.Intern("description")); c != nil {
		if _, bad := r.expect(value.String, c, pos); bad != nil {
			return bad
		}
	}
	r.inputs = flakeInputs{}
	if c, pos := attrs.Find(r.symbols.Intern("inputs")); c != nil {
		var bad *failure
		if r.inputs, r.self, bad = r.readInputs(c, pos, true); bad != nil {
			return bad
		}
	}
	if bad := r.readOutputs(attrs); bad != nil {
		return bad
	}
	if c, pos := attrs.Find(r.symbols.Intern("nixConfig")); c != nil {
		if bad := r.checkConfig(c, pos); bad != nil {
			return bad
		}
	}
	return r.checkNames(attrs)
}

// mustBeSet refuses a flake that is computed.
func (r *flakeReader) mustBeSet(u *unit) *failure {
	for e := range u.tree.Root().Exprs() {
		if e.Unparen().Kind() == parser.KindAttrSet {
			return nil
		}
	}
	return fail(EvalError, 0, "file '%s' must be an attribute set", r.flake.file("flake.nix"))
}

// plainly evaluates a cell if there is nothing to compute.
func (m fetching) plainly(c *value.Value, pos value.Pos) value.Value {
	if c.Kind() == value.Thunk && value.As[thunk](c).plain {
		return m.force(c, pos)
	}
	return *c
}

var expectedNames = map[value.Kind]string{
	value.String: "a string", value.Bool: "a Boolean", value.Set: "a set", value.Lambda: "a function",
}

// expect is plainly for a value of some kind.
func (m fetching) expect(k value.Kind, c *value.Value, pos value.Pos) (value.Value, *failure) {
	x := m.plainly(c, pos)
	is := x.Kind()
	if is == value.Primop || is == value.PrimopApp {
		is = value.Lambda
	}
	switch {
	case is == value.Failed:
		return x, failed(&x)
	case is != k:
		return x, fail(EvalError, 0, "expected %s but got %s at %s", expectedNames[k], typeNames[is], m.flakePlace(pos))
	}
	return x, nil
}

// readOutputs looks at what the function takes, which are inputs, too.
func (r *flakeReader) readOutputs(attrs *value.Attrs) *failure {
	c, pos := attrs.Find(r.symbols.Intern("outputs"))
	if c == nil {
		u, err := r.resolved.URL()
		if err != nil {
			return wrong(err)
		}
		return fail(EvalError, 0, "flake '%s' lacks attribute 'outputs'", u)
	}
	x, bad := r.expect(value.Lambda, c, pos)
	if bad != nil || x.Kind() != value.Lambda {
		return bad
	}
	fs := value.As[lambda](&x).formals
	if fs == nil {
		return nil
	}
	for _, sym := range fs.syms {
		name := r.symbols.Name(sym)
		if name == "self" {
			continue
		}
		ref, err := flakeref.Parse(name, r.refOptions())
		if err != nil {
			return wrong(err)
		}
		if _, has := r.inputs[name]; !has {
			r.inputs[name] = flakeInput{ref: &ref, isFlake: true}
		}
	}
	return nil
}

// checkNames refuses attributes that a flake does not have.
func (r *flakeReader) checkNames(attrs *value.Attrs) *failure {
	for i := range attrs.Len() {
		name := r.symbols.Name(attrs.Shape().Sym(i))
		if slices.Contains([]string{"description", "inputs", "outputs", "nixConfig"}, name) {
			continue
		}
		u, err := r.resolved.URL()
		if err != nil {
			return wrong(err)
		}
		return fail(EvalError, 0, "flake '%s' has an unsupported attribute '%s', at %s", u, r.symName(attrs.Shape().Sym(i)), r.flakePlace(attrs.Shape().Pos(i)))
	}
	return nil
}

// checkConfig looks at the settings, which are not applied.
func (r *flakeReader) checkConfig(c *value.Value, pos value.Pos) *failure {
	x, bad := r.expect(value.Set, c, pos)
	if bad != nil {
		return bad
	}
	attrs := x.Attrs().Flat()
	for i, c := range attrs.Cells() {
		if bad := r.checkSetting(r.symName(attrs.Shape().Sym(i)), c, attrs.Shape().Pos(i)); bad != nil {
			return bad
		}
	}
	return nil
}

func (r *flakeReader) checkSetting(name string, c *value.Value, pos value.Pos) *failure {
	x := r.plainly(c, pos)
	switch x.Kind() {
	case value.Failed:
		return failed(&x)
	case value.Int, value.Bool:
		return nil
	case value.String:
		_, bad := r.stringNoContext(x, pos, "")
		return bad
	case value.Path:
		var ctx *value.Context
		_, bad := r.copyPath(x.Str(), &ctx)
		return bad
	case value.List:
		for _, e := range x.Elems() {
			if e.Kind() != value.String {
				return fail(TypeError, 0, "list element in flake configuration setting '%s' is %s while a string is expected", name, r.showType(&x))
			}
			if _, bad := r.stringNoContext(*e, pos, ""); bad != nil {
				return bad
			}
		}
		return nil
	}
	return fail(TypeError, 0, "flake configuration setting '%s' is %s", name, r.showType(&x))
}

// readInputs reads a set of inputs. Only in the one of the flake itself there may
// be self.
func (r *flakeReader) readInputs(c *value.Value, pos value.Pos, own bool) (flakeInputs, flakeref.Attrs, *failure) {
	if bad := r.enter(pos); bad != nil {
		return nil, nil, bad
	}
	defer func() { r.depth-- }()
	x, bad := r.expect(value.Set, c, pos)
	if bad != nil {
		return nil, nil, bad
	}
	inputs, self, attrs := flakeInputs{}, flakeref.Attrs{}, x.Attrs().Flat()
	for i, c := range attrs.Cells() {
		name, pos := r.symbols.Name(attrs.Shape().Sym(i)), attrs.Shape().Pos(i)
		if name != "self" {
			if inputs[name], bad = r.readInput(c, pos); bad != nil {
				return nil, nil, bad
			}
			continue
		}
		if !own {
			return nil, nil, fail(EvalError, 0, "'self' input attribute not allowed at %s", r.flakePlace(pos))
		}
		if bad := r.readSelf(c, pos, self); bad != nil {
			return nil, nil, bad
		}
	}
	return inputs, self, nil
}

func (r *flakeReader) readSelf(c *value.Value, pos value.Pos, self flakeref.Attrs) *failure {
	x, bad := r.expect(value.Set, c, pos)
	if bad != nil {
		return bad
	}
	attrs := x.Attrs().Flat()
	for i, c := range attrs.Cells() {
		if bad := r.readAttr(self, attrs.Shape().Sym(i), c); bad != nil {
			return bad
		}
	}
	return nil
}

// readInput reads one input.
func (r *flakeReader) readInput(c *value.Value, pos value.Pos) (flakeInput, *failure) {
	in := flakeInput{isFlake: true}
	x, bad := r.expect(value.Set, c, pos)
	if bad != nil {
		return in, bad
	}
	refs, attrs := flakeref.Attrs{}, x.Attrs().Flat()
	for i, c := range attrs.Cells() {
		p := inputPart{sym: attrs.Shape().Sym(i), cell: c, pos: attrs.Shape().Pos(i), around: pos}
		if bad := r.readPart(&in, refs, p); bad != nil {
			return in, bad.with(p.pos, "while evaluating flake attribute '%s'", r.symName(p.sym))
		}
	}
	ref, bad := r.inputRef(refs, in.isFlake, pos)
	if bad != nil {
		return in, bad
	}
	in.ref = ref
	if in.ref != nil && in.follows != nil {
		return in, fail(EvalError, 0, "flake input has both a flake reference and a follows attribute, at %s", r.flakePlace(pos))
	}
	return in, nil
}

// inputPart is an attribute of an input.
type inputPart struct {
	sym         value.Symbol
	cell        *value.Value
	pos, around value.Pos
}

func (r *flakeReader) readPart(in *flakeInput, refs flakeref.Attrs, p inputPart) *failure {
	switch r.symbols.Name(p.sym) {
	case "url":
		u, bad := r.readURL(p)
		refs["url"] = u
		return bad
	case "flake":
		x, bad := r.expect(value.Bool, p.cell, p.pos)
		in.isFlake = bad == nil && x.Bool()
		return bad
	case "inputs":
		var bad *failure
		in.overrides, _, bad = r.readInputs(p.cell, p.pos, false)
		return bad
	case "follows":
		x, bad := r.expect(value.String, p.cell, p.pos)
		if bad != nil {
			return bad
		}
		follows, bad := parseInputPath(x.Str())
		follows = r.at.Join(follows)
		in.follows = &follows
		return bad
	}
	return r.readAttr(refs, p.sym, p.cell)
}

var inputName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_-]*$`)

// parseInputPath reads names of inputs with slashes between them.
func parseInputPath(s string) (lockfile.Path, *failure) {
	var names []string
	for name := range strings.SplitSeq(s, "/") {
		if name == "" {
			continue
		}
		if !inputName.MatchString(name) {
			return "", fail(EvalError, 0, "invalid flake input attribute path element '%s'", name)
		}
		names = append(names, name)
	}
	return lockfile.PathOf(names...), nil
}

// readURL reads the URL of an input, which can be a path in the same tree.
func (r *flakeReader) readURL(p inputPart) (string, *failure) {
	x := r.plainly(p.cell, p.around)
	switch x.Kind() {
	case value.Failed:
		return "", failed(&x)
	case value.String:
		return x.Str(), nil
	case value.Path:
		if r.root != "" && !within(x.Str(), r.root) {
			return "", fail(EvalError, 0, "input attribute path '%s' at %s must be in the same source tree as %s",
				x.Str(), r.flakePlace(p.pos), r.root+cleanPath(r.resolved.Dir))
		}
		return "path:" + relativePath(r.dir, x.Str()), nil
	}
	return "", fail(EvalError, 0, "expected a string or a path but got %s at %s", kindName(&x), r.flakePlace(p.pos))
}

// kindName is showType for what says no more than the kind.
func kindName(x *value.Value) string {
	if k := x.Kind(); k == value.Primop || k == value.PrimopApp {
		return typeNames[value.Lambda]
	}
	return typeNames[x.Kind()]
}

// relativePath returns how one absolute path is reached from another.
func relativePath(from, to string) string {
	var parts []string
	for !within(to, from) {
		from = gopath.Dir(from)
		parts = append(parts, "..")
	}
	if rest := strings.TrimPrefix(strings.TrimPrefix(to, from), "/"); rest != "" {
		parts = append(parts, rest)
	}
	if len(parts) == 0 {
		return "."
	}
	return strings.Join(parts, "/")
}

// readAttr reads an attribute of a reference.
func (m fetching) readAttr(refs flakeref.Attrs, sym value.Symbol, c *value.Value) *failure {
	name := m.symbols.Name(sym)
	switch c.Kind() {
	case value.String:
		refs[name] = c.Str()
		return nil
	case value.Bool:
		refs[name] = c.Bool()
		return nil
	case value.Int:
		if c.Int() < 0 {
			return fail(EvalError, 0, "negative value given for flake input attribute %s: %d", m.symName(sym), c.Int())
		}
		refs[name] = uint64(c.Int())
		return nil
	}
	if name == "publicKeys" {
		keys, bad := m.publicKeys(*c)
		refs[name] = keys
		return bad
	}
	return fail(TypeError, 0, "flake input attribute '%s' is %s while a string, Boolean, or integer is expected", m.symName(sym), m.showType(c))
}

// inputRef makes a reference of attributes, nil if there are none.
func (r *flakeReader) inputRef(refs flakeref.Attrs, isFlake bool, pos value.Pos) (*flakeref.Ref, *failure) {
	o := r.refOptions()
	if _, typed := refs["type"]; typed {
		ref, err := flakeref.FromAttrs(refs, o)
		if err != nil {
			return nil, wrong(err).with(pos, "while evaluating flake input")
		}
		return &ref, nil
	}
	u, has := refs["url"].(string)
	delete(refs, "url")
	if len(refs) > 0 {
		first := slices.Sorted(maps.Keys(refs))[0]
		return nil, fail(EvalError, 0, "unexpected flake input attribute '%s', at %s", first, r.flakePlace(pos))
	}
	if !has {
		return nil, nil
	}
	o.Relative, o.Files = true, !isFlake
	ref, err := flakeref.Parse(u, o)
	if err != nil {
		return nil, wrong(err)
	}
	return &ref, nil
}

// lockFile reads the lock file of a flake. One that is not there has no inputs.
func (m fetching) lockFile(f *flake) (*lockfile.File, *failure) {
	at, bad := m.resolveLinks(f.file("flake.lock"))
	if bad != nil {
		return nil, bad
	}
	text, err := m.host.ReadFile(at)
	if errors.Is(err, ErrNotExist) {
		return lockfile.New(), nil
	}
	if err != nil {
		return nil, m.fileError(err, f.file("flake.lock"))
	}
	m.Charge(len(text))
	file, err := lockfile.Parse(text, f.file("flake.lock"), m.refOptions())
	if err != nil {
		return nil, wrong(err)
	}
	return file, nil
}
