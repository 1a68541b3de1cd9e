// Package check finds what is wrong with the values of a file: options that do
// not exist or are set to what they cannot be, attributes and arguments that are
// missing, evaluations that fail.
//
// It walks the text and asks about values, which somebody else evaluates. Where
// those do not know, it prefers silence to a false report.
package check

import (
	"context"
	"slices"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/lsp/feature/problem"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// The codes of problems.
const (
	UnknownOption   = "unknown-option"
	OptionType      = "option-type"
	OptionConflict  = "option-conflict"
	OptionReadOnly  = "option-read-only"
	OptionRenamed   = "option-renamed"
	OptionRemoved   = "option-removed"
	ModuleKeys      = "module-keys"
	Evaluation      = "evaluation"
	Assertion       = "assertion"
	Warning         = "warning"
	MissingAttr     = "missing-attribute"
	MissingArgument = "missing-argument"
	ExtraArgument   = "unexpected-argument"
	MissingFile     = "missing-file"
)

// Values answers what the values of expressions of the file are. What is not
// known, or would take too long, it leaves open.
type Values interface {
	// Bool returns the value of a condition.
	Bool(n parser.Node) (b, known bool)
	// Misfit says why the value of an expression cannot stand at a place among
	// options, nil if nothing is known to speak against it. Whole asks about all
	// that is in the value, too.
	Misfit(n parser.Node, at option.Found, whole bool) *Misfit
	// TakesSet reports whether a set could stand at a place.
	TakesSet(at option.Found) bool
	// Missing follows names from the value of an expression, and says where there
	// is no such attribute, or none that may be used.
	Missing(n parser.Node, names []string) *Missing
	// MissingVar is Missing for a variable that can only come from a with.
	MissingVar(n parser.Node) *Missing
	// Function returns what the value of an expression takes, if it is a function
	// that takes a set apart.
	Function(n parser.Node) (Function, bool)
	// Body returns why the file, called as it will be, has no value.
	Body() *Failure
}

// Merged answers what becomes of definitions in the configuration that the file is
// part of, which has been evaluated with the file as it is.
type Merged interface {
	// Failure reports whether the configuration cannot be evaluated at all, and why
	// if that is worth telling.
	Failure() (f *Failure, failed bool)
	// Option returns why an option, or what is in its value, has no value.
	Option(steps []string) *Failure
	// Setters returns the files that set an option.
	Setters(steps []string) []string
	// Alarms returns the assertions that do not hold, and the warnings.
	Alarms() []Alarm
}

// Misfit is why a value cannot stand where it does.
type Misfit struct {
	Path    []string     // from the value to what is wrong with it: names, and [i] in lists
	Want    *option.Type // what it should be
	IsSet   bool         // or that it should be a set of options
	Got     string       // what it is
	Value   string       // in nixlang, if it is short
	Unknown bool         // the last name of Path is no option
	Names   []string     // what it could be instead
	Failure *Failure     // it has no value
}

// Missing says that a set has no attribute of some name, or that the attribute has
// no value that may be used.
type Missing struct {
	Index int      // of the name
	Names []string // that the set has
	Got   string   // what there is in place of a set, "" for a set
	// Failure says that the value before the name cannot be had, for a reason of
	// its own.
	Failure *Failure
}

// Function is a function that takes a set apart.
type Function struct {
	Name     string // "" if it has none
	Place    *infer.Place
	Formals  []Formal
	Ellipsis bool
}

// Formal is an attribute that a function takes.
type Formal struct {
	Name     string
	Optional bool
}

// Failure is why an evaluation has no value.
type Failure struct {
	Msg    string
	Frames []Frame // the outermost first; the last is where it failed
	Thrown bool    // nixlang code says that it is wrong
}

// Frame is what was going on when an evaluation failed.
type Frame struct {
	Msg   string
	Place *infer.Place // nil if there is none
}

// Alarm is an assertion that does not hold, or a warning.
type Alarm struct {
	Msg     string
	Warning bool
}

// Query is what a question is asked about.
type Query struct {
	Info   *scope.Info
	Module *module.Module // nil if the file is none
	Config option.View    // what it can set
	World  disk.World     // around the file
	Values Values
	Merged Merged // nil if it is not known what becomes of the file
	// Open says that there may be more options than are known.
	Open bool
	// Guess says that the file may be called with other values than those that are
	// known.
	Guess bool
	// Entry says that the evaluation of the configuration begins with the file.
	Entry bool
	// Mine reports whether a file is of the workspace.
	Mine func(path string) bool
	// Load returns what the names of another file mean, or nil.
	Load func(path string) *scope.Info
	// Document returns another file to point at, nil if it cannot be read.
	Document func(path string) *problem.Document
}

// checker answers one question.
type checker struct {
	Query
	ctx   context.Context
	tree  *parser.Tree
	lines *text.Lines
	conds map[parser.NodeID]truth
	found []problem.Problem
	said  map[saying]bool
	sets  []*module.Def // definitions with nothing wrong so far, one for each option
}

// saying is what is said of a place.
type saying struct {
	at  text.Span
	msg string
}

type truth struct{ value, known bool }

// Find returns what is wrong. It stops when ctx ends.
func (q Query) Find(ctx context.Context) []problem.Problem {
	c := &checker{
		Query: q, ctx: ctx, tree: q.Info.Tree(), lines: text.NewLines(q.Info.Tree().Source()),
		conds: map[parser.NodeID]truth{}, said: map[saying]bool{},
	}
	c.files()
	c.selections()
	c.calls()
	if c.Module != nil && c.Config.Valid() {
		c.module(c.Module)
	}
	if c.Merged != nil {
		c.merged()
	}
	c.body()
	return c.found
}

// maxProblems is how many problems of a file are told. Nobody reads more.
const maxProblems = 500

func (c *checker) add(p problem.Problem) {
	if c.ctx.Err() != nil {
		return // what was found out with no time left is worth nothing
	}
	if s := (saying{p.Span, p.Msg}); !c.said[s] && len(c.found) < maxProblems {
		c.said[s] = true
		c.found = append(c.found, p)
	}
}

// severity returns that of a problem with a value.
func (c *checker) severity() problem.Severity {
	if c.Guess {
		return problem.Warning
	}
	return problem.Error
}

// isFaulty reports whether there is a problem within a span already.
func (c *checker) isFaulty(s text.Span) bool {
	return slices.ContainsFunc(c.found, func(p problem.Problem) bool {
		return s.Covers(p.Span) && p.Severity == problem.Error
	})
}

// bool returns the value of a condition.
func (c *checker) bool(n parser.Node) truth {
	if n.Tree() != c.tree || c.ctx.Err() != nil {
		return truth{}
	}
	t, ok := c.conds[n.ID()]
	if !ok {
		t.value, t.known = c.Values.Bool(n)
		c.conds[n.ID()] = t
	}
	return t
}
