package eval

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"firn/eval/number"
	"firn/eval/value"
	"firn/parser/scope"
)

// typeNames are the names of kinds with their articles, as messages have them.
var typeNames = map[value.Kind]string{
	value.Null: "null", value.Bool: "a Boolean", value.Int: "an integer", value.Float: "a float",
	value.String: "a string", value.Path: "a path", value.List: "a list", value.Set: "a set",
	value.Lambda: "a function", value.Thunk: "a thunk", value.App: "a function application",
	value.Blackhole: "a black hole", value.Failed: "an error",
}

// showType says what a value is, as messages do.
func (m *machine) showType(v *value.Value) string {
	switch v.Kind() {
	case value.String:
		if v.Context() != nil {
			return "a string with context"
		}
	case value.Primop:
		return fmt.Sprintf("the built-in function '%s'", value.As[primop](v).name)
	case value.PrimopApp:
		return fmt.Sprintf("the partially applied built-in function '%s'", value.As[primop](v.Elems()[0]).name)
	}
	return typeNames[v.Kind()]
}

// symName returns a name as messages have it: in quotes if it is no identifier.
func (m *machine) symName(sym value.Symbol) string { return scope.AttrName(m.symbols.Name(sym)) }

// printer writes values, evaluated as far as they are.
type printer struct {
	m        *machine
	b        strings.Builder
	maxDepth int // 0 for no limit, like the others
	maxItems int
	maxBytes int
	repeated map[any]bool
	attrs    int // that were printed
	items    int

	force     bool
	drvPaths  bool // derivations are shown by their paths,
	names     bool // or by their names
	indent    int  // 0 to print in one line
	margin    string
	colours   bool
	bad       *failure
	throwDeep bool
}

// The colours of what is printed (ECMA-48, 8.3.117).
const (
	plain   = "\x1b[0m"
	faint   = "\x1b[2m"
	red     = "\x1b[31;1m"
	green   = "\x1b[32;1m"
	blue    = "\x1b[34;1m"
	magenta = "\x1b[35;1m"
	cyan    = "\x1b[36;1m"
)

// paint writes a text in a colour.
func (p *printer) paint(colour, s string) {
	if !p.colours {
		p.b.WriteString(s)
		return
	}
	p.b.WriteString(colour + s + plain)
}

// Pretty says how a value is printed for people.
type Pretty struct {
	Depth   int  // of sets and lists in one another that are shown; 0 for no limit
	Items   int  // attributes and elements that are shown; 0 for no limit
	Bytes   int  // of a string that are shown; 0 for no limit
	Names   bool // derivations are shown by their names, since to know a path takes long
	Colours bool
}

// Pretty returns a value as the prompt of Nix shows it: with indentation,
// derivations by their paths, and what fails inside of it as an error in its
// place. What is shown is evaluated.
func (v Value) Pretty(ctx context.Context, how Pretty) (text string, err error) {
	err = v.e.run(ctx, func(m *machine) *failure {
		p := printer{m: m, maxDepth: how.Depth, repeated: map[any]bool{}, force: true, drvPaths: true, indent: 2, colours: how.Colours, throwDeep: true}
		p.maxItems, p.maxBytes, p.names = how.Items, how.Bytes, how.Names
		p.value(v.cell, 0)
		text = p.b.String()
		return p.bad
	})
	return text, err
}

// Describe evaluates a value and says what it is, with an article.
func (v Value) Describe(ctx context.Context) (text string, err error) {
	err = v.e.run(ctx, func(m *machine) *failure {
		x := m.force(v.cell, 0)
		if x.IsFailed() {
			return failed(&x)
		}
		text = m.showType(&x)
		return nil
	})
	return text, err
}

// show prints a value as messages do: not evaluated any further, and not all of
// a large one.
func (m *machine) show(v *value.Value) string {
	p := printer{m: m, maxDepth: 10, maxItems: 10, maxBytes: 1024, repeated: map[any]bool{}}
	p.value(v, 0)
	return p.b.String()
}

