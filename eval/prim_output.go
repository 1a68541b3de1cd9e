package eval

import (
	"cmp"
	"slices"
	"strings"

	"firn/eval/value"
	"firn/store/drv"
	"firn/store/path"
)

// output is what a string can refer to: an output of a derivation, or of one
// that is itself such an output.
type output struct {
	drv path.Path
	// outputs are the output of that derivation, the output of what that is, and
	// so on. There is at least one.
	outputs []string
}

// parseOutput takes an element of a context apart that begins with a mark. The
// outputs are in it the other way round.
func parseOutput(elem string) output {
	parts := strings.Split(elem[1:], "!")
	last := len(parts) - 1
	slices.Reverse(parts[:last])
	return output{path.Path(parts[last]), parts[:last]}
}

// elem returns the element of a context that o is.
func (o output) elem() string {
	var b strings.Builder
	for _, name := range slices.Backward(o.outputs) {
		b.WriteString("!" + name)
	}
	return b.String() + "!" + string(o.drv)
}

// String returns o as messages have it.
func (o output) String() string { return string(o.drv) + "^" + strings.Join(o.outputs, "^") }

// compare orders outputs as Nix does.
func (o output) compare(p output) int {
	return cmp.Or(cmp.Compare(len(o.outputs), len(p.outputs)), cmp.Compare(o.drv, p.drv), slices.Compare(o.outputs, p.outputs))
}

// name returns the name of the output.
func (o output) name() string { return o.outputs[len(o.outputs)-1] }

// of returns what o is an output of. It has no outputs if that is a derivation.
func (o output) of() output { return output{o.drv, o.outputs[:len(o.outputs)-1]} }

// ofString returns what o is an output of, as messages have it.
func (o output) ofString() string {
	if len(o.outputs) == 1 {
		return string(o.drv)
	}
	return o.of().String()
}

// input returns o as an input of a derivation.
func (o output) input(list func(name string) []string) drv.Input {
	last := len(o.outputs) - 1
	n := drv.Node{Outputs: list(o.outputs[last])}
	for _, name := range slices.Backward(o.outputs[:last]) {
		n = drv.Node{Dynamic: []drv.Dynamic{{Output: name, Node: n}}}
	}
	return drv.Input{Drv: o.drv, Node: n}
}

func primOutputOf(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	const first = "while evaluating the first argument to builtins.outputOf"
	s, ctx, bad := m.forceString(a, first)
	if bad != nil {
		return bad.value()
	}
	o, bad := m.derivingPath(s, ctx)
	if bad != nil {
		return bad.with(0, first).value()
	}
	name, bad := m.forceStringNoContext(b, 0, "while evaluating the second argument to builtins.outputOf")
	if bad != nil {
		return bad.value()
	}
	o.outputs = append(slices.Clip(o.outputs), name)
	text, bad := m.outputText(o)
	if bad != nil {
		return bad.value()
	}
	return value.MakeStringContext(text, value.NewContext(o.elem()))
}

// derivingPath returns what a string stands for, which it refers to alone: a
// derivation, without outputs then, or an output.
func (m *machine) derivingPath(s string, ctx *value.Context) (output, *failure) {
	elems := ctx.Elems()
	if len(elems) != 1 {
		return output{}, fail(EvalError, 0, "string '%s' has %d entries in its context. It should only have exactly one entry", s, len(elems))
	}
	switch e := elems[0]; e[0] {
	case '=':
		return output{}, fail(EvalError, 0, "string '%s' has a context which refers to a complete source and binary closure. This is not supported at this time", s)
	case '!':
		o := parseOutput(e)
		want, bad := m.outputText(o)
		if bad == nil && want != s {
			bad = fail(EvalError, 0, "string '%s' has context with the output '%s' from derivation '%s', "+
				"but the string is not the right placeholder for this derivation output. It should be '%s'", s, o.name(), o.ofString(), want)
		}
		return o, bad
	default:
		if e != s {
			return output{}, fail(EvalError, 0, "path string '%s' has context with the different path '%s'", s, e)
		}
		return output{drv: path.Path(e)}, nil
	}
}

// outputText returns the path of an output, or what stands for it while it is
// not known.
func (m *machine) outputText(o output) (string, *failure) {
	if len(o.outputs) == 1 {
		p, bad := m.outputPath(o)
		if bad != nil || p != "" {
			return string(p), bad
		}
	}
	bad := m.require("ca-derivations")
	if bad == nil && len(o.outputs) > 1 {
		bad = m.require("dynamic-derivations")
	}
	if bad != nil {
		return "", bad
	}
	return path.Upstream(o.drv, o.outputs[0], o.outputs[1:]...), nil
}

// outputPath returns the path of an output of a derivation, "" if it is known
// after a build only.
func (m *machine) outputPath(o output) (path.Path, *failure) {
	if !m.isKnown(o.drv) {
		return "", fail(EvalError, 0, "path '%s' is not a valid store path", o.drv)
	}
	if !o.drv.IsDerivation() {
		return "", fail(EvalError, 0, "error parsing derivation '%s': store path '%s' is not a valid derivation path", o.drv, o.drv.Base())
	}
	k, bad := m.knownDrv(o.drv)
	if bad != nil {
		return "", bad
	}
	i := slices.Index(k.outputs, o.outputs[0])
	if i < 0 {
		return "", fail(EvalError, 0, "derivation '%s' does not have output '%s'", o.drv, o.outputs[0])
	}
	return k.paths[i], nil
}

// isKnown reports whether a derivation was made, or is in the store.
func (m *machine) isKnown(p path.Path) bool {
	return m.drvs[p] != nil || fetching{m}.exists(p)
}

// resolvedDrv returns the path of what o is an output of.
func (m *machine) resolvedDrv(o output) (path.Path, *failure) {
	if len(o.outputs) == 1 {
		return o.drv, nil
	}
	inner := output{o.drv, o.outputs[:1]}
	p, bad := m.outputPath(inner)
	if bad != nil {
		return "", bad
	}
	if p == "" {
		return "", fail(EvalError, 0, "cannot operate on output '%s' of the unbuilt derivation '%s'", inner.outputs[0], o.drv)
	}
	if len(o.outputs) > 2 && !m.isKnown(p) {
		return "", fail(EvalError, 0, "path '%s' is not valid", p)
	}
	return m.resolvedDrv(output{p, o.outputs[1:]})
}
