package hint

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"firn/lsp/feature/infer"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/parser"
)

// finals tells what options have for values in the end, where that is not what
// is written.
func (w *walk) finals() {
	if !w.Config.Valid() || w.Query.Final == nil {
		return
	}
	m, ok := module.Parse(w.Space.Root())
	if !ok {
		return
	}
	for d := range m.All() {
		if at := bindingOf(d); at.Valid() && w.Span.Touches(at.End()) {
			w.evaluating(at.Start(), func() { w.final(d, at) })
		}
	}
}

// bindingOf returns the binding whose value a definition is, or an invalid node.
func bindingOf(d *module.Def) parser.Node {
	if !d.Value.Valid() {
		return parser.Node{}
	}
	if b := d.Name.Parent().Parent(); b.Kind() == parser.KindBinding && b.LastExpr() == d.Value {
		return b
	}
	return parser.Node{}
}

func (w *walk) final(d *module.Def, at parser.Node) {
	path, ok := pathOf(d)
	if !ok {
		return
	}
	found := w.Config.At(path...)
	t, ok := w.typeAt(found)
	if !ok {
		return
	}
	written, ok := w.written(d)
	if !ok {
		return
	}
	final, ok := w.Query.Final(path)
	if !ok || !isTold(final, t) || slices.Contains(written, final) {
		return
	}
	w.add(Hint{Kind: Final, Offset: at.End(), Label: "= " + brief(final), tip: func() string {
		return markup.Join(markup.Nix(option.Path(path)), w.who(found, final))
	}})
}

// pathOf returns the path of what a definition sets, if it is written out.
func pathOf(d *module.Def) ([]string, bool) {
	steps := d.Path()
	if slices.ContainsFunc(steps, func(s module.Step) bool { return s.Kind != module.Attr }) {
		return nil, false
	}
	return module.Names(steps), true
}

// typeAt returns the type of a value that can be set, and false if there is none,
// or none that is meant for people.
func (w *walk) typeAt(found option.Found) (*option.Type, bool) {
	if o := w.Config.Option(found); o != nil {
		return o.Type, !o.Internal && len(found.Trees) == 1
	}
	if len(found.Trees) == 0 && len(found.Types) == 1 {
		return found.Types[0], true
	}
	return nil, false
}

// who describes the value of an option and says who set it, if that is known.
func (w *walk) who(found option.Found, final infer.Brief) string {
	s, ok := w.Config.Setting(found)
	if !ok || len(s.Files) == 0 && !s.Default {
		return "Value: " + markup.Code(final.Text)
	}
	return markup.Join(w.outcome(s), w.setting(s))
}

// maxFiles is how many of the files are named that set an option.
const maxFiles = 8

// setting describes the value of an option, and who sets it. Of many files those
// beside the one at hand count the most.
func (w *walk) setting(s option.Setting) string {
	more, dir := "", filepath.Dir(w.Path)
	s.Files = slices.Clone(s.Files)
	slices.SortStableFunc(s.Files, func(a, b string) int { return rank(dir, a) - rank(dir, b) })
	if n := len(s.Files) - maxFiles; n > 1 {
		s.Files, more = s.Files[:maxFiles], fmt.Sprintf("and in %d more files", n)
	}
	return markup.Join(s.Markdown(), more)
}

func rank(dir, file string) int {
	if strings.HasPrefix(file, dir+"/") {
		return 0
	}
	return 1
}

// written returns what a definition says: a value for each branch of a
// conditional. It is false if that is not known.
func (w *walk) written(d *module.Def) ([]infer.Brief, bool) {
	var list []infer.Brief
	for _, v := range d.Values {
		k, ok := w.Space.Evaluate(v.Node)
		if !ok {
			return nil, false
		}
		b, ok := infer.BriefOf(k)
		if !ok {
			return nil, false
		}
		list = append(list, b)
	}
	return list, len(list) > 0
}

// isTold reports whether the value of an option says more than what is written:
// a submodule has always more attributes than were set.
func isTold(b infer.Brief, t *option.Type) bool {
	switch b.Sort {
	case infer.Function:
		return false
	case infer.Set:
		return t != nil && slices.Contains([]string{"attrs", "attrsOf", "lazyAttrsOf", "loaOf"}, t.Name)
	}
	return true
}

// brief returns a value as a label has room for it.
func brief(b infer.Brief) string {
	if b.Lines > 1 {
		return fmt.Sprintf("%d lines", b.Lines)
	}
	return short(b.Text)
}

// outcome says what becomes of what the file sets.
func (w *walk) outcome(s option.Setting) string {
	switch {
	case s.Default || !slices.Contains(s.Files, w.Path):
		return "What is set here does not count."
	case len(s.Files) > 1:
		return "What is set here is a part of it."
	}
	return ""
}
