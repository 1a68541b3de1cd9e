// Package building relates what builders say to the code of what they build: phases
// in logs and in expressions, and hashes that are not the ones of what was fetched.
package building

import (
	"strings"

	"firn/parser"
	"firn/parser/text"
	"firn/store/build"
	"firn/store/hash"
)

// Phase is a phase of a build in a log.
type Phase struct {
	Name string
	Span text.Span // the lines from where it begins to the next one
	// Head is the line that says that it begins.
	Head text.Span
}

// Phases returns the phases in a log, in order. A builder that announces them does so
// in lines that begin with @nix (Nix manual, Verbose output, internal-json).
func Phases(log string) []Phase {
	var list []Phase
	for at := 0; at < len(log); {
		end := strings.IndexByte(log[at:], '\n')
		if end < 0 {
			end = len(log)
		} else {
			end += at
		}
		if name, ok := build.PhaseOf(strings.TrimRight(log[at:end], "\r")); ok {
			head := text.Span{Start: uint32(at), End: uint32(end)}
			if n := len(list); n > 0 {
				list[n-1].Span.End = head.Start
			}
			list = append(list, Phase{Name: name, Head: head, Span: text.Span{Start: head.Start, End: uint32(len(log))}})
		}
		at = end + 1
	}
	return list
}

// Setting returns the name of the attribute in an expression that says what a phase
// does, the first one if there are several.
func Setting(expr parser.Node, phase string) (text.Span, bool) {
	t := expr.Tree()
	for id := expr.ID(); id < expr.SubtreeEnd(); id++ {
		n := t.Node(id)
		if n.Kind() != parser.KindBinding {
			continue
		}
		if path := n.FirstChild(); path.Text() == phase {
			return path.Span(), true
		}
	}
	return text.Span{}, false
}

// Rehash returns the edits that put another hash in place of one, wherever that is
// written as a string, in the notation that it is written in. A hash of zeros may also
// be written as an empty string or as one of those that lib has for that.
func Rehash(t *parser.Tree, from, to hash.Hash) []text.Edit {
	zero := from == hash.Zero(from.Algorithm())
	var edits []text.Edit
	for id := parser.NodeID(0); id < t.Root().SubtreeEnd(); id++ {
		n := t.Node(id)
		if zero && n.Kind() == parser.KindBinding && isBlank(n) {
			edits = append(edits, text.Edit{Span: n.LastExpr().Span(), New: `"` + to.SRI() + `"`})
			continue
		}
		if n.Kind() != parser.KindString {
			continue
		}
		if s, ok := n.Static(); ok && isHash(s, from) {
			edits = append(edits, text.Edit{Span: n.Span(), New: `"` + spell(s, to) + `"`})
		}
	}
	return edits
}

// isBlank reports whether a binding is that of a hash which is not known yet.
func isBlank(binding parser.Node) bool {
	name, value := binding.FirstChild().Text(), binding.LastExpr().Unparen()
	if !strings.HasSuffix(strings.ToLower(name), "hash") && !strings.HasPrefix(name, "sha") {
		return false
	}
	if s, ok := value.Static(); ok {
		return s == ""
	}
	switch value.Text()[strings.LastIndexByte(value.Text(), '.')+1:] {
	case "fakeHash", "fakeSha256", "fakeSha512":
		return true
	}
	return false
}

// isHash reports whether a text is a hash in some notation.
func isHash(s string, h hash.Hash) bool {
	if s == "" {
		return false
	}
	got, err := hash.Parse(s, h.Algorithm())
	return err == nil && got == h
}

// spell writes a hash as another one was written: with its algorithm in front of it, or
// by its digits alone.
func spell(like string, h hash.Hash) string {
	switch algo := h.Algorithm().String(); {
	case strings.HasPrefix(like, algo+"-"):
		return h.SRI()
	case strings.HasPrefix(like, algo+":"):
		return algo + ":" + spell(like[len(algo)+1:], h)
	case len(like) == len(h.Hex()):
		return h.Hex()
	case len(like) == len(h.Base64()):
		return h.Base64()
	}
	return h.Nix32()
}
