package eval

import (
	"strconv"

	"firn/eval/number"
	"firn/eval/value"
	"firn/parser"
)

// xmlWriter writes values as builtins.toXML does (value-to-xml.cc of Nix).
type xmlWriter struct {
	m      *machine
	strict bool // everything is evaluated
	places bool // attributes and functions say where they are defined
	longText
	open []string
	seen map[string]bool // derivations
	ctx  *value.Context
}

func (x *xmlWriter) document(v *value.Value) *failure {
	x.seen = map[string]bool{}
	x.b = append(x.b, "<?xml version='1.0' encoding='utf-8'?>\n"...)
	x.begin("expr")
	if bad := x.value(v, 0); bad != nil {
		return bad
	}
	x.end()
	return nil
}

// tag writes an element up to its end, which is given.
func (x *xmlWriter) tag(name, end string, attrs []string) {
	x.full()
	x.indent()
	x.b = append(append(x.b, '<'), name...)
	for i := 0; i < len(attrs); i += 2 {
		x.b = append(append(append(x.b, ' '), attrs[i]...), `="`...)
		x.text(attrs[i+1])
		x.b = append(x.b, '"')
	}
	x.b = append(append(x.b, end...), '\n')
}

func (x *xmlWriter) indent() {
	for range x.open {
		x.b = append(x.b, "  "...)
	}
}

// text writes the value of an attribute. A newline in it would be read as a
// blank.
func (x *xmlWriter) text(s string) {
	for i := range len(s) {
		switch c := s[i]; c {
		case '"':
			x.b = append(x.b, "&quot;"...)
		case '<':
			x.b = append(x.b, "&lt;"...)
		case '>':
			x.b = append(x.b, "&gt;"...)
		case '&':
			x.b = append(x.b, "&amp;"...)
		case '\n':
			x.b = append(x.b, "&#xA;"...)
		default:
			x.b = append(x.b, c)
		}
	}
}

func (x *xmlWriter) empty(name string, attrs ...string) { x.tag(name, " />", attrs) }

func (x *xmlWriter) begin(name string, attrs ...string) {
	x.tag(name, ">", attrs)
	x.open = append(x.open, name)
}

func (x *xmlWriter) end() {
	name := x.open[len(x.open)-1]
	x.open = x.open[:len(x.open)-1]
	x.indent()
	x.b = append(append(append(x.b, "</"...), name...), ">\n"...)
}

// where returns the attributes that tell a place, in the order of their names.
func (x *xmlWriter) where(pos value.Pos) []string {
	o, off := x.m.originOf(pos)
	if !x.places || o == nil {
		return nil
	}
	line, column := o.lineColumn(off)
	attrs := []string{"column", strconv.Itoa(int(column)), "line", strconv.Itoa(int(line))}
	if o.path != "" {
		attrs = append(attrs, "path", o.path)
	}
	return attrs
}

func (x *xmlWriter) value(c *value.Value, pos value.Pos) *failure {
	if bad := x.m.enter(pos); bad != nil {
		return bad
	}
	defer func() { x.m.depth-- }()
	v := *c
	if x.strict {
		if v = x.m.force(c, pos); v.IsFailed() {
			return failed(&v)
		}
	}
	switch v.Kind() {
	case value.Null:
		x.empty("null")
	case value.Bool:
		x.empty("bool", "value", strconv.FormatBool(v.Bool()))
	case value.Int:
		x.empty("int", "value", strconv.FormatInt(v.Int(), 10))
	case value.Float:
		x.empty("float", "value", number.General(v.Float()))
	case value.String:
		x.ctx = x.ctx.Union(v.Context())
		x.empty("string", "value", v.Str())
	case value.Path:
		x.empty("path", "value", v.Str())
	case value.List:
		x.begin("list")
		for _, e := range v.Elems() {
			if bad := x.value(e, pos); bad != nil {
				return bad
			}
		}
		x.end()
	case value.Set:
		return x.set(v)
	case value.Lambda:
		x.lambda(value.As[lambda](&v))
	default:
		x.empty("unevaluated")
	}
	return x.m.room(builder * x.len())
}

func (x *xmlWriter) set(v value.Value) *failure {
	drv, bad := x.m.isDerivation(v)
	if bad != nil {
		return bad
	}
	if drv {
		return x.derivation(v.Attrs())
	}
	x.begin("attrs")
	bad = x.attrs(v.Attrs().Flat())
	x.end()
	return bad
}

func (x *xmlWriter) attrs(a *value.Attrs) *failure {
	for _, i := range a.Shape().ByName(x.m.symbols) {
		pos := a.Shape().Pos(int(i))
		attrs := x.where(pos)
		at := min(len(attrs), 4) // "name" comes before "path"
		name := []string{"name", x.m.symbols.Name(a.Shape().Sym(int(i)))}
		x.begin("attr", append(append(attrs[:at:at], name...), attrs[at:]...)...)
		if bad := x.value(a.Cells()[i], pos); bad != nil {
			return bad
		}
		x.end()
	}
	return nil
}

func (x *xmlWriter) derivation(a *value.Attrs) *failure {
	drvPath, bad := x.path(a, x.m.sym.drvPath)
	if bad != nil {
		return bad
	}
	outPath, bad := x.path(a, x.m.sym.outPath)
	if bad != nil {
		return bad
	}
	var attrs []string
	if drvPath != nil {
		attrs = append(attrs, "drvPath", *drvPath)
	}
	if outPath != nil {
		attrs = append(attrs, "outPath", *outPath)
	}
	x.begin("derivation", attrs...)
	if drvPath == nil || *drvPath == "" || x.seen[*drvPath] {
		x.empty("repeated")
	} else {
		x.seen[*drvPath] = true
		bad = x.attrs(a.Flat())
	}
	x.end()
	return bad
}

// path returns an attribute of a derivation that is a string.
func (x *xmlWriter) path(a *value.Attrs, sym value.Symbol) (*string, *failure) {
	c, pos := a.Find(sym)
	if c == nil {
		return nil, nil
	}
	v := *c
	if x.strict {
		if v = x.m.force(c, pos); v.IsFailed() {
			return nil, failed(&v)
		}
	}
	if v.Kind() != value.String {
		return nil, nil
	}
	s := v.Str()
	return &s, nil
}

func (x *xmlWriter) lambda(l *lambda) {
	x.begin("function", x.where(l.pos)...)
	arg := ""
	if l.bound {
		arg = l.unit.tree.Node(l.node).Child(parser.KindName).Text()
	}
	if l.formals == nil {
		x.empty("varpat", "name", arg)
		x.end()
		return
	}
	var attrs []string
	if l.formals.ellipsis {
		attrs = append(attrs, "ellipsis", "1")
	}
	if l.bound {
		attrs = append(attrs, "name", arg)
	}
	x.begin("attrspat", attrs...)
	shape := value.NewShape(l.formals.syms, l.formals.pos)
	for _, i := range shape.ByName(x.m.symbols) {
		x.empty("attr", "name", x.m.symbols.Name(shape.Sym(int(i))))
	}
	x.end()
	x.end()
}
