package eval

import (
	"fmt"
	"slices"
	"strings"

	"firn/eval/value"
	"firn/store/drv"
	"firn/store/hash"
	"firn/store/path"
)

var derivationPrims = table{
	"derivationStrict": primDerivationStrict,
	"outputOf":         primOutputOf,
	"placeholder":      primPlaceholder,
}

// derivationSource is builtins.derivation. It makes a set for each output, with
// what it was called with, and asks for the derivation when somebody wants a
// path. It begins in the line in which that of Nix does, which messages name.
var derivationSource = strings.Repeat("\n", 29) + `args @ { outputs ? [ "out" ], ... }:
let
  made = derivationStrict args;
  common = args // builtins.listToAttrs each // {
    all = map (output: output.value) each;
    drvAttrs = args;
  };
  each = map (name: {
    inherit name;
    value = common // {
      outPath = made.${name};
      drvPath = made.drvPath;
      type = "derivation";
      outputName = name;
    };
  }) outputs;
in
(builtins.head each).value
`

// derivationFunction returns builtins.derivation, which is read when it is first
// called.
func (m *machine) derivationFunction() value.Value {
	t := &thunk{Header: value.NewHeader(value.Thunk)}
	t.run = func(m *machine, _ *value.Env) value.Value {
		run, bad := m.load(source{name: "«nix-internal»/derivation-internal.nix", src: derivationSource, internal: true})
		if bad != nil {
			return bad.value()
		}
		return run(m, nil)
	}
	return value.MakeCode(&t.Header, nil)
}

func primPlaceholder(m *machine, _ value.Pos, a *value.Value) value.Value {
	s, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.placeholder")
	if bad != nil {
		return bad.value()
	}
	return value.MakeString(path.Placeholder(s))
}

// known is what stays of a derivation that was made.
type known struct {
	refs    []path.Path
	outputs []string
	paths   []path.Path // of the outputs, if somebody may ask for them
}

// drvLists are the lists of a derivation that is being made, which the next one
// can have when it is.
type drvLists struct {
	env    []drv.Var
	args   []string
	inputs []drv.Input
	srcs   []path.Path
}

// lend gives the derivation lists to fill. While it is made others may be, which
// get other ones.
func (d *maker) lend() {
	l := d.m.lists
	d.m.lists = drvLists{}
	d.drv.Env, d.drv.Args, d.drv.Inputs, d.drv.Srcs = l.env[:0], l.args[:0], l.inputs[:0], l.srcs[:0]
}

// giveBack takes them from it again.
func (d *maker) giveBack() {
	d.m.lists = drvLists{d.drv.Env, d.drv.Args, d.drv.Inputs, d.drv.Srcs}
	clear(d.m.lists.env)
	clear(d.m.lists.args)
	clear(d.m.lists.inputs)
	clear(d.m.lists.srcs)
	d.drv = drv.Derivation{}
}

// maker makes one derivation of a set.
type maker struct {
	m    *machine
	name string
	drv  drv.Derivation
	ctx  *value.Context

	json       *jsonObject // of structured attributes, or nil
	dropNulls  bool
	addressed  bool // by content
	impure     bool
	outputHash *string
	algo       hash.Algorithm
	method     path.Method
	hasMethod  bool
	outputs    []string
}

func primDerivationStrict(m *machine, _ value.Pos, a *value.Value) value.Value {
	attrs, bad := m.forceSet(a, 0, "while evaluating the argument passed to builtins.derivationStrict")
	if bad != nil {
		return bad.value()
	}
	c, pos, bad := m.attr(attrs, m.sym.name, "in the attrset passed as argument to builtins.derivationStrict")
	if bad != nil {
		return bad.value()
	}
	name, bad := m.forceStringNoContext(c, 0, "while evaluating the `name` attribute passed to builtins.derivationStrict")
	if bad != nil {
		return bad.with(pos, "while evaluating the derivation attribute 'name'").value()
	}
	d := maker{m: m, name: name, outputs: m.oneOutput("out")}
	d.lend()
	v, bad := d.make(attrs.Flat())
	d.giveBack()
	if bad != nil {
		bad = bad.with(0, "while evaluating derivation '%s'\n  whose name attribute is located at %s", name, m.place(pos))
		bad.frame.always = true
		return bad.value()
	}
	return v
}

