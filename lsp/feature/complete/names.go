package complete

import (
	"slices"
	"strconv"
	"strings"

	"firn/eval/builtin"
	"firn/lsp/feature/cursor"
	"firn/lsp/feature/markup"
	"firn/parser"
	"firn/parser/scope"
)

// expression lists what an expression can begin with.
func (c *collector) expression() {
	c.variables()
	c.expressionKeywords()
}

// operand lists what can follow an operand: keywords, and if it may be a
// function, an argument.
func (c *collector) operand() {
	c.followingKeywords()
	operands := c.ctx.Call(len(c.ctx.Frames) - 1)
	if len(operands) == 0 || !mayBeFunction(operands[0]) {
		return
	}
	c.variables()
	if !c.match.Empty() {
		c.expressionKeywords()
	}
}

// mayBeFunction reports whether an operand can be called. Literals cannot.
func mayBeFunction(operand []cursor.Item) bool {
	if len(operand) > 1 {
		return true
	}
	return operand[0].Kind == parser.KindVar || operand[0].Kind == parser.KindParen
}

// variables lists the names in scope: of the file, of with, and the builtins.
// What is bound around the cursor is asked of the tokens, too: the tree of a
// file whose end is missing does not tell it all.
func (c *collector) variables() {
	for i, id := range c.visible(scope.NoSet) {
		if c.isTyped(id) || !isIdentifier(c.info.Name(id)) {
			continue
		}
		c.add(c.binding(c.info, id), local-min(i/8, 8))
	}
	for _, name := range c.ctx.Bound(c.src) {
		c.add(Item{Label: name, Source: "bound before"}, local-8)
	}
	unknown := c.withs()
	c.globals()
	c.members()
	if unknown {
		c.usedWithWith()
	}
}

// visible returns the bindings that can be named at the cursor, the innermost
// first, but for those of one set. One that another hides comes behind it.
func (c *collector) visible(but scope.SetID) []scope.BindingID {
	var list []scope.BindingID
	for s := range c.info.Scopes(c.site().ID()) {
		switch {
		case s.Set == scope.NoSet:
			list = append(list, c.argumentNames(s.Lambda)...)
		case s.Set != but:
			list = append(list, c.info.Attrs(s.Set)...)
		}
	}
	return list
}

// argumentNames returns the bindings that a lambda makes.
func (c *collector) argumentNames(lambda parser.NodeID) []scope.BindingID {
	var list []scope.BindingID
	add := func(name parser.Node) {
		if id := c.info.Defines(name.ID()); id != scope.NoBinding {
			list = append(list, id)
		}
	}
	for n := range c.info.Tree().Node(lambda).Children() {
		add(n)
		for formal := range n.Children() {
			add(formal.FirstChild())
		}
	}
	return list
}

// isTyped reports whether a binding is what is being written at the cursor.
func (c *collector) isTyped(id scope.BindingID) bool {
	name := c.info.Tree().Node(c.info.Binding(id).Name)
	return name.Span().Touches(c.off) && name.Span().Touches(c.out.Insert.Start)
}

// binding describes a binding of a file.
func (c *collector) binding(info *scope.Info, id scope.BindingID) Item {
	b, tree := info.Binding(id), info.Tree()
	item := Item{Label: info.Name(id), Key: keyBinding + strconv.Itoa(int(id)), Path: c.space.Path(info)}
	value := tree.Node(b.Value).Unparen()
	switch b.Kind {
	case scope.Argument, scope.Formal:
		item.Kind, item.Source = Argument, "argument"
	case scope.Inherited:
		item.Source, value = "inherited", parser.Node{}
	case scope.InheritedFrom:
		item.Source, value = "from "+oneLine(value.Text()), parser.Node{}
	default:
		item.Source = place(info, b)
	}
	item.Detail = valueDetail(value)
	switch {
	case value.Kind() == parser.KindLambda:
		item.Kind = Function
	case item.Kind == Variable && b.Set != scope.NoSet && !info.Set(b.Set).Rec:
		item.Kind = Attribute
	}
	return item
}

func place(info *scope.Info, b *scope.Binding) string {
	switch info.Tree().Node(b.Owner).Kind() {
	case parser.KindLet, parser.KindLegacyLet:
		return "let"
	case parser.KindAttrSet:
		if b.Set != scope.NoSet && info.Set(b.Set).Rec {
			return "rec"
		}
	}
	return ""
}

// valueDetail shows a value shortly: of a function the arguments, of a literal
// or a name the text.
func valueDetail(n parser.Node) string {
	switch n.Kind() {
	case parser.KindLambda:
		return " " + oneLine(arguments(n))
	case parser.KindInt, parser.KindFloat, parser.KindString, parser.KindPath, parser.KindSearchPath, parser.KindURI,
		parser.KindVar, parser.KindSelect:
		return " = " + oneLine(n.Text())
	}
	return ""
}

