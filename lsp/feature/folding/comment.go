package folding

import (
	"strings"

	"firn/parser/text"
)

// comments adds block comments and runs of line comments that have lines to
// themselves.
func (f *finder) comments() {
	all := f.tree.Comments()
	for i := 0; i < len(all); i++ {
		first := i
		switch {
		case !f.isLineComment(all[i]):
			f.add(f.lineEnd(all[i]), all[i].End, Comment, f.depths[i])
			continue
		case !f.beginsLine(all[i].Start):
			continue
		}
		for i+1 < len(all) && f.continues(all[i], all[i+1]) {
			i++
		}
		f.add(f.lineEnd(all[first]), all[i].End, Comment, f.depths[first])
	}
}

func (f *finder) isLineComment(c text.Span) bool { return f.tree.Source()[c.Start] == '#' }

// continues reports whether b is a line comment on the line below a. A mark of
// a region stands for itself.
func (f *finder) continues(a, b text.Span) bool {
	return f.isLineComment(b) && f.beginsLine(b.Start) &&
		f.lines.Line(b.Start) == f.lines.Line(a.Start)+1 &&
		f.mark(a) == "" && f.mark(b) == ""
}

// lineEnd returns the end of the line on which c starts, or of c.
func (f *finder) lineEnd(c text.Span) uint32 {
	return min(f.lines.Span(f.lines.Line(c.Start)).End, c.End)
}

// regions adds what stands between marks; one without its partner is ignored.
func (f *finder) regions() {
	var open []int
	for i, c := range f.tree.Comments() {
		switch f.mark(c) {
		case "region":
			open = append(open, i)
		case "endregion":
			if n := len(open); n > 0 {
				start := f.tree.Comments()[open[n-1]]
				f.add(start.End, c.End, Region, f.depths[open[n-1]])
				open = open[:n-1]
			}
		}
	}
}

// mark returns "region" or "endregion" for a line comment that begins with
// that word, and "" for any other.
func (f *finder) mark(c text.Span) string {
	body, ok := strings.CutPrefix(c.In(f.tree.Source()), "#")
	if !ok {
		return ""
	}
	word, _, _ := strings.Cut(strings.TrimSpace(body), " ")
	switch word = strings.TrimSuffix(word, ":"); word {
	case "region", "endregion":
		return word
	default:
		return ""
	}
}
