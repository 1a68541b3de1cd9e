package repl

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"firn/eval"
	"firn/eval/builtin"
	"firn/lsp/feature/markup"
	"firn/parser/scope"
)

// command is what a word with a colon does.
type command struct {
	names []string // the shortest first
	arg   string   // what follows, for help
	expr  bool     // that is an expression
	help  string
	run   func(s *Session, ctx context.Context, arg string) error
}

// commands is filled in by init, since one of them lists all.
var commands []command

func init() {
	commands = []command{
		{names: []string{"a", "add"}, arg: "<expr>", expr: true, help: "Make variables of the attributes of a set", run: (*Session).addCommand},
		{names: []string{"doc"}, arg: "<expr>", expr: true, help: "Show the documentation of a function", run: (*Session).document},
		{names: []string{"drv"}, arg: "<expr>", expr: true, help: "Show the store paths of a derivation", run: (*Session).paths},
		{names: []string{"e", "edit"}, arg: "<expr>", expr: true, help: "Open a path, function or package in $EDITOR", run: (*Session).edit},
		{names: []string{"l", "load"}, arg: "<path>", help: "Load a file and make variables of its attributes", run: (*Session).load},
		{names: []string{"ll", "last-loaded"}, help: "List the variables that were added last", run: (*Session).lastLoaded},
		{names: []string{"p", "print"}, arg: "<expr>", expr: true, help: "Print all of a value, and a string as it is", run: (*Session).printAll},
		{names: []string{"q", "quit"}, help: "Leave", run: func(*Session, context.Context, string) error { return ErrQuit }},
		{names: []string{"r", "reload"}, help: "Forget the variables, and load all files again", run: func(s *Session, ctx context.Context, _ string) error { return s.Reload(ctx) }},
		{names: []string{"t", "type"}, arg: "<expr>", expr: true, help: "Say what a value is", run: (*Session).describe},
		{names: []string{"te", "trace-enable"}, arg: "[true|false]", help: "Show errors with their whole trace, or not", run: (*Session).traceEnable},
		{names: []string{"?", "help"}, help: "List the commands", run: (*Session).help},
	}
}

// lookup returns the command that a word with a colon names, or nil.
func lookup(word string) *command {
	for i := range commands {
		if slices.Contains(commands[i].names, strings.TrimPrefix(word, ":")) {
			return &commands[i]
		}
	}
	return nil
}

func (s *Session) command(ctx context.Context, input string) error {
	word, arg := input, ""
	if i := strings.IndexAny(input, " \t\r\n"); i >= 0 {
		word, arg = input[:i], strings.TrimSpace(input[i:])
	}
	c := lookup(word)
	switch {
	case c == nil:
		return fmt.Errorf("unknown command '%s'; :? lists those that there are", word)
	case arg == "" && strings.HasPrefix(c.arg, "<"):
		return fmt.Errorf("%s takes an argument: %s %s", word, word, c.arg)
	case arg != "" && c.arg == "":
		return fmt.Errorf("%s takes no argument", word)
	}
	return c.run(s, ctx, arg)
}

func (s *Session) help(context.Context, string) error {
	rows := [][2]string{{"<expr>", "Evaluate and print an expression; _ is its value then"}, {"<x> = <expr>", "Bind a variable"}}
	for _, c := range commands {
		rows = append(rows, [2]string{strings.TrimSpace(":" + strings.Join(c.names, ", :") + " " + c.arg), c.help})
	}
	var b strings.Builder
	b.WriteString("The following commands are available:\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "\n  %-31s %s", r[0], r[1])
	}
	return s.say(b.String())
}

func (s *Session) addCommand(ctx context.Context, arg string) error {
	v, err := s.evaluate(ctx, arg)
	if err != nil {
		return err
	}
	return s.add(ctx, v)
}

func (s *Session) load(ctx context.Context, arg string) error {
	s.Eval.Refresh()
	return s.Load(ctx, arg)
}

// Reload forgets the variables and loads all files again that were loaded. Those
// that have not changed stay evaluated.
func (s *Session) Reload(ctx context.Context) error {
	s.Eval.Refresh()
	s.vars = eval.Variables{}
	var errs []error
	for _, f := range slices.Clone(s.loaded) {
		if err := s.say("Loading " + f + "..."); err != nil {
			return err
		}
		errs = append(errs, s.Load(ctx, f))
	}
	return errors.Join(errs...)
}

func (s *Session) lastLoaded(context.Context, string) error {
	if s.latest == nil {
		return errors.New("nothing has been loaded yet")
	}
	return s.say(strings.Join(s.latest, "\n"))
}

