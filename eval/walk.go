package eval

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"firn/eval/value"
	"firn/parser"
)

// Kind says what a value is.
type Kind uint8

// The kinds of values.
const (
	Unevaluated Kind = iota // it is not known yet
	Null
	Bool
	Int
	Float
	String
	Path
	List
	Set
	Function // also a builtin, and one that is applied to a part of its arguments
	Failed   // evaluated, with an error
)

var kinds = [...]Kind{
	value.Null: Null, value.Bool: Bool, value.Int: Int, value.Float: Float, value.String: String, value.Path: Path, value.List: List,
	value.Set: Set, value.Lambda: Function, value.Primop: Function, value.PrimopApp: Function, value.Failed: Failed,
	value.Thunk: Unevaluated, value.App: Unevaluated, value.Blackhole: Unevaluated,
}

// String returns the kind in a word, as builtins.typeOf has it where that has it.
func (k Kind) String() string {
	return [...]string{"unevaluated", "null", "bool", "int", "float", "string", "path", "list", "set", "lambda", "failed"}[k]
}

// Known returns what a value is as far as it is evaluated, which it does not
// change.
func (v Value) Known() Kind {
	v.e.mu.Lock()
	defer v.e.mu.Unlock()
	return kinds[v.cell.Kind()]
}

// Force evaluates a value to weak head normal form: a set or a list is known
// then, but not what is in it.
func (v Value) Force(ctx context.Context) (Kind, error) {
	kind := Failed
	err := v.e.run(ctx, func(m *machine) *failure {
		x := m.force(v.cell, 0)
		if x.IsFailed() {
			return failed(&x)
		}
		kind = kinds[x.Kind()]
		return nil
	})
	return kind, err
}

// WrongKindError says that a value is something else than what was asked for.
type WrongKindError struct{ Want, Got Kind }

func (e *WrongKindError) Error() string {
	return fmt.Sprintf("the value is of kind %s, not %s", e.Got, e.Want)
}

// as evaluates a value that has to be of some kind, and hands it over.
func (v Value) as(ctx context.Context, want Kind, use func(m *machine, x value.Value)) error {
	if v.ready(ctx, want, use) {
		return nil
	}
	got := want
	err := v.e.run(ctx, func(m *machine) *failure {
		x := m.force(v.cell, 0)
		if x.IsFailed() {
			return failed(&x)
		}
		if got = kinds[x.Kind()]; got == want {
			use(m, x)
		}
		return nil
	})
	if err == nil && got != want {
		return &WrongKindError{want, got}
	}
	return err
}

// ready hands over a value that is of some kind and evaluated already, which needs
// no goroutine, and reports whether it is. When ctx has ended it says no.
func (v Value) ready(ctx context.Context, want Kind, use func(m *machine, x value.Value)) bool {
	v.e.mu.Lock()
	defer v.e.mu.Unlock()
	if v.e.broken != nil || kinds[v.cell.Kind()] != want || ctx.Err() != nil {
		return false
	}
	use(v.e.m, *v.cell)
	return true
}

// Bool evaluates a value that is true or false.
func (v Value) Bool(ctx context.Context) (b bool, err error) {
	err = v.as(ctx, Bool, func(_ *machine, x value.Value) { b = x.Bool() })
	return b, err
}

// Int evaluates a value that is an integer.
func (v Value) Int(ctx context.Context) (i int64, err error) {
	err = v.as(ctx, Int, func(_ *machine, x value.Value) { i = x.Int() })
	return i, err
}

// Float evaluates a value that is a floating-point number.
func (v Value) Float(ctx context.Context) (f float64, err error) {
	err = v.as(ctx, Float, func(_ *machine, x value.Value) { f = x.Float() })
	return f, err
}

// Text is a string with the store paths that it refers to, each as Nix writes it:
// a path, `!output!drvpath` for an output, or `=drvpath` for a derivation with
// all that it needs.
type Text struct {
	Text string
	Refs []string
}

// Text evaluates a value that is a string.
func (v Value) Text(ctx context.Context) (t Text, err error) {
	err = v.as(ctx, String, func(_ *machine, x value.Value) { t = Text{x.Str(), slices.Clone(x.Context().Elems())} })
	return t, err
}

// Path evaluates a value that is a path, which is absolute and clean.
func (v Value) Path(ctx context.Context) (p string, err error) {
	err = v.as(ctx, Path, func(_ *machine, x value.Value) { p = x.Str() })
	return p, err
}

// Elems evaluates a value that is a list, but not its elements.
func (v Value) Elems(ctx context.Context) (list []Value, err error) {
	err = v.as(ctx, List, func(_ *machine, x value.Value) {
		for _, c := range x.Elems() {
			list = append(list, Value{v.e, c})
		}
	})
	return list, err
}

// Attr is an attribute of a set.
type Attr struct {
	Name  string
	Value Value
	Pos   *Position // where it is defined, nil where that is not known
}

// Attrs evaluates a value that is a set, but not its attributes, which come in
// the order of their names.
func (v Value) Attrs(ctx context.Context) (list []Attr, err error) {
	err = v.as(ctx, Set, func(m *machine, x value.Value) {
		a := x.Attrs().Flat()
		list = make([]Attr, 0, a.Len())
		for _, i := range a.Shape().ByName(m.symbols) {
			list = append(list, Attr{m.symbols.Name(a.Shape().Sym(int(i))), Value{v.e, a.Cells()[i]}, m.resolve(a.Shape().Pos(int(i)))})
		}
	})
	return list, err
}

