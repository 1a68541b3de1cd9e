package complete

import (
	"strconv"
	"strings"

	"firn/eval/builtin"
	"firn/lsp/feature/hover"
	"firn/lsp/feature/manual"
	"firn/lsp/feature/markup"
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
	case keyBinding:
		return bindingDoc(info, rest, label)
	}
	return ""
}

// IsLocal reports whether a key means something in one file only.
func IsLocal(key string) bool { return strings.HasPrefix(key, keyBinding) }

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
