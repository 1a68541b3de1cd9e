// Package problem describes what is wrong with a document, whoever found it.
package problem

import (
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// Severity says how bad a problem is.
type Severity uint8

// The severities, the worst first.
const (
	Error Severity = iota
	Warning
	Information
	Hint
)

// Problem is one thing that is wrong. Its span is in the document that was
// looked at.
type Problem struct {
	Span     text.Span
	Severity Severity
	Code     string // names the kind of problem for configuration and machines
	Href     string // a page about the code, or ""
	Msg      string
	Related  []Related
	Fixes    []Fix // the best first

	Unnecessary bool // the code can go; editors fade it
	Deprecated  bool // the code should be replaced; editors strike it through
}

// Fix is something that does away with a problem.
type Fix struct {
	Title string
	Edits []text.Edit // of the document, in source order
	// Preferred says that it is the obvious thing to do.
	Preferred bool
}

// Related is another place that a problem has to do with.
type Related struct {
	Document *Document // nil if it is in the same document
	Span     text.Span
	Msg      string
}

// Is reports whether two places are the same, and the same is said of them.
func (r Related) Is(o Related) bool {
	same := r.Document == o.Document || r.Document != nil && o.Document != nil && r.Document.URI == o.Document.URI
	return same && r.Span == o.Span && r.Msg == o.Msg
}

// Document is another document than the one that was looked at.
type Document struct {
	URI   string
	Path  string // "" if it is no file
	Lines *text.Lines
}

// Parsing returns what Nix finds wrong before it evaluates as problems.
func Parsing(errs []*parser.Error) []Problem {
	out := make([]Problem, len(errs))
	for i, e := range errs {
		out[i] = Problem{Span: e.Span, Severity: severity(e.Code), Code: string(e.Code), Msg: message(e)}
		for _, r := range e.Related {
			out[i].Related = append(out[i].Related, Related{Span: r.Span, Msg: r.Msg})
		}
	}
	return out
}

// message returns what to say of e. The rest of what Nix says of an ambiguous
// or quotes the place, which an editor shows, and tells the remedy, which it
// offers.
func message(e *parser.Error) string {
	if e.Code != parser.AmbiguousOr {
		return e.Msg
	}
	first, _, _ := strings.Cut(e.Msg, "\n")
	return first
}

// severity is Error for all that Nix refuses. Limits of firn are no fault of
// the document.
func severity(code parser.Code) Severity {
	switch code {
	case parser.TooDeep, parser.TooLarge:
		return Information
	case parser.AmbiguousOr:
		return Warning
	}
	return Error
}
