package complete

import (
	"slices"
	"strings"

	"firn/lsp/feature/cursor"
	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/scope"
)

// bindings lists what a binding can begin with: the arguments that a function
// asks for, names that the file uses but does not define, and inherit.
func (c *collector) bindings() {
	top := len(c.ctx.Frames) - 1
	if len(c.ctx.Path) > 0 {
		c.nested()
		c.metadata()
		return
	}
	bound := c.boundHere()
	if c.ctx.Frames[top].Kind == cursor.Braces && top > 0 {
		c.argumentsOf(c.ctx.Call(top-1), bound)
		c.overridden(bound)
		c.derivation(bound)
	}
	if c.ctx.Frames[top].Kind == cursor.Let {
		c.undefined(bound)
	}
	c.bindingKeywords()
}

// boundHere returns the names that the set or let at the cursor binds already.
func (c *collector) boundHere() map[string]bool {
	bound := map[string]bool{}
	for _, id := range c.info.Attrs(c.setHere()) {
		if !c.isTyped(id) {
			bound[c.info.Name(id)] = true
		}
	}
	return bound
}

// setHere returns the set or let that the cursor is in.
func (c *collector) setHere() scope.SetID {
	start := c.ctx.Frames[len(c.ctx.Frames)-1].Start
	n := c.info.Tree().At(start)
	for ; n.Valid(); n = n.Parent() {
		if id := c.info.SetOf(n.ID()); id != scope.NoSet {
			return id
		}
		if n.Start() < start {
			break
		}
	}
	return scope.NoSet
}

// argumentsOf lists what the function of a call takes in the set at the
// cursor.
func (c *collector) argumentsOf(operands [][]cursor.Item, bound map[string]bool) {
	if len(operands) == 0 {
		return
	}
	f := c.space.OfCall(operands)
	if arg := f.Arg(); arg != nil {
		for _, field := range arg.Fields {
			if !bound[field.Name] {
				item := Item{Label: field.Name, Kind: Argument, Detail: " : " + field.Type, Source: f.Builtin.Name}
				item.Key = fieldKey(f.Builtin.Name, f.Applied, field.Name)
				c.add(c.assignment(item), expected)
			}
		}
		return
	}
	if !f.Lambda.Valid() {
		if !c.space.Loads(operands[0]) { // each file takes something else
			c.passedElsewhere(operands, bound)
		}
		return
	}
	info := c.space.Info(f.Lambda)
	for formal := range f.Lambda.Child(parser.KindFormals).Children() {
		id := info.Defines(formal.FirstChild().ID())
		if formal.Kind() != parser.KindFormal || id == scope.NoBinding || bound[info.Name(id)] {
			continue
		}
		item := c.binding(info, id)
		item.Kind = Argument
		if formal.Has(parser.KindQuestion) {
			item.Source = "argument with default"
		}
		c.add(c.assignment(item), expected)
	}
}

// assignment makes an item one that writes the whole binding.
func (c *collector) assignment(item Item) Item {
	name := quoted(item.Label)
	if c.followedByAssign() {
		item.Insert = name
		return item
	}
	return c.snippet(item, escape(name)+" = $0;")
}

// followedByAssign reports whether the name at the cursor has its = already.
func (c *collector) followedByAssign() bool {
	rest := strings.TrimLeft(c.src[c.out.Replace.End:], " \t\r\n")
	return strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, ".")
}

// passedElsewhere lists the names that other calls of the same function, of
// which nothing else is known, pass.
func (c *collector) passedElsewhere(operands [][]cursor.Item, bound map[string]bool) {
	function := cursor.Span(operands[0]).In(c.src)
	for n := range c.info.Tree().Nodes() {
		if n.Kind() != parser.KindAttrSet || n.Parent().Kind() != parser.KindApply || n.Span().Touches(c.off) {
			continue
		}
		if head := calledFunction(n.Parent()); head.Text() != function {
			continue
		}
		for _, id := range c.info.Attrs(c.info.SetOf(n.ID())) {
			if name := c.info.Name(id); !bound[name] && !c.seen[name] {
				c.add(c.assignment(Item{Label: name, Kind: Argument, Source: "used elsewhere"}), guessed)
			}
		}
	}
}