func (d *maker) make(attrs *value.Attrs) (value.Value, *failure) {
	m := d.m
	if err := path.CheckName(d.name); err != nil {
		return value.Value{}, fail(EvalError, 0, "invalid derivation name: %v. Please pass a different 'name'.", err)
	}
	if bad := d.flags(attrs); bad != nil {
		return value.Value{}, bad
	}
	for _, i := range attrs.Shape().ByName(m.symbols) {
		sym, pos := attrs.Shape().Sym(int(i)), attrs.Shape().Pos(int(i))
		if sym == m.sym.ignoreNulls {
			continue
		}
		if bad := d.attribute(sym, attrs.Cells()[i], pos); bad != nil {
			return value.Value{}, bad.with(pos, "while evaluating attribute '%s' of derivation '%s'", m.symName(sym), d.name)
		}
	}
	if bad := d.inputs(); bad != nil {
		return value.Value{}, bad
	}
	if bad := d.check(); bad != nil {
		return value.Value{}, bad
	}
	return d.finish()
}

// flags reads what decides how the other attributes are read.
func (d *maker) flags(attrs *value.Attrs) *failure {
	if c := attrs.Get(d.m.sym.structuredAttrs); c != nil {
		yes, bad := d.m.forceBool(c, 0, "while evaluating the `__structuredAttrs` attribute passed to builtins.derivationStrict")
		if bad != nil {
			return bad
		}
		if yes {
			d.json = &jsonObject{}
		}
	}
	if c := attrs.Get(d.m.sym.ignoreNulls); c != nil {
		yes, bad := d.m.forceBool(c, 0, "while evaluating the `__ignoreNulls` attribute passed to builtins.derivationStrict")
		if bad != nil {
			return bad
		}
		d.dropNulls = yes
	}
	return nil
}

func (d *maker) attribute(sym value.Symbol, c *value.Value, pos value.Pos) *failure {
	m := d.m
	if d.dropNulls {
		v := m.force(c, 0)
		if v.IsFailed() {
			return failed(&v)
		}
		if v.Kind() == value.Null {
			return nil
		}
	}
	switch sym {
	case m.sym.contentAddressed:
		return d.flag(c, &d.addressed, "ca-derivations")
	case m.sym.impure:
		return d.flag(c, &d.impure, "impure-derivations")
	case m.sym.args:
		return d.args(c)
	}
	if d.json != nil {
		return d.structured(sym, c, pos)
	}
	s, bad := m.coerce(c, 0, &d.ctx, "", copying|anything)
	if bad != nil {
		return bad
	}
	name := m.symbols.Name(sym)
	d.drv.Env = append(d.drv.Env, drv.Var{Name: name, Value: s})
	return d.special(sym, s, strings.Fields)
}

func (d *maker) flag(c *value.Value, to *bool, feature string) *failure {
	yes, bad := d.m.forceBool(c, 0, "")
	if bad != nil {
		return bad
	}
	if *to = yes; yes {
		return d.m.require(feature)
	}
	return nil
}

// require fails if an experimental feature is not on.
func (m *machine) require(feature string) *failure {
	if m.settings.Features[feature] {
		return nil
	}
	return fail(EvalError, 0, "experimental Nix feature '%s' is disabled; add '--extra-experimental-features %s' to enable it", feature, feature)
}

func (d *maker) args(c *value.Value) *failure {
	list, bad := d.m.forceList(c, 0, "")
	if bad != nil {
		return bad
	}
	for _, e := range list {
		s, bad := d.m.coerce(e, 0, &d.ctx, "while evaluating an element of the argument list", copying|anything)
		if bad != nil {
			return bad
		}
		d.drv.Args = append(d.drv.Args, s)
	}
	return nil
}

// structured takes an attribute as JSON. What the derivation itself needs to
// know must be strings.
func (d *maker) structured(sym value.Symbol, c *value.Value, pos value.Pos) *failure {
	m := d.m
	if sym == m.sym.structuredAttrs {
		return nil
	}
	text, bad := m.toJSON(c, 0, &d.ctx, nil)
	if bad != nil {
		return bad
	}
	name := m.symbols.Name(sym)
	d.json.add(name, text)
	switch sym {
	case m.sym.builder:
		s, ctx, bad := m.forceString(c, "")
		d.ctx = d.ctx.Union(ctx)
		if bad != nil {
			return bad
		}
		return d.special(sym, s, nil)
	case m.sym.system, m.sym.outputHash, m.sym.outputHashAlgo, m.sym.outputHashMode:
		s, bad := m.forceStringNoContext(c, 0, "")
		if bad != nil {
			return bad
		}
		return d.special(sym, s, nil)
	case m.sym.outputs:
		list, bad := m.forceList(c, 0, "")
		if bad != nil {
			return bad
		}
		var outputs []string
		for _, e := range list {
			s, bad := m.forceStringNoContext(e, 0, "")
			if bad != nil {
				return bad
			}
			outputs = append(outputs, s)
		}
		return d.setOutputs(outputs)
	}
	switch name {
	case "allowedReferences", "allowedRequisites", "disallowedReferences", "disallowedRequisites", "maxSize", "maxClosureSize":
		e := Error{
			Msg:    fmt.Sprintf("'structuredAttrs' disables the effect of the derivation attribute '%s'; use 'outputChecks.<output>.%s' instead", name, name),
			Pos:    m.resolve(pos),
			Frames: []Frame{{Msg: "while evaluating derivation '" + d.name + "'"}},
		}
		m.host.Warn(e.block("warning: ", false))
	}
	return nil
}

