package parser

import (
	"strings"
	"sync"

	"firn/parser/text"
)

// Option changes what [Parse] accepts.
type Option func(*strict)

// PipeOperators admits the operators |> and <|, which Nix has behind an
// experimental feature of that name.
func PipeOperators(on bool) Option {
	return func(p *strict) { p.pipes = on }
}

// AnyNumber admits numbers that cannot be represented, for those who do not want
// to know what they are.
func AnyNumber() Option {
	return func(p *strict) { p.anyNumber = true }
}

// Parse reads a whole file. If it is not valid the error is the first one that
// Nix would report, and the tree is nil.
//
// Parse does not look at what names mean; parser/scope does.
func Parse(src string, opts ...Option) (*Tree, *Error) {
	if len(src) > MaxSize {
		return nil, &Error{Code: TooLarge, Msg: "file is larger than 1 GiB"}
	}
	p := read(src, opts)
	defer p.free()
	if p.failed {
		err := p.explain()
		err.Read = err.Span.Start
		return nil, err
	}
	return p.tree()
}

// Prefix returns what Parse reads of a text before it fails. What stands
// around the place of the error is an Error node, and the text behind it is in
// no node; so the tree is good only for finding out what was wrong before. It
// is nil for a text that is valid, or that no tree can be made of.
func Prefix(src string, opts ...Option) *Tree {
	if len(src) > MaxSize {
		return nil
	}
	p := read(src, opts)
	defer p.free()
	if !p.failed {
		return nil
	}
	tree, err := p.tree()
	if err != nil {
		return nil
	}
	return tree
}

func read(src string, opts []Option) *strict {
	p := parsers.Get().(*strict)
	p.reset(src)
	for _, o := range opts {
		o(p)
	}
	p.file()
	return p
}

var parsers = sync.Pool{New: func() any { return new(strict) }}

// free keeps p for the next text, unless it has become very large.
func (p *strict) free() {
	const most = 1 << 20
	if cap(p.nodes) <= most {
		p.reset("")
		parsers.Put(p)
	}
}

// strict is a recursive-descent parser for the grammar of Nix 2.34 (parser.y
// in its sources), with precedence climbing for operators. It says only that a
// text is wrong; what Nix says of it is found out by [strict.explain].
//
// Nodes are collected in post-order, where a node that turns out to be the
// left operand of another needs no move.
type strict struct {
	lexer
	pipes  bool
	failed bool

	anyNumber bool

	err   *Error // an error that is not a question of grammar
	nodes []postNode
	depth int
	last  int // the end of the token before the one at hand
	open  []openNode
}

type postNode struct {
	start, end uint32
	size       int32 // nodes in the subtree, with this one
	kind       Kind
}

// mark is where a node begins: in the text and in the list of nodes.
type mark struct{ start, node int }

func (p *strict) reset(src string) {
	const bytesPerNode = 4 // 4.8 in nixpkgs
	if least := len(src) / bytesPerNode; cap(p.nodes) < least {
		p.nodes = make([]postNode, 0, least+least/2)
	}
	*p = strict{
		lexer: lexer{src: src, comments: p.comments[:0]},
		nodes: p.nodes[:0],
		open:  p.open[:0],
	}
}

func (p *strict) mark() mark { return mark{p.start, len(p.nodes)} }

// fail notes that the token at hand fits nowhere. After it no token matches,
// so that all functions return.
func (p *strict) fail() {
	p.failed = true
	p.tok = tokFail
}

func (p *strict) failWith(e *Error) {
	if !p.failed {
		p.err = e
	}
	p.fail()
}

// enter goes one level down. It reports whether the level is still allowed; if
// not the parser has failed.
func (p *strict) enter() bool {
	p.depth++
	if p.depth > MaxDepth {
		p.failWith(p.errorAt(TooDeep, p.start, p.end))
	}
	return p.depth <= MaxDepth
}

