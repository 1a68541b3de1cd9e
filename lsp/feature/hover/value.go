package hover

import (
	"fmt"
	"strings"

	"firn/lsp/feature/doccomment"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/parser"
)

// known describes an attribute that was evaluated: by the documentation of what
// defines it, and by its value.
func (h describer) known(a infer.Attr) string {
	k, ok := a.Known()
	if !ok {
		return ""
	}
	v, head, docs := h.space.OfKnown(k), markup.Nix(a.Name), ""
	if v.Lambda.Valid() {
		head = markup.Nix(a.Name + " = " + markup.Head(v.Lambda))
		docs = doccomment.Of(v.Lambda)
	}
	if at, ok := h.space.Locate(a); ok && docs == "" {
		docs = doc(at.Info, at.Binding)
	}
	return markup.Join(head, docs, k.Describe())
}

// value describes the value that an expression of the file has.
func (h describer) value(n parser.Node) string {
	k, ok := h.space.Evaluate(n)
	if !ok {
		return ""
	}
	if at, ok := k.Function(); ok && h.space.IsHere(at) {
		return "" // it is to be seen
	}
	return k.Describe()
}

// option describes the option that a name of a module sets or refers to.
func (h describer) option(n parser.Node) string {
	if !h.config.Valid() || n.Tree() != h.space.Root().Tree() {
		return ""
	}
	steps, ok := module.PathAt(h.space.Root(), n)
	if !ok {
		return ""
	}
	found := h.config.At(steps...)
	if o := h.config.Option(found); o != nil {
		s, _ := h.config.Setting(found)
		return markup.Join(o.Markdown(), s.Markdown(), h.elsewhere(steps, s), declared(o))
	}
	return h.between(steps, found)
}

// maxOthers is how many other configurations are shown.
const maxOthers = 3

// elsewhere says which values an option has in other configurations, if they are not
// the same.
func (h describer) elsewhere(steps []string, here option.Setting) string {
	var lines []string
	for _, other := range h.others {
		s, ok := other.Config.Setting(other.Config.At(steps...))
		if !ok || s.Err != nil || s.Value == "" || s.Value == here.Value || strings.Contains(s.Value, "\n") {
			continue
		}
		if len(lines) == maxOthers {
			lines = append(lines, "… and others")
			break
		}
		lines = append(lines, "In "+markup.Code(other.Name)+": "+markup.Code(s.Value))
	}
	return strings.Join(lines, "  \n")
}

func declared(o *option.Option) string {
	if len(o.Declared) == 0 {
		return ""
	}
	return "Declared in " + markup.Code(o.Declared[0].Path)
}

// between describes what lies between options: a set of them, or an attribute that
// an option lets one choose.
func (h describer) between(steps []string, found option.Found) string {
	if len(found.Types) > 0 && len(found.Trees) == 0 {
		return markup.Nix(option.Path(steps) + " : " + found.Types[0].Description)
	}
	children, _ := h.config.Children(found)
	if len(children) == 0 || len(found.Trees) == 0 {
		return ""
	}
	return markup.Join(markup.Nix(option.Path(steps)), fmt.Sprintf("%d options and sets of options", len(children)))
}
