package format

import (
	"firn/parser"
)

// The syntax of a file, with what is between the tokens attached to them. It is
// made for one layout, which moves comments about in it.

// token is one that is printed as it is, with the comments around it.
type token struct {
	text   string
	around *around // nil for nothing
	line   int32   // which it begins in
}

// around is what is before and behind a token.
type around struct {
	lead  []trivium
	trail string // a comment in the line of the token, without the mark
}

// isLone reports whether there is nothing around a token.
func (t *token) isLone() bool { return len(t.lead()) == 0 && t.trail() == "" }

func (t *token) lead() []trivium {
	if t.around == nil {
		return nil
	}
	return t.around.lead
}

func (t *token) trail() string {
	if t.around == nil {
		return ""
	}
	return t.around.trail
}

func (t *token) setLead(list []trivium) {
	if t.around == nil && len(list) > 0 {
		t.around = &around{}
	}
	if t.around != nil {
		t.around.lead = list
	}
}

func (t *token) setTrail(s string) {
	if t.around == nil && s != "" {
		t.around = &around{}
	}
	if t.around != nil {
		t.around.trail = s
	}
}

// expr is an expression.
type expr interface {
	first() *token
	last() *token
}

type (
	// leaf is a name, a number or a path in angle brackets.
	leaf struct {
		token
		kind parser.Kind
	}

	// str is a string or a path. The text of its token is empty.
	str struct {
		token
		kind  parser.Kind // KindString, KindIndString or KindPath
		lines [][]part
		cut   bool   // the end or the beginning of a region is inside of it
		strip string // the indentation that was taken off
	}

	list struct {
		open, end token
		items     []item
	}

	set struct {
		rec       *token // or let
		open, end token
		items     []item
	}

	selection struct {
		of    expr
		path  []selector
		or    *token
		other expr
	}

	paren struct {
		open, end token
		in        expr
	}

	with struct {
		with token
		set  expr
		semi token
		body expr
	}

	let struct {
		let   token
		items []item
		in    token
		body  expr
	}

	assert struct {
		assert token
		cond   expr
		semi   token
		body   expr
	}

	conditional struct {
		cond, then, other expr
		ifKw, thenKw      token
		elseKw            token
	}

	lambda struct {
		param parameter
		colon token
		body  expr
	}

	apply struct{ fn, arg expr }

	operation struct {
		left  expr
		op    token
		kind  parser.Kind
		right expr
	}

	hasAttr struct {
		of       expr
		question token
		path     []selector
	}

	// unary is a negation, of a number or of a condition.
	unary struct {
		op token
		of expr
	}
)

// part is a piece of a line of a string.
type part struct {
	text string
	in   *whole // of an interpolation
}

// whole is an expression with what is behind it.
type whole struct {
	expr expr
	rest []trivium
}

// selector is a name in an attribute path.
type selector struct {
	dot  *token
	name token // text is empty for a string or interpolation
	kind parser.Kind
	text [][]part // of a string, or of an interpolation
}

// item is an element of a list, a binding, or comments between them.
type item struct {
	comments []trivium
	expr     expr     // of a list
	bind     *binding // of a set
}

func (i *item) isComment() bool { return i.expr == nil && i.bind == nil }

// binding is an assignment or an inherit.
type binding struct {
	path   []selector
	assign token
	value  expr

	inherit *token // nil for an assignment
	source  expr   // or nil
	names   []selector

	semi token
}

// parameter is what a function takes.
type parameter struct {
	name    *token // nil for a plain set
	at      *token // between name and set
	setLast bool   // the set comes behind the name
	set     *formals
}

type formals struct {
	open, end token
	list      []formal
}

type formal struct {
	name     token // or the ellipsis
	ellipsis bool
	question *token
	value    expr
	comma    *token
}

func (e *leaf) first() *token        { return &e.token }
func (e *leaf) last() *token         { return &e.token }
func (e *str) first() *token         { return &e.token }
func (e *str) last() *token          { return &e.token }
func (e *list) first() *token        { return &e.open }
func (e *list) last() *token         { return &e.end }
func (e *selection) first() *token   { return e.of.first() }
func (e *paren) first() *token       { return &e.open }
func (e *paren) last() *token        { return &e.end }
func (e *with) first() *token        { return &e.with }
func (e *with) last() *token         { return e.body.last() }
func (e *let) first() *token         { return &e.let }
func (e *let) last() *token          { return e.body.last() }
func (e *assert) first() *token      { return &e.assert }
func (e *assert) last() *token       { return e.body.last() }
func (e *conditional) first() *token { return &e.ifKw }
func (e *conditional) last() *token  { return e.other.last() }
func (e *lambda) last() *token       { return e.body.last() }
func (e *apply) first() *token       { return e.fn.first() }
func (e *apply) last() *token        { return e.arg.last() }
func (e *operation) first() *token   { return e.left.first() }
func (e *operation) last() *token    { return e.right.last() }
func (e *hasAttr) first() *token     { return e.of.first() }
func (e *hasAttr) last() *token      { return &e.path[len(e.path)-1].name }
func (e *unary) first() *token       { return &e.op }
func (e *unary) last() *token        { return e.of.last() }
func (e *set) last() *token          { return &e.end }

func (e *set) first() *token {
	if e.rec != nil {
		return e.rec
	}
	return &e.open
}

func (e *selection) last() *token {
	if e.other != nil {
		return e.other.last()
	}
	return &e.path[len(e.path)-1].name
}

func (e *lambda) first() *token {
	p := &e.param
	if p.name != nil && (p.set == nil || p.setLast) {
		return p.name
	}
	return &p.set.open
}
