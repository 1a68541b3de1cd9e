package explain

import (
	"context"
	"fmt"
	"strings"

	"firn/lsp/feature/infer"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/option"
	"firn/lsp/knowledge"
)

// option returns what tells about an option, about a set of options, or about what an
// option lets one choose.
func (x *Explainer) option(ctx context.Context, path []string) func() *Explained {
	if x.state == nil {
		return nil
	}
	view := option.NewView(ctx, x.state.Options())
	found := view.At(path...)
	o := view.Option(found)
	switch {
	case o == nil && len(found.Trees) > 0:
		return func() *Explained { return aboutSet(ctx, path, found) }
	case o == nil && len(found.Types) > 0:
		o = &option.Option{Loc: path, Type: found.Types[0]}
	case o == nil:
		return nil
	}
	return func() *Explained { return x.aboutOption(ctx, path, o) }
}

// aboutSet tells what there is below a path of options.
func aboutSet(ctx context.Context, path []string, found option.Found) *Explained {
	name := option.Path(path)
	children, _ := found.Children(ctx)
	var list []string
	for _, c := range children {
		line := "- " + markup.Code(option.Path([]string{c.Name}))
		if c.Option == nil {
			line += ", a set of options"
		} else if s := option.Summary(c.Option.Description); s != "" {
			line += ": " + s
		}
		list = append(list, line)
	}
	head := fmt.Sprintf("A set of options. %s lists them with those below.", markup.Code("firn options "+name+"."))
	return &Explained{Kind: "options", Markdown: markup.Join(markup.Nix(name), head, strings.Join(list, "\n"))}
}

func (x *Explainer) aboutOption(ctx context.Context, path []string, o *option.Option) *Explained {
	set := x.state.SettingAt(ctx, path)
	out := &Explained{Kind: "option", Option: o, Setting: set, Definitions: x.state.Definitions(path, set)}
	var declared []string
	for _, p := range o.Declared {
		declared = append(declared, "- "+markup.Code(placeText(p)))
	}
	if len(o.Declared) > 0 {
		p := o.Declared[0]
		out.At = infer.Place{Path: p.Path, Line: p.Line, Column: p.Column}
	}
	shown := *o
	shown.Loc = path
	out.Markdown = markup.Join(shown.Markdown(), valueText(set), definitionsText(out.Definitions), titled("Declared in", declared))
	return out
}

func titled(title string, list []string) string {
	if len(list) == 0 {
		return ""
	}
	return title + "\n\n" + strings.Join(list, "\n")
}

func placeText(p option.Place) string {
	if p.Line == 0 {
		return p.Path
	}
	return fmt.Sprintf("%s:%d", p.Path, p.Line)
}

// valueText tells the value of an option, but not who sets it.
func valueText(s option.Setting) string {
	note := ""
	if s.Default {
		note = "Nobody sets it."
	}
	s.Default, s.Files = false, nil
	return markup.Join(s.Markdown(), note)
}

// definitionsText lists where an option is set, and which definition counts.
func definitionsText(defs []knowledge.Definition) string {
	list := make([]string, len(defs))
	for i, d := range defs {
		list[i] = definitionText(d)
	}
	return titled("Set in", list)
}

func definitionText(d knowledge.Definition) string {
	line := "- " + markup.Code(placeText(d.Place))
	if d.Text != "" {
		line += ": " + markup.Code(d.Text)
	}
	var notes []string
	if name := priorityName(d.Priority); name != "" {
		notes = append(notes, name)
	}
	for _, c := range d.Conditions {
		notes = append(notes, "if "+markup.Code(c))
	}
	if !d.Counts {
		notes = append(notes, "does not count")
	}
	return strings.Join(append([]string{line}, notes...), ", ")
}

// priorityName names a priority that is not the usual one (nixpkgs,
// lib/modules.nix).
func priorityName(p int) string {
	switch p {
	case 0, 100:
		return ""
	case 50:
		return "mkForce"
	case 1000:
		return "mkDefault"
	case 1500:
		return "mkOptionDefault"
	}
	return fmt.Sprintf("priority %d", p)
}