// special notes an attribute that means something to the derivation itself.
func (d *maker) special(sym value.Symbol, s string, split func(string) []string) *failure {
	m := d.m
	switch sym {
	case m.sym.builder:
		d.drv.Builder = s
	case m.sym.system:
		d.drv.System = s
	case m.sym.outputHash:
		given := s // which is kept
		d.outputHash = &given
	case m.sym.outputHashAlgo:
		if a, err := hash.ParseAlgorithm(s); err == nil {
			d.algo = a
		}
	case m.sym.outputHashMode:
		return d.hashMode(s)
	case m.sym.outputs:
		return d.setOutputs(split(s))
	}
	return nil
}

func (d *maker) hashMode(s string) *failure {
	method, err := path.ParseMethod(s)
	if err != nil {
		return fail(EvalError, 0, "invalid value '%s' for 'outputHashMode' attribute", s)
	}
	d.method, d.hasMethod = method, true
	switch method {
	case path.Text:
		return d.m.require("dynamic-derivations")
	case path.Git:
		return d.m.require("git-hashing")
	}
	return nil
}

func (d *maker) setOutputs(names []string) *failure {
	seen := map[string]bool{}
	for _, n := range names {
		switch {
		case seen[n]:
			return fail(EvalError, 0, "duplicate derivation output '%s'", n)
		case n == "drvPath":
			return fail(EvalError, 0, "invalid derivation output name 'drvPath'")
		}
		seen[n] = true
	}
	if len(names) == 0 {
		return fail(EvalError, 0, "derivation cannot have an empty set of outputs")
	}
	d.outputs = names
	return nil
}

// inputs makes inputs of all that the strings refer to.
func (d *maker) inputs() *failure {
	for _, e := range d.ctx.Elems() {
		switch {
		case strings.HasPrefix(e, "="):
			if bad := d.closure(path.Path(e[1:])); bad != nil {
				return bad
			}
		case strings.HasPrefix(e, "!"):
			d.drv.Inputs = append(d.drv.Inputs, parseOutput(e).input(d.m.oneOutput))
		default:
			d.drv.Srcs = append(d.drv.Srcs, path.Path(e))
		}
	}
	// They come sorted by output.
	slices.SortStableFunc(d.drv.Inputs, func(a, b drv.Input) int { return strings.Compare(string(a.Drv), string(b.Drv)) })
	return nil
}

// oneOutput returns the list of one name, always the same one, since most
// derivations want one output of most others.
func (m *machine) oneOutput(name string) []string {
	list := m.outputLists[name]
	if list == nil {
		list = []string{name}
		m.outputLists[name] = list
	}
	return list
}

// closure makes inputs of a derivation, with all its outputs, and of all that it
// needs.
func (d *maker) closure(p path.Path) *failure {
	seen, work := map[path.Path]bool{p: true}, []path.Path{p}
	add := func(q path.Path) {
		if !seen[q] {
			seen[q] = true
			work = append(work, q)
		}
	}
	for len(work) > 0 {
		p = work[len(work)-1]
		work = work[:len(work)-1]
		d.drv.Srcs = append(d.drv.Srcs, p)
		if !p.IsDerivation() {
			continue
		}
		k, bad := d.m.knownDrv(p)
		if bad != nil {
			return bad
		}
		d.drv.Inputs = append(d.drv.Inputs, drv.Input{Drv: p, Node: drv.Node{Outputs: k.outputs}})
		for _, r := range k.refs {
			add(r)
		}
	}
	return nil
}

// knownDrv returns what a derivation needs, one that was made before or is in
// the store.
func (m *machine) knownDrv(p path.Path) (*known, *failure) {
	if k := m.drvs[p]; k != nil {
		return k, nil
	}
	d, err := m.readDrv(p)
	if err != nil {
		return nil, fail(EvalError, 0, "%v", err)
	}
	return m.remember(p, d), nil
}

