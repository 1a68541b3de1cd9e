// Package parser reads nixlang.
//
// A file becomes a [Tree]: flat, immutable, and lossless. Two engines make it.
// The strict one, [Parse], is for whole files: it is fast, and stops at the
// first error with the message that Nix gives. The incremental one, in
// parser/grammar, is for the buffers of an editor: it re-parses an edit and
// makes a tree of a broken file too. On a valid file both give the same tree.
package parser
