package format

import (
	"strings"

	"firn/parser"
)

// builder makes the syntax of a file. What it is asked for must come in the order
// of the source.
type builder struct {
	tree    *parser.Tree
	src     string
	strict  bool
	pending []trivium // before the next token
	lineAt  int32     // of the last token, and where that line ends
	lineEnd int
	room    []found
	leaves  []leaf // in whose room the next ones are

	depth    int // of interpolations
	disabled int // where the region begins that is open, or -1
	cuts     int // how many interpolations have one end of a region
}

// build returns the syntax of a file that is valid.
func build(tree *parser.Tree, strict bool) whole {
	b := builder{tree: tree, src: tree.Source(), strict: strict, disabled: -1}
	w := b.whole(0, tree.Root())
	if b.disabled >= 0 {
		w.rest = append(w.rest, trivium{kind: disabledRest, text: b.src[b.disabled:]})
	}
	return w
}

// whole reads the expression in a node, behind a place.
func (b *builder) whole(at int, n parser.Node) whole {
	saved := b.pending
	b.pending = nil
	list, _ := b.between(at)
	b.pending = b.leading(list)
	var w whole
	for e := range n.Exprs() {
		w.expr = b.expr(e)
	}
	w.rest = b.pending
	b.pending = saved
	return w
}

// token reads a token.
func (b *builder) token(n parser.Node) token {
	t := b.begin(n)
	t.text = n.Text()
	b.end(&t, n)
	return t
}

func (b *builder) begin(n parser.Node) token {
	t := token{line: b.line(int(n.Start()))}
	t.setLead(b.pending)
	b.pending = nil
	return t
}

func (b *builder) end(t *token, n parser.Node) {
	list, next := b.between(int(n.End()))
	trail, lead := b.split(list, next)
	t.setTrail(trail)
	b.pending = lead
}

func (b *builder) pointer(n parser.Node) *token {
	t := b.token(n)
	return &t
}

func (b *builder) expr(n parser.Node) expr {
	switch n.Kind() {
	case parser.KindString, parser.KindIndString, parser.KindPath, parser.KindURI:
		return b.str(n)
	case parser.KindParen:
		e := &paren{open: b.token(n.FirstChild())}
		e.in = b.only(n)
		e.end = b.token(n.LastChild())
		return e
	case parser.KindList:
		return b.list(n)
	case parser.KindAttrSet, parser.KindLegacyLet:
		return b.set(n)
	case parser.KindSelect:
		return b.selection(n)
	case parser.KindLet:
		return b.let(n)
	case parser.KindLambda:
		return b.lambda(n)
	case parser.KindWith, parser.KindAssert:
		return b.prefixed(n)
	case parser.KindIf:
		return b.conditional(n)
	case parser.KindApply, parser.KindUnary, parser.KindBinary, parser.KindHasAttr:
		return b.operation(n)
	}
	return b.leaf(n)
}

// leaf reads a name or a number. Many are made at a time.
func (b *builder) leaf(n parser.Node) expr {
	const many = 64
	if len(b.leaves) == cap(b.leaves) {
		b.leaves = make([]leaf, 0, many)
	}
	b.leaves = append(b.leaves, leaf{b.token(n), n.Kind()})
	return &b.leaves[len(b.leaves)-1]
}

// only returns the one expression in a node.
func (b *builder) only(n parser.Node) expr {
	var e expr
	for c := range n.Exprs() {
		e = b.expr(c)
	}
	return e
}

func (b *builder) list(n parser.Node) expr {
	e := &list{open: b.token(n.FirstChild())}
	for c := range n.Exprs() {
		if c.Kind() != parser.KindApply {
			e.items = b.element(e.items, c)
			continue
		}
		// What is applied to the name or stands here, see operation.
		for part := range c.Exprs() {
			e.items = b.element(e.items, part)
		}
	}
	e.items = b.comments(e.items)
	e.end = b.token(n.LastChild())
	return e
}

func (b *builder) element(items []item, n parser.Node) []item {
	items = append(b.comments(items), item{})
	items[len(items)-1].expr = b.expr(n)
	return items
}

