package eval

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"firn/eval/number"
	"firn/eval/value"
)

// How something is made a string.
type coercion uint8

const (
	copying  coercion = 1 << iota // paths are copied to the store
	anything                      // also numbers, booleans, null and lists
)

// coerce makes a string of a value, as interpolation or toString does. What the
// string refers to is added to ctx.
func (m *machine) coerce(v *value.Value, pos value.Pos, ctx **value.Context, context string, how coercion) (string, *failure) {
	x := m.force(v, pos)
	switch x.Kind() {
	case value.String:
		*ctx = (*ctx).Union(x.Context())
		return x.Str(), nil
	case value.Path:
		if how&copying == 0 {
			return x.Str(), nil
		}
		return m.copyPath(x.Str(), ctx)
	case value.Failed:
		return "", failed(&x)
	}
	if bad := m.enter(pos); bad != nil {
		return "", bad
	}
	defer func() { m.depth-- }()
	if x.Kind() == value.Set {
		return m.coerceSet(x, pos, ctx, context, how)
	}
	if how&anything != 0 {
		switch x.Kind() {
		case value.Bool:
			if x.Bool() {
				return "1", nil
			}
			return "", nil
		case value.Int:
			return strconv.FormatInt(x.Int(), 10), nil
		case value.Float:
			return number.Fixed(x.Float()), nil
		case value.Null:
			return "", nil
		case value.List:
			return m.coerceList(x, pos, ctx, context, how)
		}
	}
	return "", m.noString(x, pos, context)
}

func (m *machine) noString(x value.Value, pos value.Pos, context string) *failure {
	return fail(TypeError, 0, "cannot coerce %s to a string: %s", m.showType(&x), m.show(&x)).with(pos, context)
}

func (m *machine) coerceList(x value.Value, pos value.Pos, ctx **value.Context, context string, how coercion) (string, *failure) {
	b := m.borrow()
	defer func() { m.giveBack(b) }()
	elems := x.Elems()
	for i, c := range elems {
		s, bad := m.coerce(c, pos, ctx, "while evaluating one element of the list", how)
		if bad != nil {
			return "", bad.with(pos, context)
		}
		b = append(b, s...)
		if bad := m.room(builder * len(b)); bad != nil {
			return "", bad
		}
		if i < len(elems)-1 && !(c.Kind() == value.List && c.Len() == 0) {
			b = append(b, ' ')
		}
	}
	return string(b), nil
}

// coerceSet makes a string of what a set stands for.
func (m *machine) coerceSet(x value.Value, pos value.Pos, ctx **value.Context, context string, how coercion) (string, *failure) {
	return peel(m, x, pos, func(inner value.Value, _ peeled) (string, *failure) {
		if inner.Kind() == value.Set {
			return "", m.noString(inner, pos, context)
		}
		return m.coerce(&inner, pos, ctx, context, how)
	})
}

// peeled says how a value was come by.
type peeled struct {
	pos     value.Pos
	through bool // some __toString has returned it, or what it is of
}

// peel hands to use what a set stands for: the outcome of its __toString, or
// its outPath, and so on until something is no such set.
func peel[T any](m *machine, x value.Value, pos value.Pos, use func(value.Value, peeled) (T, *failure)) (T, *failure) {
	return peelMore(m, x, peeled{pos: pos}, use)
}

func peelMore[T any](m *machine, x value.Value, how peeled, use func(value.Value, peeled) (T, *failure)) (T, *failure) {
	var none T
	if x.Kind() != value.Set {
		if x.IsFailed() {
			return none, failed(&x)
		}
		return use(x, how)
	}
	if c, at := x.Attrs().Find(m.sym.toString); c != nil {
		r := m.force(c, at)
		if !r.IsFailed() {
			r = m.call(r, m.Cell(x), at)
		}
		if r.IsFailed() {
			return none, failed(&r).with(at, "while calling the `__toString` attribute")
		}
		return peelInner(m, r, peeled{at, true}, use, "while using the result of the `__toString` attribute")
	}
	if c, at := x.Attrs().Find(m.sym.outPath); c != nil {
		r := m.force(c, at)
		if r.IsFailed() {
			return none, failed(&r).with(at, "while evaluating the `outPath` attribute")
		}
		return peelInner(m, r, peeled{at, how.through}, use, "while using the `outPath` attribute")
	}
	return use(x, how)
}

func peelInner[T any](m *machine, r value.Value, how peeled, use func(value.Value, peeled) (T, *failure), frame string) (T, *failure) {
	var none T
	if bad := m.enter(how.pos); bad != nil {
		return none, bad.with(how.pos, frame)
	}
	out, bad := peelMore(m, r, how, use)
	m.depth--
	if bad != nil {
		return none, bad.with(how.pos, frame)
	}
	return out, nil
}

// join puts the parts of a string or path together. It is a path if the first
// value is one and asString does not hold.
func (m *machine) join(values []value.Value, parts []part, asString bool, pos value.Pos) value.Value {
	isPath := !asString && values[0].Kind() == value.Path
	how := coercion(0)
	if asString || values[0].Kind() == value.String {
		how = copying
	}
	var room [8]string
	texts, size := room[:0], 0
	var ctx *value.Context
	for i, v := range values {
		var s string
		switch {
		case v.Kind() == value.String:
			s = v.Str()
			ctx = ctx.Union(v.Context())
		case v.Kind() == value.Path && isPath:
			s = v.Str()
		default:
			var bad *failure
			if s, bad = m.coerce(m.Cell(v), parts[i].pos, &ctx, "while evaluating a path segment", how); bad != nil {
				return bad.value()
			}
		}
		texts = append(texts, s)
		size += len(s)
	}
	if bad := m.room(size); bad != nil {
		return bad.value()
	}
	if isPath && ctx != nil {
		return fail(EvalError, pos, "a string that refers to a store path cannot be appended to a path").value()
	}
	m.Charge(size)
	buf := make([]byte, 0, size)
	for _, s := range texts {
		buf = append(buf, s...)
	}
	if isPath {
		return value.MakePath(cleanPath(string(buf)))
	}
	return value.MakeStringContext(value.Text(buf), ctx)
}

