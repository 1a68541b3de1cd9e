// Package repl is a session at a prompt: expressions are evaluated and printed,
// bindings are kept, and commands that begin with a colon do the rest. It works
// as the prompt of Nix does (src/libcmd/repl.cc), without a terminal, which is
// the business of who reads the lines.
package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"firn/eval"
	"firn/parser"
)

// Session is what is known at a prompt. One goroutine uses it at a time.
type Session struct {
	Eval    *eval.Evaluator
	Auto    eval.Args // arguments of functions that are loaded
	Dir     string    // what relative paths are relative to
	Out     io.Writer
	Colours bool // whether Out shows them
	Trace   bool // whether errors are shown with their whole trace
	Pipes   bool // whether |> is an operator

	// Edit opens a file at a line, which counts from 1; 0 is none in particular.
	Edit func(ctx context.Context, file string, line uint32) error

	vars   eval.Variables
	loaded []string // for :reload
	latest []string // names that were added last
}

// ErrQuit is returned by [Session.Do] when the user wants to leave.
var ErrQuit = errors.New("the session is over")

// last is the variable that has the value of the last expression.
const last = "_"

// name is what places in what was typed are called.
const name = "«string»"

// Do does what a line, or several, say.
func (s *Session) Do(ctx context.Context, input string) error {
	input = strings.TrimSpace(input)
	if input == "" {
		return nil
	}
	if input[0] == ':' {
		return s.command(ctx, input)
	}
	if s.Eval.IsBindings(input) {
		return s.bind(ctx, input)
	}
	v, err := s.evaluate(ctx, input)
	if err != nil {
		return err
	}
	s.vars.Bind(last, v)
	return s.print(ctx, v, 1)
}

func (s *Session) evaluate(ctx context.Context, src string) (eval.Value, error) {
	if src == "" {
		return eval.Value{}, errors.New("an expression is missing")
	}
	return s.Eval.TextWith(ctx, &s.vars, name, s.Dir, src)
}

func (s *Session) print(ctx context.Context, v eval.Value, depth int) error {
	text, err := v.Pretty(ctx, eval.Pretty{Depth: depth, Colours: s.Colours})
	if err != nil {
		return err
	}
	return s.say(text)
}

// say prints a line.
func (s *Session) say(text string) error {
	_, err := fmt.Fprintln(s.Out, text)
	return err
}

func (s *Session) bind(ctx context.Context, src string) error {
	attrs, err := s.Eval.Bindings(ctx, &s.vars, name, s.Dir, src)
	for _, a := range attrs {
		s.vars.Bind(a.Name, a.Value)
	}
	return err
}

// IsComplete reports whether an input says all that it has to say, which may be
// wrong: what is not complete goes on in the next line.
func (s *Session) IsComplete(input string) bool {
	input = strings.TrimSpace(input)
	if word, rest, _ := strings.Cut(input, " "); strings.HasPrefix(input, ":") {
		c := lookup(word)
		if c == nil || !c.expr {
			return true
		}
		input = strings.TrimSpace(rest)
	}
	return input == "" || s.Eval.IsBindings(input) || !s.ends(input) && (s.parses(input) || !s.ends("{ "+input))
}

func (s *Session) parses(src string) bool {
	_, err := parser.Parse(src, parser.PipeOperators(s.Pipes))
	return err == nil
}

// ends reports whether a text is no expression because it ends too early.
func (s *Session) ends(src string) bool {
	_, bad := parser.Parse(src, parser.PipeOperators(s.Pipes))
	return bad != nil && strings.Contains(bad.Msg, "unexpected end of file")
}

// Load adds the attributes of the set in a file, or of the one that the function
// in it makes, to the variables.
func (s *Session) Load(ctx context.Context, file string) error {
	v, err := s.file(ctx, file)
	if err == nil {
		v, err = v.Call(ctx, s.Auto)
	}
	if err == nil {
		err = s.add(ctx, v)
	}
	if err != nil {
		return err
	}
	s.loaded = slices.DeleteFunc(s.loaded, func(f string) bool { return f == file })
	s.loaded = append(s.loaded, file)
	return nil
}

func (s *Session) file(ctx context.Context, file string) (eval.Value, error) {
	if strings.HasPrefix(file, "<") && strings.HasSuffix(file, ">") {
		return s.evaluate(ctx, "import "+file)
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(s.Dir, file)
	}
	return s.Eval.File(ctx, file)
}

// add makes variables of the attributes of a set.
func (s *Session) add(ctx context.Context, v eval.Value) error {
	attrs, err := v.Attrs(ctx)
	if _, ok := errors.AsType[*eval.WrongKindError](err); ok {
		return s.unexpected(ctx, "a set", v)
	}
	if err != nil {
		return err
	}
	s.latest = nil
	for _, a := range attrs {
		s.vars.Bind(a.Name, a.Value)
		s.latest = append(s.latest, a.Name)
	}
	count := fmt.Sprintf("Added %d variables.", len(attrs))
	if len(attrs) == 1 {
		count = "Added 1 variable."
	}
	if err := s.say(count); err != nil || len(attrs) == 0 {
		return err
	}
	const most = 20
	shown := make([]string, 0, most)
	for _, n := range s.latest[:min(most, len(s.latest))] {
		shown = append(shown, identifier(n))
	}
	if err := s.say(strings.Join(shown, ", ")); err != nil || len(attrs) <= most {
		return err
	}
	return s.say(fmt.Sprintf("... and %d more; view with :ll", len(attrs)-most))
}

// unexpected is the error that a value is not what it should be.
func (s *Session) unexpected(ctx context.Context, want string, v eval.Value) error {
	what, err := v.Describe(ctx)
	if err != nil {
		return err
	}
	text, err := v.Pretty(ctx, eval.Pretty{Depth: 1})
	if err != nil {
		return err
	}
	return fmt.Errorf("expected %s but found %s: %s", want, what, text)
}
