// Package signature says, while a call is being written, what the function
// takes and which of its arguments the cursor is in.
//
// Functions take one argument after the other, so the parameters of a
// signature are those of nested lambdas. Inside the braces of an argument for
// `{ a, b }: ...` the parameters are the names in the braces.
package signature

import (
	"firn/lsp/feature/cursor"
	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/text"
)

// Help is a function's signature.
type Help struct {
	Label  string
	Doc    string // Markdown
	Params []Param
	Active int // the parameter that the cursor is in, or -1
}

// Param is a part of a label.
type Param struct {
	Span text.Span // in the label
	Doc  string    // Markdown
}

// At returns the signature of the innermost call around off whose function is
// known, and false if there is none.
func At(space *infer.Space, off uint32) (Help, bool) {
	src := space.Root().Tree().Source()
	ctx := cursor.At(src, off)
	if ctx.Place == cursor.None && ctx.Word.Empty() {
		return Help{}, false // a comment, or where nothing fits
	}
	last := len(ctx.Frames) - 1
	for i := last; i >= max(0, last-maxFrames); i-- {
		if h, ok := callAt(src, ctx, i).help(space); ok {
			return h, true
		}
		if isBarrier(ctx.Frames[i]) {
			break
		}
	}
	return Help{}, false
}

// maxFrames is how far outwards a call is looked for.
const maxFrames = 30

// isBarrier reports whether whoever writes in a frame no longer thinks of the
// call around: in a let, an interpolation and the body of a lambda.
func isBarrier(f cursor.Frame) bool {
	if f.Kind == cursor.Let || f.Kind == cursor.Interp {
		return true
	}
	for _, item := range f.Items {
		if item.Kind == parser.KindColon {
			return true
		}
	}
	return false
}

// again returns the signature of a function that passes what it takes to another:
// override of a package, which calls the function of its file again, or one that
// says in an attribute what it takes (nixpkgs, lib.setFunctionArgs).
func (c call) again(space *infer.Space, name string, at infer.Value) (Help, bool) {
	if f := c.overridden(space); f.Has(parser.KindFormals) {
		return formals(name, f, c.field), true
	}
	if at.Known == nil {
		return Help{}, false
	}
	args, ok := at.Known.Attr("__functionArgs")
	if !ok || len(args.Names()) == 0 {
		return Help{}, false
	}
	return mirrored(name, args, c.field), true
}

// overridden returns the function whose arguments a call changes, or an invalid
// node.
func (c call) overridden(space *infer.Space) parser.Node {
	f := c.operands[0]
	n := len(f)
	if len(c.operands) > 1 || n < 3 || f[n-1].Span.In(c.src) != "override" || f[n-2].Kind != parser.KindDot {
		return parser.Node{}
	}
	pkg := space.OfItems(f[:n-2])
	if pkg.Known == nil {
		return parser.Node{}
	}
	return space.Maker(pkg.Known)
}

// call is a function with the arguments before the cursor.
type call struct {
	src      string
	operands [][]cursor.Item
	braces   bool   // the argument at the cursor is in braces
	field    string // the attribute in them that the cursor is in
}

// callAt returns the call that the cursor is in at frame i, without operands if
// there is none.
func callAt(src string, ctx cursor.Context, i int) call {
	c := call{src: src, operands: ctx.Call(i)}
	if i+1 < len(ctx.Frames) && ctx.Frames[i+1].Kind == cursor.Braces {
		c.braces, c.field = true, field(src, ctx, ctx.Frames[i+1])
	}
	return c
}

// field returns the attribute whose name or value the cursor is in.
func field(src string, ctx cursor.Context, braces cursor.Frame) string {
	path := braces.Path
	switch {
	case braces.InValue():
	case ctx.Place == cursor.Binding && len(ctx.Path) == 0:
		return ctx.Word.In(src)
	default:
		path = braces.Items
	}
	if len(path) == 0 {
		return ""
	}
	return path[0].Span.In(src)
}

// help returns the signature of the function with the argument at the cursor.
func (c call) help(space *infer.Space) (Help, bool) {
	if len(c.operands) == 0 {
		return Help{}, false
	}
	head := 1 // how many operands make up the function
	if len(c.operands) > 1 && space.Loads(c.operands[0]) {
		head = 2
	}
	name := text.Span{Start: c.operands[0][0].Span.Start, End: cursor.Span(c.operands[head-1]).End}.In(c.src)
	at := space.OfCall(c.operands)
	if c.braces {
		if h, ok := c.again(space, name, at); ok {
			return h, true
		}
	}
	switch {
	case !at.IsFunction():
		return Help{}, false
	case c.braces && at.Arg() != nil && len(at.Arg().Fields) > 0:
		return fields(at, c.field), true
	case c.braces && at.Arg() == nil && at.Lambda.Has(parser.KindFormals):
		return formals(name, at.Lambda, c.field), true
	}
	f := space.OfCall(c.operands[:head])
	return curried(space, name, f, len(c.operands)-head), true
}
