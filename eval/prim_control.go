package eval

import (
	"strings"

	"firn/eval/value"
)

var controlPrims = table{
	"abort":           primAbort,
	"addErrorContext": primAddErrorContext,
	"break":           primBreak,
	"deepSeq":         primDeepSeq,
	"seq":             primSeq,
	"throw":           primThrow,
	"trace":           primTrace,
	"traceVerbose":    primTraceVerbose,
	"tryEval":         primTryEval,
	"warn":            primWarn,
}

func primAbort(m *machine, _ value.Pos, a *value.Value) value.Value {
	var ctx *value.Context
	s, bad := m.coerce(a, 0, &ctx, "while evaluating the error message passed to builtins.abort", copying)
	if bad != nil {
		return bad.value()
	}
	return fail(Abort, 0, "evaluation aborted with the following error message: '%s'", s).value()
}

func primThrow(m *machine, _ value.Pos, a *value.Value) value.Value {
	var ctx *value.Context
	s, bad := m.coerce(a, 0, &ctx, "while evaluating the error message passed to builtin.throw", copying)
	if bad != nil {
		return bad.value()
	}
	return fail(Thrown, 0, "%s", s).value()
}

func primAddErrorContext(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	v := m.force(b, 0)
	if !v.IsFailed() {
		return v
	}
	var ctx *value.Context
	s, bad := m.coerce(a, 0, &ctx, "while evaluating the error message passed to builtins.addErrorContext", 0)
	if bad != nil {
		return bad.value()
	}
	f := failed(&v).with(0, "%s", s)
	if f.frame.text != "" {
		f.frame.always = true
	}
	return f.value()
}

func primBreak(m *machine, pos value.Pos, a *value.Value) value.Value { return m.force(a, pos) }

func primSeq(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	if v := m.force(a, 0); v.IsFailed() {
		return v
	}
	return m.force(b, 0)
}

func primDeepSeq(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	if bad := m.forceDeep(a); bad != nil {
		return bad.value()
	}
	return m.force(b, 0)
}

// forceDeep evaluates a cell and all that is in it.
func (m *machine) forceDeep(v *value.Value) *failure {
	return m.deepen(v, map[*value.Value]bool{})
}

func (m *machine) deepen(v *value.Value, seen map[*value.Value]bool) *failure {
	if bad := m.enter(posOf(v, 0)); bad != nil {
		return bad
	}
	defer func() { m.depth-- }()
	x := m.force(v, posOf(v, 0))
	switch x.Kind() {
	case value.Failed:
		return failed(&x)
	case value.Set:
		if seen[v] {
			return nil
		}
		seen[v] = true
		flat := x.Attrs().Flat()
		for i, c := range flat.Cells() {
			if isLeaf(c) {
				continue
			}
			if bad := m.deepen(c, seen); bad != nil {
				return bad.with(flat.Shape().Pos(i), "while evaluating the attribute '%s'", m.symName(flat.Shape().Sym(i)))
			}
		}
	case value.List:
		if seen[v] {
			return nil
		}
		seen[v] = true
		for i, c := range x.Elems() {
			if isLeaf(c) {
				continue
			}
			if bad := m.deepen(c, seen); bad != nil {
				return bad.with(0, "while evaluating list element at index %s", itoa(i))
			}
		}
	}
	return nil
}

// isLeaf reports whether a cell is evaluated and has nothing in it.
func isLeaf(c *value.Value) bool {
	k := c.Kind()
	return k < value.Thunk && k != value.Set && k != value.List
}

func primTrace(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	v := m.force(a, 0)
	switch v.Kind() {
	case value.Failed:
		return v
	case value.String:
		m.host.Warn("trace: " + v.Str())
	default:
		p := printer{m: m, repeated: map[any]bool{}}
		p.value(a, 0)
		m.host.Warn("trace: " + p.b.String())
	}
	return m.force(b, 0)
}

func primTraceVerbose(m *machine, pos value.Pos, a, b *value.Value) value.Value {
	if m.settings.Verbose {
		return primTrace(m, pos, a, b)
	}
	return m.force(b, 0)
}

func primWarn(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	s, _, bad := m.forceString(a, "while evaluating the first argument; the message passed to builtins.warn")
	if bad != nil {
		return bad.value()
	}
	if text := strings.TrimRight(s, blanks); strings.HasPrefix(text, "\n") {
		m.host.Warn("evaluation warning:" + text)
	} else {
		m.host.Warn(block("evaluation warning: ", s))
	}
	return m.force(b, 0)
}

func primTryEval(m *machine, _ value.Pos, a *value.Value) value.Value {
	v := m.force(a, 0)
	result, success := a, m.trueCell
	if v.IsFailed() {
		if !failed(&v).caught() {
			return v
		}
		result, success = m.falseCell, m.falseCell
	}
	return value.MakeSet(m.FromAttrs([]value.Attr{{Sym: m.sym.value, V: result}, {Sym: m.symbols.Intern("success"), V: success}}, 0))
}
