package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"firn/lsp/feature/option"
	"firn/lsp/knowledge"
)

// optionsCommand holds the flags of firn options.
type optionsCommand struct {
	subject
	json, value, hidden bool
	limit               int
}

func newOptions(a *app) *cobra.Command {
	c := optionsCommand{subject: subject{app: a}}
	cmd := &cobra.Command{
		Use:   "options [PATH|WORD...]",
		Short: "Search the options of a configuration",
		Long: `Search the options of a configuration of NixOS or home-manager, those of its own
modules included, and those of submodules, as users.users.<name>.home.

A PATH that there is lists the option at it and those below. Otherwise each WORD
has to occur in the path of an option, where a few characters may be left out, or
in its description; paths come first. Without arguments all are listed. A line is
the path, the type, and the beginning of the description.

` + aboutSubject + `

With --json it is an array of objects, in the same order: loc (an array of
names), name (the path as it is written), type, description (Markdown), default,
example (in nixlang, or Markdown if defaultIsProse or exampleIsProse is true),
declarations (objects with file, and line and column if they are known), readOnly
and hidden. What is not known is left out. With --value there are value (in
nixlang, shortened where it is long) or valueError, isDefault, priority and files,
those that set it.

The exit code is 1 if nothing is found.`,
		Example: `  firn options nginx                       # by words
  firn options services.nginx              # all below a path
  firn options users.users.alice.          # those of a user
  firn options --config '' ssh port        # of NixOS alone
  firn options --home programs.git         # of home-manager
  firn options --json --value services.openssh.enable`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	cmd.ValidArgsFunction = c.completion(optionNames)
	f := cmd.Flags()
	f.BoolVar(&c.json, "json", false, "print an array of JSON objects")
	f.BoolVar(&c.value, "value", false, "tell the values, too, and which files set them")
	f.BoolVar(&c.hidden, "hidden", false, "list those, too, that are internal or left out of manuals")
	f.IntVarP(&c.limit, "limit", "n", 0, "list at most so `MANY`; 0 for all")
	c.register(f)
	return cmd
}

func (c *optionsCommand) run(cmd *cobra.Command, args []string) error {
	e, err := c.find(cmd)
	if err != nil {
		return err
	}
	k, err := c.load(cmd, e)
	if err != nil {
		return err
	}
	if k.Options() == nil {
		say(cmd, fmt.Sprintf("firn: %s has no configuration with options; --config '' searches those that come with nixpkgs", k.Entry()))
		return errFindings
	}
	list, err := c.search(cmd, k, args)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		say(cmd, fmt.Sprintf("firn: no option of %s has %s in its path or description", k.Entry(), quoted(args)))
		return errFindings
	}
	return c.print(cmd, limited(list, c.limit))
}

func quoted(args []string) string {
	list := make([]string, len(args))
	for i, a := range args {
		list[i] = "'" + a + "'"
	}
	return strings.Join(list, " and ")
}

// search returns what the arguments find, the best first.
func (c *optionsCommand) search(cmd *cobra.Command, k *knowledge.State, args []string) ([]*knowledge.Listed, error) {
	p := startActivity(cmd, "listing options")
	defer p.stop()
	if len(args) == 1 {
		loc, ok := splitPath(args[0])
		if !ok {
			return nil, usageError{fmt.Errorf("%s is not a path of attributes: a quote is missing", args[0])}
		}
		if list, err := c.below(cmd, k, loc); err != nil || len(list) > 0 {
			return list, err
		}
	}
	all, err := c.list(cmd, k, nil)
	if err != nil {
		return nil, err
	}
	words := newSearch(args)
	var hits []hit[*knowledge.Listed]
	for _, o := range all {
		name := option.Path(o.Loc)
		if score, ok := words.rank(name, func() string { return o.Description }); ok {
			hits = append(hits, hit[*knowledge.Listed]{name, score, o})
		}
	}
	if len(words) > 0 {
		sortHits(hits)
	}
	found := make([]*knowledge.Listed, len(hits))
	for i, h := range hits {
		found[i] = h.thing
	}
	return found, nil
}

// below returns the options at a path and below it.
func (c *optionsCommand) below(cmd *cobra.Command, k *knowledge.State, loc []string) ([]*knowledge.Listed, error) {
	if len(loc) == 0 {
		return nil, nil
	}
	return c.list(cmd, k, loc)
}

// list returns the options whose paths begin with a prefix, in the order of paths.
func (c *optionsCommand) list(cmd *cobra.Command, k *knowledge.State, prefix []string) ([]*knowledge.Listed, error) {
	all, err := k.List(cmd.Context(), prefix...)
	if err != nil {
		return nil, evaluationError(err)
	}
	for _, u := range all.Unread {
		say(cmd, fmt.Sprintf("firn: warning: the options below %s cannot be read: %s", option.Path(u.Loc), knowledge.Message(u.Err)))
	}
	var list []*knowledge.Listed
	for _, o := range all.Options {
		if c.hidden || !o.Hidden {
			list = append(list, o)
		}
	}
	return list, nil
}

