package check

import (
	"slices"

	"firn/lsp/feature/infer"
	"firn/lsp/feature/module"
	"firn/lsp/feature/problem"
	"firn/parser"
	"firn/parser/text"
)

// failure reports why an evaluation has no value: in the file as near to the
// cause as the trace leads, else at a span. It is left to other files of the
// workspace if the trace leads by those and not by this one.
func (c *checker) failure(f *Failure, span text.Span) {
	if c.Open && f.Thrown && c.Module != nil {
		return // it may be said of this configuration only
	}
	own, others := -1, false
	for i, frame := range f.Frames {
		switch {
		case frame.Place == nil:
		case c.isHere(frame.Place):
			own = i
		case c.Mine(frame.Place.Path):
			others = true
		}
	}
	switch {
	case own >= 0:
		span = c.spanAt(f.Frames[own].Place)
	case others:
		return
	}
	if c.isFaulty(span) || c.isOfOthers(span) {
		return // it has been said why, or others say what is there
	}
	c.add(problem.Problem{Span: span, Code: Evaluation, Msg: f.Msg, Related: c.related(f, own)})
}

// isOfOthers reports whether a span is of an option that may be declared where
// nobody has looked.
func (c *checker) isOfOthers(s text.Span) bool {
	if !c.Open {
		return false
	}
	for n := c.tree.At(s.Start); n.Valid() && n.Start() >= s.Start; n = n.Parent() {
		if _, ok := module.ConfigRef(c.Info, n); ok {
			return true
		}
	}
	return false
}

func (c *checker) isHere(p *infer.Place) bool {
	return p.Path != "" && p.Path == c.World.File.Path
}

// spanAt returns what an editor is to mark for a place of the file: what begins
// there, as far as it is on one line.
func (c *checker) spanAt(p *infer.Place) text.Span {
	off := c.lines.Offset(text.Position{Line: max(p.Line, 1) - 1, Column: max(p.Column, 1) - 1}, text.UTF8)
	n := c.tree.At(off)
	span := n.Span()
	for ; n.Valid() && n.Start() == span.Start && n.Kind() != parser.KindFile; n = n.Parent() {
		if c.lines.Line(n.End()) == c.lines.Line(n.Start()) {
			span = n.Span()
		}
	}
	return span
}

// related returns the trace of a failure, the innermost place first: all of the
// files of the workspace, and where it failed elsewhere. The frame of index shown
// is left out.
func (c *checker) related(f *Failure, shown int) []problem.Related {
	var list []problem.Related
	last := len(f.Frames) - 1
	for i := last; i >= 0 && len(list) < maxRelated; i-- {
		frame := f.Frames[i]
		if i == shown || frame.Place == nil {
			continue
		}
		here := c.isHere(frame.Place)
		if i != last && !here && !c.Mine(frame.Place.Path) {
			continue
		}
		msg := frame.Msg
		if msg == "" {
			msg = f.Msg
		}
		r, ok := problem.Related{Msg: msg}, true
		if here {
			r.Span = c.spanAt(frame.Place)
		} else {
			r, ok = c.elsewhere(frame.Place, msg)
		}
		if ok && !slices.ContainsFunc(list, r.Is) {
			list = append(list, r)
		}
	}
	return list
}

// maxRelated is how many places of a trace are shown.
const maxRelated = 10

// elsewhere returns a place in another file.
func (c *checker) elsewhere(p *infer.Place, msg string) (problem.Related, bool) {
	doc := c.Document(p.Path)
	if doc == nil {
		return problem.Related{}, false
	}
	off := doc.Lines.Offset(text.Position{Line: max(p.Line, 1) - 1, Column: max(p.Column, 1) - 1}, text.UTF8)
	return problem.Related{Document: doc, Span: text.Span{Start: off, End: off}, Msg: msg}, true
}

// body reports why the file has no value, if nothing else explains that.
func (c *checker) body() {
	if c.Module != nil && c.Merged != nil || len(c.found) > 0 {
		return
	}
	if f := c.Values.Body(); f != nil {
		c.failure(f, c.head())
	}
}

// head returns where to say what is about the whole file: its first token.
func (c *checker) head() text.Span {
	n := c.tree.Root()
	for n.FirstChild().Valid() {
		n = n.FirstChild()
	}
	return n.Span()
}
