package complete

import (
	"cmp"
	"slices"
	"strconv"

	"firn/lsp/feature/cursor"
	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/scope"
)

// attribute lists the attributes of what stands before the dot or the ?.
func (c *collector) attribute() {
	v := c.space.OfPath(c.space.OfItems(c.ctx.Base), c.ctx.Path)
	c.attributesOf(v)
	if !v.Open {
		return
	}
	names, ok := cursor.Names(c.src, c.ctx.Base)
	below, simple := cursor.Names(c.src, c.ctx.Path)
	if ok && (simple || len(c.ctx.Path) == 0) {
		c.usedElsewhere(c.ctx.Base[0].Span.Start, append(names, below...))
	}
}

func (c *collector) attributesOf(v infer.Value) {
	attrs := c.best(v.Attrs())
	c.expect(len(attrs))
	packages := c.isPackageSet(v)
	if packages {
		defer c.mentioned(v)
	}
	for _, a := range attrs {
		item := c.attrItem(a)
		if packages {
			item = c.packageItem(item)
		}
		if name := quoted(a.Name); name != a.Name {
			item.Insert = name
		}
		c.add(item, known)
	}
}

// best returns the attributes that match best of more than can be listed.
func (c *collector) best(attrs []infer.Attr) []infer.Attr {
	if len(attrs) <= limit {
		return attrs
	}
	type candidate struct{ score, index int }
	var list []candidate
	for i, a := range attrs {
		if score, ok := c.match.Score(a.Name); ok {
			list = append(list, candidate{-score, i})
		}
	}
	if len(list) > limit {
		slices.SortFunc(list, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.index, b.index))
		})
		list = list[:limit]
		c.out.Incomplete = true
	}
	out := make([]infer.Attr, len(list))
	for i, l := range list {
		out[i] = attrs[l.index]
	}
	return out
}

// attrItem describes an attribute.
func (c *collector) attrItem(a infer.Attr) Item {
	switch {
	case a.Builtin != nil:
		return builtinItem(a.Builtin)
	case a.Binding != scope.NoBinding:
		item := c.binding(a.Info, a.Binding)
		if item.Kind == Variable {
			item.Kind = Attribute
		}
		return item
	case a.Field != nil:
		return Item{Label: a.Name, Kind: Attribute, Detail: " : " + a.Field.Type}
	}
	item := Item{Label: a.Name, Kind: Attribute}
	if a.IsEvaluated() {
		item.Key = keyValue
	}
	return item
}

// usedElsewhere lists the attributes that the file selects from the same path,
// which begins at off, at other places.
func (c *collector) usedElsewhere(off uint32, names []string) {
	root := c.refAt(off, names[0])
	for n := range c.info.Tree().Nodes() {
		switch n.Kind() {
		case parser.KindSelect, parser.KindHasAttr:
			c.used(n, names, root)
		case parser.KindInheritFrom:
			c.usedInherits(n, names, root)
		}
	}
}

// ref is what a variable stands for.
type ref struct {
	kind scope.RefKind
	id   scope.BindingID
}

// refAt returns what a name at an offset stands for.
func (c *collector) refAt(off uint32, name string) ref {
	n := c.info.Tree().At(off)
	if kind, id := c.info.Ref(n.ID()); kind != scope.NoRef && n.Text() == name {
		return ref{kind, id}
	}
	if id := c.info.Lookup(n.ID(), name); id != scope.NoBinding {
		return ref{scope.Bound, id}
	}
	return ref{scope.With, scope.NoBinding}
}

// used adds the name that a selection takes from the path.
func (c *collector) used(n parser.Node, names []string, root ref) {
	base := n.FirstChild()
	if !c.refersTo(base, names[0], root) {
		return
	}
	rest := names[1:]
	for e := range n.Child(parser.KindAttrPath).Children() {
		name, ok := e.AttrName()
		switch {
		case e.Kind() == parser.KindDot:
		case !ok:
			return
		case len(rest) == 0:
			c.addUsed(e, name)
			return
		case rest[0] != name:
			return
		default:
			rest = rest[1:]
		}
	}
}

func (c *collector) refersTo(n parser.Node, name string, root ref) bool {
	if n.Kind() != parser.KindVar || n.Text() != name {
		return false
	}
	kind, id := c.info.Ref(n.ID())
	return ref{kind, id} == root || root.id == scope.NoBinding && id == scope.NoBinding
}

// addUsed adds a name, unless it is the one that is being written.
func (c *collector) addUsed(n parser.Node, name string) {
	if n.Span().Touches(c.off) {
		return
	}
	item := Item{Label: name, Kind: Attribute, Source: "used elsewhere"}
	if q := quoted(name); q != name {
		item.Insert = q
	}
	c.add(item, guessed)
}

// usedInherits adds the names that an inherit takes from the path.
func (c *collector) usedInherits(from parser.Node, names []string, root ref) {
	source := parser.Node{}
	for e := range from.Exprs() {
		source = e
	}
	if len(names) > 1 {
		c.used(source, names, root)
		if !selects(source, names) {
			return
		}
		source = source.FirstChild()
	}
	if !c.refersTo(source, names[0], root) {
		return
	}
	for n := range from.Parent().Children() {
		if name, ok := n.AttrName(); ok {
			c.addUsed(n, name)
		}
	}
}

// selects reports whether a selection takes exactly the path.
func selects(n parser.Node, names []string) bool {
	if n.Kind() != parser.KindSelect {
		return false
	}
	i := 1
	for e := range n.Child(parser.KindAttrPath).Children() {
		if e.Kind() == parser.KindDot {
			continue
		}
		if name, ok := e.AttrName(); !ok || i >= len(names) || name != names[i] {
			return false
		}
		i++
	}
	return i == len(names)
}

func fieldKey(b string, arg int, name string) string {
	return keyField + b + " " + strconv.Itoa(arg) + " " + name
}