// leaf adds the token at hand as a leaf of kind k and moves on.
func (p *strict) leaf(k Kind) {
	if p.tok == tokFail {
		return
	}
	p.add(k, p.start, p.end)
	p.last = p.end
	p.next()
	p.rejectPipes()
}

func (p *strict) add(k Kind, start, end int) {
	p.nodes = append(p.nodes, postNode{uint32(start), uint32(end), 1, k})
}

func (p *strict) expect(k Kind) {
	if p.tok != k {
		p.fail()
		return
	}
	p.leaf(k)
}

// close makes all nodes since m the children of a new one. What could not be
// read to its end is an Error.
func (p *strict) close(m mark, k Kind) {
	if p.failed && k != KindFile {
		k = KindError
		p.last = max(p.last, m.start)
	}
	p.nodes = append(p.nodes, postNode{uint32(m.start), uint32(p.last), int32(len(p.nodes) - m.node + 1), k})
}

func (p *strict) file() {
	p.next()
	p.expr()
	if p.tok != tokEnd {
		p.fail()
	}
	p.last = len(p.src)
	p.close(mark{}, KindFile)
}

// expr parses expr of the grammar: what may stand in parentheses.
func (p *strict) expr() {
	p.enter()
	m := p.mark()
	switch {
	case p.tok == KindName && p.lambdaAhead(), p.tok == KindLeftBrace && p.formalsAhead():
		p.lambda(m)
	case p.tok == KindLetKw && p.letAhead():
		p.leaf(KindLetKw)
		p.bindings()
		p.expect(KindInKw)
		p.expr()
		p.close(m, KindLet)
	case p.tok == KindIfKw:
		p.conditional(m)
	case p.tok == KindWithKw:
		p.prefixed(m, KindWith)
	case p.tok == KindAssertKw:
		p.prefixed(m, KindAssert)
	default:
		p.pipe(m)
	}
	p.depth--
}

func (p *strict) lambdaAhead() bool {
	c, _ := p.peek()
	return c == ':' || c == '@'
}

func (p *strict) letAhead() bool {
	c, _ := p.peek()
	return c != '{'
}

// formalsAhead tells whether the brace at hand opens the formals of a lambda.
// They have a comma, question mark or closing brace behind their first name,
// begin with an ellipsis, or are empty with a colon or at sign to follow.
func (p *strict) formalsAhead() bool {
	c, i := p.peek()
	switch {
	case c == '}':
		c = p.byteAt(p.skipTrivia(i+1, false))
		return c == ':' || c == '@'
	case c == '.':
		return true
	case classes[c]&isIDStart == 0:
		return false
	}
	for classes[p.byteAt(i)]&isID != 0 {
		i++
	}
	switch c = p.byteAt(p.skipTrivia(i, false)); c {
	case ',', '?', '}':
		return true
	}
	return false
}

func (p *strict) lambda(m mark) {
	argument := func() {
		if p.tok == KindName {
			p.leaf(KindName)
		} else {
			p.formals()
		}
	}
	bare := p.tok == KindName
	argument()
	if p.tok == KindAt {
		p.leaf(KindAt)
		if bare == (p.tok == KindName) {
			p.fail()
		}
		argument()
	}
	p.expect(KindColon)
	p.expr()
	p.close(m, KindLambda)
}

func (p *strict) formals() {
	m := p.mark()
	p.expect(KindLeftBrace)
	for p.tok == KindName {
		f := p.mark()
		p.leaf(KindName)
		if p.tok == KindQuestion {
			p.leaf(KindQuestion)
			p.expr()
		}
		p.close(f, KindFormal)
		if p.tok != KindComma {
			p.endFormals(m)
			return
		}
		p.leaf(KindComma)
	}
	if p.tok == KindEllipsis {
		p.leaf(KindEllipsis)
	}
	p.endFormals(m)
}