func (p *printer) value(v *value.Value, depth int) {
	if depth > p.m.maxDepth {
		p.bad = fail(StackOverflow, 0, "stack overflow; max-call-depth exceeded")
		return
	}
	x := *v
	if p.force {
		if x = p.m.force(v, 0); x.IsFailed() {
			p.failed(failed(&x), depth)
			return
		}
	}
	switch x.Kind() {
	case value.Null:
		p.paint(cyan, "null")
	case value.Bool:
		p.paint(cyan, strconv.FormatBool(x.Bool()))
	case value.Int:
		p.paint(cyan, strconv.FormatInt(x.Int(), 10))
	case value.Float:
		p.paint(cyan, number.General(x.Float()))
	case value.String:
		p.text(x.Str())
	case value.Path:
		p.paint(green, x.Str())
	case value.List:
		p.list(v, x, depth)
	case value.Set:
		p.set(x, depth)
	case value.Lambda:
		p.lambda(value.As[lambda](&x))
	case value.Primop:
		p.paint(blue, "«primop "+value.As[primop](&x).name+"»")
	case value.PrimopApp:
		p.paint(blue, "«partially applied primop "+value.As[primop](x.Elems()[0]).name+"»")
	case value.Blackhole:
		p.paint(red, "«potential infinite recursion»")
	default:
		p.paint(magenta, "«thunk»")
	}
}

func (p *printer) failed(f *failure, depth int) {
	if f.kind == StackOverflow || f.kind == Interrupted || f.kind == OutOfBudget || p.throwDeep && depth == 0 {
		p.bad = f
		return
	}
	p.paint(red, "«error: "+Plain(f.msg, false)+"»")
}

func (p *printer) text(s string) {
	if p.maxBytes == 0 || len(s) <= p.maxBytes {
		p.paint(magenta, scope.Quote(s))
		return
	}
	p.paint(magenta, scope.Quote(s[:p.maxBytes]))
	p.b.WriteByte(' ')
	p.elided(len(s)-p.maxBytes, "byte")
}

func (p *printer) elided(n int, what string) {
	if n != 1 {
		what += "s"
	}
	p.paint(faint, fmt.Sprintf("«%d %s elided»", n, what))
}

func (p *printer) lambda(l *lambda) {
	text := "«lambda"
	if l.named {
		text += " " + p.m.symName(l.name)
	}
	p.paint(blue, text+" @ "+p.m.place(l.pos)+"»")
}

// seen reports whether something was printed before.
func (p *printer) seen(what any) bool {
	if p.repeated == nil {
		return false
	}
	if p.repeated[what] {
		p.paint(magenta, "«repeated»")
		return true
	}
	p.repeated[what] = true
	return false
}

func (p *printer) list(v *value.Value, x value.Value, depth int) {
	if x.Len() > 0 && p.seen(v) {
		return
	}
	if p.maxDepth > 0 && depth >= p.maxDepth {
		p.b.WriteString("[ ... ]")
		return
	}
	wide := p.isWide(x.Elems())
	p.b.WriteByte('[')
	p.deeper()
	for i, c := range x.Elems() {
		p.space(wide)
		if p.maxItems > 0 && p.items >= p.maxItems {
			p.elided(x.Len()-i, "item")
			break
		}
		if p.value(c, depth+1); p.bad != nil {
			return
		}
		p.items++
	}
	p.shallower()
	p.space(wide)
	p.b.WriteByte(']')
}

func (p *printer) deeper()    { p.margin += strings.Repeat(" ", p.indent) }
func (p *printer) shallower() { p.margin = p.margin[:len(p.margin)-p.indent] }

func (p *printer) space(wide bool) {
	if wide {
		p.b.WriteString("\n" + p.margin)
	} else {
		p.b.WriteByte(' ')
	}
}

// isWide reports whether something is printed over several lines.
func (p *printer) isWide(cells []*value.Value) bool {
	if p.indent == 0 || len(cells) == 0 {
		return false
	}
	if len(cells) > 1 {
		return true
	}
	x := p.m.force(cells[0], 0)
	return x.Kind() == value.List || x.Kind() == value.Set || !x.IsForced()
}

func (p *printer) set(x value.Value, depth int) {
	a := x.Attrs()
	if p.seen(a) {
		return
	}
	if p.force && p.drvPaths {
		drv, bad := p.m.isDerivation(x)
		if bad != nil {
			p.failed(bad, depth)
			return
		}
		if drv {
			p.derivation(a, depth)
			return
		}
	}
	if p.maxDepth > 0 && depth >= p.maxDepth {
		p.b.WriteString("{ ... }")
		return
	}
	p.attributes(a, depth)
}

