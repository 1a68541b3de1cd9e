package complete

import (
	"strconv"
	"strings"

	"firn/eval/builtin"
	"firn/lsp/feature/cursor"
	"firn/lsp/feature/hover"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/manual"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/module"
	"firn/parser/scope"
)

// What a key begins with says what the rest names.
const (
	keyBinding = "b:"
	keyBuiltin = "g:"
	keyKeyword = "k:"
	keyField   = "f:"
	keyOption  = "o:"
	keyValue   = "v:"

	keyDerivation = "d:"
	keyMeta       = "m:"
)

// Doc returns the Markdown that documents an item with a key. That of a binding
// means something in one version of one file: info is the latest of it, or nil,
// and if it has another name there than label there is no documentation.
func Doc(info *scope.Info, key, label string) string {
	kind, rest := key[:min(2, len(key))], key[min(2, len(key)):]
	switch kind {
	case keyBuiltin:
		if b := builtin.Lookup(rest); b != nil {
			return markup.Builtin(b)
		}
	case keyKeyword:
		if e := manual.Named(rest); e != nil {
			return markup.Entry(e)
		}
	case keyField:
		return fieldDoc(rest)
	case keyDerivation:
		return documentedIn(derivationAttrs, rest)
	case keyMeta:
		return documentedIn(metaAttrs, rest)
	case keyBinding:
		return bindingDoc(info, rest, label)
	}
	return ""
}

// IsLocal reports whether a key means something in one file only.
func IsLocal(key string) bool { return strings.HasPrefix(key, keyBinding) || IsPlaced(key) }

// IsPlaced reports whether a key means something at one place of a file only, see
// [DocAt].
func IsPlaced(key string) bool {
	return strings.HasPrefix(key, keyOption) || strings.HasPrefix(key, keyValue)
}

// DocAt returns the Markdown that documents an item with a key that IsPlaced. The
// item was listed at off, before which nothing has changed.
func DocAt(space *infer.Space, off uint32, opts Options, key, label string) string {
	info := space.Root()
	src := info.Tree().Source()
	c := &collector{space: space, info: info, src: src, opts: opts, off: min(off, uint32(len(src)))}
	c.ctx = cursor.At(src, c.off)
	if strings.HasPrefix(key, keyOption) {
		return c.optionDoc(label)
	}
	a, ok := c.evaluated(label)
	if !ok {
		return ""
	}
	return hover.Attr(space, a)
}

func (c *collector) optionDoc(label string) string {
	p, ok := c.place()
	if !ok {
		return ""
	}
	found := c.opts.Config.At(append(module.Names(p.Steps), label)...)
	o := c.opts.Config.Option(found)
	if o == nil {
		return ""
	}
	setting, _ := c.opts.Config.Setting(found)
	return markup.Join(o.Markdown(), setting.Markdown())
}

// evaluated returns the attribute that a label at the cursor stands for.
func (c *collector) evaluated(label string) (infer.Attr, bool) {
	switch c.ctx.Place {
	case cursor.Attr:
		return c.space.OfPath(c.space.OfItems(c.ctx.Base), c.ctx.Path).Attr(label)
	case cursor.Inherit:
		return c.space.OfItems(c.ctx.Base).Attr(label)
	case cursor.Formal:
		if c.opts.Arguments == nil {
			return infer.Attr{}, false
		}
		return c.space.OfKnown(c.opts.Arguments).Attr(label)
	case cursor.Expr, cursor.Operand:
		for _, set := range c.withSets() {
			if a, ok := c.space.OfItems(set).Attr(label); ok {
				return a, true
			}
		}
	}
	return infer.Attr{}, false
}

func documentedIn(list []documented, name string) string {
	for _, d := range list {
		if d.name == name {
			return d.doc
		}
	}
	return ""
}

func bindingDoc(info *scope.Info, number, label string) string {
	id, err := strconv.Atoi(number)
	if err != nil || info == nil || id < 0 || id >= info.Bindings() || info.Name(scope.BindingID(id)) != label {
		return ""
	}
	return hover.Binding(info, scope.BindingID(id))
}

func fieldDoc(rest string) string {
	parts := strings.SplitN(rest, " ", 3)
	if len(parts) != 3 {
		return ""
	}
	b := builtin.Lookup(parts[0])
	arg, err := strconv.Atoi(parts[1])
	if b == nil || err != nil || arg < 0 || arg >= len(b.Args) {
		return ""
	}
	for _, f := range b.Args[arg].Fields {
		if f.Name == parts[2] {
			return markup.Field(&f)
		}
	}
	return ""
}