func (p *strict) endFormals(m mark) {
	p.expect(KindRightBrace)
	p.close(m, KindFormals)
}

func (p *strict) conditional(m mark) {
	p.leaf(KindIfKw)
	p.expr()
	p.expect(KindThenKw)
	p.expr()
	p.expect(KindElseKw)
	p.expr()
	p.close(m, KindIf)
}

// prefixed parses with and assert.
func (p *strict) prefixed(m mark, k Kind) {
	p.leaf(p.tok)
	p.expr()
	p.expect(KindSemicolon)
	p.expr()
	p.close(m, k)
}

// pipe parses operators with the two pipes, which do not mix.
func (p *strict) pipe(m mark) {
	p.operation(1)
	switch p.tok {
	case KindPipeFrom:
		p.enter()
		p.leaf(KindPipeFrom)
		p.pipeFrom()
		p.close(m, KindBinary)
		p.depth--
	case KindPipeInto:
		for p.tok == KindPipeInto {
			p.leaf(KindPipeInto)
			p.operation(1)
			p.close(m, KindBinary)
		}
	}
}

// pipeFrom parses the right operand of <|, which may have another.
func (p *strict) pipeFrom() {
	m := p.mark()
	p.operation(1)
	if p.tok != KindPipeFrom {
		return
	}
	p.enter()
	p.leaf(KindPipeFrom)
	p.pipeFrom()
	p.close(m, KindBinary)
	p.depth--
}

// operation parses a chain of operators that bind at least as tightly as
// least.
func (p *strict) operation(least uint8) {
	p.enter()
	m := p.mark()
	p.unary()
	for {
		op := binary(p.tok)
		if op.prec == 0 || op.prec < least {
			break
		}
		p.leaf(p.tok)
		if op.prec == precHasAttr {
			p.attrPath()
			p.close(m, KindHasAttr)
		} else {
			p.operation(op.right)
			p.close(m, KindBinary)
		}
		if op.alone && binary(p.tok).prec == op.prec {
			p.fail()
		}
	}
	p.depth--
}

// unary parses the prefix operators. The operand of a negation takes every
// operator that binds more tightly than it, wherever it stands itself.
func (p *strict) unary() {
	m := p.mark()
	switch p.tok {
	case KindNot:
		p.leaf(KindNot)
		p.operation(precNot + 1)
	case KindMinus:
		p.enter()
		p.leaf(KindMinus)
		p.unary()
		p.depth--
	default:
		p.apply()
		return
	}
	p.close(m, KindUnary)
}

func (p *strict) apply() {
	m := p.mark()
	p.selection()
	for startsSimple(p.tok) {
		p.selection()
		p.close(m, KindApply)
	}
}

func (p *strict) selection() {
	m := p.mark()
	p.simple()
	switch p.tok {
	case KindDot:
		p.leaf(KindDot)
		p.attrPath()
		if p.tok == KindOrKw {
			p.enter()
			p.leaf(KindOrKw)
			p.selection()
			p.depth--
		}
		p.close(m, KindSelect)
	case KindOrKw:
		p.leaf(KindVar)
		p.close(m, KindApply)
	}
}

func startsSimple(k Kind) bool {
	switch k {
	case KindName, KindInt, KindFloat, KindURI, KindPath, KindSearchPath, KindQuote, KindIndQuote,
		KindLeftParen, KindLeftBracket, KindLeftBrace, KindRecKw, KindLetKw:
		return true
	}
	return false
}

