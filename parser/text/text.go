// Package text describes places in a source file: byte offsets, spans, edits,
// and the lines and columns that editors speak of.
//
// Inside firn a place is always a byte offset. Lines and columns, in whatever
// encoding the other side counts, are made from it at the edge, by [Lines].
package text

import "fmt"

// Span is the half-open range of bytes [Start, End) of a file.
type Span struct {
	Start, End uint32
}

// Len returns the number of bytes that s covers.
func (s Span) Len() uint32 { return s.End - s.Start }

// Empty reports whether s covers no byte.
func (s Span) Empty() bool { return s.Start >= s.End }

// Contains reports whether off lies in s; the end does not belong to it.
func (s Span) Contains(off uint32) bool { return s.Start <= off && off < s.End }

// Touches reports whether off lies in s or at its end, where a cursor behind
// the last character stands.
func (s Span) Touches(off uint32) bool { return s.Start <= off && off <= s.End }

// Covers reports whether every byte of o lies in s.
func (s Span) Covers(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// Overlaps reports whether s and o share a byte.
func (s Span) Overlaps(o Span) bool { return s.Start < o.End && o.Start < s.End }

// In returns the part of src that s covers.
func (s Span) In(src string) string { return src[s.Start:s.End] }

// String returns s as "start-end".
func (s Span) String() string { return fmt.Sprintf("%d-%d", s.Start, s.End) }

// Edit replaces the bytes of a span with New.
type Edit struct {
	Span
	New string
}

// Apply returns src with e carried out.
func (e Edit) Apply(src string) string {
	return src[:e.Start] + e.New + src[e.End:]
}
