package eval

import (
	"errors"

	"firn/eval/json"
	"firn/eval/value"
)

func primFromJSON(m *machine, _ value.Pos, a *value.Value) value.Value {
	s, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.fromJSON")
	if bad != nil {
		return bad.value()
	}
	b := jsonBuilder{m: m}
	if err := json.Parse(s, &b); err != nil {
		f := fail(EvalError, 0, "%v", err)
		if e, ok := errors.AsType[*json.Error](err); ok && e.Kind == json.Syntax {
			f = f.with(0, "while decoding a JSON string")
		}
		return f.value()
	}
	return b.root
}

// jsonBuilder makes values of what is found in a text.
type jsonBuilder struct {
	m    *machine
	root value.Value
	open []jsonLevel
	// The elements and members of all that is open, the innermost last.
	cells []*value.Value
	attrs []value.Attr
}

// jsonLevel is an array or object that is not complete: where its elements, or
// members, begin.
type jsonLevel struct {
	object bool
	start  int
	key    value.Symbol
}

func (b *jsonBuilder) put(v value.Value) {
	if len(b.open) == 0 {
		b.root = v
		return
	}
	c := b.m.Cell(v)
	if top := &b.open[len(b.open)-1]; top.object {
		b.attrs = append(b.attrs, value.Attr{Sym: top.key, V: c})
	} else {
		b.cells = append(b.cells, c)
	}
}

func (b *jsonBuilder) Null() error {
	b.put(value.MakeNull())
	return nil
}

func (b *jsonBuilder) Bool(x bool) error {
	b.put(value.MakeBool(x))
	return nil
}

func (b *jsonBuilder) Int(x int64) error {
	b.put(value.MakeInt(x))
	return nil
}

func (b *jsonBuilder) Float(x float64) error {
	b.put(value.MakeFloat(x))
	return nil
}

func (b *jsonBuilder) String(s string) error {
	b.put(value.MakeString(s))
	return nil
}

func (b *jsonBuilder) Key(s string) error {
	b.open[len(b.open)-1].key = b.m.symbols.Intern(s)
	return nil
}

func (b *jsonBuilder) BeginArray() error {
	b.open = append(b.open, jsonLevel{start: len(b.cells)})
	return nil
}

func (b *jsonBuilder) EndArray() error {
	top := b.pop()
	list := b.m.listOf(b.cells[top.start:])
	b.cells = b.cells[:top.start]
	b.put(list)
	return nil
}

func (b *jsonBuilder) BeginObject() error {
	b.open = append(b.open, jsonLevel{object: true, start: len(b.attrs)})
	return nil
}

func (b *jsonBuilder) EndObject() error {
	top := b.pop()
	members := b.attrs[top.start:]
	b.attrs = b.attrs[:top.start]
	last := make([]value.Attr, len(members)) // the last of several wins
	for i, a := range members {
		last[len(members)-1-i] = a
	}
	b.put(value.MakeSet(b.m.FromAttrs(last, 0)))
	return nil
}

func (b *jsonBuilder) pop() jsonLevel {
	top := b.open[len(b.open)-1]
	b.open = b.open[:len(b.open)-1]
	return top
}
