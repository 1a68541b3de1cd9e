// Package value holds the values of nixlang as the evaluator has them in
// memory: cells that are updated in place, environments, attribute sets, and
// the counting of what all of them take.
//
// It owns every use of package unsafe, and knows neither syntax nor how
// anything is evaluated. What a kind means beyond its layout is said by its
// user, who puts a [Header] at the begin of its own types.
package value

import (
	"math"
	"unsafe"
)

// Kind says what a [Value] is.
type Kind uint8

// The kinds of values. Those from [Thunk] on are not in weak head normal form.
const (
	Invalid Kind = iota
	Null
	Bool
	Int
	Float
	String
	Path
	List
	Set
	Lambda
	Primop
	PrimopApp
	Thunk     // code and its environment
	App       // a function and its arguments
	Blackhole // something that is being evaluated
	Failed    // what evaluation ended with instead of a value
)

// Header begins every object that a value refers to, so that its kind can be
// read through any value.
type Header struct{ kind Kind }

// NewHeader returns the header of an object of kind k.
func NewHeader(k Kind) Header { return Header{k} }

// Value is a value, or what will become one. It is a small thing that is
// passed around by copying; identity has only a cell, a *Value. The zero Value
// is none.
//
//	kind               p                      q                n
//	Null               the header
//	Bool, Int, Float   the header                              the bits
//	String             the header, or a       the bytes        how many
//	                   withContext
//	Path               the header             the bytes        how many
//	List               the header             the elements     how many
//	Set                an Attrs
//	Lambda, Thunk      the code               the environment
//	App                an object              a cell or nil    any
//	PrimopApp          the header             the cells        how many
//	Primop, Failed     an object
type Value struct {
	p, q unsafe.Pointer
	n    uint64
}

var headers = func() (h [Failed + 1]Header) {
	for k := range h {
		h[k].kind = Kind(k)
	}
	return h
}()

func of(k Kind) unsafe.Pointer { return unsafe.Pointer(&headers[k]) }

// Kind returns what v is. It must not be the zero Value.
func (v *Value) Kind() Kind { return *(*Kind)(v.p) }

// IsZero reports whether v is no value at all.
func (v *Value) IsZero() bool { return v.p == nil }

// IsForced reports whether v is in weak head normal form.
func (v *Value) IsForced() bool { return *(*Kind)(v.p) < Thunk }

// IsFailed reports whether v is the failure of an evaluation.
func (v *Value) IsFailed() bool { return *(*Kind)(v.p) == Failed }

// MakeNull returns null.
func MakeNull() Value { return Value{p: of(Null)} }

// MakeBool returns true or false.
func MakeBool(b bool) Value {
	n := uint64(0)
	if b {
		n = 1
	}
	return Value{p: of(Bool), n: n}
}

// MakeInt returns an integer.
func MakeInt(i int64) Value { return Value{p: of(Int), n: uint64(i)} }

// MakeFloat returns a floating-point number.
func MakeFloat(f float64) Value { return Value{p: of(Float), n: math.Float64bits(f)} }

// MakeString returns a string without context.
func MakeString(s string) Value {
	return Value{p: of(String), q: unsafe.Pointer(unsafe.StringData(s)), n: uint64(len(s))}
}

// withContext is the header of strings that refer to store paths.
type withContext struct {
	Header
	context *Context
}

// MakeStringContext returns a string with a context, which may be nil.
func MakeStringContext(s string, c *Context) Value {
	v := MakeString(s)
	if c != nil {
		v.p = unsafe.Pointer(&c.header)
	}
	return v
}

// MakePath returns a path, which is absolute and clean.
func MakePath(s string) Value {
	return Value{p: of(Path), q: unsafe.Pointer(unsafe.StringData(s)), n: uint64(len(s))}
}

// MakeList returns a list, which owns the elements from now on.
func MakeList(elems []*Value) Value {
	return Value{p: of(List), q: unsafe.Pointer(unsafe.SliceData(elems)), n: uint64(len(elems))}
}

// MakeApplication returns an application that is not evaluated yet: the object
// that h begins, of kind App, says what of, with what goes for this one alone.
func MakeApplication(h *Header, x *Value, n uint64) Value {
	return Value{p: unsafe.Pointer(h), q: unsafe.Pointer(x), n: n}
}

// Applied returns what [MakeApplication] was given beside the object.
func (v *Value) Applied() (*Value, uint64) { return (*Value)(v.q), v.n }

// MakePrimopApp returns the application of the primop cells[0] to fewer
// arguments than it takes.
func MakePrimopApp(cells []*Value) Value {
	return Value{p: of(PrimopApp), q: unsafe.Pointer(unsafe.SliceData(cells)), n: uint64(len(cells))}
}

// MakeSet returns an attribute set.
func MakeSet(a *Attrs) Value { return Value{p: unsafe.Pointer(a)} }

// MakeObject returns the value that h begins, an object whose header is of kind
// Primop or Failed.
func MakeObject(h *Header) Value { return Value{p: unsafe.Pointer(h)} }

// MakeCode returns a lambda or thunk: the code that h begins, and its
// environment.
func MakeCode(h *Header, e *Env) Value { return Value{p: unsafe.Pointer(h), q: unsafe.Pointer(e)} }

// Blacken marks a cell as being evaluated. Whoever does it stores the outcome.
func (v *Value) Blacken() { v.p = of(Blackhole) }

// Bool returns the value of a Bool.
func (v *Value) Bool() bool { return v.n != 0 }

// Int returns the value of an Int.
func (v *Value) Int() int64 { return int64(v.n) }

// Float returns the value of a Float.
func (v *Value) Float() float64 { return math.Float64frombits(v.n) }

// Str returns the text of a String or Path.
func (v *Value) Str() string { return unsafe.String((*byte)(v.q), v.n) }

// Context returns the context of a String, or nil.
func (v *Value) Context() *Context {
	if v.p == of(String) {
		return nil
	}
	return (*withContext)(v.p).context
}

// Elems returns the elements of a List, or the cells of a PrimopApp.
// They must not be changed.
func (v *Value) Elems() []*Value { return unsafe.Slice((**Value)(v.q), v.n) }

// Len returns the number of what Elems returns, or of bytes of a String.
func (v *Value) Len() int { return int(v.n) }

// Attrs returns the attributes of a Set.
func (v *Value) Attrs() *Attrs { return (*Attrs)(v.p) }

// Env returns the environment of a Lambda or Thunk.
func (v *Value) Env() *Env { return (*Env)(v.q) }

// As returns the object that a value refers to, a T whose first field is its
// header: the code of a Lambda or Thunk, a Primop, or what has Failed. That each
// such kind is of one type only is up to who made the value.
func As[T any](v *Value) *T { return (*T)(v.p) }

// Same reports whether two values are one and the same: the same object, or the
// same bits.
func Same(a, b *Value) bool { return *a == *b }

// Text returns the bytes as a string without a copy. They must not change any
// more.
func Text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
