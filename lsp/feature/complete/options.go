package complete

import (
	"strings"

	"firn/lsp/feature/cursor"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/parser/text"
)

// place returns where in a module the cursor is, if the options are known.
func (c *collector) place() (module.Place, bool) {
	if !c.opts.Config.Valid() {
		return module.Place{}, false
	}
	if c.opts.Inline {
		return module.AtInline(c.ctx, c.info)
	}
	return module.At(c.ctx, c.info)
}

// optionNames lists the options, and the sets of such, that can be set where a
// name is being written.
func (c *collector) optionNames() {
	p, ok := c.place()
	if !ok || p.Value || p.Section != module.Config && p.Section != module.TopLevel {
		return
	}
	if p.Section == module.TopLevel && !c.opts.Plain {
		c.moduleKeys()
	}
	found := c.opts.Config.At(module.Names(p.Steps)...)
	children, _ := c.opts.Config.Children(found)
	set := c.setBefore()
	for _, child := range children {
		if child.Option != nil && set[child.Name] {
			continue
		}
		c.add(c.optionItem(child), optionGroup(child.Option))
	}
}

// optionGroup puts behind the others what modules set for one another, and at the
// end what manuals hide: options that were renamed or are gone.
func optionGroup(o *option.Option) int {
	switch {
	case o == nil:
		return expected
	case o.Hidden:
		return hidden
	case o.Internal:
		return known
	}
	return expected
}

// setBefore returns the names that the set at the cursor has below the path that
// is being written.
func (c *collector) setBefore() map[string]bool {
	if len(c.ctx.Path) == 0 {
		return c.boundHere()
	}
	names := map[string]bool{}
	for _, a := range c.definedBelow() {
		names[a.Name] = true
	}
	return names
}

// moduleKeys lists the names that mean something to the module system.
func (c *collector) moduleKeys() {
	bound := c.boundHere()
	for _, k := range []struct{ name, snippet string }{
		{"imports", "imports = [\n  $0\n];"},
		{"options", "options.$1 = $0;"},
		{"config", "config = {\n  $0\n};"},
	} {
		if !bound[k.name] {
			item := Item{Label: k.name, Kind: Keyword, Source: "module"}
			if !c.followedByAssign() {
				item = c.snippet(item, k.snippet)
			}
			c.add(item, known)
		}
	}
}

// optionItem describes an option, or a set of some.
func (c *collector) optionItem(child option.Child) Item {
	item := Item{Label: child.Name, Kind: OptionSet, Source: "options"}
	name := quoted(child.Name)
	if name != child.Name {
		item.Insert = name
	}
	o := child.Option
	if o == nil {
		return item
	}
	item.Kind, item.Source, item.Key = Option, "option", keyOption+o.Name()
	item.Deprecated = o.Hidden
	if o.Type == nil {
		return c.assignment(item)
	}
	item.Detail = " : " + oneLine(o.Type.Description)
	if in := option.In(o.Type); !in.Lists && (len(in.Options) > 0 || len(in.Any) > 0) {
		return item // what follows may be a dot
	}
	if c.followedByAssign() || o.Type.Name != "bool" {
		return c.assignment(item)
	}
	return c.snippet(item, escape(name)+" = ${1|true,false|};")
}

// optionValues lists what can be the value of the option at the cursor.
func (c *collector) optionValues() {
	p, ok := c.place()
	if !ok || !p.Value || p.Section != module.Config {
		return
	}
	if c.ctx.Place == cursor.Text && !c.useText() {
		return
	}
	found := c.opts.Config.At(module.Names(p.Steps)...)
	for _, t := range c.opts.Config.ValueTypes(found) {
		c.valuesOf(t, 0)
	}
	if o := c.opts.Config.Option(found); o != nil && c.ctx.Place == cursor.Expr {
		c.sample(o.Default, o.DefaultDoc, "default")
		c.sample(o.Example, o.ExampleDoc, "example")
	}
}

// useText makes what stands in a string what is completed. It is false for a
// string that is not written out in one line.
func (c *collector) useText() bool {
	start := c.ctx.Frames[len(c.ctx.Frames)-1].Start
	before, ok := strings.CutPrefix(c.src[min(start, c.off):c.off], `"`)
	if !ok || strings.ContainsAny(before, "\\$\n") {
		return false
	}
	end := uint32(len(c.src))
	if n := strings.IndexAny(c.src[c.off:], "\"\\$\n"); n >= 0 {
		end = c.off + uint32(n)
	}
	c.use(text.Span{Start: start + 1, End: end})
	return true
}

// maxTypes is how many types in one another are looked into.
const maxTypes = 10

func (c *collector) valuesOf(t *option.Type, depth int) {
	if t == nil || depth > maxTypes {
		return
	}
	switch t.Name {
	case "package":
		c.packageValues(t)
	case "bool":
		c.value("true")
		c.value("false")
	case "boolByOr":
		c.value("true")
	case "nullOr":
		c.value("null")
		c.valuesOf(t.Elem, depth+1)
	case "enum":
		for _, v := range t.Values {
			c.value(v)
		}
	case "submodule", "attrsOf", "lazyAttrsOf", "attrs", "loaOf":
		c.add(c.snippet(Item{Label: "{ }", Kind: Value, Source: "value", Detail: detailOf(t)}, "{\n  $0\n}"), expected)
	case "listOf", "nonEmptyListOf":
		c.add(c.snippet(Item{Label: "[ ]", Kind: Value, Source: "value", Detail: detailOf(t)}, "[\n  $0\n]"), expected)
	case "str", "string", "lines", "separatedString", "commas":
	case "uniq", "unique", "coercedTo":
		c.valuesOf(t.Elem, depth+1)
	}
	for _, e := range t.Either {
		c.valuesOf(e, depth+1)
	}
}

func detailOf(t *option.Type) string { return " : " + oneLine(t.Description) }

// value adds a value as it is written. Within a string only strings fit, without
// their quotes.
func (c *collector) value(v string) {
	item := Item{Label: v, Kind: Value, Source: "value"}
	if c.ctx.Place == cursor.Text {
		inner, ok := strings.CutPrefix(strings.TrimSuffix(v, `"`), `"`)
		if !ok {
			return
		}
		item.Label = inner
	}
	c.add(item, expected)
}

// maxValue is how long a value may be to be offered.
const maxValue = 200

// sample adds the default or the example of an option.
func (c *collector) sample(v string, prose bool, source string) {
	if v == "" || prose || len(v) > maxValue || strings.Contains(v, "«") {
		return
	}
	item := Item{Label: oneLine(v), Kind: Value, Source: source}
	if item.Label != v {
		item.Insert = v
	}
	c.add(item, expected-1)
}
