// Package eval evaluates nixlang, lazily, with the values, the store paths and
// the messages of Nix 2.34.
//
// An [Evaluator] reads a file or a text and gives a [Value], which is evaluated
// as far as somebody asks. It sees of the world what its [Host] shows, and puts
// nothing into a store: store paths are computed, and what would lie there is
// told to hooks of [Settings] and can be read all the same.
//
// Inside, the tree of a file becomes closures (compile*.go), part by part, when
// they are first run. They work on cells of package value, which are updated in
// place. A failure is a value, too: it flows back through the code, and what it
// passes puts a frame of the trace before it (error.go). The builtins are in
// prim*.go, a file for each family; their documentation is data of
// eval/builtin.
package eval