// AttrNames evaluates a value that is a set, and returns the names of its
// attributes in their order.
func (v Value) AttrNames(ctx context.Context) (names []string, err error) {
	err = v.as(ctx, Set, func(m *machine, x value.Value) {
		a := x.Attrs().Flat()
		names = make([]string, 0, a.Len())
		for _, i := range a.Shape().ByName(m.symbols) {
			names = append(names, m.symbols.Name(a.Shape().Sym(int(i))))
		}
	})
	return names, err
}

// Attr evaluates a value that is a set, and returns one of its attributes, which
// is not evaluated.
func (v Value) Attr(ctx context.Context, name string) (a Attr, ok bool, err error) {
	err = v.as(ctx, Set, func(m *machine, x value.Value) {
		sym, known := m.symbols.Find(name)
		if !known {
			return
		}
		if c, pos := x.Attrs().Find(sym); c != nil {
			a, ok = Attr{name, Value{v.e, c}, m.resolve(pos)}, true
		}
	})
	return a, ok, err
}

// FunctionInfo is what is known of a function.
type FunctionInfo struct {
	Name     string    // what it is bound to, or that of a builtin; "" for none
	Builtin  bool      // the rest but Applied is about others
	Applied  int       // how many arguments a builtin got already
	Pos      *Position // where it begins
	Source   string    // its text
	Arg      string    // the name of the argument, "" for none
	Set      bool      // it takes a set apart
	Formals  []Formal  // in the order in which they are written
	Ellipsis bool      // further attributes are allowed
}

// Formal is an attribute that a function takes.
type Formal struct {
	Name    string
	Pos     *Position
	Default string // its text; "" if there is none
}

// Function evaluates a value that is a function.
func (v Value) Function(ctx context.Context) (f FunctionInfo, err error) {
	err = v.as(ctx, Function, func(m *machine, x value.Value) {
		switch x.Kind() {
		case value.Lambda:
			f = m.lambdaInfo(value.As[lambda](&x))
		case value.PrimopApp:
			f = FunctionInfo{Name: value.As[primop](x.Elems()[0]).name, Builtin: true, Applied: len(x.Elems()) - 1}
		default:
			f = FunctionInfo{Name: value.As[primop](&x).name, Builtin: true}
		}
	})
	return f, err
}

func (m *machine) lambdaInfo(l *lambda) FunctionInfo {
	n := l.unit.tree.Node(l.node)
	f := FunctionInfo{Pos: m.resolve(l.pos), Source: n.Text()}
	if l.named {
		f.Name = m.symbols.Name(l.name)
	}
	if l.bound {
		f.Arg = n.Child(parser.KindName).Text()
	}
	if l.formals == nil {
		return f
	}
	f.Set, f.Ellipsis = true, l.formals.ellipsis
	for c := range n.Child(parser.KindFormals).Children() {
		if c.Kind() != parser.KindFormal {
			continue
		}
		formal := Formal{Name: c.FirstChild().Text(), Pos: m.resolve(l.unit.pos(c.FirstChild().ID()))}
		for e := range c.Exprs() {
			formal.Default = e.Text()
		}
		f.Formals = append(f.Formals, formal)
	}
	return f
}

// errOther is for values that went astray.
var errOther = errors.New("the value is one of another evaluator")

// Apply calls a function, or a set that is used as one, with arguments one after
// the other. They are not evaluated before the function wants them.
func (v Value) Apply(ctx context.Context, args ...Value) (Value, error) {
	for _, a := range args {
		if a.e != v.e {
			return Value{}, errOther
		}
	}
	return v.e.evaluated(ctx, func(m *machine) value.Value {
		f := m.force(v.cell, 0)
		for _, a := range args {
			if f.IsFailed() {
				return f
			}
			f = m.call(f, a.cell, 0)
		}
		return f
	})
}

// Make makes a value of one of Go: nil, bool, int, int64, float64, string, Value,
// and slices and maps of such ([]any, map[string]any).
func (e *Evaluator) Make(x any) (Value, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c, err := e.fromGo(x)
	return Value{e, c}, err
}

func (e *Evaluator) fromGo(x any) (*value.Value, error) {
	m := e.m
	switch x := x.(type) {
	case nil:
		return m.nullCell, nil
	case bool:
		return m.Cell(value.MakeBool(x)), nil
	case int:
		return m.intCell(int64(x)), nil
	case int64:
		return m.intCell(x), nil
	case float64:
		return m.Cell(value.MakeFloat(x)), nil
	case string:
		return m.Cell(value.MakeString(x)), nil
	case Value:
		if x.e != e {
			return nil, errOther
		}
		return x.cell, nil
	case []any:
		cells := m.Slice(len(x))
		for i, y := range x {
			c, err := e.fromGo(y)
			if err != nil {
				return nil, err
			}
			cells[i] = c
		}
		return m.Cell(value.MakeList(cells)), nil
	case map[string]any:
		attrs := make([]value.Attr, 0, len(x))
		for _, name := range slices.Sorted(maps.Keys(x)) {
			c, err := e.fromGo(x[name])
			if err != nil {
				return nil, err
			}
			attrs = append(attrs, value.Attr{Sym: m.symbols.Intern(name), V: c})
		}
		return m.Cell(value.MakeSet(m.FromAttrs(attrs, 0))), nil
	}
	return nil, fmt.Errorf("a %T is no value of nixlang", x)
}
