package module

import (
	"slices"
	"strings"

	"firn/lsp/feature/cursor"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Place is where in a module the cursor stands.
type Place struct {
	Section Section
	// Steps lead from the root of the options to what the cursor is about: to the
	// set whose attribute is being named, or to the option whose value is being
	// written. At the names of a submodule they lead to that.
	Steps []Step
	// Value says that a value is being written and not a name.
	Value bool
	// Word is what there is of the name, a quote before it included.
	Word text.Span
}

// Section is a part of a module.
type Section uint8

// The sections.
const (
	Outside  Section = iota
	TopLevel         // the names of a module: options, unless it has config, and keys
	Config           // options are set
	Options          // options are declared
	Imports          // modules are imported
)

// At returns where in a module a cursor stands, and false if that is outside of
// one. The context and the names have to be of the same text. Whether the file
// is a module [Parse] tells.
func At(c cursor.Context, info *scope.Info) (Place, bool) {
	s := &site{ctx: c, info: info, src: info.Tree().Source()}
	return s.find()
}

func (s *site) find() (Place, bool) {
	var p Place
	switch c := s.ctx; c.Place {
	case cursor.Binding, cursor.Inherit:
		p = s.name(len(c.Frames)-1, c.Path)
	case cursor.Text:
		p = s.text()
	case cursor.Expr, cursor.Operand, cursor.Path, cursor.Search:
		p = s.value()
	default:
	}
	return p, p.Section != Outside
}

// AtInline is At for the modules that the file passes to a function which makes a
// configuration of them, as a flake does. It is false outside of those.
func AtInline(c cursor.Context, info *scope.Info) (Place, bool) {
	s := &site{ctx: c, info: info, src: info.Tree().Source(), inline: true}
	if _, ok := s.system(len(c.Frames) - 1); !ok {
		return Place{}, false
	}
	return s.find()
}

// site follows values along the tokens before the cursor.
type site struct {
	ctx      cursor.Context
	info     *scope.Info
	src      string
	followed map[scope.BindingID]role // as what the names of let are used, once asked for
	inline   bool                     // modules are those of a system in the file
}

// name returns the place of a name behind a path in frame i.
func (s *site) name(i int, path []cursor.Item) Place {
	f, r := s.ctx.Frames[i], role{}
	path = joined(path)
	switch {
	case s.ctx.Place == cursor.Inherit:
		path = nil // the names before are not a path
	case f.Kind == cursor.Let:
		path, r = s.named(path)
	}
	if f.Kind == cursor.Braces {
		r = s.at(i)
	}
	r = r.attrs(stepsOf(s.src, path))
	p := Place{Steps: r.trail.steps(), Word: s.ctx.Word}
	switch r.kind {
	case inModule, inImport:
		p.Section = TopLevel
	case inConfig:
		p.Section = Config
	case inOptions:
		p.Section = Options
	default:
		return Place{}
	}
	return p
}

// joined returns what dots join at the end of a path. What stands before that is
// a name that was not written to its end.
func joined(path []cursor.Item) []cursor.Item {
	for i := len(path) - 1; i > 0; i-- {
		if path[i].Kind != parser.KindDot && path[i-1].Kind != parser.KindDot {
			return path[i:]
		}
	}
	return path
}

// text returns the place of a string: a value or a name in quotes.
func (s *site) text() Place {
	i := len(s.ctx.Frames) - 1
	before := s.ctx.Frames[max(i-1, 0)]
	if before.InValue() {
		return s.value()
	}
	if n := len(before.Items); n > 0 && before.Items[n-1].Kind != parser.KindDot {
		return Place{}
	}
	p := s.name(i-1, before.Items)
	p.Word = text.Span{Start: s.ctx.Frames[i].Start, End: s.ctx.Word.End}
	return p
}

// value returns the place of an expression.
func (s *site) value() Place {
	i := len(s.ctx.Frames) - 1
	r := s.inside(i, s.at(i))
	p := Place{Steps: r.trail.steps(), Value: true, Word: s.ctx.Word}
	switch r.kind {
	case inConfig:
		p.Section = Config
	case inOptions:
		p.Section = Options
	case inImports, inImport:
		p.Section = Imports
	default:
		return Place{}
	}
	return p
}

// at returns the role of what frame i is: the set, the list or the expression in
// parentheses that begins with it.
func (s *site) at(i int) role {
	r, first := role{kind: inModule}, 0
	if s.inline {
		var ok bool
		if first, ok = s.system(i); !ok {
			return role{}
		}
		r = s.operand(role{kind: inImports}, s.ctx.Frames[first-1].Items)
	}
	for j := first; j < i; j++ {
		r = s.inside(j, r)
	}
	return r
}

// system returns the first frame inside of the modules of a system, of those up to
// frame i.
func (s *site) system(i int) (first int, ok bool) {
	for j := 1; j < i; j++ {
		f := s.ctx.Frames[j]
		if f.Kind != cursor.Braces || !f.InValue() || len(f.Path) != 1 || f.Path[0].Span.In(s.src) != systemModules {
			continue
		}
		if operands := s.ctx.Call(j - 1); len(operands) > 0 {
			if name, args := called(s.src, operands); systemFunctions[name] && args == 0 {
				return j + 1, true
			}
		}
	}
	return 0, false
}

// inside returns the role of what comes next in frame i, which has a role itself.
func (s *site) inside(i int, r role) role {
	f := s.ctx.Frames[i]
	switch f.Kind {
	case cursor.Interp:
		return role{}
	case cursor.List:
		return r.element()
	case cursor.Braces, cursor.Let:
		path := f.Path
		if f.Kind == cursor.Let {
			path, r = s.named(path)
		}
		if f.Formals || !f.InValue() {
			return role{}
		}
		r = r.attrs(stepsOf(s.src, path))
	}
	return s.operand(r, f.Items)
}

// named returns the role of the name of a let that a path begins with, which is
// what it has where it is used, and the rest of the path.
func (s *site) named(path []cursor.Item) (rest []cursor.Item, r role) {
	if len(path) == 0 {
		return nil, role{}
	}
	name := s.info.Tree().At(path[0].Span.Start)
	id := s.info.Defines(name.ID())
	if id == scope.NoBinding {
		return nil, role{}
	}
	if s.followed == nil {
		_, s.followed = parse(s.info)
	}
	return path[1:], s.followed[id]
}

// operand returns the role of what follows items in an expression with a role.
func (s *site) operand(r role, items []cursor.Item) role {
	var open []parser.Kind // if, then, with and assert that go on
	begin := 0
	for i, item := range items {
		last := len(open) - 1
		switch item.Kind {
		case parser.KindIfKw, parser.KindWithKw, parser.KindAssertKw:
			open = append(open, item.Kind)
		case parser.KindThenKw:
			if last >= 0 {
				open[last] = parser.KindThenKw
			}
		case parser.KindElseKw, parser.KindSemicolon:
			open = open[:max(last, 0)]
		case parser.KindColon:
			r = r.body()
		case parser.KindInKw:
		default:
			continue
		}
		begin = i + 1
	}
	if slices.ContainsFunc(open, func(k parser.Kind) bool { return k != parser.KindThenKw }) {
		return role{}
	}
	return s.simple(r, items[begin:])
}

// simple returns the role of what follows operators and operands.
func (s *site) simple(r role, items []cursor.Item) role {
	if slices.ContainsFunc(items, isOpaque) {
		return role{}
	}
	operands := cursor.Operands(items)
	if len(operands) == 0 {
		return r
	}
	name, args := called(s.src, operands)
	f, ok := functions[name]
	if !ok || args != f.value {
		return role{}
	}
	return r.argument(f)
}

// isOpaque reports whether an item is an operator whose operands are something
// else than its result.
func isOpaque(item cursor.Item) bool {
	switch item.Kind {
	case parser.KindUpdate, parser.KindConcat, parser.KindDot, parser.KindOrKw:
		return false
	}
	return item.Kind.IsToken()
}

// maxParens is how many parentheses around a function are looked into, each of
// which takes a scan.
const maxParens = 8

// called returns the name of the function that operands begin with and the
// number of its arguments among them. The function may have got some in
// parentheses, as in (mkIf c) { }.
func called(src string, operands [][]cursor.Item) (name string, args int) {
	for range maxParens {
		head := operands[0]
		args += len(operands) - 1
		if names, ok := cursor.Names(src, head); ok {
			return names[len(names)-1], args
		}
		if len(head) != 1 || head[0].Kind != parser.KindParen {
			break
		}
		src = inParens(head[0].Span.In(src))
		items := cursor.At(src, uint32(len(src))).Frames[0].Items
		operands = cursor.Operands(items)
		if len(operands) == 0 || operands[0][0] != items[0] {
			break // there are operators
		}
	}
	return "", 0
}

// inParens returns what is between parentheses, with a space that ends its last
// word.
func inParens(src string) string {
	return strings.TrimSuffix(strings.TrimPrefix(src, "("), ")") + " "
}
