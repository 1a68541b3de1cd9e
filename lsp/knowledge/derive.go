package knowledge

import (
	"context"
	"errors"

	"firn/eval"
	"firn/parser"
)

// Fork returns a Base for the same workspace, with the same trust and the same open
// documents, that shares nothing with b that changes. Its evaluations go as settings
// says, which is called with what they would be. The caller ends it.
//
// It is for evaluations whose derivations somebody wants to have: those of b are
// not kept, since hardly any are ever built.
func (b *Base) Fork(settings func(*eval.Settings, eval.Host) eval.Host) *Base {
	o := b.options
	o.Changed, o.Evaluating = nil, nil
	f := New(o)
	f.adjust = settings
	b.mu.Lock()
	defer b.mu.Unlock()
	f.folders, f.trust, f.offline = append([]string(nil), b.folders...), b.trust, b.offline
	f.open.Store(b.open.Load())
	return f
}

// End gives up all that is evaluated.
func (b *Base) End() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.restart()
}

// errNoDerivation is the error for a value that cannot be built.
var errNoDerivation = errors.New("it is no derivation, and no set or list of some")

// Derivations returns the derivations that an expression of a file is, which may
// belong to any of some entries.
func (b *Base) Derivations(ctx context.Context, f File, entries []Entry, expr parser.Node) ([]eval.Derivation, error) {
	v := b.Ask(ctx, f, entries)
	if v == nil {
		return nil, ctx.Err()
	}
	x, ok := v.Value(expr)
	v.Close()
	if !ok {
		return nil, errUnread
	}
	var list []eval.Derivation
	err := v.state.turn.background(ctx, func(ctx context.Context) (err error) {
		list, err = x.Derivations(ctx, nil)
		return err
	})
	if err == nil && len(list) == 0 {
		err = errNoDerivation
	}
	return list, err
}

// IsDerivation reports whether an expression of the file is a derivation.
func (v *View) IsDerivation(ctx context.Context, expr parser.Node) bool {
	x, ok := v.Value(expr)
	return ok && isDerivation(ctx, x)
}
