package knowledge

import (
	"context"
	"strconv"
	"strings"
	"time"

	"firn/eval"
	"firn/lsp/feature/check"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/option"
	"firn/parser"
)

// Checker answers questions about values in the background: requests go before
// it. It implements [check.Values] and [check.Merged].
type Checker struct {
	ctx  context.Context
	view *View
}

// checkPatience is how long one question may take.
const checkPatience = 3 * time.Second

// Check returns a checker for a file in the latest state that is as new as the
// files, or nil if ctx ends before.
func (b *Base) Check(ctx context.Context, f File, entries []Entry) *Checker {
	r := b.rootFor(ctx, f, entries)
	if r == nil {
		return nil
	}
	s, err := r.settle(ctx)
	if err != nil {
		return nil
	}
	v := s.newView(ctx, f)
	c := &Checker{ctx: ctx, view: v}
	if !v.certain && (v.role != PackageFile || !c.hasAll()) {
		v.role = PlainFile // a guess is enough to answer, but not to complain
	}
	return c
}

// hasAll reports whether the package set has all that the file, a package, must be
// called with.
func (c *Checker) hasAll() bool {
	outer, _ := entrance(c.view.info.Tree())
	s := c.view.state
	all := outer.Valid() && s.hasPkgs
	return c.step(func(context.Context) {
		for f := range outer.Child(parser.KindFormals).Children() {
			if f.Kind() != parser.KindFormal || f.Has(parser.KindQuestion) {
				continue
			}
			if _, ok := c.view.lookup(f.FirstChild().Text()); !ok {
				all = false
			}
		}
	}) && all
}

// State returns the state that is asked.
func (c *Checker) State() *State { return c.view.state }

// Options returns the options that the file can set, for the time of the context
// of c.
func (c *Checker) Options() option.View { return c.view.Config(c.ctx) }

// IsPart reports whether the configuration that was evaluated contains the file,
// so that all options are known that it can set.
func (c *Checker) IsPart() bool {
	s := c.view.state
	return s.files[c.view.path] && s.entry.Path != "" && s.options != nil && !s.foreign
}

// IsModule reports whether the file is a module.
func (c *Checker) IsModule() bool { return c.view.role == ModuleFile }

// IsGuess reports whether what the file is called with is no more than likely.
func (c *Checker) IsGuess() bool { return c.view.role == PackageFile }

// IsEntry reports whether the evaluation of the configuration begins with the
// file.
func (c *Checker) IsEntry() bool {
	return c.view.state.wanted.Path == c.view.path
}

// step evaluates something in the background. It reports whether that came to an
// end.
func (c *Checker) step(work func(ctx context.Context)) bool {
	ctx, cancel := patiently(c.ctx, checkPatience)
	defer cancel()
	err := c.view.state.turn.background(ctx, func(ctx context.Context) error {
		c.view.ctx = ctx
		work(ctx)
		return ctx.Err()
	})
	return err == nil
}

// Bool implements [check.Values].
func (c *Checker) Bool(n parser.Node) (b, known bool) {
	known = c.step(func(ctx context.Context) {
		known = false
		if v, ok := c.view.Value(n); ok {
			var err error
			b, err = v.Bool(ctx)
			known = err == nil
		}
	}) && known
	return b, known
}

// failureOf is failureOf, but that nothing is known to be wrong where something
// stands in for what the configuration is meant for.
func (s *State) failureOf(err error) *check.Failure {
	if s.standIn != "" {
		return nil
	}
	return failureOf(err)
}

// failureOf returns why an evaluation failed, nil if that is for want of
// arguments, time or memory.
func failureOf(err error) *check.Failure {
	e, ok := asError(err)
	if !ok || isUnknown(err) || e.Kind == eval.Internal || e.Kind == eval.Forbidden || e.Kind == eval.Unreachable || isUnsearchable(e) {
		return nil
	}
	f := &check.Failure{Msg: eval.Plain(e.Msg, false), Thrown: e.Kind == eval.Thrown || e.Kind == eval.Assertion || e.Kind == eval.Abort}
	for _, frame := range e.Frames {
		f.Frames = append(f.Frames, check.Frame{Msg: eval.Plain(frame.Msg, false), Place: placeOf(frame.Pos)})
	}
	if e.Pos != nil {
		f.Frames = append(f.Frames, check.Frame{Place: placeOf(e.Pos)})
	}
	return f
}