// comments makes an item of what is before the next token, if there is anything.
func (b *builder) comments(items []item) []item {
	if len(b.pending) > 0 {
		items = append(items, item{comments: b.pending})
		b.pending = nil
	}
	return items
}

func (b *builder) set(n parser.Node) expr {
	e := &set{}
	for c := range n.Children() {
		switch c.Kind() {
		case parser.KindRecKw, parser.KindLetKw:
			e.rec = b.pointer(c)
		case parser.KindLeftBrace:
			e.open = b.token(c)
		case parser.KindRightBrace:
			e.items = b.comments(e.items)
			e.end = b.token(c)
		default:
			e.items = b.binding(e.items, c)
		}
	}
	return e
}

func (b *builder) binding(items []item, n parser.Node) []item {
	items = b.comments(items)
	bind := &binding{}
	if n.Kind() == parser.KindInherit {
		b.inherit(bind, n)
	} else {
		for c := range n.Children() {
			switch c.Kind() {
			case parser.KindAttrPath:
				bind.path = b.path(c)
			case parser.KindAssign:
				bind.assign = b.token(c)
			case parser.KindSemicolon:
				bind.semi = b.token(c)
			default:
				bind.value = b.expr(c)
			}
		}
	}
	return append(items, item{bind: bind})
}

func (b *builder) inherit(bind *binding, n parser.Node) {
	for c := range n.Children() {
		switch c.Kind() {
		case parser.KindInheritKw:
			bind.inherit = b.pointer(c)
		case parser.KindInheritFrom:
			e := &paren{open: b.token(c.FirstChild())}
			e.in = b.only(c)
			e.end = b.token(c.LastChild())
			bind.source = e
		case parser.KindSemicolon:
			bind.semi = b.token(c)
		default:
			bind.names = append(bind.names, b.selector(c))
		}
	}
}

func (b *builder) path(n parser.Node) []selector {
	path := make([]selector, 0, 1) // which is enough mostly
	var dot *token
	for c := range n.Children() {
		if c.Kind() == parser.KindDot {
			dot = b.pointer(c)
			continue
		}
		s := b.selector(c)
		s.dot = dot
		path = append(path, s)
	}
	return path
}

func (b *builder) selector(n parser.Node) selector {
	s := selector{kind: n.Kind()}
	switch n.Kind() {
	case parser.KindString:
		s.name = b.begin(n)
		s.text = splitLines(b.parts(n))
		b.end(&s.name, n)
	case parser.KindInterp:
		s.name = b.begin(n)
		s.text = [][]part{{b.interpolation(n)}}
		b.end(&s.name, n)
	default:
		s.name = b.token(n)
	}
	return s
}

func (b *builder) selection(n parser.Node) expr {
	e := &selection{}
	var dot *token
	for c := range n.Children() {
		switch {
		case c.Kind() == parser.KindDot:
			dot = b.pointer(c)
		case c.Kind() == parser.KindAttrPath:
			e.path = b.path(c)
			e.path[0].dot = dot
		case c.Kind() == parser.KindOrKw:
			e.or = b.pointer(c)
		case e.of == nil:
			e.of = b.expr(c)
		default:
			e.other = b.expr(c)
		}
	}
	if a, ok := e.other.(*apply); ok {
		e.other = a.fn // see operation
		return &apply{e, a.arg}
	}
	return e
}

func (b *builder) let(n parser.Node) expr {
	e := &let{}
	for c := range n.Children() {
		switch c.Kind() {
		case parser.KindLetKw:
			e.let = b.token(c)
		case parser.KindBinding, parser.KindInherit:
			e.items = b.binding(e.items, c)
		case parser.KindInKw:
			e.items = b.comments(e.items)
			e.in = b.token(c)
		default:
			e.body = b.expr(c)
		}
	}
	return e
}