func calledFunction(apply parser.Node) parser.Node {
	for apply.Kind() == parser.KindApply {
		apply = apply.FirstChild()
	}
	return apply
}

// undefined lists the names that the file uses and nothing defines.
func (c *collector) undefined(bound map[string]bool) {
	for n := range c.info.Tree().Nodes() {
		if n.Kind() != parser.KindVar || n.Span().Touches(c.off) || bound[n.Text()] {
			continue
		}
		if kind, _ := c.info.Ref(n.ID()); kind == scope.Undefined {
			c.add(c.assignment(Item{Label: n.Text(), Source: "not defined yet"}), expected)
		}
	}
}

// nested lists the attributes that the set at the cursor has below the path
// that is being written.
func (c *collector) nested() {
	for _, a := range c.definedBelow() {
		c.add(c.attrItem(a), known)
	}
}

// definedBelow returns the attributes that the file gives the set at the cursor below
// the path that is being written.
func (c *collector) definedBelow() []infer.Attr {
	set := c.setHere()
	for _, item := range c.ctx.Path {
		if item.Kind == parser.KindDot {
			continue
		}
		id := c.info.Attr(set, item.Span.In(c.src))
		if id == scope.NoBinding {
			return nil
		}
		set = c.info.Binding(id).Sub
	}
	var list []infer.Attr
	for _, id := range c.info.Attrs(set) {
		if !c.isTyped(id) {
			list = append(list, infer.Attr{Name: c.info.Name(id), Info: c.info, Binding: id})
		}
	}
	return list
}

// formals lists names for arguments: those that the file uses and nothing
// defines, and what its function can ask for.
func (c *collector) formals() {
	defer c.arguments()
	for n := range c.info.Tree().Nodes() {
		if n.Kind() != parser.KindVar || n.Span().Touches(c.off) {
			continue
		}
		if kind, _ := c.info.Ref(n.ID()); kind == scope.Undefined {
			c.add(Item{Label: n.Text(), Kind: Argument, Source: "not defined yet"}, expected)
		}
	}
	c.keyword("...", "", keyword)
}

// arguments lists what the function of the file can ask those for who call it.
func (c *collector) arguments() {
	if len(c.ctx.Frames) != 2 || c.opts.Arguments == nil {
		return // it is another function
	}
	for _, name := range c.ctx.Frames[1].Names {
		c.seen[name.Span.In(c.src)] = true
	}
	for _, name := range c.opts.Arguments.Names() {
		if isIdentifier(name) {
			c.add(Item{Label: name, Kind: Argument, Source: "argument", Key: keyValue}, known)
		}
	}
}

// inherit lists what an inherit can bind and the set does not bind yet.
func (c *collector) inherit() {
	skip := c.boundHere()
	for _, item := range c.ctx.Path {
		skip[item.Span.In(c.src)] = true
	}
	for name := range skip {
		c.seen[name] = true
	}
	if len(c.ctx.Base) > 0 {
		c.inheritFrom()
		return
	}
	for i, id := range c.visible(c.setHere()) {
		c.add(c.binding(c.info, id), local-min(i/8, 8))
	}
	if c.withs() {
		c.usedWithWith()
	}
	c.globals()
}

// inheritFrom lists the attributes of the set in the parentheses.
func (c *collector) inheritFrom() {
	v := c.space.OfItems(c.ctx.Base)
	c.attributesOf(v)
	if !v.Open {
		return
	}
	span := c.ctx.Base[0].Span
	inner := strings.Trim(span.In(c.src), "() \t\r\n")
	names := strings.Split(inner, ".")
	if !slices.ContainsFunc(names, func(n string) bool { return !isIdentifier(n) }) {
		start := span.Start + uint32(strings.Index(span.In(c.src), inner))
		c.usedElsewhere(start, names)
	}
}
