package eval

import (
	"slices"
	"strconv"
	"strings"

	"firn/eval/json"
	"firn/eval/number"
	"firn/eval/value"
)

// jsonObject collects the members of an object.
type jsonObject struct{ members []jsonMember }

type jsonMember struct{ name, text string }

func (o *jsonObject) add(name string, text []byte) {
	o.members = append(o.members, jsonMember{name, string(text)})
}

// text returns the object, members sorted by name.
func (o *jsonObject) text() string {
	slices.SortFunc(o.members, func(a, b jsonMember) int { return strings.Compare(a.name, b.name) })
	out := []byte{'{'}
	for i, mem := range o.members {
		if i > 0 {
			out = append(out, ',')
		}
		out, _ = json.AppendString(out, mem.name)
		out = append(append(out, ':'), mem.text...)
	}
	return string(append(out, '}'))
}

// toJSON appends a value, evaluated with all that is in it, as JSON.
func (m *machine) toJSON(c *value.Value, pos value.Pos, ctx **value.Context, out []byte) ([]byte, *failure) {
	return m.appendJSON(c, pos, ctx, out, true)
}

func (m *machine) appendJSON(c *value.Value, pos value.Pos, ctx **value.Context, out []byte, copied bool) ([]byte, *failure) {
	if bad := m.enter(pos); bad != nil {
		return nil, bad
	}
	defer func() { m.depth-- }()
	v := m.force(c, pos)
	switch v.Kind() {
	case value.Failed:
		return nil, failed(&v)
	case value.Null:
		return append(out, "null"...), nil
	case value.Bool:
		return strconv.AppendBool(out, v.Bool()), nil
	case value.Int:
		return strconv.AppendInt(out, v.Int(), 10), nil
	case value.Float:
		return number.AppendJSON(out, v.Float()), nil
	case value.String:
		*ctx = (*ctx).Union(v.Context())
		return m.jsonString(out, v.Str())
	case value.Path:
		s := v.Str()
		if copied {
			var bad *failure
			if s, bad = m.copyPath(s, ctx); bad != nil {
				return nil, bad
			}
		}
		return m.jsonString(out, s)
	case value.List:
		return m.jsonList(v, pos, ctx, out, copied)
	case value.Set:
		return m.jsonSet(v, pos, ctx, out, copied)
	}
	return nil, fail(TypeError, posOf(&v, pos), "cannot convert %s to JSON", m.showType(&v))
}

func (m *machine) jsonString(out []byte, s string) ([]byte, *failure) {
	out, err := json.AppendString(out, s)
	if err != nil {
		return nil, fail(EvalError, 0, "JSON serialization error: %v", err)
	}
	return out, nil
}

func (m *machine) jsonList(v value.Value, pos value.Pos, ctx **value.Context, out []byte, copied bool) ([]byte, *failure) {
	out = append(out, '[')
	for i, c := range v.Elems() {
		if i > 0 {
			out = append(out, ',')
		}
		var bad *failure
		if out, bad = m.appendJSON(c, pos, ctx, out, copied); bad != nil {
			return nil, bad.with(pos, "while evaluating list element at index %s", itoa(i))
		}
		if bad := m.room(builder * len(out)); bad != nil {
			return nil, bad
		}
	}
	return append(out, ']'), nil
}

func (m *machine) jsonSet(v value.Value, pos value.Pos, ctx **value.Context, out []byte, copied bool) ([]byte, *failure) {
	return peel(m, v, pos, func(inner value.Value, how peeled) ([]byte, *failure) {
		if inner.Kind() != value.Set {
			if how.through && inner.Kind() != value.String && inner.Kind() != value.Path {
				return nil, fail(TypeError, how.pos, "`__toString` should return a string, but got %s: %s", m.showType(&inner), m.show(&inner))
			}
			// A path that __toString returned is not copied.
			return m.appendJSON(m.Cell(inner), pos, ctx, out, copied && !how.through)
		}
		if how.through {
			return nil, fail(TypeError, how.pos, "`__toString` must return a string, but got %s: %s", m.showType(&inner), m.show(&inner))
		}
		return m.jsonMembers(inner.Attrs().Flat(), ctx, out, copied)
	})
}

func (m *machine) jsonMembers(a *value.Attrs, ctx **value.Context, out []byte, copied bool) ([]byte, *failure) {
	out = append(out, '{')
	for n, i := range a.Shape().ByName(m.symbols) {
		if n > 0 {
			out = append(out, ',')
		}
		sym, pos := a.Shape().Sym(int(i)), a.Shape().Pos(int(i))
		var bad *failure
		if out, bad = m.jsonString(out, m.symbols.Name(sym)); bad != nil {
			return nil, bad
		}
		if out, bad = m.appendJSON(a.Cells()[i], pos, ctx, append(out, ':'), copied); bad != nil {
			return nil, bad.with(pos, "while evaluating attribute '%s'", m.symName(sym))
		}
	}
	return append(out, '}'), nil
}
