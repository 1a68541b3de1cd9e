package scope

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"firn/parser"
)

// showName returns a name as Nix writes it in attribute paths: in quotes
// unless it is an identifier.
func showName(name string) string {
	if isIdentifier(name) {
		return name
	}
	return showString(name)
}

func isIdentifier(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '\'' || c == '-')) {
			return false
		}
	}
	switch name {
	case "", "if", "then", "else", "assert", "with", "let", "in", "rec", "inherit":
		return false
	}
	return true
}

// showString returns s as a string literal.
func showString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\' || c == '$' && i+1 < len(s) && s[i+1] == '{':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// showPath returns the attribute path that e is an element of, up to e.
func (r *resolver) showPath(e parser.NodeID) string {
	var b strings.Builder
	path := r.tree.Parent(e)
	for c := path + 1; c <= e; c = r.tree.SubtreeEnd(c) {
		if k := r.tree.Kind(c); k != parser.KindName && k != parser.KindString && k != parser.KindInterp {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		if name, ok := r.tree.Node(c).AttrName(); ok {
			b.WriteString(showName(name))
		} else {
			b.WriteString(`"` + r.tree.Text(c) + `"`)
		}
	}
	return b.String()
}

// ShowOptions tell what a path literal is relative to.
type ShowOptions struct {
	Base string // absolute path of the directory of the file, for ./x
	Home string // for ~/x
}

// Show returns the file in the form in which nix-instantiate --parse of Nix
// 2.34 prints it: sugar taken out, sets merged and sorted, paths absolute.
func (i *Info) Show(opts ShowOptions) string {
	s := shower{Info: i, opts: opts}
	for e := range i.tree.Root().Exprs() {
		s.expr(e)
	}
	return s.b.String()
}

// ShowExpr is Show for one expression of the file.
func (i *Info) ShowExpr(n parser.NodeID, opts ShowOptions) string {
	s := shower{Info: i, opts: opts}
	s.expr(i.tree.Node(n))
	return s.b.String()
}

type shower struct {
	*Info
	opts ShowOptions
	b    strings.Builder
}

func (s *shower) write(parts ...string) {
	for _, p := range parts {
		s.b.WriteString(p)
	}
}

func (s *shower) expr(n parser.Node) {
	switch n = n.Unparen(); n.Kind() {
	case parser.KindVar:
		s.write(n.Text())
	case parser.KindInt:
		s.write(showInt(n.Text()))
	case parser.KindFloat:
		s.write(showFloat(n.Text()))
	case parser.KindURI:
		s.write(showString(n.Text()))
	case parser.KindPath:
		s.path(n)
	case parser.KindString, parser.KindIndString:
		s.string(n)
	case parser.KindList:
		s.write("[ ")
		for e := range n.Exprs() {
			s.write("(")
			s.expr(e)
			s.write(") ")
		}
		s.write("]")
	case parser.KindAttrSet:
		s.set(s.SetOf(n.ID()))
	case parser.KindLegacyLet:
		s.write("(")
		s.set(s.SetOf(n.ID()))
		s.write(").body")
	case parser.KindLambda:
		s.lambda(n)
	case parser.KindUnary, parser.KindBinary, parser.KindApply, parser.KindSearchPath:
		s.operation(n)
	default:
		s.compound(n)
	}
}

// compound shows the expressions that consist of two or three others.
func (s *shower) compound(n parser.Node) {
	var parts []parser.Node
	for e := range n.Exprs() {
		parts = append(parts, e)
	}
	join := func(words ...string) {
		for i, w := range words {
			s.write(w)
			if i < len(parts) {
				s.expr(parts[i])
			}
		}
	}
	switch n.Kind() {
	case parser.KindLet:
		s.write("(let ")
		s.bindings(s.SetOf(n.ID()))
		join("in ", ")")
	case parser.KindWith:
		join("(with ", "; ", ")")
	case parser.KindAssert:
		join("assert ", "; ", "")
	case parser.KindIf:
		join("(if ", " then ", " else ", ")")
	case parser.KindHasAttr:
		join("((")
		s.write(") ? ")
		s.attrPath(n.Child(parser.KindAttrPath))
		s.write(")")
	case parser.KindSelect:
		s.selection(n, parts)
	}
}

func (s *shower) selection(n parser.Node, parts []parser.Node) {
	s.write("(")
	s.expr(parts[0])
	s.write(").")
	s.attrPath(n.Child(parser.KindAttrPath))
	if len(parts) > 1 {
		s.write(" or (")
		s.expr(parts[1])
		s.write(")")
	}
}

func (s *shower) string(n parser.Node) {
	if v, ok := n.Static(); ok {
		s.write(showString(v))
		return
	}
	s.pieces(n.Pieces())
}

// pieces shows a concatenation.
func (s *shower) pieces(pieces []parser.Piece) {
	s.write("(")
	for i, p := range pieces {
		if i > 0 {
			s.write(" + ")
		}
		if p.Inter.Valid() {
			s.interp(p.Inter)
		} else {
			s.write(showString(p.Text))
		}
	}
	s.write(")")
}

func (s *shower) interp(n parser.Node) {
	for e := range n.Exprs() {
		s.expr(e)
	}
}

func (s *shower) path(n parser.Node) {
	pieces := n.Pieces()
	if len(pieces) == 1 {
		s.write(s.absolute(pieces[0].Text))
		return
	}
	s.write("(", s.absolute(pieces[0].Text))
	for _, p := range pieces[1:] {
		s.write(" + ")
		if p.Inter.Valid() {
			s.interp(p.Inter)
		} else {
			s.write(showString(p.Text))
		}
	}
	s.write(")")
}

// absolute returns a path literal, or its first piece, as an absolute path
// without dots. A slash at the end of a piece stays.
func (s *shower) absolute(literal string) string {
	var p string
	switch literal[0] {
	case '~':
		return s.opts.Home + literal[1:]
	case '/':
		p = path.Clean(literal)
	default:
		p = path.Join(s.opts.Base, literal)
	}
	if len(literal) > 1 && literal[len(literal)-1] == '/' {
		p += "/"
	}
	return p
}

func (s *shower) attrPath(n parser.Node) {
	first := true
	for c := range n.Children() {
		if k := c.Kind(); k != parser.KindName && k != parser.KindString && k != parser.KindInterp {
			continue
		}
		if !first {
			s.write(".")
		}
		first = false
		if name, ok := c.AttrName(); ok {
			s.write(showName(name))
			continue
		}
		s.dynamicName(c)
	}
}

func (s *shower) dynamicName(n parser.Node) {
	s.write(`"${`)
	if n.Kind() == parser.KindInterp {
		s.interp(n)
	} else {
		s.string(n)
	}
	s.write(`}"`)
}

func (s *shower) set(id SetID) {
	if s.sets[id].Rec {
		s.write("rec ")
	}
	s.write("{ ")
	s.bindings(id)
	s.write("}")
}

// bindings shows the attributes of a set by name: those inherited, those
// inherited from each source, the others, and the dynamic ones as they come.
func (s *shower) bindings(id SetID) {
	attrs := s.Attrs(id)
	slices.SortFunc(attrs, func(a, b BindingID) int { return strings.Compare(s.Name(a), s.Name(b)) })
	s.inherited(attrs)
	for _, from := range s.sets[id].From {
		s.inheritedFrom(from, attrs)
	}
	for _, a := range attrs {
		if b := s.Binding(a); b.Kind == Plain {
			s.write(showName(s.Name(a)), " = ")
			s.value(b.Sub, b.Value)
		}
	}
	for _, d := range s.sets[id].Dynamic {
		s.dynamicName(s.tree.Node(d.Name))
		s.write(" = ")
		s.value(d.Sub, d.Value)
	}
}

func (s *shower) value(sub SetID, value parser.NodeID) {
	if sub != NoSet {
		s.set(sub)
	} else {
		s.expr(s.tree.Node(value))
	}
	s.write("; ")
}

func (s *shower) inherited(attrs []BindingID) {
	begun := false
	for _, a := range attrs {
		if s.Binding(a).Kind != Inherited {
			continue
		}
		if !begun {
			s.write("inherit")
		}
		begun = true
		s.write(" ", showName(s.Name(a)))
	}
	if begun {
		s.write("; ")
	}
}

func (s *shower) inheritedFrom(from parser.NodeID, attrs []BindingID) {
	begun := false
	for _, a := range attrs {
		b := s.Binding(a)
		if b.Kind != InheritedFrom || s.tree.Parent(b.Name) != s.tree.Parent(from) {
			continue
		}
		if !begun {
			s.write("inherit (")
			s.expr(s.tree.Node(b.Value))
			s.write(")")
		}
		begun = true
		s.write(" ", showName(s.Name(a)))
	}
	if begun {
		s.write("; ")
	}
}

func (s *shower) lambda(n parser.Node) {
	s.write("(")
	formals := n.Child(parser.KindFormals)
	if formals.Valid() {
		s.formals(formals)
	}
	if arg := n.Child(parser.KindName); arg.Valid() {
		if formals.Valid() {
			s.write(" @ ")
		}
		s.write(arg.Text())
	}
	s.write(": ")
	s.expr(n.LastChild())
	s.write(")")
}

func (s *shower) formals(n parser.Node) {
	var list []parser.Node
	for c := range n.Children() {
		if c.Kind() == parser.KindFormal {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b parser.Node) int {
		return strings.Compare(a.FirstChild().Text(), b.FirstChild().Text())
	})
	s.write("{ ")
	for i, f := range list {
		if i > 0 {
			s.write(", ")
		}
		s.write(f.FirstChild().Text())
		for def := range f.Exprs() {
			s.write(" ? ")
			s.expr(def)
		}
	}
	if n.Has(parser.KindEllipsis) {
		if len(list) > 0 {
			s.write(", ")
		}
		s.write("...")
	}
	s.write(" }")
}

// call is a function applied to arguments, which may be a call for an
// operator.
type call struct {
	name string // of a builtin; then fun is none
	fun  parser.Node
	args []arg
}

// arg is an argument: an expression, or what is written for it.
type arg struct {
	node parser.Node
	text string
}

// operation shows operators and applications. Nix turns some operators into
// calls of builtins, and further arguments join a call that is there already.
func (s *shower) operation(n parser.Node) {
	if c, negate, ok := asCall(n); ok {
		if negate {
			s.write("(! ")
		}
		s.call(c)
		if negate {
			s.write(")")
		}
		return
	}
	operands, op := operands(n)
	if n.Kind() == parser.KindUnary {
		s.write("(! ")
		s.expr(operands[0])
		s.write(")")
		return
	}
	s.write("(")
	s.expr(operands[0])
	s.write(" ", op.String(), " ")
	s.expr(operands[1])
	s.write(")")
}

func operands(n parser.Node) (list []parser.Node, op parser.Kind) {
	for c := range n.Children() {
		if c.Kind().IsExpr() {
			list = append(list, c)
		} else if c.Kind().IsOperator() {
			op = c.Kind()
		}
	}
	return list, op
}

// asCall returns the call that n is, and whether Nix negates its result.
func asCall(n parser.Node) (c call, negate, ok bool) {
	n = n.Unparen()
	list, op := operands(n)
	both := func(a, b int) []arg { return []arg{{node: list[a]}, {node: list[b]}} }
	switch n.Kind() {
	case parser.KindSearchPath:
		text := n.Text()
		return call{name: "__findFile", args: []arg{{text: "__nixPath"}, {text: showString(text[1 : len(text)-1])}}}, false, true
	case parser.KindApply:
		return applied(list[0], list[1]), false, true
	case parser.KindUnary:
		if op == parser.KindMinus {
			return call{name: "__sub", args: []arg{{text: "0"}, {node: list[0]}}}, false, true
		}
	case parser.KindBinary:
		switch op {
		case parser.KindPipeFrom:
			return applied(list[0], list[1]), false, true
		case parser.KindPipeInto:
			return applied(list[1], list[0]), false, true
		case parser.KindMinus:
			return call{name: "__sub", args: both(0, 1)}, false, true
		case parser.KindTimes:
			return call{name: "__mul", args: both(0, 1)}, false, true
		case parser.KindDivide:
			return call{name: "__div", args: both(0, 1)}, false, true
		case parser.KindLess:
			return call{name: "__lessThan", args: both(0, 1)}, false, true
		case parser.KindGreater:
			return call{name: "__lessThan", args: both(1, 0)}, false, true
		case parser.KindLessEqual:
			return call{name: "__lessThan", args: both(1, 0)}, true, true
		case parser.KindGreaterEqual:
			return call{name: "__lessThan", args: both(0, 1)}, true, true
		}
	}
	return call{}, false, false
}

func applied(fun, argument parser.Node) call {
	c, negate, ok := asCall(fun)
	if !ok || negate {
		c = call{fun: fun}
	}
	c.args = append(c.args, arg{node: argument})
	return c
}

func (s *shower) call(c call) {
	s.write("(", c.name)
	if c.name == "" {
		s.expr(c.fun)
	}
	for _, a := range c.args {
		s.write(" ", a.text)
		if a.node.Valid() {
			s.expr(a.node)
		}
	}
	s.write(")")
}

// showInt drops leading zeros.
func showInt(word string) string {
	if word = strings.TrimLeft(word, "0"); word == "" {
		return "0"
	}
	return word
}

// showFloat prints a float as C++ streams do by default, that is with %g.
func showFloat(word string) string {
	f, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return word // the parser refuses what does not fit
	}
	return fmt.Sprintf("%.6g", f)
}