// prefixed reads with a; b or assert a; b.
func (b *builder) prefixed(n parser.Node) expr {
	var tokens []token
	var exprs []expr
	for c := range n.Children() {
		switch c.Kind() {
		case parser.KindWithKw, parser.KindAssertKw, parser.KindSemicolon:
			tokens = append(tokens, b.token(c))
		default:
			exprs = append(exprs, b.expr(c))
		}
	}
	if n.Kind() == parser.KindWith {
		return &with{tokens[0], exprs[0], tokens[1], exprs[1]}
	}
	return &assert{tokens[0], exprs[0], tokens[1], exprs[1]}
}

func (b *builder) conditional(n parser.Node) expr {
	e := &conditional{}
	for c := range n.Children() {
		switch {
		case c.Kind() == parser.KindIfKw:
			e.ifKw = b.token(c)
		case c.Kind() == parser.KindThenKw:
			e.thenKw = b.token(c)
		case c.Kind() == parser.KindElseKw:
			e.elseKw = b.token(c)
		case e.cond == nil:
			e.cond = b.expr(c)
		case e.then == nil:
			e.then = b.expr(c)
		default:
			e.other = b.expr(c)
		}
	}
	return e
}

func (b *builder) lambda(n parser.Node) expr {
	e := &lambda{}
	p := &e.param
	for c := range n.Children() {
		switch c.Kind() {
		case parser.KindName:
			p.name = b.pointer(c)
		case parser.KindFormals:
			p.setLast = p.name != nil
			p.set = b.formals(c)
		case parser.KindAt:
			p.at = b.pointer(c)
		case parser.KindColon:
			e.colon = b.token(c)
		default:
			e.body = b.expr(c)
		}
	}
	return e
}

func (b *builder) formals(n parser.Node) *formals {
	f := &formals{}
	for c := range n.Children() {
		switch c.Kind() {
		case parser.KindLeftBrace:
			f.open = b.token(c)
		case parser.KindRightBrace:
			f.end = b.token(c)
		case parser.KindComma:
			f.list[len(f.list)-1].comma = b.pointer(c)
		case parser.KindEllipsis:
			f.list = append(f.list, formal{name: b.token(c), ellipsis: true})
		case parser.KindFormal:
			f.list = append(f.list, b.formal(c))
		}
	}
	return f
}

func (b *builder) formal(n parser.Node) formal {
	var f formal
	for c := range n.Children() {
		switch c.Kind() {
		case parser.KindName:
			f.name = b.token(c)
		case parser.KindQuestion:
			f.question = b.pointer(c)
		default:
			f.value = b.expr(c)
		}
	}
	return f
}

// operation reads an application or an operator with what it is applied to.
func (b *builder) operation(n parser.Node) expr {
	var op token
	var kind parser.Kind
	var exprs []expr
	for c := range n.Children() {
		switch {
		case c.Kind() == parser.KindAttrPath:
			return &hasAttr{exprs[0], op, b.path(c)}
		case isOperator(c.Kind()):
			kind, op = c.Kind(), b.token(c)
		default:
			exprs = append(exprs, b.expr(c))
		}
	}
	switch n.Kind() {
	case parser.KindApply:
		if arg, ok := exprs[1].(*apply); ok {
			// Nix reads f x or as f (x or), but it is laid out as it looks.
			return &apply{&apply{exprs[0], arg.fn}, arg.arg}
		}
		return &apply{exprs[0], exprs[1]}
	case parser.KindUnary:
		return &unary{op, exprs[0]}
	}
	left, right := exprs[0], exprs[1]
	if l, ok := left.(*operation); ok && kind == parser.KindPlus && l.kind == kind {
		// (a + b) + c is laid out as a + (b + c).
		return &operation{l.left, l.op, kind, &operation{l.right, op, kind, right}}
	}
	return &operation{left, op, kind, right}
}

func isOperator(k parser.Kind) bool { return k >= parser.KindQuestion && k <= parser.KindPipeInto }

