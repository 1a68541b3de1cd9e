// Package toml reads TOML as builtins.fromTOML does.
//
// Nix leaves that to the library toml11, set to TOML 1.0.0 without extensions.
// Three things set it apart from the standard and from other libraries: which
// tables may be opened again, how it goes on after an error, and its messages,
// which show the lines they are about. Messages are part of what Nix prints, so
// this package finds the errors in the same order, goes on at the same places
// and uses the same words. The tests compare all of that with Nix 2.34.
//
// It differs where Nix has no answer: where toml11 never returns, as it does in
// some texts with a comment after an error, reading goes on after the comment;
// and depth, the number of errors and the size of messages are limited.
package toml

import (
	"slices"
	"strings"
)

// Value is a value of a text.
type Value struct {
	Kind  Kind
	form  form
	Bool  bool
	Int   int64
	Float float64 // may be an infinity or not a number
	Text  string  // of a String; of a date or time, as Nix normalises it
	Items []Value // of an Array
	Table *Table

	first, last int // where it is defined, for messages
}

// Kind tells values apart.
type Kind uint8

// The kinds of values. [Kind.IsTime] is true from OffsetDateTime on.
const (
	Bool Kind = iota
	Int
	Float
	String
	Array
	TableKind
	OffsetDateTime
	LocalDateTime
	LocalDate
	LocalTime
)

// IsTime says whether a value of this kind is a date or a time. Nix makes an
// attribute set of it, with _type = "timestamp" and the text as value.
func (k Kind) IsTime() bool { return k >= OffsetDateTime }

// form is how an array or a table is written, which decides what may be added
// to it later.
type form uint8

const (
	inline   form = iota // with brackets or braces
	header               // under its own header
	implicit             // a header or two begins with its name
	dotted               // a key begins with its name
)

// Table is a set of values by name.
type Table struct {
	entries []Entry
	index   map[string]int // of entries, if there are many
}

// Entry is a value of a table with its name.
type Entry struct {
	Key   string
	Value Value
}

// Entries returns what is in the table, in the order in which the names first
// occur in the text. The names differ. The result is not to be changed.
func (t *Table) Entries() []Entry { return t.entries }

const few = 8 // names that are searched one after the other

// find returns the value of a name, or nil. The next call of add makes it
// invalid.
func (t *Table) find(key string) *Value {
	if t.index == nil {
		for i := range t.entries {
			if t.entries[i].Key == key {
				return &t.entries[i].Value
			}
		}
		return nil
	}
	if i, ok := t.index[key]; ok {
		return &t.entries[i].Value
	}
	return nil
}

// add adds a name that the table does not have.
func (t *Table) add(key string, v Value) *Value {
	t.entries = append(t.entries, Entry{key, v})
	last := len(t.entries) - 1
	switch {
	case t.index != nil:
		t.index[key] = last
	case last == few:
		t.index = make(map[string]int, 2*few)
		for i := range t.entries {
			t.index[t.entries[i].Key] = i
		}
	}
	return &t.entries[last].Value
}

// Options says what is allowed. The zero value is what Nix allows without
// experimental features.
type Options struct {
	// Timestamps allows dates and times: the experimental feature
	// parse-toml-timestamps.
	Timestamps bool
}

// Error is what Nix 2.34 says of a text after "while parsing TOML: ". If the
// text is malformed, that is the messages of all its errors, of several lines
// each; a line feed ends the last one.
type Error struct{ Msg string }

func (e *Error) Error() string { return e.Msg }

// Parse reads a text. The result has the kind [TableKind]; strings in it may be
// parts of src. An error is an [*Error].
func Parse(src string, o Options) (Value, error) {
	if src == "" {
		return Value{Kind: TableKind, Table: &Table{}}, nil
	}
	// A carriage return alone ends no line and stays to be reported.
	if last := src[len(src)-1]; last != '\n' && last != '\r' {
		src += "\n"
	}
	p := newParser(src)
	root := p.document()
	if p.tooDeep {
		return Value{}, &Error{"arrays and tables are nested too deeply"}
	}
	if len(p.faults) > 0 {
		return Value{}, &Error{render(p.faults)}
	}
	if err := check(&root, o); err != nil {
		return Value{}, err
	}
	return root, nil
}

// check looks for what TOML allows, but Nix does not.
func check(v *Value, o Options) *Error {
	switch {
	case v.Kind.IsTime() && !o.Timestamps:
		return &Error{"Dates and times are not supported"}
	case v.Kind == String:
		return checkText(v.Text)
	case v.Kind == Array:
		for i := range v.Items {
			if err := check(&v.Items[i], o); err != nil {
				return err
			}
		}
	case v.Kind == TableKind:
		for i := range v.Table.entries {
			e := &v.Table.entries[i]
			if err := checkText(e.Key); err != nil {
				return err
			}
			if err := check(&e.Value, o); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkText(s string) *Error {
	if !strings.Contains(s, "\x00") {
		return nil
	}
	return &Error{"error: input string '" + strings.ReplaceAll(s, "\x00", "␀") +
		"' cannot be represented as Nix string because it contains null bytes"}
}

// isTables says whether v is an array of tables, written in whatever form.
func (v *Value) isTables() bool {
	if v.Kind != Array || len(v.Items) == 0 {
		return false
	}
	return v.form == header || !slices.ContainsFunc(v.Items, func(i Value) bool { return i.Kind != TableKind })
}
