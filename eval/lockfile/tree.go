package lockfile

import (
	"errors"
	"strings"
)

// object is an object of JSON. The other values are nil, bool, int64, float64,
// string and []any.
type object map[string]any

// maxOpen is how deep arrays and objects may be in one another. In a lock file
// they are four deep.
const maxOpen = 1000

// builder makes a tree of what is found in a text.
type builder struct {
	root any
	open []open
}

// open is an array or object that is not complete.
type open struct {
	list   []any
	object object // nil for an array
	key    string
}

func (b *builder) put(v any) error {
	if len(b.open) == 0 {
		b.root = v
		return nil
	}
	if top := &b.open[len(b.open)-1]; top.object != nil {
		top.object[top.key] = v
	} else {
		top.list = append(top.list, v)
	}
	return nil
}

func (b *builder) begin(o open) error {
	if len(b.open) == maxOpen {
		return errors.New("is nested too deeply")
	}
	b.open = append(b.open, o)
	return nil
}

func (b *builder) pop() open {
	top := b.open[len(b.open)-1]
	b.open = b.open[:len(b.open)-1]
	return top
}

func (b *builder) Null() error           { return b.put(nil) }
func (b *builder) Bool(x bool) error     { return b.put(x) }
func (b *builder) Int(x int64) error     { return b.put(x) }
func (b *builder) Float(x float64) error { return b.put(x) }
func (b *builder) String(s string) error { return b.put(strings.Clone(s)) }

func (b *builder) BeginArray() error  { return b.begin(open{list: []any{}}) }
func (b *builder) EndArray() error    { return b.put(b.pop().list) }
func (b *builder) BeginObject() error { return b.begin(open{object: object{}}) }
func (b *builder) EndObject() error   { return b.put(b.pop().object) }

func (b *builder) Key(s string) error {
	b.open[len(b.open)-1].key = strings.Clone(s)
	return nil
}
