package semantic

import (
	"firn/eval/builtin"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Token is a classified piece of source.
type Token struct {
	Span      text.Span
	Type      Type
	Modifiers Modifiers
}

// Of returns the tokens of a file that overlap a span, in source order.
func Of(info *scope.Info, within text.Span) []Token {
	c := classifier{tree: info.Tree(), info: info, within: within}
	c.nodes()
	c.commentsBefore(within.End)
	return c.tokens
}

type classifier struct {
	tree     *parser.Tree
	info     *scope.Info
	within   text.Span
	tokens   []Token
	comments int    // how many are done
	withs    []with // around the node at hand
}

// with is one with expression, and whether its names are those of builtins.
type with struct {
	end      parser.NodeID
	builtins bool
}

func (c *classifier) nodes() {
	for id := parser.NodeID(0); int(id) < c.tree.Len(); {
		n := c.tree.Node(id)
		if n.Start() >= c.within.End {
			return
		}
		if n.End() <= c.within.Start && n.Start() < c.within.Start {
			id = n.SubtreeEnd()
			continue
		}
		c.node(n)
		id++
	}
}

func (c *classifier) node(n parser.Node) {
	for len(c.withs) > 0 && c.withs[len(c.withs)-1].end <= n.ID() {
		c.withs = c.withs[:len(c.withs)-1]
	}
	if n.Kind() == parser.KindWith {
		c.withs = append(c.withs, with{n.SubtreeEnd(), c.isBuiltins(n.FirstChild().NextSibling())})
	}
	if n.SubtreeEnd() != n.ID()+1 || n.Span().Empty() {
		return
	}
	if typ, mods, ok := c.leaf(n); ok {
		c.commentsBefore(n.Start())
		c.add(Token{n.Span(), typ, mods})
	}
}

// add appends t. The quotes of a string and its text are one token.
func (c *classifier) add(t Token) {
	if n := len(c.tokens); n > 0 && t.Type == String {
		if last := &c.tokens[n-1]; last.Span.End == t.Span.Start && last.Type == String && last.Modifiers == t.Modifiers {
			last.Span.End = t.Span.End
			return
		}
	}
	c.tokens = append(c.tokens, t)
}

func (c *classifier) commentsBefore(off uint32) {
	all := c.tree.Comments()
	for ; c.comments < len(all) && all[c.comments].Start < off; c.comments++ {
		if s := all[c.comments]; s.Overlaps(c.within) {
			c.tokens = append(c.tokens, Token{Span: s, Type: Comment})
		}
	}
}

// leaf classifies a leaf; some have no colour of their own.
func (c *classifier) leaf(n parser.Node) (Type, Modifiers, bool) {
	switch n.Kind() {
	case parser.KindVar:
		typ, mods := c.variable(n)
		return typ, mods, true
	case parser.KindName:
		typ, mods := c.name(n)
		return typ, mods, true
	case parser.KindText:
		return textOf(n.Parent().Kind())
	case parser.KindError, parser.KindMissing:
		return 0, 0, false
	default:
		typ, mods := fixed(n)
		return typ, mods, true
	}
}

// textOf classifies literal text by what it is in.
func textOf(around parser.Kind) (Type, Modifiers, bool) {
	switch around {
	case parser.KindPath:
		return Path, 0, true
	case parser.KindString:
		return String, 0, true
	default:
		return 0, 0, false
	}
}

// fixed classifies what needs no scope.
func fixed(n parser.Node) (Type, Modifiers) {
	switch k := n.Kind(); k {
	case parser.KindInt, parser.KindFloat:
		return Number, 0
	case parser.KindPath, parser.KindSearchPath:
		return Path, 0
	case parser.KindURI, parser.KindString, parser.KindIndString, parser.KindQuote, parser.KindIndQuote:
		return String, 0
	case parser.KindEscape:
		return String, Escape
	case parser.KindIfKw, parser.KindThenKw, parser.KindElseKw:
		return Keyword, Conditional
	case parser.KindOrKw:
		return Operator, 0
	case parser.KindQuestion:
		if n.Parent().Kind() == parser.KindFormal {
			return Punctuation, Delimiter
		}
		return Operator, 0
	default:
		return byClass(k)
	}
}

func byClass(k parser.Kind) (Type, Modifiers) {
	switch {
	case k.IsKeyword():
		return Keyword, 0
	case k.IsOperator():
		return Operator, 0
	case k == parser.KindEllipsis:
		return Punctuation, 0
	case parser.KindLeftBrace <= k && k <= parser.KindDollarBrace:
		return Punctuation, Parenthesis
	default:
		return Punctuation, Delimiter
	}
}

func (c *classifier) variable(n parser.Node) (Type, Modifiers) {
	kind, id := c.info.Ref(n.ID())
	switch kind {
	case scope.Bound:
		return c.binding(id)
	case scope.Global:
		return global(n.Text())
	case scope.With:
		return c.fromWith(n.Text())
	case scope.Undefined:
		return Variable, Unresolved
	default:
		return Variable, 0
	}
}

// binding classifies the use of a binding.
func (c *classifier) binding(id scope.BindingID) (Type, Modifiers) {
	b := c.info.Binding(id)
	switch {
	case b.Kind == scope.Argument, b.Kind == scope.Formal:
		return Parameter, 0
	case b.Kind == scope.InheritedFrom && c.isBuiltins(c.source(b)):
		if typ, mods, ok := member(c.info.Name(id)); ok {
			return typ, mods
		}
	}
	if c.inLet(b.Set) {
		return Variable, 0
	}
	return Property, 0
}

// source returns the expression that a binding is inherited from.
func (c *classifier) source(b *scope.Binding) parser.Node { return c.tree.Node(b.Value) }

func (c *classifier) inLet(id scope.SetID) bool {
	if id == scope.NoSet {
		return false
	}
	k := c.tree.Node(c.info.Set(id).Node).Kind()
	return k == parser.KindLet || k == parser.KindLegacyLet
}

// fromWith classifies a name that some with provides. The innermost decides, so
// that one knows it is a builtin only if that is the set of builtins.
func (c *classifier) fromWith(name string) (Type, Modifiers) {
	if n := len(c.withs); n > 0 && c.withs[n-1].builtins {
		if typ, mods, ok := member(name); ok {
			return typ, mods
		}
	}
	return Property, WithAttribute
}

// isBuiltins reports whether an expression is the global set of builtins.
func (c *classifier) isBuiltins(n parser.Node) bool {
	n = n.Unparen()
	if n.Kind() != parser.KindVar || n.Text() != "builtins" {
		return false
	}
	kind, _ := c.info.Ref(n.ID())
	return kind == scope.Global
}

// name classifies a name that defines something or selects it.
func (c *classifier) name(n parser.Node) (Type, Modifiers) {
	if id := c.info.Defines(n.ID()); id != scope.NoBinding {
		typ, mods := c.binding(id)
		if mods&Builtin != 0 {
			return typ, mods
		}
		return typ, mods | Definition
	}
	switch around := n.Parent(); around.Kind() {
	case parser.KindAttrPath:
		return c.element(around, n)
	case parser.KindFormal, parser.KindLambda:
		return Parameter, Definition
	default:
		return Property, Definition
	}
}

// element classifies an element of an attribute path that defines no binding.
func (c *classifier) element(path, n parser.Node) (Type, Modifiers) {
	switch around := path.Parent(); around.Kind() {
	case parser.KindSelect, parser.KindHasAttr:
		if n == path.FirstChild() && c.isBuiltins(around.FirstChild()) {
			if typ, mods, ok := member(n.Text()); ok {
				return typ, mods
			}
		}
		return Property, 0
	default:
		return Property, Definition
	}
}

// global classifies a builtin by the name that it has everywhere.
func global(name string) (Type, Modifiers) {
	switch name {
	case "true", "false":
		return Boolean, 0
	case "builtins":
		return Struct, Builtin
	}
	if b := builtin.LookupGlobal(name); b != nil && b.IsFunction() {
		return Function, Builtin
	}
	return Constant, Builtin | Readonly
}

// member classifies an attribute of the set of builtins, if it is one.
func member(name string) (Type, Modifiers, bool) {
	b := builtin.Lookup(name)
	switch {
	case b == nil:
		return 0, 0, false
	case b.IsFunction():
		return Function, Builtin, true
	case name == "true", name == "false":
		return Boolean, 0, true
	case name == "builtins":
		return Struct, Builtin, true
	default:
		return Constant, Builtin | Readonly, true
	}
}