// joinTwo is join for two strings.
func (m *machine) joinTwo(v, w value.Value) value.Value {
	switch {
	case v.Len() == 0 && v.Context() == nil:
		return w
	case w.Len() == 0 && w.Context() == nil:
		return v
	}
	if bad := m.room(v.Len() + w.Len()); bad != nil {
		return bad.value()
	}
	m.Charge(v.Len() + w.Len())
	return value.MakeStringContext(v.Str()+w.Str(), v.Context().Union(w.Context()))
}

// posOf returns where a value was made, as far as that is known of it
// (Value::determinePos in Nix's eval.cc).
func posOf(v *value.Value, otherwise value.Pos) value.Pos {
	switch v.Kind() {
	case value.Set:
		return v.Attrs().DefinedAt()
	case value.Lambda:
		return value.As[lambda](v).pos
	case value.App:
		if a := value.As[application](v); a.form != appNamed {
			return posOf(a.f, otherwise)
		}
	}
	return otherwise
}

// The forms in which builtins want their arguments. Each returns a failure with
// the frame that context says, like its namesake in Nix.

// expected is the failure that a value is not of the type wanted, or the one
// that the value is itself.
func (m *machine) expected(what string, v value.Value) *failure {
	if v.IsFailed() {
		return failed(&v)
	}
	return fail(TypeError, 0, "expected %s but found %s: %s", what, m.showType(&v), m.show(&v))
}

func (m *machine) forceSet(v *value.Value, pos value.Pos, context string) (*value.Attrs, *failure) {
	x := m.force(v, pos)
	switch x.Kind() {
	case value.Set:
		return x.Attrs(), nil
	case value.Failed:
		return nil, failed(&x)
	}
	return nil, m.expected("a set", x).with(pos, context)
}

func (m *machine) forceList(v *value.Value, pos value.Pos, context string) ([]*value.Value, *failure) {
	x := m.force(v, pos)
	switch x.Kind() {
	case value.List:
		return x.Elems(), nil
	case value.Failed:
		return nil, failed(&x)
	}
	return nil, m.expected("a list", x).with(pos, context)
}

func (m *machine) forceInt(v *value.Value, context string) (int64, *failure) {
	x := m.force(v, 0)
	if x.Kind() == value.Int {
		return x.Int(), nil
	}
	return 0, m.wrongKind("an integer", x, 0, context)
}

func (m *machine) forceBool(v *value.Value, pos value.Pos, context string) (bool, *failure) {
	x := m.force(v, pos)
	if x.Kind() == value.Bool {
		return x.Bool(), nil
	}
	return false, m.wrongKind("a Boolean", x, pos, context)
}

func (m *machine) wrongKind(what string, x value.Value, pos value.Pos, context string) *failure {
	f := m.expected(what, x)
	if !x.IsFailed() {
		f = f.at(pos)
	}
	return f.with(pos, context)
}

// forceFunction returns a function, or a set that can be called.
func (m *machine) forceFunction(v *value.Value, pos value.Pos, context string) (value.Value, *failure) {
	x := m.force(v, pos)
	switch x.Kind() {
	case value.Lambda, value.Primop, value.PrimopApp:
		return x, nil
	case value.Set:
		if x.Attrs().Get(m.sym.functor) != nil {
			return x, nil
		}
	}
	return x, m.wrongKind("a function", x, pos, context)
}

func (m *machine) forceString(v *value.Value, context string) (string, *value.Context, *failure) {
	x := m.force(v, 0)
	if x.Kind() == value.String {
		return x.Str(), x.Context(), nil
	}
	return "", nil, m.wrongKind("a string", x, 0, context)
}

func (m *machine) forceStringNoContext(v *value.Value, pos value.Pos, context string) (string, *failure) {
	return m.stringNoContext(m.force(v, pos), pos, context)
}

// stringNoContext returns the text of a string that refers to nothing in the
// store.
func (m *machine) stringNoContext(x value.Value, pos value.Pos, context string) (string, *failure) {
	if x.Kind() != value.String {
		return "", m.wrongKind("a string", x, pos, context)
	}
	if ctx := x.Context(); ctx != nil {
		return "", fail(EvalError, 0, "the string '%s' is not allowed to refer to a store path (such as '%s')",
			x.Str(), showContext(inOrder(ctx)[0])).with(pos, context)
	}
	return x.Str(), nil
}

// inOrder returns the elements of a context as Nix orders them: paths, then
// derivations with all that they need, then outputs (NixStringContextElem in its
// value/context.hh).
func inOrder(ctx *value.Context) []string {
	rank := func(elem string) int { return strings.IndexByte("=!", elem[0]) }
	return slices.SortedFunc(slices.Values(ctx.Elems()), func(a, b string) int {
		if order := cmp.Compare(rank(a), rank(b)); order != 0 || a[0] != '!' {
			return cmp.Or(order, cmp.Compare(a, b))
		}
		return parseOutput(a).compare(parseOutput(b))
	})
}

// showContext returns an element of a context as messages have it.
func showContext(elem string) string {
	switch {
	case strings.HasPrefix(elem, "="):
		return elem[1:] + " (deep)"
	case strings.HasPrefix(elem, "!"):
		return parseOutput(elem).String()
	}
	return elem
}
