package eval

import (
	"context"
	"errors"
)

// Limits say how much of a value is wanted. Zero fields stand for the defaults.
type Limits struct {
	Depth int // sets and lists in one another; 1 by default
	Items int // attributes or elements of each; 100 by default
	Bytes int // of a string; 1,000 by default
}

// Snapshot is a value as far as it is known and wanted.
type Snapshot struct {
	Kind     Kind
	Text     string // of a string or path, or the value of a scalar as Nix prints it
	Attrs    []SnapshotAttr
	Elems    []Snapshot
	Function *FunctionInfo
	Err      error // why it is Failed, or Unevaluated though it was wanted
	More     int   // how many attributes, elements or bytes were left out
}

// SnapshotAttr is an attribute of a set.
type SnapshotAttr struct {
	Name  string
	Pos   *Position
	Value Snapshot
}

// Snapshot evaluates a value as far as it is wanted. What fails is an error in its
// place, and when ctx ends, or the evaluator has taken all the memory that it
// may, the rest stays unevaluated: so the answer may be in part.
func (v Value) Snapshot(ctx context.Context, l Limits) Snapshot {
	for n, most := range map[*int]int{&l.Depth: 1, &l.Items: 100, &l.Bytes: 1000} {
		if *n == 0 {
			*n = most
		}
	}
	return v.snapshot(ctx, l, l.Depth)
}

func (v Value) snapshot(ctx context.Context, l Limits, depth int) (s Snapshot) {
	var err error
	s.Kind, err = v.Force(ctx)
	if err == nil {
		err = v.fill(ctx, &s, l, depth)
	}
	if err != nil {
		s = Snapshot{Kind: Failed, Err: err}
		if e, ok := errors.AsType[*Error](err); ok && (e.Kind == Interrupted || e.Kind == OutOfBudget) {
			s.Kind = Unevaluated
		}
	}
	return s
}

// fill says more about a value whose kind is known.
func (v Value) fill(ctx context.Context, s *Snapshot, l Limits, depth int) (err error) {
	switch s.Kind {
	case String:
		var t Text
		t, err = v.Text(ctx)
		s.Text, s.More = cut(t.Text, l.Bytes)
	case Path:
		s.Text, err = v.Path(ctx)
	case List:
		var list []Value
		list, err = v.Elems(ctx)
		for i, e := range list {
			if i == l.Items || depth == 0 {
				s.More = len(list) - i
				break
			}
			s.Elems = append(s.Elems, e.snapshot(ctx, l, depth-1))
		}
	case Set:
		var list []Attr
		list, err = v.Attrs(ctx)
		for i, a := range list {
			if i == l.Items || depth == 0 {
				s.More = len(list) - i
				break
			}
			s.Attrs = append(s.Attrs, SnapshotAttr{a.Name, a.Pos, a.Value.snapshot(ctx, l, depth-1)})
		}
	case Function:
		var f FunctionInfo
		f, err = v.Function(ctx)
		s.Function = &f
	default:
		s.Text, err = v.Classic(ctx)
	}
	return err
}

// cut returns the begin of a text and how many bytes are behind it. It does not
// cut within a character.
func cut(s string, most int) (string, int) {
	if len(s) <= most {
		return s, 0
	}
	for most > 0 && s[most]&0xC0 == 0x80 {
		most--
	}
	return s[:most], len(s) - most
}
