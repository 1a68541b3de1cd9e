package eval

import (
	"firn/eval/toml"
	"firn/eval/value"
)

func primFromTOML(m *machine, _ value.Pos, a *value.Value) value.Value {
	s, bad := m.forceStringNoContext(a, 0, "while evaluating the argument passed to builtins.fromTOML")
	if bad != nil {
		return bad.value()
	}
	v, err := toml.Parse(s, toml.Options{Timestamps: m.settings.Features["parse-toml-timestamps"]})
	if err != nil {
		return fail(EvalError, 0, "while parsing TOML: %v", err).value()
	}
	return m.fromTOML(&v)
}

// fromTOML returns the value for one of a text, which is not nested deeply.
func (m *machine) fromTOML(v *toml.Value) value.Value {
	switch v.Kind {
	case toml.Bool:
		return value.MakeBool(v.Bool)
	case toml.Int:
		return value.MakeInt(v.Int)
	case toml.Float:
		return value.MakeFloat(v.Float)
	case toml.String:
		return value.MakeString(v.Text)
	case toml.Array:
		cells := make([]*value.Value, len(v.Items))
		for i := range v.Items {
			cells[i] = m.Cell(m.fromTOML(&v.Items[i]))
		}
		return m.listOf(cells)
	case toml.TableKind:
		entries := v.Table.Entries()
		attrs := make([]value.Attr, len(entries))
		for i := range entries {
			attrs[i] = value.Attr{Sym: m.symbols.Intern(entries[i].Key), V: m.Cell(m.fromTOML(&entries[i].Value))}
		}
		return value.MakeSet(m.FromAttrs(attrs, 0))
	}
	return value.MakeSet(m.FromAttrs([]value.Attr{
		{Sym: m.symbols.Intern("_type"), V: m.Cell(value.MakeString("timestamp"))},
		{Sym: m.symbols.Intern("value"), V: m.Cell(value.MakeString(v.Text))},
	}, 0))
}
