package eval

import (
	"firn/eval/builtin"
	"firn/eval/value"
)

type (
	fn1 = func(m *machine, pos value.Pos, a *value.Value) value.Value
	fn2 = func(m *machine, pos value.Pos, a, b *value.Value) value.Value
	fn3 = func(m *machine, pos value.Pos, a, b, c *value.Value) value.Value
)

// table is the builtins of one family, by name; each is an fn1, fn2 or fn3.
type table map[string]any

// tables are all families.
var tables = []table{
	controlPrims, kindPrims, numberPrims, listPrims, setPrims, stringPrims, contextPrims,
	filePrims, dataPrims, hashPrims, derivationPrims, storePrims, fetcherPrims, flakePrims,
}

// install makes the builtins: the globals, and the set of them.
func (m *machine) install() {
	var attrs []value.Attr
	put := func(name string, v value.Value) *value.Value {
		c := m.Cell(v)
		attrs = append(attrs, value.Attr{Sym: m.symbols.Intern(name), V: c})
		if b := builtin.Lookup(name); b != nil {
			m.globals[b.GlobalName()] = c
		}
		return c
	}
	for _, t := range tables {
		for name, fn := range t {
			b := builtin.Lookup(name)
			if b == nil || !b.Always && b.Feature != "" && !m.settings.Features[b.Feature] {
				continue
			}
			made := newPrimop(name, fn)
			m.profiler.builtin(made)
			put(name, value.MakeObject(&made.Header))
		}
	}
	m.constants(put)
	all := m.Cell(value.MakeNull())
	attrs = append(attrs, value.Attr{Sym: m.symbols.Intern("builtins"), V: all})
	m.globals["builtins"] = all
	*all = value.MakeSet(m.FromAttrs(attrs, 0))
}

func newPrimop(name string, fn any) *primop {
	p := &primop{Header: value.NewHeader(value.Primop), name: name, silent: name == "addErrorContext"}
	switch fn := fn.(type) {
	case fn1:
		p.arity, p.fn1 = 1, fn
	case fn2:
		p.arity, p.fn2 = 2, fn
	case fn3:
		p.arity, p.fn3 = 3, fn
	}
	return p
}

// constants puts the builtins that are no functions.
func (m *machine) constants(put func(string, value.Value) *value.Value) {
	put("true", value.MakeBool(true))
	put("false", value.MakeBool(false))
	put("null", value.MakeNull())
	put("nixVersion", value.MakeString(NixVersion))
	put("langVersion", value.MakeInt(6))
	put("storeDir", value.MakeString(m.settings.StoreDir))
	put("nixPath", *m.searchPath())
	if !m.settings.Pure {
		put("currentTime", value.MakeInt(m.host.Now()))
		put("currentSystem", value.MakeString(m.settings.System))
	}
	put("derivation", m.derivationFunction())
}

// NixVersion is the version of Nix whose language is evaluated.
const NixVersion = "2.34.8"
