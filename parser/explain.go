package parser

import (
	"strings"
	"sync"

	"firn/parser/text"
)

// nixTable is the parser of Nix, as Bison makes it of the grammar of 2.34. It
// serves to say what Nix says of a text that is known to be wrong.
var nixTable = sync.OnceValue(func() *table {
	return newTable(nixTokens, nixPrecedence, nixGrammar)
})

// nixTokens are the terminals in the order of Bison's symbol numbers, which is
// the order in which messages list them: those that %token declares, those of
// the precedence declarations, and the rest as the rules mention them. What is
// not in quotes has its spelling in [spelled].
var nixTokens = strings.Fields(`
	END BAD ID STR IND_STR INT FLOAT PATH HPATH SPATH PATH_END URI
	'if' 'then' 'else' 'assert' 'with' 'let' 'in' 'rec' 'inherit'
	'==' '!=' '<=' '>=' '//' '++' '&&' '||' '->' 'or' '<|' '|>' '${' IND_OPEN IND_CLOSE '...'
	'<' '>' NOT '+' '-' '*' '/' '?' NEGATE
	':' '@' ';' '!' '.' '"' '(' ')' '{' '}' '[' ']' '=' ','`)

var spelled = map[string]string{
	"END": "end of file", "BAD": "invalid token", "ID": "identifier", "STR": "string",
	"IND_STR": "indented string", "INT": "integer", "FLOAT": "floating-point literal",
	"PATH": "path", "HPATH": "'~/…' path", "SPATH": "'<…>' path", "PATH_END": "end of path",
	"IND_OPEN": "start of an indented string", "IND_CLOSE": "end of an indented string",
}

func spell(token string) string {
	if s, ok := spelled[token]; ok {
		return s
	}
	return token
}

var nixPrecedence = []string{
	"right '->'",
	"left '||'",
	"left '&&'",
	"nonassoc '==' '!='",
	"nonassoc '<' '>' '<=' '>='",
	"right '//'",
	"left NOT",
	"left '+' '-'",
	"left '*' '/'",
	"right '++'",
	"nonassoc '?'",
	"nonassoc NEGATE",
}

// nixGrammar is the grammar of nixlang (parser.y of Nix 2.34). Its shape is
// that of the original, since the shape decides what a parser expects.
const nixGrammar = `
file: expr END
expr: function
function: ID ':' function
| formals-set ':' function
| formals-set '@' ID ':' function
| ID '@' formals-set ':' function
| 'assert' expr ';' function
| 'with' expr ';' function
| 'let' bindings 'in' function
| conditional
conditional: 'if' expr 'then' expr 'else' expr
| pipe-from
| pipe-into
| operation
pipe-from: operation '<|' pipe-from
| operation '<|' operation
pipe-into: pipe-into '|>' operation
| operation '|>' operation
operation: '!' operation %prec NOT
| '-' operation %prec NEGATE
| operation '==' operation
| operation '!=' operation
| operation '<' operation
| operation '<=' operation
| operation '>' operation
| operation '>=' operation
| operation '&&' operation
| operation '||' operation
| operation '->' operation
| operation '//' operation
| operation '?' attrpath
| operation '+' operation
| operation '-' operation
| operation '*' operation
| operation '/' operation
| operation '++' operation
| application
application: application selection
| selection
selection: simple '.' attrpath
| simple '.' attrpath 'or' selection
| simple 'or'
| simple
simple: ID
| INT
| FLOAT
| '"' parts '"'
| IND_OPEN ind-parts IND_CLOSE
| path-start PATH_END
| path-start interpolated PATH_END
| SPATH
| URI
| '(' expr ')'
| 'let' '{' bindings '}'
| 'rec' '{' bindings '}'
| '{' some-bindings '}'
| '{' '}'
| '[' list ']'
parts: STR
| interpolated
|
interpolated: interpolated STR
| interpolated '${' expr '}'
| '${' expr '}'
| STR '${' expr '}'
path-start: PATH
| HPATH
ind-parts: ind-parts IND_STR
| ind-parts '${' expr '}'
|
bindings: some-bindings
|
some-bindings: some-bindings attrpath '=' expr ';'
| bindings 'inherit' attrs ';'
| bindings 'inherit' '(' expr ')' attrs ';'
| attrpath '=' expr ';'
attrs: attrs attr
| attrs string-attr
|
attrpath: attrpath '.' attr
| attrpath '.' string-attr
| attr
| string-attr
attr: ID
| 'or'
string-attr: '"' parts '"'
| '${' expr '}'
list: list selection
|
formals-set: '{' formals ',' '...' '}'
| '{' '...' '}'
| '{' formals ',' '}'
| '{' formals '}'
| '{' '}'
formals: formals ',' formal
| formal
formal: ID
| ID '?' expr
`

// explain returns the first error that Nix reports for a text that cannot be
// parsed. It reads the text again as Nix does, token by token.
func (p *strict) explain() *Error {
	if p.err != nil && p.err.Code == TooDeep {
		return p.err
	}
	table := nixTable()
	s := tokenizer{lexer: lexer{src: p.src}, pipes: p.pipes, modes: []mode{{}}}
	stack := []int{0}
	for {
		if err := s.advance(); err != nil {
			return err
		}
		if !table.step(&stack, table.symbol[s.name]) {
			return table.syntaxError(&s, stack[len(stack)-1])
		}
		if s.name == "END" {
			// The two parsers disagree, which a fuzz test looks for.
			return &Error{Code: SyntaxError, Span: text.Span{Start: uint32(p.start), End: uint32(p.end)}, Msg: "syntax error"}
		}
	}
}

// step carries out the actions for a token up to its shift. It reports whether
// the token fits.
func (t *table) step(stack *[]int, token int) bool {
	for {
		move := t.states[(*stack)[len(*stack)-1]].moves[token]
		switch {
		case move == actError:
			return false
		case move >= 0:
			*stack = append(*stack, int(move))
			return true
		}
		r := &t.rules[^move]
		*stack = (*stack)[:len(*stack)-len(r.right)]
		*stack = append(*stack, int(t.states[(*stack)[len(*stack)-1]].moves[r.left]))
	}
}

// syntaxError words the error as Bison does with "%define parse.error
// detailed": what is expected is said if it is at most four tokens.
func (t *table) syntaxError(s *tokenizer, at int) *Error {
	e := &Error{
		Code: SyntaxError, Span: text.Span{Start: uint32(s.start), End: uint32(s.end)},
		Unexpected: spell(s.name), Msg: "syntax error, unexpected " + spell(s.name),
	}
	for token := range t.tokens {
		if act, ok := t.states[at].action[token]; ok && act != actError {
			e.Expected = append(e.Expected, spell(t.names[token]))
		}
	}
	if len(e.Expected) > 4 {
		e.Expected = nil
	}
	if len(e.Expected) > 0 {
		e.Msg += ", expecting " + strings.Join(e.Expected, " or ")
	}
	return e
}
