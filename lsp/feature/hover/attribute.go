package hover

import "firn/lsp/feature/infer"

// Attribute describes an attribute of a set that was evaluated, as At describes
// its uses.
func Attribute(space *infer.Space, a infer.Attr) string { return describer{space: space}.attr(a) }