// simple parses expr_simple of the grammar.
func (p *strict) simple() {
	m := p.mark()
	switch p.tok {
	case KindName:
		p.leaf(KindVar)
	case KindInt, KindFloat:
		p.numeral()
	case KindURI, KindSearchPath:
		p.leaf(p.tok)
	case KindPath:
		p.pathLiteral(m)
	case KindQuote:
		p.quoted(m)
	case KindIndQuote:
		p.indented(m)
	case KindLeftParen:
		p.leaf(KindLeftParen)
		p.expr()
		p.expect(KindRightParen)
		p.close(m, KindParen)
	case KindLeftBracket:
		p.leaf(KindLeftBracket)
		p.elements()
		p.expect(KindRightBracket)
		p.close(m, KindList)
	case KindLeftBrace:
		p.braced(m, KindAttrSet)
	case KindRecKw:
		p.leaf(KindRecKw)
		p.braced(m, KindAttrSet)
	case KindLetKw:
		p.leaf(KindLetKw)
		p.braced(m, KindLegacyLet)
	default:
		p.fail()
	}
}

func (p *strict) elements() {
	p.enter()
	for startsSimple(p.tok) {
		p.selection()
	}
	p.depth--
}

func (p *strict) numeral() {
	if e := p.checkNumber(); e != nil && !p.anyNumber {
		p.failWith(e)
		return
	}
	p.leaf(p.tok)
}

func (p *strict) braced(m mark, k Kind) {
	p.expect(KindLeftBrace)
	p.bindings()
	p.expect(KindRightBrace)
	p.close(m, k)
}

func (p *strict) bindings() {
	p.enter()
	for {
		m := p.mark()
		switch p.tok {
		case KindInheritKw:
			p.inherit(m)
		case KindName, KindOrKw, KindQuote, KindDollarBrace:
			p.attrPath()
			p.expect(KindAssign)
			p.expr()
			p.expect(KindSemicolon)
			p.close(m, KindBinding)
		default:
			p.depth--
			return
		}
	}
}

func (p *strict) inherit(m mark) {
	p.leaf(KindInheritKw)
	if p.tok == KindLeftParen {
		from := p.mark()
		p.leaf(KindLeftParen)
		p.expr()
		p.expect(KindRightParen)
		p.close(from, KindInheritFrom)
	}
	for p.attr() {
	}
	p.expect(KindSemicolon)
	p.close(m, KindInherit)
}

func (p *strict) attrPath() {
	m := p.mark()
	for {
		if !p.attr() {
			p.fail()
		}
		if p.tok != KindDot {
			break
		}
		p.leaf(KindDot)
	}
	p.close(m, KindAttrPath)
}

// attr parses one element of an attribute path. It reports whether there was
// one.
func (p *strict) attr() bool {
	switch m := p.mark(); p.tok {
	case KindName, KindOrKw:
		p.leaf(KindName)
	case KindQuote:
		p.quoted(m)
	case KindDollarBrace:
		p.interpolation(p.start)
		p.resume()
	default:
		return false
	}
	return true
}

// interpolation parses ${ expr } from start on. The lexer is left at the
// closing brace, since what follows is read in the state that was before.
func (p *strict) interpolation(start int) {
	if p.failed {
		return
	}
	m := mark{start, len(p.nodes)}
	p.add(KindDollarBrace, start, start+2)
	p.end, p.last = start+2, start+2
	p.next()
	p.rejectPipes()
	p.expr()
	if p.tok != KindRightBrace {
		p.fail()
		return
	}
	p.add(KindRightBrace, p.start, p.end)
	p.last = p.end
	p.close(m, KindInterp)
}

func (p *strict) rejectPipes() {
	if (p.tok == KindPipeFrom || p.tok == KindPipeInto) && !p.pipes {
		p.failWith(p.errorAt(PipesDisabled, p.start, p.end))
	}
}

// resume goes on with ordinary tokens behind the last one.
func (p *strict) resume() {
	if p.tok == tokFail {
		return
	}
	p.end = p.last
	p.next()
	p.rejectPipes()
}