// arguments returns the arguments of nested lambdas, up to what is shown.
func arguments(n parser.Node) string {
	var b strings.Builder
	for n.Kind() == parser.KindLambda && b.Len() <= maxDetail {
		head := markup.Head(n)
		b.WriteString(head[:min(len(head), 4*maxDetail)] + " ")
		last := parser.Node{}
		for e := range n.Exprs() {
			last = e
		}
		n = last
	}
	return b.String()
}

// maxDetail is how many bytes of source are shown beside a label.
const maxDetail = 40

func oneLine(s string) string {
	cut := len(s) > 4*maxDetail
	s = strings.Join(strings.Fields(s[:min(len(s), 4*maxDetail)]), " ")
	if len(s) > maxDetail {
		s, cut = s[:maxDetail], true
	}
	if cut {
		return strings.ToValidUTF8(s, "") + "…"
	}
	return s
}

// withs lists what with brings in, and reports whether one of the sets is not
// known in full.
func (c *collector) withs() (unknown bool) {
	for _, set := range c.withSets() {
		v := c.space.OfItems(set)
		source := "with " + oneLine(cursor.Span(set).In(c.src))
		packages := c.isPackageSet(v)
		for _, a := range c.best(v.Attrs()) {
			if isIdentifier(a.Name) {
				item := c.attrItem(a)
				item.Source = source
				if packages {
					item = c.packageItem(item)
				}
				c.add(item, known)
			}
		}
		if packages {
			c.mentioned(v)
		}
		if v.Open {
			unknown = true
		}
	}
	return unknown
}

// withSets returns what stands behind each with whose body the cursor is in,
// the innermost first.
func (c *collector) withSets() [][]cursor.Item {
	var sets [][]cursor.Item
	for _, f := range c.ctx.Frames {
		for i, item := range f.Items {
			if item.Kind != parser.KindWithKw {
				continue
			}
			rest := f.Items[i+1:]
			if end := slices.IndexFunc(rest, isSemicolon); end > 0 {
				sets = append(sets, rest[:end])
			}
		}
	}
	slices.Reverse(sets)
	return sets[:min(len(sets), maxWiths)]
}

// maxWiths is how many with around the cursor are looked into.
const maxWiths = 30

func isSemicolon(item cursor.Item) bool { return item.Kind == parser.KindSemicolon }

// globals lists the builtins that have a name everywhere. The names with two
// underscores are for those who type one.
func (c *collector) globals() {
	underscores := c.match.Empty() || strings.HasPrefix(c.out.Insert.In(c.src), "_")
	for i := range builtin.Table {
		b := &builtin.Table[i]
		item := builtinItem(b)
		item.Label = b.GlobalName()
		switch {
		case b.Global:
			c.add(item, global)
		case underscores:
			c.add(item, hidden)
		}
	}
}

// members lists the builtins that have to be taken from their set.
func (c *collector) members() {
	if c.info.Lookup(c.site().ID(), "builtins") != scope.NoBinding {
		return // the file binds the name itself
	}
	for i := range builtin.Table {
		if b := &builtin.Table[i]; !b.Global {
			item := builtinItem(b)
			item.Insert = "builtins." + b.Name
			c.add(item, member)
		}
	}
}

func builtinItem(b *builtin.Builtin) Item {
	item := Item{
		Label: b.Name, Kind: Constant, Detail: " : " + oneLine(b.Type), Source: "builtins",
		Key: keyBuiltin + b.Name, Deprecated: b.Deprecated != "",
	}
	if b.IsFunction() {
		item.Kind = Function
	}
	return item
}

// usedWithWith lists the names elsewhere in the file that with has to explain.
func (c *collector) usedWithWith() {
	for n := range c.info.Tree().Nodes() {
		if n.Kind() != parser.KindVar || n.Span().Touches(c.off) {
			continue
		}
		if kind, _ := c.info.Ref(n.ID()); kind == scope.With {
			c.add(Item{Label: n.Text(), Source: "used elsewhere"}, guessed)
		}
	}
}

// isIdentifier reports whether a name can be written without quotes.
func isIdentifier(name string) bool {
	if name == "" || strings.IndexByte("0123456789'-", name[0]) >= 0 || isKeyword(name) {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if c != '_' && c != '\'' && c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// quoted returns a name as it is written where an attribute's name is.
func quoted(name string) string {
	if isIdentifier(name) {
		return name
	}
	return `"` + stringEscapes.Replace(name) + `"`
}

var stringEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", `\${`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
