package knowledge

import (
	"context"
	"strings"

	"firn/eval"
	"firn/lsp/feature/infer"
)

// Brief implements [infer.Briefer].
func (k known) Brief() (infer.Brief, bool) { return brief(k.ctx, k.value) }

// briefly is how scalars are shown in a few words.
var briefly = eval.Pretty{Depth: 1, Items: 1, Bytes: 1000, Names: true}

// brief says a value in a few words. Of a set and of a list only the size is
// found out, of a package the name.
func brief(ctx context.Context, v eval.Value) (infer.Brief, bool) {
	kind, err := v.Force(ctx)
	if err != nil {
		return infer.Brief{}, false
	}
	switch kind {
	case eval.List:
		list, err := v.Elems(ctx)
		return infer.Brief{Sort: infer.List, Text: plural(len(list), "%d element")}, err == nil
	case eval.Set:
		return briefSet(ctx, v)
	case eval.Function:
		return infer.Brief{Sort: infer.Function, Text: "function"}, true
	}
	s, err := v.Pretty(ctx, briefly)
	return infer.Brief{Text: s, Lines: lines(ctx, v, kind)}, err == nil
}

func lines(ctx context.Context, v eval.Value, kind eval.Kind) int {
	if kind != eval.String {
		return 0
	}
	return strings.Count(text(ctx, attr{value: v, ok: true}), "\n") + 1
}

// briefSet says a set in a few words: a package by its name and version.
func briefSet(ctx context.Context, v eval.Value) (infer.Brief, bool) {
	field := func(name string) string {
		a, ok, err := v.Attr(ctx, name)
		if err != nil || !ok {
			return ""
		}
		return text(ctx, attr{value: a.Value, ok: true})
	}
	if field("type") == "derivation" {
		b := infer.Brief{Sort: infer.Package, Text: field("name"), Version: field("version")}
		if b.Version == "" {
			b.Version = versionOf(b.Text)
		}
		return b, b.Text != ""
	}
	names, err := v.AttrNames(ctx)
	return infer.Brief{Sort: infer.Set, Text: plural(len(names), "%d attribute")}, err == nil
}

// Final returns the value that the configuration has at a path, in a few words. It
// is false where it has none, or one that fails.
func (v *View) Final(path []string) (infer.Brief, bool) {
	if v.Options() == nil {
		return infer.Brief{}, false
	}
	at := v.state.config
	for _, name := range path {
		a, ok, err := at.Attr(v.ctx, name)
		if err != nil || !ok {
			return infer.Brief{}, false
		}
		at = a.Value
	}
	return brief(v.ctx, at)
}