func (s *Session) printAll(ctx context.Context, arg string) error {
	v, err := s.evaluate(ctx, arg)
	if err != nil {
		return err
	}
	if v.Known() == eval.String {
		text, err := v.Text(ctx)
		if err != nil {
			return err
		}
		return s.say(text.Text)
	}
	return s.print(ctx, v, 0)
}

func (s *Session) describe(ctx context.Context, arg string) error {
	v, err := s.evaluate(ctx, arg)
	if err != nil {
		return err
	}
	text, err := v.Describe(ctx)
	if err != nil {
		return err
	}
	return s.say(text)
}

func (s *Session) traceEnable(_ context.Context, arg string) error {
	switch arg {
	case "":
		s.Trace = !s.Trace
	case "true", "false":
		s.Trace = arg == "true"
	default:
		return fmt.Errorf("unexpected argument '%s' to :te; it takes true or false", arg)
	}
	if s.Trace {
		return s.say("showing error traces")
	}
	return s.say("not showing error traces")
}

// paths shows what a derivation is called in the store.
func (s *Session) paths(ctx context.Context, arg string) error {
	v, err := s.evaluate(ctx, arg)
	if err != nil {
		return err
	}
	list, err := v.Derivations(ctx, nil)
	if err != nil {
		return err
	}
	if len(list) != 1 || list[0].Attr != "" {
		return errors.New("the expression does not evaluate to a derivation")
	}
	if err := s.say("derivation  " + string(list[0].Drv)); err != nil {
		return err
	}
	outputs, err := s.outputs(ctx, v)
	if err != nil {
		return err
	}
	for _, o := range outputs {
		a, ok, err := v.Attr(ctx, o)
		if err != nil || !ok {
			return err
		}
		if a, ok, err = a.Value.Attr(ctx, "outPath"); err != nil || !ok {
			return err
		}
		text, err := a.Value.Text(ctx)
		if err != nil {
			return err
		}
		if err := s.say(fmt.Sprintf("%-11s %s", o, text.Text)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) outputs(ctx context.Context, v eval.Value) ([]string, error) {
	a, ok, err := v.Attr(ctx, "outputs")
	if err != nil || !ok {
		return []string{"out"}, err
	}
	elems, err := a.Value.Elems(ctx)
	var names []string
	for _, e := range elems {
		text, err := e.Text(ctx)
		if err != nil {
			return nil, err
		}
		names = append(names, text.Text)
	}
	return names, err
}

// edit opens what a value was made from.
func (s *Session) edit(ctx context.Context, arg string) error {
	v, err := s.evaluate(ctx, arg)
	if err != nil {
		return err
	}
	file, line, err := s.source(ctx, v)
	if err != nil {
		return err
	}
	if err := s.Edit(ctx, file, line); err != nil {
		return err
	}
	return s.Reload(ctx)
}

// source returns where a value comes from: a path is its own source, a function
// has a place, and a package says in meta.position.
func (s *Session) source(ctx context.Context, v eval.Value) (file string, line uint32, err error) {
	switch v.Known() {
	case eval.Path:
		file, err = v.Path(ctx)
		return file, 0, err
	case eval.String:
		text, err := v.Text(ctx)
		return text.Text, 0, err
	case eval.Function:
		f, err := v.Function(ctx)
		if err != nil {
			return "", 0, err
		}
		if f.Pos == nil || strings.HasPrefix(f.Pos.File, "«") {
			return "", 0, errors.New("this function is in no file")
		}
		return f.Pos.File, f.Pos.Line, nil
	}
	at, err := v.At(ctx, "meta.position", nil)
	if err != nil {
		return "", 0, fmt.Errorf("there is no meta.position that says where it comes from: %w", err)
	}
	text, err := at.Text(ctx)
	if err != nil {
		return "", 0, err
	}
	file = text.Text
	if i := strings.LastIndexByte(file, ':'); i >= 0 {
		if n, err := strconv.ParseUint(file[i+1:], 10, 32); err == nil {
			file, line = file[:i], uint32(n)
		}
	}
	return file, line, nil
}

// document shows what is written about a function.
func (s *Session) document(ctx context.Context, arg string) error {
	v, err := s.evaluate(ctx, arg)
	if err != nil {
		return err
	}
	if v.Known() == eval.Function {
		f, err := v.Function(ctx)
		if err != nil {
			return err
		}
		if f.Builtin {
			return s.say(markup.Builtin(builtin.Lookup(f.Name)))
		}
		if text := functionText(f); text != "" {
			return s.say(text)
		}
	}
	if text := s.attrText(ctx, arg); text != "" {
		return s.say(text)
	}
	return errors.New("there is no documentation of that")
}

// identifier returns a name as it is written.
func identifier(name string) string { return scope.AttrName(name) }