func (p *printer) attributes(a *value.Attrs, depth int) {
	flat := a.Flat()
	order := slices.Clone(flat.Shape().ByName(p.m.symbols))
	if p.maxItems > 0 {
		slices.SortStableFunc(order, func(i, j int32) int {
			return p.rank(flat.Shape().Sym(int(i))) - p.rank(flat.Shape().Sym(int(j)))
		})
	}
	wide := p.isWide(flat.Cells())
	p.b.WriteByte('{')
	p.deeper()
	for n, i := range order {
		p.space(wide)
		if p.maxItems > 0 && p.attrs >= p.maxItems {
			p.elided(len(order)-n, "attribute")
			break
		}
		p.b.WriteString(p.m.symName(flat.Shape().Sym(int(i))) + " = ")
		if p.value(flat.Cells()[i], depth+1); p.bad != nil {
			return
		}
		p.b.WriteByte(';')
		p.attrs++
	}
	p.shallower()
	p.space(wide)
	p.b.WriteByte('}')
}

// rank puts the attributes first that say what a set is.
func (p *printer) rank(sym value.Symbol) int {
	if name := p.m.symbols.Name(sym); name == "type" || name == "_type" {
		return 0
	}
	return 1
}

func (p *printer) derivation(a *value.Attrs, depth int) {
	text, sym := "«derivation", p.m.sym.drvPath
	if p.names {
		sym = p.m.sym.name
	}
	if c, at := a.Find(sym); c != nil {
		var ctx *value.Context
		s, bad := p.m.coerce(c, at, &ctx, "while evaluating the drvPath of a derivation", 0)
		if bad != nil {
			p.failed(bad, depth)
			return
		}
		text += " " + s
	}
	p.paint(green, text+"»")
}

// classic prints a value as nix-instantiate --eval does, which cannot always be
// read back: what is not evaluated is <CODE>.
type classic struct {
	m    *machine
	b    []byte
	seen map[any]bool
	bad  *failure
}

func (p *classic) value(v *value.Value, depth int) {
	if depth > p.m.maxDepth {
		p.bad = fail(StackOverflow, 0, "stack overflow; max-call-depth exceeded")
	}
	if p.bad != nil {
		return
	}
	switch v.Kind() {
	case value.Null:
		p.b = append(p.b, "null"...)
	case value.Bool:
		p.b = strconv.AppendBool(p.b, v.Bool())
	case value.Int:
		p.b = strconv.AppendInt(p.b, v.Int(), 10)
	case value.Float:
		p.b = append(p.b, number.General(v.Float())...)
	case value.String:
		p.b = append(p.b, scope.Quote(v.Str())...)
	case value.Path:
		p.b = append(p.b, v.Str()...)
	case value.List:
		p.list(v, depth)
	case value.Set:
		p.set(v.Attrs(), depth)
	case value.Lambda:
		p.b = append(p.b, "<LAMBDA>"...)
	case value.Primop:
		p.b = append(p.b, "<PRIMOP>"...)
	case value.PrimopApp:
		p.b = append(p.b, "<PRIMOP-APP>"...)
	case value.Blackhole:
		p.b = append(p.b, "«potential infinite recursion»"...)
	default:
		p.b = append(p.b, "<CODE>"...)
	}
}

func (p *classic) repeated(what any) bool {
	if p.seen[what] {
		p.b = append(p.b, "«repeated»"...)
		return true
	}
	p.seen[what] = true
	return false
}

func (p *classic) list(v *value.Value, depth int) {
	if v.Len() > 0 && p.repeated(v) {
		return
	}
	p.b = append(p.b, "[ "...)
	for _, c := range v.Elems() {
		p.value(c, depth+1)
		p.b = append(p.b, ' ')
	}
	p.b = append(p.b, ']')
}

func (p *classic) set(a *value.Attrs, depth int) {
	if a.Len() > 0 && p.repeated(a) {
		return
	}
	flat := a.Flat()
	p.b = append(p.b, "{ "...)
	for _, i := range flat.Shape().ByName(p.m.symbols) {
		p.b = append(p.b, p.m.symName(flat.Shape().Sym(int(i)))...)
		p.b = append(p.b, " = "...)
		p.value(flat.Cells()[i], depth+1)
		p.b = append(p.b, "; "...)
	}
	p.b = append(p.b, '}')
}