// isUnsearchable reports whether an evaluation failed because the search path of
// this machine has no such entry, which is no fault of the file.
func isUnsearchable(e *eval.Error) bool {
	return e.Kind == eval.Thrown && strings.Contains(e.Msg, "was not found in the Nix search path")
}

func placeOf(p *eval.Position) *infer.Place {
	if at, ok := place(p); ok {
		return &at
	}
	return nil
}

// Missing implements [check.Values].
func (c *Checker) Missing(n parser.Node, names []string) *check.Missing {
	if c.view.state.standIn != "" {
		return nil // what stands in may lack it
	}
	var m *check.Missing
	if !c.step(func(ctx context.Context) { m = c.missing(ctx, n, names) }) {
		return nil
	}
	return m
}

func (c *Checker) missing(ctx context.Context, n parser.Node, names []string) *check.Missing {
	v, ok := c.view.Value(n)
	if !ok {
		return nil
	}
	for i, name := range names {
		if kind, err := v.Force(ctx); err != nil || kind != eval.Set {
			if err == nil {
				t := fitting{ctx: ctx}
				return &check.Missing{Index: i, Got: t.describe(v)}
			}
			return c.failedAt(i-1, err)
		}
		a, ok, err := v.Attr(ctx, name)
		switch {
		case err != nil:
			return nil
		case !ok:
			all, _ := v.AttrNames(ctx) // it is a set
			return &check.Missing{Index: i, Names: all}
		}
		if m := c.unusable(ctx, v, a); m != nil {
			m.Index = i
			return m
		}
		v = a.Value
	}
	return nil
}

// unusable says why a package of the package set must not be used, or is none any
// more: nixpkgs refuses what is broken, insecure, of a licence or for a platform
// that the configuration does not allow, and names that are gone.
func (c *Checker) unusable(ctx context.Context, set eval.Value, a eval.Attr) *check.Missing {
	if !c.view.state.hasPkgs || set != c.view.state.pkgs {
		return nil
	}
	err := refusedBy(ctx, a.Value)
	if e, ok := asError(err); !ok || e.Kind != eval.Thrown {
		return nil
	}
	f := failureOf(err)
	if f == nil {
		return nil
	}
	f.Msg, _, _ = strings.Cut(strings.TrimSpace(f.Msg), "\n\n")
	return &check.Missing{Failure: f}
}

