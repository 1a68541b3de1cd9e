package knowledge

import (
	"context"
	"errors"

	"firn/eval"
	"firn/parser"
)

// Result is what an expression is.
type Result struct {
	// Kind is the kind of the value as builtins.typeOf has it, or derivation. It is
	// "" if there is none.
	Kind string
	// Type says in words what it is.
	Type string
	// Text is the value in nixlang. What nests deep or is long is left out of it.
	Text string
}

// evaluated is how a value is shown that somebody asked for.
var evaluated = eval.Pretty{Depth: 4, Items: 500, Bytes: 10_000, Names: true}

// errUnread is the error for a file that has no values.
var errUnread = errors.New("the file cannot be read as nixlang; mend its syntax first")

// Evaluate returns what an expression of a file is, which may belong to any of some
// entries. Requests come before it: whenever one does it stops, and goes on
// afterwards. The error is one of the evaluation as an [eval.Error], or that of ctx.
func (b *Base) Evaluate(ctx context.Context, f File, entries []Entry, expr parser.Node) (Result, error) {
	v := b.Ask(ctx, f, entries)
	if v == nil {
		return Result{}, ctx.Err()
	}
	x, ok := v.Value(expr)
	v.Close()
	if !ok {
		return Result{}, errUnread
	}
	var r Result
	err := v.state.turn.background(ctx, func(ctx context.Context) (err error) {
		r, err = result(ctx, x)
		return err
	})
	return r, err
}

func result(ctx context.Context, v eval.Value) (Result, error) {
	kind, err := v.Force(ctx)
	if err != nil {
		return Result{}, err
	}
	r := Result{Kind: kind.String()}
	if isDerivation(ctx, v) {
		r.Kind = "derivation"
	}
	if r.Type, err = v.Describe(ctx); err != nil {
		return Result{}, err
	}
	r.Text, err = v.Pretty(ctx, evaluated)
	return r, err
}

// isDerivation reports whether a value is a derivation.
func isDerivation(ctx context.Context, v eval.Value) bool {
	kind, err := v.Force(ctx)
	if err != nil || kind != eval.Set {
		return false
	}
	a, ok, err := v.Attr(ctx, "type")
	return ok && err == nil && text(ctx, attr{value: a.Value, ok: true}) == "derivation"
}