// str reads a string or a path.
func (b *builder) str(n parser.Node) expr {
	e := &str{token: b.begin(n), kind: n.Kind()}
	cuts := b.cuts
	switch n.Kind() {
	case parser.KindURI:
		e.kind, e.lines = parser.KindString, [][]part{{{text: n.Text()}}}
	case parser.KindPath:
		e.lines = [][]part{b.parts(n)}
	case parser.KindString:
		e.lines = splitLines(b.parts(n))
	default:
		e.lines, e.strip = unindent(splitLines(b.parts(n)))
		if e.cut = b.cuts != cuts; !e.cut && canBeQuoted(e.lines) {
			e.kind = parser.KindString
			quote(e.lines)
		}
	}
	b.end(&e.token, n)
	return e
}

// parts returns the texts and interpolations between the quotes of a string, or of
// a path, as they are written.
func (b *builder) parts(n parser.Node) []part {
	at, end := n.Start(), n.End()
	if k := n.Kind(); k == parser.KindString || k == parser.KindIndString {
		at, end = n.FirstChild().End(), n.LastChild().Start()
	}
	var list []part
	put := func(to uint32) {
		if to > at {
			list = append(list, part{text: b.src[at:to]})
		}
	}
	for c := range n.Children() {
		if c.Kind() == parser.KindInterp {
			put(c.Start())
			list = append(list, b.interpolation(c))
			at = c.End()
		}
	}
	put(end)
	return list
}

func (b *builder) interpolation(n parser.Node) part {
	before, cuts := b.disabled, b.cuts
	b.depth++
	w := b.whole(int(n.FirstChild().End()), n)
	b.depth--
	if b.cuts = cuts; b.disabled != before {
		b.cuts++
	}
	return part{in: &w}
}

// splitLines divides what is in a string into lines.
func splitLines(parts []part) [][]part {
	lines := [][]part{nil}
	for _, p := range parts {
		if p.in != nil {
			lines[len(lines)-1] = append(lines[len(lines)-1], p)
			continue
		}
		for i, text := range strings.Split(p.text, "\n") {
			if i > 0 {
				lines = append(lines, nil)
			}
			if text != "" {
				lines[len(lines)-1] = append(lines[len(lines)-1], part{text: text})
			}
		}
	}
	return lines
}

// isBlank reports whether there are only blanks in a line.
func isBlank(line []part) bool {
	return len(line) == 0 || len(line) == 1 && line[0].in == nil && strings.Trim(line[0].text, " ") == ""
}

// unindent takes off the indentation that the lines of a string share, which it
// returns, too, and the blanks of a first and a last line that have nothing else.
func unindent(lines [][]part) ([][]part, string) {
	if len(lines) > 1 && isBlank(lines[0]) {
		lines = lines[1:]
	}
	if last := len(lines) - 1; isBlank(lines[last]) {
		lines[last] = nil
	}
	const none = -1
	indent := none
	for _, line := range lines {
		if isBlank(line) {
			continue
		}
		n := 0
		if line[0].in == nil {
			n = leading(line[0].text)
		}
		if indent == none || n < indent {
			indent = n
		}
	}
	if indent == none {
		for i := range lines {
			lines[i] = nil
		}
		return lines, ""
	}
	for i, line := range lines {
		if len(line) == 0 || line[0].in != nil {
			continue
		}
		text := line[0].text
		if leading(text) >= indent {
			text = text[indent:]
		} else {
			text = ""
		}
		if line[0].text = text; text == "" {
			lines[i] = line[1:]
		}
	}
	return lines, strings.Repeat(" ", indent)
}

// canBeQuoted reports whether the lines of a string can stand between simple
// quotes. Between those a carriage return would become a line break.
func canBeQuoted(lines [][]part) bool {
	if len(lines) > 1 {
		return false
	}
	for _, line := range lines {
		for _, p := range line {
			if strings.ContainsAny(p.text, "\"\\\r") {
				return false
			}
		}
	}
	return true
}

// escapes are those of an indented string, as they are in one with simple quotes.
var escapes = strings.NewReplacer("''$", `\$`, "'''", "''")

func quote(lines [][]part) {
	for _, line := range lines {
		for i := range line {
			line[i].text = escapes.Replace(line[i].text)
		}
	}
}
