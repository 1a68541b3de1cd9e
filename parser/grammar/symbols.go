package grammar

// #cgo CFLAGS: -O2 -std=c11
// #cgo darwin LDFLAGS: -Wl,-undefined,dynamic_lookup
// #include "engine.h"
import "C"

import (
	"fmt"
	"maps"
	"sync"

	_ "github.com/smacker/go-tree-sitter" // links the core of tree-sitter

	"firn/parser"
)

// variants are the symbols that are not named like the kind of their nodes.
var variants = map[string]parser.Kind{
	"OrCall":           parser.KindApply,
	"BareLet":          parser.KindLegacyLet,
	"InterpolatedPath": parser.KindPath,
	"SelectPath":       parser.KindAttrPath,
	"PathStart":        parser.KindText,
	"PathText":         parser.KindText,
	"BadPath":          parser.KindPath,
	"PathSlash":        parser.KindError,
	"Junk":             parser.KindError,
	"Missing":          parser.KindMissing,
	"Resume":           parser.KindMissing,
}

// roles are those of the symbols that become something else than one node.
var roles = map[string]C.uint8_t{
	"Binary":  C.ROLE_OPERATION,
	"Comment": C.ROLE_COMMENT,
	"BadPath": C.ROLE_BAD_PATH,
}

// chains number the operators that Nix declares nonassociative. Those of one
// precedence have one number.
var chains = map[parser.Kind]C.uint8_t{
	parser.KindEqual: 1, parser.KindNotEqual: 1,
	parser.KindLess: 2, parser.KindLessEqual: 2, parser.KindGreater: 2, parser.KindGreaterEqual: 2,
}

// kindsByName maps the text of a token, or the name of another kind, to the kind.
func kindsByName() map[string]parser.Kind {
	kinds := map[string]parser.Kind{}
	for k := parser.KindInvalid + 1; k <= parser.KindMissing; k++ {
		kinds[k.String()] = k
	}
	maps.Copy(kinds, variants)
	return kinds
}

// symbolNames returns the names of the grammar's symbols, in order.
func symbolNames() []string {
	names := make([]string, C.engine_symbol_count())
	for i := range names {
		names[i] = C.GoString(C.engine_symbol_name(C.uint32_t(i)))
	}
	return names
}

// define tells the engine what its symbols become.
var define = sync.OnceValue(func() error {
	kinds := kindsByName()
	names := symbolNames()
	symbols := make([]C.engine_symbol, len(names))
	for i, name := range names {
		k := kinds[name]
		symbols[i] = C.engine_symbol{kind: C.uint8_t(k), role: roles[name], chain: chains[k]}
	}
	tree := C.engine_tree{
		file:      C.uint8_t(parser.KindFile),
		error:     C.uint8_t(parser.KindError),
		missing:   C.uint8_t(parser.KindMissing),
		path:      C.uint8_t(parser.KindPath),
		max_depth: parser.MaxDepth,
	}
	if !C.engine_define(&symbols[0], C.uint32_t(len(symbols)), tree) {
		return fmt.Errorf("the grammar has %d symbols, which is too many", len(symbols))
	}
	return nil
})