// refusedBy returns the error that the use of a package ends with (nixpkgs,
// pkgs/stdenv/generic/check-meta.nix). What would be built is not computed unless
// the package says that it is not available.
func refusedBy(ctx context.Context, v eval.Value) error {
	kind, err := v.Force(ctx)
	if err != nil || kind != eval.Set {
		return err
	}
	r := reader{ctx: ctx}
	set := r.set(attr{value: v, ok: true})
	if available := r.set(set["meta"])["available"]; !available.ok || r.flag(available) {
		return nil
	}
	for _, name := range []string{"name", "outPath"} {
		if a := set[name]; a.ok {
			if _, err := a.value.Force(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// failedAt says that the value of a name failed. That of what comes before the
// first is reported where it is made.
func (c *Checker) failedAt(i int, err error) *check.Missing {
	if i < 0 || err == nil {
		return nil
	}
	if f := c.view.state.failureOf(err); f != nil {
		return &check.Missing{Index: i, Failure: f}
	}
	return nil
}

// MissingVar implements [check.Values].
func (c *Checker) MissingVar(n parser.Node) *check.Missing {
	var m *check.Missing
	if c.view.state.standIn != "" {
		return nil
	}
	if !c.step(func(ctx context.Context) { m = c.missingVar(ctx, n) }) {
		return nil
	}
	return m
}

func (c *Checker) missingVar(ctx context.Context, n parser.Node) *check.Missing {
	var names []string
	found := false
	for p, child := n.Parent(), n; p.Valid(); p, child = p.Parent(), p {
		if p.Kind() != parser.KindWith || p.LastChild() != child {
			continue
		}
		v, ok := c.view.Value(p.FirstExpr())
		if !ok {
			return nil
		}
		a, has, err := v.Attr(ctx, n.Text())
		switch {
		case err != nil:
			return nil
		case has:
			return c.unusable(ctx, v, a)
		}
		all, _ := v.AttrNames(ctx) // it is a set
		names, found = append(names, all...), true
	}
	if !found {
		return nil
	}
	return &check.Missing{Names: names}
}

// Function implements [check.Values].
func (c *Checker) Function(n parser.Node) (f check.Function, ok bool) {
	done := c.step(func(ctx context.Context) {
		ok = false
		v, known := c.view.Value(n)
		if !known {
			return
		}
		if kind, err := v.Force(ctx); err != nil || kind != eval.Function {
			return
		}
		info, err := v.Function(ctx)
		if err != nil || info.Builtin || !info.Set {
			return
		}
		f = check.Function{Name: info.Name, Place: placeOf(info.Pos), Ellipsis: info.Ellipsis}
		for _, formal := range info.Formals {
			f.Formals = append(f.Formals, check.Formal{Name: formal.Name, Optional: formal.Default != ""})
		}
		ok = true
	})
	return f, ok && done
}

// Body implements [check.Values].
func (c *Checker) Body() *check.Failure {
	outer, inner := entrance(c.view.info.Tree())
	body := c.view.info.Tree().Root().LastExpr()
	for _, lambda := range []parser.Node{outer, inner} {
		if lambda.Valid() {
			body = lambda.LastExpr()
		}
	}
	if c.IsGuess() {
		return nil // it may be called with something else
	}
	var f *check.Failure
	if !c.step(func(ctx context.Context) {
		f = nil
		v, ok := c.view.Value(body)
		if !ok {
			return
		}
		if _, err := v.Force(ctx); err != nil {
			f = c.view.state.failureOf(err)
		}
	}) {
		return nil
	}
	return f
}

// Failure implements [check.Merged].
func (c *Checker) Failure() (f *check.Failure, failed bool) {
	if err := c.view.state.err; err != nil {
		return c.view.state.failureOf(err), true
	}
	return nil, false
}

// Option implements [check.Merged].
func (c *Checker) Option(steps []string) *check.Failure {
	if c.view.state.options == nil {
		return nil
	}
	var f *check.Failure
	if !c.step(func(ctx context.Context) {
		f = nil
		v := c.view.state.config
		for _, name := range steps {
			a, ok, err := v.Attr(ctx, name)
			if err != nil || !ok {
				return
			}
			v = a.Value
		}
		if _, err := v.Force(ctx); err != nil {
			f = c.disagreement(err)
		}
	}) {
		return nil
	}
	return f
}

// disagreement returns why definitions make no value. Where something stands in for
// what the configuration is meant for, only the definitions themselves are to blame.
func (c *Checker) disagreement(err error) *check.Failure {
	f := failureOf(err)
	if f != nil && c.view.state.standIn != "" && !check.IsDisagreement(f.Msg) {
		return nil
	}
	return f
}

// Setters implements [check.Merged]. Of no option in particular they are all files
// that were read.
func (c *Checker) Setters(steps []string) []string {
	s := c.view.state
	if len(steps) == 0 {
		return s.Files()
	}
	var list []string
	c.step(func(ctx context.Context) {
		list = nil
		found := option.At(ctx, s.options, steps)
		for _, t := range found.Trees {
			if n, ok := t.(*node); ok && !n.any && n.Option(ctx) != nil {
				list = append(list, n.setters(ctx)...)
			}
		}
	})
	return list
}

// Alarms implements [check.Merged].
func (c *Checker) Alarms() []check.Alarm {
	if c.view.state.options == nil {
		return nil
	}
	var list []check.Alarm
	if !c.step(func(ctx context.Context) { list = c.view.state.alarms(ctx) }) {
		return nil
	}
	return list
}

// index returns a step into a list, as it is shown.
func index(i int) string { return "[" + strconv.Itoa(i) + "]" }
