package eval

import (
	"fmt"
	"strings"

	"firn/eval/value"
)

// ErrorKind says what sort of thing went wrong.
type ErrorKind uint8

// The kinds of errors. Of those only Thrown and Assertion are caught by
// builtins.tryEval.
const (
	EvalError ErrorKind = iota // whatever has no kind of its own
	TypeError
	Thrown    // throw, and a search path that has no such entry
	Assertion // assert
	Abort
	UndefinedVariable
	MissingArgument
	InfiniteRecursion
	StackOverflow
	SyntaxError // a file cannot be read as nixlang
	Forbidden   // the policy of the evaluation does not allow it
	Unreachable // it is elsewhere, and nobody answers there
	Interrupted // the context of the evaluation ended
	OutOfBudget // memory or depth is used up
	Internal    // the evaluator itself failed
	Unknown     // it depends on an argument that was not given, see [Inside]
)

var kindNames = [...]string{
	EvalError: "evaluation", TypeError: "type", Thrown: "thrown", Assertion: "assertion", Abort: "abort",
	UndefinedVariable: "undefined-variable", MissingArgument: "missing-argument", InfiniteRecursion: "infinite-recursion",
	StackOverflow: "stack-overflow", SyntaxError: "syntax", Forbidden: "forbidden", Unreachable: "unreachable", Interrupted: "interrupted",
	OutOfBudget: "out-of-budget", Internal: "internal", Unknown: "unknown",
}

// String returns the kind in a word.
func (k ErrorKind) String() string { return kindNames[k] }

// MarshalText implements [encoding.TextMarshaler].
func (k ErrorKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// frame is one line of a trace: what was going on where.
type frame struct {
	pos    value.Pos
	text   string // a format for args
	args   [2]string
	always bool // shown in a short trace, too
}

func (f *frame) String() string {
	n := strings.Count(f.text, "%s")
	switch n {
	case 0:
		return f.text
	case 1:
		return fmt.Sprintf(f.text, f.args[0])
	}
	return fmt.Sprintf(f.text, f.args[0], f.args[1])
}

// fault is what went wrong.
type fault struct {
	kind        ErrorKind
	msg         string
	pos         value.Pos
	suggestions []string
	cell        *value.Value // of an infinite recursion: where it meets itself
	syntax      error        // of a file that cannot be read
}

// failure is the outcome of an evaluation that has none. It flows through the
// evaluator like a value, and everything that it passes may put a frame before
// it. It is immutable, since a cell keeps its failure.
type failure struct {
	value.Header
	*fault
	frame frame
	inner *failure // the frames that were put before this one
}

func (f *failure) value() value.Value { return value.MakeObject(&f.Header) }

// failed returns the failure that a failed value is.
func failed(v *value.Value) *failure { return value.As[failure](v) }

func newFailure(f fault) *failure {
	return &failure{Header: value.NewHeader(value.Failed), fault: &f}
}

// fail makes a failure with a message.
func fail(kind ErrorKind, pos value.Pos, format string, args ...any) *failure {
	msg := format
	if len(args) > 0 {
		msg = fmt.Sprintf(format, args...)
	}
	return newFailure(fault{kind: kind, msg: msg, pos: pos})
}

// with returns f with a frame before it.
func (f *failure) with(pos value.Pos, text string, args ...string) *failure {
	if text == "" {
		return f
	}
	g := &failure{Header: f.Header, fault: f.fault, inner: f, frame: frame{pos: pos, text: text}}
	copy(g.frame.args[:], args)
	return g
}

// suggest returns f with names that may have been meant.
func (f *failure) suggest(names []string) *failure {
	f.suggestions = names
	return f
}

// at returns f with a place, if it has none.
func (f *failure) at(pos value.Pos) *failure {
	if f.pos == 0 {
		f.fault.pos = pos
	}
	return f
}

// keeps reports whether a cell keeps the failure as its outcome. What depends
// on the patience of the caller it does not.
func (f *failure) keeps() bool { return f.kind != Interrupted && f.kind != OutOfBudget }

// caught reports whether tryEval catches it.
func (f *failure) caught() bool { return f.kind == Thrown || f.kind == Assertion }