func (c *optionsCommand) print(cmd *cobra.Command, list []*knowledge.Listed) error {
	out := bufio.NewWriter(cmd.OutOrStdout())
	if c.json {
		if err := writeArray(out, list, func(o *knowledge.Listed) any { return c.object(cmd.Context(), o) }); err != nil {
			return err
		}
		return out.Flush()
	}
	t := newTable(cmd.OutOrStdout())
	for _, o := range list {
		r := row{name: option.Path(o.Loc), note: o.Type(cmd.Context()), text: option.Summary(o.Description)}
		if c.value {
			r.more = valueLines(o.Setting(cmd.Context()))
		}
		t.rows = append(t.rows, r)
	}
	if err := t.write(out); err != nil {
		return err
	}
	return out.Flush()
}

// valueLines tells the value of an option below its line.
func valueLines(s option.Setting) []string {
	var lines []string
	switch {
	case s.Err != nil:
		lines = append(lines, "fails: "+knowledge.Message(s.Err))
	case s.Value != "":
		lines = append(lines, "= "+strings.ReplaceAll(s.Value, "\n", "\n  "))
	}
	for _, f := range s.Files {
		lines = append(lines, "set in "+f)
	}
	return lines
}

// jsonOption is an option in the output for machines.
type jsonOption struct {
	Loc            []string    `json:"loc"`
	Name           string      `json:"name"`
	Type           string      `json:"type,omitempty"`
	Description    string      `json:"description,omitempty"`
	Default        string      `json:"default,omitempty"`
	DefaultIsProse bool        `json:"defaultIsProse,omitempty"`
	Example        string      `json:"example,omitempty"`
	ExampleIsProse bool        `json:"exampleIsProse,omitempty"`
	Declarations   []jsonPoint `json:"declarations"`
	ReadOnly       bool        `json:"readOnly"`
	Hidden         bool        `json:"hidden"`
	*jsonValue
}

// jsonValue is what --value adds.
type jsonValue struct {
	Value      string   `json:"value,omitempty"`
	ValueError string   `json:"valueError,omitempty"`
	IsDefault  bool     `json:"isDefault"`
	Priority   int      `json:"priority,omitempty"`
	Files      []string `json:"files"`
}

// jsonPoint is a place in a file. Line and column count from 1.
type jsonPoint struct {
	File   string `json:"file"`
	Line   uint32 `json:"line,omitempty"`
	Column uint32 `json:"column,omitempty"`
}

func (c *optionsCommand) object(ctx context.Context, o *knowledge.Listed) jsonOption {
	j := newJSONOption(o.Option(ctx), o)
	if c.value {
		j.jsonValue = newJSONValue(o.Setting(ctx))
	}
	return j
}

func newJSONOption(full *option.Option, o *knowledge.Listed) jsonOption {
	j := jsonOption{Loc: o.Loc, Name: option.Path(o.Loc), Hidden: o.Hidden, Description: option.Prose(o.Description), Declarations: []jsonPoint{}}
	if full == nil {
		return j
	}
	if full.Type != nil {
		j.Type = full.Type.Description
	}
	j.ReadOnly = full.ReadOnly
	j.Default, j.DefaultIsProse = full.Default, full.DefaultDoc
	j.Example, j.ExampleIsProse = full.Example, full.ExampleDoc
	for _, p := range full.Declared {
		j.Declarations = append(j.Declarations, jsonPoint{p.Path, p.Line, p.Column})
	}
	return j
}

func newJSONValue(s option.Setting) *jsonValue {
	v := &jsonValue{Value: s.Value, IsDefault: s.Default, Priority: s.Priority, Files: s.Files}
	if s.Err != nil {
		v.Value, v.ValueError = "", knowledge.Message(s.Err)
	}
	if v.Files == nil {
		v.Files = []string{}
	}
	return v
}

// printArray prints a JSON array, an element a line.
func printArray[T any](cmd *cobra.Command, list []T) error {
	out := bufio.NewWriter(cmd.OutOrStdout())
	if err := writeArray(out, list, func(x T) any { return x }); err != nil {
		return err
	}
	return out.Flush()
}

// writeArray writes a JSON array, an element a line.
func writeArray[T any](w *bufio.Writer, list []T, object func(T) any) error {
	sep := "[\n"
	for _, x := range list {
		text, err := jsonLine(object(x))
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", sep, text); err != nil {
			return err
		}
		sep = ",\n"
	}
	if len(list) == 0 {
		_, err := w.WriteString("[]\n")
		return err
	}
	_, err := w.WriteString("\n]\n")
	return err
}

// jsonLine returns JSON in a line, with < and > as they are.
func jsonLine(x any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(x)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// splitPath returns the names of a path of attributes, with quotes around those
// that have dots in them. A dot at the end does not count. It is false if a quote
// is missing.
func splitPath(path string) (names []string, ok bool) {
	name, quote := "", false
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '"':
			quote = !quote
		case c == '\\' && quote && i+1 < len(path):
			i++
			name += path[i : i+1]
		case c == '.' && !quote:
			names, name = append(names, name), ""
		default:
			name += path[i : i+1]
		}
	}
	if name != "" || len(path) > 0 && path[len(path)-1] == '"' {
		names = append(names, name)
	}
	return names, !quote
}
