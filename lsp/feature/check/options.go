package check

import (
	"fmt"
	"slices"
	"strings"

	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/lsp/feature/problem"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// module looks at what a module sets, and at the modules in its imports.
func (c *checker) module(m *module.Module) {
	for _, i := range m.Imports {
		if i.Module != nil && c.counts(i.Wrappers) == always {
			c.module(i.Module)
		}
	}
	c.values(m.Config, place{Found: c.Config.Root()})
}

// place is a place among options, and the definition that leads there.
type place struct {
	option.Found
	def *module.Def // nil for the root
	// idle says that a condition keeps what stands there from having any effect.
	idle bool
}

// name returns what is at a place, as people are told of it.
func (p place) name() string {
	if p.def == nil {
		return "the configuration"
	}
	steps := p.def.Path()
	if last := len(steps) - 1; steps[last].Kind == module.Element {
		return "an element of '" + option.Path(module.Names(steps[:last])) + "'"
	}
	return "'" + option.Path(module.Names(steps)) + "'"
}

// counting says whether what is behind wrappers counts.
type counting uint8

const (
	never  counting = iota
	shown           // its names are looked at and its values are not
	always          // as far as is known
)

func (c *checker) counts(wraps []module.Wrapper) counting {
	out := always
	for _, w := range wraps {
		if w.Kind != module.If && w.Kind != module.Unless {
			continue
		}
		switch t := c.bool(w.Cond); {
		case t.known && t.value == (w.Kind == module.If):
		case w.Shows:
			out = min(out, shown)
		default:
			out = never
		}
	}
	return out
}

// values looks at the values that are to stand at a place among options.
func (c *checker) values(list []*module.Value, at place) {
	for _, v := range list {
		if c.ctx.Err() != nil {
			return
		}
		counts := c.counts(v.Wrappers)
		if counts == never || slices.ContainsFunc(v.Wrappers, isAlias) {
			continue
		}
		inner := at
		inner.idle = at.idle || counts == shown
		if !inner.idle && !c.fits(v.Node, at) {
			continue
		}
		for _, d := range v.Defs {
			c.def(d, inner)
		}
	}
}

func isAlias(w module.Wrapper) bool { return w.Kind == module.Alias }

// def looks at a definition below a place.
func (c *checker) def(d *module.Def, at place) {
	if d.Step.Kind == module.Attr && d.Step.Name == "_module" {
		return
	}
	next := c.Config.Step(at.Found, module.Names([]module.Step{d.Step})[0])
	if !next.Valid() {
		c.unknown(d, at)
		return
	}
	if o := c.Config.Option(next); o != nil {
		c.deprecated(d, o)
		if len(next.Types) == 0 && !at.idle {
			c.sets = append(c.sets, d)
		}
	}
	there := place{next, d, at.idle}
	if isFunction(d.Value) && len(c.Config.Names(next)) == 0 {
		if !at.idle { // it is no submodule
			c.fits(d.Value, there)
		}
		return
	}
	c.values(d.Values, there)
}

func isFunction(n parser.Node) bool { return n.Valid() && n.Unparen().Kind() == parser.KindLambda }

// unknown reports a name that nothing is declared under.
func (c *checker) unknown(d *module.Def, at place) {
	if d.Step.Kind != module.Attr {
		return // nobody knows the name
	}
	if !c.Config.IsSet(at.Found) && c.Values.TakesSet(at.Found) && len(c.Config.Names(at.Found)) == 0 {
		return // of a type that decides itself what is in it
	}
	path := module.Names(d.Path())
	names := c.Config.Names(at.Found)
	similar, alone := similarNames(d.Step.Name, names)
	if c.Open && (len(similar) == 0 || len(d.Step.Name) < minOpen || c.Module.Shape != module.Certain) {
		return // it may be declared where nobody has looked
	}
	p := problem.Problem{
		Span: d.Name.Span(), Code: UnknownOption,
		Msg: fmt.Sprintf("The option '%s' does not exist.%s", option.Path(path), suggestion(similar)),
	}
	if o := c.Config.Option(at.Found); o != nil && o.Type != nil && len(names) == 0 {
		p.Msg = fmt.Sprintf("The option '%s' is of type %s and has no attribute '%s'.", o.Name(), o.Type.Description, scope.AttrName(d.Step.Name))
		p.Code = OptionType
	}
	if c.Open {
		p.Severity = problem.Warning
	}
	p.Fixes = replaceName(d.Name, similar, alone)
	c.add(p)
}

// minOpen is how long a name has to be to be called misspelt where it may as well
// be one that is declared elsewhere.
const minOpen = 5

// fits reports whether a value can stand at a place, and reports a problem if
// not. What is to be seen in the text of the value is left to be looked at there.
func (c *checker) fits(n parser.Node, at place) bool {
	if !n.Valid() || n.Tree() != c.tree {
		return true
	}
	written := n.Kind() == parser.KindAttrSet || n.Kind() == parser.KindList
	if written && c.Config.IsSet(at.Found) && n.Kind() == parser.KindAttrSet {
		return true
	}
	m := c.Values.Misfit(n, at.Found, !written)
	if m == nil {
		return true
	}
	c.misfit(n, at, m)
	return false
}

func (c *checker) misfit(n parser.Node, at place, m *Misfit) {
	if m.Failure != nil {
		if !c.isFaulty(n.Span()) {
			c.failure(m.Failure, n.Span())
		}
		return
	}
	if m.Unknown && c.Open {
		return
	}
	what := "This"
	if len(m.Path) > 0 {
		what = "'" + option.Path(m.Path) + "' in it"
	}
	p := problem.Problem{Span: n.Span(), Code: OptionType}
	switch {
	case m.Unknown:
		similar, _ := similarNames(m.Path[len(m.Path)-1], m.Names)
		p.Code = UnknownOption
		p.Msg = fmt.Sprintf("There is no option '%s' in %s.%s", option.Path(m.Path), at.name(), suggestion(similar))
	case m.IsSet:
		p.Msg = fmt.Sprintf("%s is %s, but %s is a set of options.", what, m.Got, at.name())
	default:
		p.Msg = fmt.Sprintf("%s is %s, but %s takes: %s.", what, m.Got, at.name(), m.Want.Description)
		c.members(&p, n, m)
	}
	c.add(p)
}

// members adds to a problem what the value could be instead, if there are only a
// few things.
func (c *checker) members(p *problem.Problem, n parser.Node, m *Misfit) {
	values := membersOf(m.Want, 0)
	if len(values) == 0 || len(m.Path) > 0 {
		return
	}
	similar, alone := similarNames(m.Value, values)
	if len(similar) > 0 {
		p.Msg += fmt.Sprintf(" Did you mean %s?", similar[0])
	}
	for _, v := range values {
		if !slices.Contains(similar, v) && len(similar) < maxFixes {
			similar = append(similar, v)
		}
	}
	p.Fixes = replaceBy(n.Span(), similar, alone)
}

// membersOf returns the values that something may have, if they can be counted.
func membersOf(t *option.Type, depth int) []string {
	if t == nil || depth > maxTypes {
		return nil
	}
	switch t.Name {
	case "enum":
		return t.Values
	case "bool":
		return []string{"true", "false"}
	case "nullOr":
		if inner := membersOf(t.Elem, depth+1); len(inner) > 0 {
			return append(slices.Clip(inner), "null")
		}
	case "either":
		var list []string
		for _, e := range t.Either {
			list = append(list, membersOf(e, depth+1)...)
		}
		return list
	}
	return nil
}

const (
	maxTypes = 10 // in one another
	maxFixes = 5
)

// deprecated reports an option that nobody should set any more.
func (c *checker) deprecated(d *module.Def, o *option.Option) {
	to, ok := renamedTo(o)
	if !ok {
		return
	}
	c.add(problem.Problem{
		Span: d.Name.Span(), Severity: problem.Warning, Code: OptionRenamed, Deprecated: true,
		Msg:   fmt.Sprintf("The option '%s' has been renamed to '%s'.", o.Name(), option.Path(to)),
		Fixes: c.rename(d, to),
	})
}

// renamedTo returns what an option is an alias of that manuals do not show
// (nixpkgs, lib/modules.nix, doRename).
func renamedTo(o *option.Option) ([]string, bool) {
	rest, ok := strings.CutPrefix(o.Description, "Alias of ")
	if !ok || !o.Hidden {
		return nil, false
	}
	for _, pair := range [][2]string{{"<option>", "</option>"}, {"{option}`", "`"}, {"`", "`"}} {
		if name, ok := strings.CutPrefix(rest, pair[0]); ok {
			if name, _, ok = strings.Cut(name, pair[1]); ok && name != "" {
				return splitPath(name), true
			}
		}
	}
	return nil, false
}

// splitPath reads an attribute path.
func splitPath(s string) []string {
	tree, err := parser.Parse("_." + s)
	if err != nil {
		return strings.Split(s, ".")
	}
	var list []string
	for e := range tree.Root().FirstChild().Child(parser.KindAttrPath).Children() {
		if name, ok := e.AttrName(); ok {
			list = append(list, name)
		}
	}
	return list
}

// rename offers to write the path of a definition in another way, if the sets
// around it allow that.
func (c *checker) rename(d *module.Def, to []string) []problem.Fix {
	path := d.Name.Parent()
	if path.Kind() != parser.KindAttrPath {
		return nil
	}
	from := module.Names(d.Path())
	// The binding has the last of the names, from that at index first on.
	written := 0
	for e := range path.Children() {
		if e.Kind() != parser.KindDot {
			written++
		}
		if e == d.Name {
			break
		}
	}
	first := len(from) - written
	if first < 0 || first >= len(to) || !slices.Equal(from[:first], to[:first]) {
		return nil
	}
	edit := text.Edit{Span: text.Span{Start: path.Start(), End: d.Name.End()}, New: option.Path(to[first:])}
	return []problem.Fix{{Title: fmt.Sprintf("Rename to '%s'", option.Path(to)), Edits: []text.Edit{edit}, Preferred: true}}
}