// literal parses the inside of a string: run finds the end of plain text,
// escape that of an escape sequence (0 if there is none), and the string ends
// where neither finds anything. It returns the offset of that end.
func (p *strict) literal(i int, run, escape func(string, int) int) int {
	for i < len(p.src) && !p.failed {
		if end := run(p.src, i); end > i {
			p.chars(KindText, i, end)
			i = end
			continue
		}
		if p.src[i] == '$' {
			p.interpolation(i)
			i = p.last
			continue
		}
		end := 0
		if p.src[i] != '"' {
			end = escape(p.src, i)
		}
		if end == 0 {
			return i
		}
		p.chars(KindEscape, i, end)
		i = end
	}
	return i
}

// chars adds characters of a string, in which Nix allows no null byte.
func (p *strict) chars(k Kind, start, end int) {
	if strings.IndexByte(p.src[start:end], 0) >= 0 {
		p.failWith(p.nullByte(start, end))
	}
	p.add(k, start, end)
}

func (p *strict) quoted(m mark) {
	p.string(m, KindString, KindQuote)
}

func (p *strict) indented(m mark) {
	p.string(m, KindIndString, KindIndQuote)
}

func (p *strict) string(m mark, k, quote Kind) {
	if !p.enter() {
		return
	}
	p.add(quote, p.start, p.end)
	var end int
	if quote == KindQuote {
		end = p.literal(p.end, textRun, escapeEnd)
	} else {
		end = p.literal(p.end, indTextRun, indEscapeEnd)
	}
	width := len(quote.String())
	if p.failed || !strings.HasPrefix(p.src[end:], quote.String()) {
		p.fail()
		return
	}
	p.add(quote, end, end+width)
	p.last = end + width
	p.close(m, k)
	p.depth--
	p.resume()
}

// pathLiteral parses a path whose first piece is the token at hand.
func (p *strict) pathLiteral(m mark) {
	if !p.enter() {
		return
	}
	first, i := p.end, pathRun(p.src, p.end)
	plain := !strings.HasPrefix(p.src[i:], "${")
	if i > first && (plain || pathPiece(p.src, first) < i) {
		p.fail() // the grammar has room for a second piece only before an interpolation
		return
	}
	if plain {
		p.endPath(m, i)
		return
	}
	begin := p.start
	for !p.failed {
		if i > begin {
			p.add(KindText, begin, i)
		}
		if !strings.HasPrefix(p.src[i:], "${") {
			break
		}
		p.interpolation(i)
		begin = p.last
		i = pathRun(p.src, begin)
	}
	p.endPath(m, i)
}

func (p *strict) endPath(m mark, end int) {
	p.depth--
	if p.failed {
		return
	}
	if p.src[end-1] == '/' {
		p.failWith(p.errorAt(TrailingSlash, end, end))
		return
	}
	p.last = end
	p.close(m, KindPath)
	p.resume()
}

type openNode struct {
	first int // the first node of the subtree in post-order
	pre   NodeID
}

// tree turns the nodes into pre-order. With sizes known and depth counted from
// the root, a node's number is its post-order number, less its descendants,
// plus its ancestors.
func (p *strict) tree() (*Tree, *Error) {
	nodes := make([]node, len(p.nodes))
	open := p.open[:0]
	for j := len(p.nodes) - 1; j >= 0; j-- {
		n := &p.nodes[j]
		for len(open) > 0 && open[len(open)-1].first > j {
			open = open[:len(open)-1]
		}
		parent := NoNode
		if len(open) > 0 {
			parent = open[len(open)-1].pre
		}
		pre := NodeID(j - int(n.size) + 1 + len(open))
		nodes[pre] = node{n.start, n.end, parent, pre + NodeID(n.size), n.kind}
		if n.size > 1 {
			if len(open) >= MaxDepth {
				return nil, p.errorAt(TooDeep, int(n.start), int(n.end))
			}
			open = append(open, openNode{j - int(n.size) + 1, pre})
		}
	}
	p.open = open
	var comments []text.Span
	if len(p.comments) > 0 {
		comments = append(comments, p.comments...)
	}
	return newTree(p.src, nodes, comments), nil
}
