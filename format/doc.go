// Package format lays out files in the official style of nixlang (RFC 166), as
// nixfmt 1.4 prints it, to the byte.
//
// The syntax of a file, with the comments attached to its tokens (trivia.go,
// build.go), becomes a document of texts, spaces and groups (document.go,
// terms.go, exprs.go, apply.go), which is brought in order (element.go) and laid
// out in one pass (layout.go). The names of the spaces, and what is done with
// them, are those of nixfmt's Predoc.hs.
package format
