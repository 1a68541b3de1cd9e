package eval

import "firn/eval/value"

// application is a call that is not made yet. Those of one map share it: what
// they are called with is in the cells themselves.
type application struct {
	value.Header
	f    *value.Value
	form appForm
}

// appForm says what an application is called with.
type appForm uint8

const (
	appOne   appForm = iota // a cell
	appNamed                // a name, and a cell
	appIndex                // a number
)

func newApplication(f *value.Value, form appForm) *application {
	return &application{value.NewHeader(value.App), f, form}
}

// to returns a cell with the application to an argument.
func (a *application) to(m *machine, x *value.Value) *value.Value {
	return m.Cell(value.MakeApplication(&a.Header, x, 0))
}

// named returns a cell with the application to a name and an argument.
func (a *application) named(m *machine, sym value.Symbol, x *value.Value) *value.Value {
	return m.Cell(value.MakeApplication(&a.Header, x, uint64(sym)))
}

// index returns a cell with the application to a number.
func (a *application) index(m *machine, i int) *value.Value {
	return m.Cell(value.MakeApplication(&a.Header, nil, uint64(i)))
}

// run makes the call.
func (a *application) run(m *machine, x *value.Value, n uint64, pos value.Pos) value.Value {
	f := m.force(a.f, pos)
	if f.IsFailed() {
		return f
	}
	switch a.form {
	case appNamed:
		return m.call2(f, m.symbols.Cell(value.Symbol(n)), x, pos)
	case appIndex:
		return m.call(f, m.intCell(int64(n)), pos)
	}
	return m.call(f, x, pos)
}
