package cli

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"firn/lsp/feature/option"
	"firn/lsp/knowledge"
)

// packagesCommand holds the flags of firn packages.
type packagesCommand struct {
	subject
	json, names bool
	limit       int
}

func newPackages(a *app) *cobra.Command {
	c := packagesCommand{subject: subject{app: a, refused: true, packages: true}}
	cmd := &cobra.Command{
		Use:   "packages WORD...",
		Short: "Search the packages of nixpkgs or of a configuration",
		Long: `Search packages: each WORD has to occur in the name of an attribute of the package
set, where a few characters may be left out, or in the description of a package;
names come first. An empty WORD lists all attributes.

A WORD with a dot in it looks into a set of packages, as python3Packages.requests;
with nothing behind the dot all that is in the set is listed. A line is the name,
the version, and the description; what is broken, insecure or unfree says so, and
what cannot be evaluated says why. Sets and functions are found by their names.

` + aboutSubject + `

With --json it is an array of objects: attr (the path below pkgs, as it is
written), kind (package, set, function, value or error) and, of a package, name,
version, description, longDescription, homepage, licenses, outputs, broken,
insecure (known vulnerabilities), unfree, mainProgram and position (file:line); of
an error, error. What is not known is left out.

The exit code is 1 if nothing is found.`,
		Example: `  firn packages json processor             # by words
  firn packages --names ripgrep            # looking at names only is quicker
  firn packages python3Packages.requests   # in a set of packages
  firn packages ''                         # all
  firn packages --json hello | jq '.[0].version'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	cmd.ValidArgsFunction = c.completion(packageNames)
	f := cmd.Flags()
	f.BoolVar(&c.json, "json", false, "print an array of JSON objects")
	f.BoolVar(&c.names, "names", false, "search names only, and evaluate nothing but what is found")
	f.IntVarP(&c.limit, "limit", "n", 0, "list at most so `MANY`; 0 for all")
	c.register(f)
	return cmd
}

func (c *packagesCommand) run(cmd *cobra.Command, args []string) error {
	e, err := c.find(cmd)
	if err != nil {
		return err
	}
	if e.Path == "" && !c.home {
		e = knowledge.Entry{Kind: knowledge.Nixpkgs} // its packages without its options
	}
	k, err := c.load(cmd, e)
	if err != nil {
		return err
	}
	path, words, err := c.words(args)
	if err != nil {
		return err
	}
	list, err := c.search(cmd, k, path, newSearch(words))
	var missing *knowledge.MissingError
	switch {
	case errors.As(err, &missing):
		say(cmd, fmt.Sprintf("firn: %s has no set of packages pkgs.%s; search for its name: firn packages %s",
			k.Entry(), option.Path(missing.Path), missing.Path[len(missing.Path)-1]))
		return errFindings
	case err != nil:
		return err
	case len(list) == 0:
		say(cmd, fmt.Sprintf("firn: no package of %s has %s in its name or description", k.Entry(), quoted(args)))
		return errFindings
	}
	return c.print(cmd, path, limited(list, c.limit))
}

// words returns the path of the set that is searched, and for what.
func (c *packagesCommand) words(args []string) (path, words []string, err error) {
	for _, arg := range args {
		names, ok := splitPath(arg)
		if !ok {
			return nil, nil, usageError{fmt.Errorf("%s is not a path of attributes: a quote is missing", arg)}
		}
		if !strings.HasSuffix(arg, ".") && len(names) > 0 {
			words = append(words, names[len(names)-1])
			names = names[:len(names)-1]
		}
		if len(names) == 0 {
			continue
		}
		if path != nil {
			return nil, nil, usageError{fmt.Errorf("both %s and %s name a set; search one after the other", option.Path(path), option.Path(names))}
		}
		path = names
	}
	if len(path) > 1 && path[0] == "pkgs" {
		path = path[1:]
	}
	return path, words, nil
}

// search returns what the words find, the best first.
func (c *packagesCommand) search(cmd *cobra.Command, k *knowledge.State, path []string, words search) ([]knowledge.Item, error) {
	p := startActivity(cmd, "evaluating packages")
	defer p.stop()
	var hits []hit[knowledge.Item]
	want := func(name string) bool { return !c.names || words.named(name) }
	err := k.Packages(cmd.Context(), path, want, func(i knowledge.Item) {
		p.step()
		if score, ok := words.rank(i.Attr, func() string { return i.Package.Description }); ok {
			hits = append(hits, hit[knowledge.Item]{i.Attr, score, i})
		}
	})
	if err != nil {
		return nil, packagesError(err)
	}
	if len(words) > 0 {
		sortHits(hits)
	}
	list := make([]knowledge.Item, len(hits))
	for i, h := range hits {
		list[i] = h.thing
	}
	return list, nil
}

// packagesError makes an error of an evaluation one that ends a command.
func packagesError(err error) error {
	var missing *knowledge.MissingError
	if errors.As(err, &missing) || errors.Is(err, knowledge.ErrNoPackages) {
		return err
	}
	return evaluationError(err)
}

func (c *packagesCommand) print(cmd *cobra.Command, path []string, list []knowledge.Item) error {
	out := bufio.NewWriter(cmd.OutOrStdout())
	if c.json {
		if err := writeArray(out, list, func(i knowledge.Item) any { return newJSONPackage(path, i) }); err != nil {
			return err
		}
		return out.Flush()
	}
	t := newTable(cmd.OutOrStdout())
	for _, i := range list {
		t.rows = append(t.rows, packageRow(path, i))
	}
	if err := t.write(out); err != nil {
		return err
	}
	return out.Flush()
}

func packageRow(path []string, i knowledge.Item) row {
	r := row{name: option.Path(append(path[:len(path):len(path)], i.Attr)), note: i.Package.Version}
	switch i.Kind {
	case knowledge.PackageItem:
		r.text = option.Summary(i.Package.Description)
		if marks := marks(i.Package); marks != "" {
			r.note, r.bad = strings.TrimSpace(r.note+" "+marks), true
		}
	case knowledge.FailedItem:
		r.note, r.bad, r.text = "error", true, knowledge.Message(i.Err)
	default:
		r.note = i.Kind.String()
	}
	return r
}

// marks says in brackets why one may not want a package.
func marks(p knowledge.Package) string {
	var list []string
	if p.Broken {
		list = append(list, "broken")
	}
	if len(p.Insecure) > 0 {
		list = append(list, "insecure")
	}
	if p.Unfree {
		list = append(list, "unfree")
	}
	if len(list) == 0 {
		return ""
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// jsonPackage is an attribute of a package set in the output for machines.
type jsonPackage struct {
	Attr string `json:"attr"`
	Kind string `json:"kind"`
	*knowledge.Package
	Error string `json:"error,omitempty"`
}

func newJSONPackage(path []string, i knowledge.Item) jsonPackage {
	j := jsonPackage{Attr: option.Path(append(path[:len(path):len(path)], i.Attr)), Kind: i.Kind.String()}
	if i.Kind == knowledge.PackageItem {
		j.Package = &i.Package
	}
	if i.Err != nil {
		j.Error = knowledge.Message(i.Err)
	}
	return j
}
