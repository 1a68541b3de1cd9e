package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"firn/cmd/internal/explain"
	"firn/lsp/feature/markup"
	"firn/lsp/knowledge"
)

// explainCommand holds the flags of firn explain.
type explainCommand struct {
	subject
	json, markdown bool
}

func newExplain(a *app) *cobra.Command {
	c := explainCommand{subject: subject{app: a}}
	cmd := &cobra.Command{
		Use:   "explain PATH...",
		Short: "Tell all about an option, a package, a function or a value",
		Long: `Tell all about what is at a path of attributes: an option of the configuration, a
package, a function of lib, a builtin, or any value below config, pkgs and lib.

Of an option that is its documentation, its value, where the configuration sets
it, and which definition counts. Of a package it is what its metadata says, where
it is written, and its store paths. Of a function it is the comment that documents
it.

A PATH is looked for among options, in pkgs, in lib, and among builtins. The first
is told about, and the others are named: a path with options., config., pkgs., lib.
or builtins. before it is one of those.

` + aboutSubject + `

With --json it is an array of objects: query, kind (option, options, package,
function, builtin or another kind of value), path, markdown, others (paths of what
else the query may mean), position; of an option also option (as firn options
--json --value has it) and definitions (file, line, column, text, priority,
conditions, counts); of a package also package (as firn packages --json has it),
drvPath, outputs (objects with name and path) and error.

The exit code is 1 if there is nothing at a path.`,
		Example: `  firn explain services.openssh.enable
  firn explain users.users.alice.home      # of a user that there is, or of any
  firn explain pkgs.hello
  firn explain lib.mapAttrs --markdown
  firn explain --json networking.hostName | jq -r '.[0].definitions[].file'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	cmd.ValidArgsFunction = c.completion(explainedNames)
	f := cmd.Flags()
	f.BoolVar(&c.json, "json", false, "print an array of JSON objects")
	f.BoolVar(&c.markdown, "markdown", false, "print Markdown")
	cmd.MarkFlagsMutuallyExclusive("json", "markdown")
	c.register(f)
	return cmd
}

func (c *explainCommand) run(cmd *cobra.Command, args []string) error {
	e, err := c.find(cmd)
	if err != nil {
		return err
	}
	x := explain.New(func(refused bool) (*knowledge.State, error) {
		c.refused = refused
		return c.load(cmd, e)
	})
	var list []jsonExplained
	failed := false
	for _, query := range args {
		found, err := c.explain(cmd, x, query)
		if _, nothing := errors.AsType[*explain.NothingError](err); nothing {
			say(cmd, "firn: "+err.Error())
			failed = true
			continue
		}
		if err != nil {
			return err
		}
		list = append(list, newJSONExplained(query, found))
	}
	if err := c.print(cmd, list); err != nil {
		return err
	}
	if failed {
		return errFindings
	}
	return nil
}

func (c *explainCommand) explain(cmd *cobra.Command, x *explain.Explainer, query string) (*explain.Explained, error) {
	path, ok := splitPath(query)
	if !ok || len(path) == 0 {
		return nil, usageError{fmt.Errorf("%q is not a path of attributes", query)}
	}
	p := startActivity(cmd, "explaining "+query)
	defer p.stop()
	return x.Explain(cmd.Context(), path)
}

func (c *explainCommand) print(cmd *cobra.Command, list []jsonExplained) error {
	if c.json {
		return printArray(cmd, list)
	}
	var parts []string
	for _, x := range list {
		text := markup.Join(x.Markdown, x.alternatives())
		if !c.markdown {
			text = newPage(cmd.OutOrStdout()).render(text)
		}
		parts = append(parts, strings.TrimRight(text, "\n")+"\n")
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), strings.Join(parts, "\n"))
	return err
}

// jsonExplained is all about something in the output for machines.
type jsonExplained struct {
	Query       string             `json:"query"`
	Kind        string             `json:"kind"`
	Path        string             `json:"path"`
	Markdown    string             `json:"markdown"`
	Others      []string           `json:"others"`
	Position    *jsonPoint         `json:"position,omitempty"`
	Option      *jsonOption        `json:"option,omitempty"`
	Definitions []jsonDefinition   `json:"definitions,omitempty"`
	Package     *knowledge.Package `json:"package,omitempty"`
	DrvPath     string             `json:"drvPath,omitempty"`
	Outputs     []jsonOutput       `json:"outputs,omitempty"`
	Error       string             `json:"error,omitempty"`
}

type jsonDefinition struct {
	jsonPoint
	Text       string   `json:"text,omitempty"`
	Priority   int      `json:"priority,omitempty"`
	Conditions []string `json:"conditions,omitempty"`
	Counts     bool     `json:"counts"`
}

type jsonOutput struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

func newJSONExplained(query string, x *explain.Explained) jsonExplained {
	j := jsonExplained{Query: query, Kind: x.Kind, Path: x.Path, Markdown: x.Markdown, Others: append([]string{}, x.Others...)}
	if x.At.Path != "" {
		j.Position = &jsonPoint{x.At.Path, x.At.Line, x.At.Column}
	}
	if x.Err != nil {
		j.Error = knowledge.Message(x.Err)
	}
	if o := x.Option; o != nil {
		j.Option = new(newJSONOption(o, &knowledge.Listed{Loc: o.Loc, Description: o.Description, Hidden: o.Hidden || o.Internal}))
		j.Option.jsonValue = newJSONValue(x.Setting)
	}
	for _, d := range x.Definitions {
		at := jsonPoint{d.Place.Path, d.Place.Line, d.Place.Column}
		j.Definitions = append(j.Definitions, jsonDefinition{at, d.Text, d.Priority, d.Conditions, d.Counts})
	}
	if d := x.Derivation; d != nil {
		j.Package, j.DrvPath = &d.Package, d.Drv
		for _, o := range d.Outputs {
			j.Outputs = append(j.Outputs, jsonOutput(o))
		}
	}
	return j
}

// alternatives names what else the query may mean.
func (x *jsonExplained) alternatives() string {
	if len(x.Others) == 0 {
		return ""
	}
	list := make([]string, len(x.Others))
	for i, o := range x.Others {
		list[i] = markup.Code("firn explain " + o)
	}
	return fmt.Sprintf("This is %s. There is more of that name: %s.", markup.Code(x.Path), strings.Join(list, ", "))
}
