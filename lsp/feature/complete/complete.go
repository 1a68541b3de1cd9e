// Package complete lists what can be written at the cursor: names in scope,
// attributes, names for bindings and arguments, keywords and files.
//
// What fits is told by feature/cursor, from the tokens before the cursor, so it
// is the same however broken the file is; what a name or a value is, by
// parser/scope and feature/infer.
package complete

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"firn/lsp/feature/catalogue"
	"firn/lsp/feature/cursor"
	"firn/lsp/feature/disk"
	"firn/lsp/feature/fuzzy"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Kind says what an item is.
type Kind uint8

// The kinds of items.
const (
	Variable  Kind = iota
	Argument       // of a function
	Attribute      // of a set
	Function
	Constant // true, null, ...
	Keyword
	File
	Directory
	Option    // of a configuration
	OptionSet // with options below it
	Value     // of an option
)

// Item is a proposal.
type Item struct {
	Label  string
	Kind   Kind
	Detail string // shown behind the label: arguments, or a short value
	Source string // where it is from: let, with lib, builtins, ...
	Insert string // what is put in, if not Label; with Snippet in the syntax of LSP
	// Snippet says that Insert has places to fill in.
	Snippet bool
	// Filter is what the client compares with what is typed, if not Label.
	Filter string
	// Again says that a slash behind the item leads to more.
	Again bool
	// Deprecated says that it is better not used.
	Deprecated bool
	// Key finds the documentation, see [Doc]. It is empty if there is none.
	Key string
	// Path is that of the file that Key is about, if it is another one.
	Path string

	score int
}

// List is all that fits, the best first.
type List struct {
	Items []Item
	// Incomplete says that there are more, or that others may fit when more has
	// been typed.
	Incomplete bool
	// Insert is replaced if what follows the cursor is to stay, Replace if the
	// whole word is to go.
	Insert, Replace text.Span
}

// Options say how to complete.
type Options struct {
	World disk.World
	// Trigger is the character that brought this about, if the user has not
	// asked for it.
	Trigger string
	// Snippets says that items may have places to fill in.
	Snippets bool
	// Config is what the file can set, if it is a module.
	Config option.View
	// Arguments are what the function of the file can ask for, nil if that is not
	// known.
	Arguments infer.Known
	// Catalogue is what the packages say of themselves, nil if that is not known.
	Catalogue *catalogue.Catalogue
	// Inline says that Config is for the modules that are written in the file, see
	// [module.AtInline].
	Inline bool
	// Plain says that the file is no module, though it sets what Config has.
	Plain bool
}

// limit is how many items are listed. No reader goes through more; the list
// then says that it is incomplete.
const limit = 1000

// At returns what fits at off.
func At(space *infer.Space, off uint32, opts Options) List {
	info := space.Root()
	src := info.Tree().Source()
	off = min(off, uint32(len(src)))
	c := &collector{
		space: space, info: info, src: src, opts: opts, off: off, ctx: cursor.At(src, off),
		seen: map[string]bool{},
	}
	c.use(c.ctx.Word)
	if c.isTriggered() {
		c.collect()
	}
	return c.list()
}

// triggers lists where a trigger character is meant as one: a dot can also
// belong to a number and a slash divide.
var triggers = map[string][]cursor.Place{
	".": {cursor.Attr, cursor.Binding},
	"?": {cursor.Attr},
	"/": {cursor.Path, cursor.Search},
	"<": {cursor.Search},
}

// Triggers returns the characters that bring completion about.
func Triggers() []string { return slices.Sorted(maps.Keys(triggers)) }

func (c *collector) isTriggered() bool {
	places, ok := triggers[c.opts.Trigger]
	return !ok || slices.Contains(places, c.ctx.Place)
}

// collector gathers items.
type collector struct {
	space *infer.Space
	info  *scope.Info // of the file in question
	src   string
	opts  Options
	off   uint32
	ctx   cursor.Context
	match *fuzzy.Matcher

	seen map[string]bool // labels
	out  List
}

// use makes a span what is completed: its part before the cursor is the
// pattern.
func (c *collector) use(word text.Span) {
	if word.Start > c.off || word.End < c.off {
		word = text.Span{Start: c.off, End: c.off}
	}
	c.out.Insert = text.Span{Start: word.Start, End: c.off}
	c.out.Replace = word
	c.match = fuzzy.New(c.out.Insert.In(c.src))
}

// site is the node at which names are looked up. What is missing at the cursor
// belongs to what the token before it belongs to.
func (c *collector) site() parser.Node {
	tree, behind := c.info.Tree(), c.ctx.Behind
	if !c.ctx.Word.Empty() || behind == 0 {
		return tree.At(c.off)
	}
	return tree.Innermost(text.Span{Start: behind - 1, End: behind})
}

func (c *collector) collect() {
	switch c.ctx.Place {
	case cursor.Expr:
		c.optionValues()
		c.expression()
	case cursor.Operand:
		c.optionValues()
		c.operand()
	case cursor.Text:
		c.optionValues()
	case cursor.Attr:
		c.attribute()
	case cursor.Binding:
		c.optionNames()
		c.bindings()
	case cursor.Formal:
		c.formals()
	case cursor.Inherit:
		c.inherit()
	case cursor.Path:
		c.path()
	case cursor.Search:
		c.search()
	default:
	}
}

// The groups of items, by what each adds to the score of the match. It decides
// between names that match about equally well.
const (
	expected = 30  // what has to follow, or what a function asks for
	local    = 20  // bound in the file
	known    = 14  // attributes, and names that with is known to bring in
	global   = 8   // builtins
	keyword  = 6   // what may follow
	member   = 4   // builtins that need a prefix
	guessed  = 0   // used elsewhere in the file in the same way
	hidden   = -40 // builtins under names with underscores, options that are hidden
)

// expect makes room for items.
func (c *collector) expect(n int) {
	if len(c.seen) == 0 {
		c.seen = make(map[string]bool, n)
	}
	c.out.Items = slices.Grow(c.out.Items, min(n, limit))
}

// fits reports whether a label matches at all.
func (c *collector) fits(label string) bool {
	_, ok := c.match.Score(label)
	return ok
}

// add adds an item that matches, unless there is one of that label.
func (c *collector) add(item Item, group int) {
	if score, ok := c.wants(item.Label); ok {
		item.score = score + group
		c.out.Items = append(c.out.Items, item)
	}
}

// wants returns how well a label matches, and false from its second time on.
func (c *collector) wants(label string) (score int, ok bool) {
	if c.seen[label] {
		return 0, false
	}
	c.seen[label] = true
	return c.match.Score(label)
}

// list sorts what was collected. Of equal items the one added first comes
// first.
func (c *collector) list() List {
	order := make([]int, len(c.out.Items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(c.out.Items[b].score, c.out.Items[a].score) })
	if len(order) > limit {
		order = order[:limit]
		c.out.Incomplete = true
	}
	items := make([]Item, len(order))
	for i, from := range order {
		items[i] = c.out.Items[from]
	}
	c.out.Items = items
	return c.out
}

// snippet returns an item that inserts a snippet, or the plain text if those
// are not wanted.
func (c *collector) snippet(item Item, snippet string) Item {
	if c.opts.Snippets {
		item.Insert, item.Snippet = snippet, true
	}
	return item
}

// escape takes text into a snippet.
func escape(s string) string { return snippetEscapes.Replace(s) }

var snippetEscapes = strings.NewReplacer(`\`, `\\`, `$`, `\$`, `}`, `\}`)