func (m *machine) remember(p path.Path, d *drv.Derivation) *known {
	k := &known{refs: d.Refs()}
	if len(d.Outputs) == 1 {
		k.outputs = m.oneOutput(d.Outputs[0].Name)
	} else {
		for i := range d.Outputs {
			k.outputs = append(k.outputs, d.Outputs[i].Name)
		}
	}
	if m.settings.Features["dynamic-derivations"] {
		for i := range d.Outputs {
			k.paths = append(k.paths, d.Outputs[i].Path)
		}
	}
	m.drvs[p] = k
	return k
}

// readDrv reads a derivation from the store.
func (m *machine) readDrv(p path.Path) (*drv.Derivation, error) {
	text, err := m.host.ReadFile(string(p))
	if err != nil {
		return nil, fmt.Errorf("path '%s' is not valid", p)
	}
	return drv.Parse(p, text)
}

// check sees to what a derivation must have.
func (d *maker) check() *failure {
	switch {
	case d.drv.Builder == "":
		return fail(EvalError, 0, "required attribute 'builder' missing")
	case d.drv.System == "":
		return fail(EvalError, 0, "required attribute 'system' missing")
	}
	textOut := d.method == path.Text && len(d.outputs) == 1 && d.outputs[0] == "out"
	if strings.HasSuffix(d.name, path.DrvExtension) && !textOut {
		return fail(EvalError, 0, "derivation names are allowed to end in '%s' only if they produce a single derivation file", path.DrvExtension)
	}
	return nil
}

// finish computes the paths.
func (d *maker) finish() (value.Value, *failure) {
	m := d.m
	if bad := d.addOutputs(); bad != nil {
		return value.Value{}, bad
	}
	if d.json != nil {
		d.drv.SetEnv("__json", d.json.text())
	}
	d.drv.Name = d.name
	p, text, err := m.hashes.Complete(&d.drv, m.scratch[:0])
	m.scratch = text[:0]
	if err != nil {
		return value.Value{}, fail(EvalError, 0, "%v", err)
	}
	m.remember(p, &d.drv)
	if m.settings.Instantiated != nil {
		if err := m.settings.Instantiated(p, string(text)); err != nil {
			return value.Value{}, fail(EvalError, 0, "%v", err)
		}
	}
	attrs := make([]value.Attr, 0, len(d.drv.Outputs)+1)
	attrs = append(attrs, value.Attr{
		Sym: m.sym.drvPath, V: m.Cell(value.MakeStringContext(string(p), value.NewContext("="+string(p)))),
	})
	for i := range d.drv.Outputs {
		o := &d.drv.Outputs[i]
		out := string(o.Path)
		if out == "" {
			out = path.Upstream(p, o.Name)
		}
		attrs = append(attrs, value.Attr{
			Sym: m.symbols.Intern(o.Name),
			V:   m.Cell(value.MakeStringContext(out, value.NewContext("!"+o.Name+"!"+string(p)))),
		})
	}
	return value.MakeSet(m.FromAttrs(attrs, 0)), nil
}

// addOutputs gives the derivation its outputs, without paths.
func (d *maker) addOutputs() *failure {
	switch {
	case d.outputHash != nil:
		if len(d.outputs) != 1 || d.outputs[0] != "out" {
			return fail(EvalError, 0, "multiple outputs are not supported in fixed-output derivations")
		}
		h, warning, err := hash.ParseOrZero(*d.outputHash, d.algo)
		if err != nil {
			return fail(EvalError, 0, "%v", err)
		}
		if warning != "" {
			d.m.host.Warn("warning: " + warning)
		}
		d.output("out", drv.Output{Method: d.method, Hash: h})
	case d.addressed && d.impure:
		return fail(EvalError, 0, "derivation cannot be both content-addressed and impure")
	case d.addressed || d.impure:
		o := drv.Output{Method: path.NAR, Algo: hash.SHA256, Impure: d.impure}
		if d.hasMethod {
			o.Method = d.method
		}
		if d.algo != hash.None {
			o.Algo = d.algo
		}
		for _, name := range d.outputs {
			d.output(name, o)
		}
	default:
		for _, name := range d.outputs {
			d.output(name, drv.Output{})
		}
	}
	return nil
}

func (d *maker) output(name string, o drv.Output) {
	o.Name = name
	d.drv.Outputs = append(d.drv.Outputs, o)
	d.drv.SetEnv(name, "") // an attribute of the same name gives way
}
