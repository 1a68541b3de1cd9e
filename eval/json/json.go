// Package json reads and writes JSON as builtins.fromJSON and builtins.toJSON
// do.
//
// Nix has both from the library nlohmann/json, whose messages users see; the
// tests compare every one of them with Nix 2.34. The text is read once from
// left to right, and what is found in it goes to a [Handler], so no tree is
// made besides the one that the handler makes. The depth of a text costs one
// bit for each level and no stack, as in Nix.
//
// There is no encoder of values: [AppendString] writes strings, package number
// floats, and brackets are up to the caller.
package json

import (
	"strconv"
	"strings"
)

// Handler gets what [Parse] finds, in the order of the text and before the rest
// of the text is looked at. An error that it returns ends the reading and is
// returned by Parse as it is.
//
// A string may be a part of the text that Parse was given; to keep one for
// longer than the text it is to be cloned. No string has a NUL in it.
type Handler interface {
	Null() error
	Bool(bool) error
	Int(int64) error
	Float(float64) error // finite
	String(string) error

	BeginArray() error
	EndArray() error

	// A value follows each key. A key may come again in one object; Nix lets
	// the last one win.
	BeginObject() error
	Key(string) error
	EndObject() error
}

// Error says why a text has no value. Its message is that of Nix 2.34.
type Error struct {
	Kind Kind
	Msg  string
}

// Kind tells errors apart.
type Kind uint8

// The kinds of errors.
const (
	// Syntax means that the text is not JSON, or has a float that is too
	// large. Only this kind has the trace "while decoding a JSON string".
	Syntax Kind = iota
	// Range means an integer from 2^63 to 2^64-1. What is larger, and what is
	// less than -2^63, becomes a float.
	Range
	// Null means a string with a NUL, which no string of Nix can have.
	Null
)

func (e *Error) Error() string { return e.Msg }

// Parse reads one value and gives it to h. All errors but those of h are of
// type [*Error].
//
// Before the value there may be a byte order mark. A NUL between tokens ends
// the text; what follows it is not read.
func Parse(src string, h Handler) error {
	p := parser{scanner: scanner{src: src}, h: h}
	if bad := p.mark(); bad != nil {
		return p.syntax("value", "", bad)
	}
	for {
		open, err := p.value()
		if err != nil {
			return err
		}
		if !open {
			done, err := p.after()
			if done || err != nil {
				return err
			}
		}
	}
}

type parser struct {
	scanner
	h     Handler
	depth int
	kinds []uint64 // a bit for each open container, set for objects
}

// value reads a value, or of a container only the begin: then it is open and a
// value follows.
func (p *parser) value() (open bool, err error) {
	switch c := p.next(); c {
	case '"':
		s, err := p.text("value", "")
		if err != nil {
			return false, err
		}
		return false, p.h.String(s)
	case '{':
		return p.object()
	case '[':
		return p.array()
	case 't', 'f', 'n':
		return false, p.literal(c)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return false, p.number()
	}
	return false, p.noValue()
}

// noValue is the error at what cannot begin a value.
func (p *parser) noValue() error {
	if p.atEnd() && p.pos == 0 {
		return p.place(0).error("attempting to parse an empty input; check that your input string or stream contains the expected JSON")
	}
	return p.unexpected("value", anyValue)
}

func (p *parser) literal(c byte) error {
	if bad := p.word(wordAt(c)); bad != nil {
		return p.syntax("value", "", bad)
	}
	if c == 'n' {
		return p.h.Null()
	}
	return p.h.Bool(c == 't')
}

func (p *parser) array() (open bool, err error) {
	p.pos++
	if err := p.h.BeginArray(); err != nil {
		return false, err
	}
	if p.next() == ']' {
		p.pos++
		return false, p.h.EndArray()
	}
	p.push(0)
	return true, nil
}

func (p *parser) object() (open bool, err error) {
	p.pos++
	if err := p.h.BeginObject(); err != nil {
		return false, err
	}
	if p.next() == '}' {
		p.pos++
		return false, p.h.EndObject()
	}
	p.push(1)
	return true, p.key()
}

// key reads a key and the colon.
func (p *parser) key() error {
	if p.next() != '"' {
		return p.unexpected("object key", "string literal")
	}
	name, err := p.text("object key", "string literal")
	if err != nil {
		return err
	}
	if err := p.h.Key(name); err != nil {
		return err
	}
	if p.next() != ':' {
		return p.unexpected("object separator", "':'")
	}
	p.pos++
	return nil
}

// after reads what is between the end of a value and the begin of another one.
// It is done at the end of the text.
func (p *parser) after() (done bool, err error) {
	for p.depth > 0 {
		c := p.next()
		object := p.inObject()
		switch {
		case c == ',':
			p.pos++
			if object {
				return false, p.key()
			}
			return false, nil
		case object && c == '}':
			err = p.h.EndObject()
		case !object && c == ']':
			err = p.h.EndArray()
		case object:
			return false, p.unexpected("object", "'}'")
		default:
			return false, p.unexpected("array", "']'")
		}
		p.pos++
		p.depth--
		if err != nil {
			return false, err
		}
	}
	if p.next(); !p.atEnd() {
		return false, p.unexpected("value", "end of input")
	}
	return true, nil
}

func (p *parser) push(kind uint64) {
	word, bit := p.depth/64, p.depth%64
	if word == len(p.kinds) {
		p.kinds = append(p.kinds, 0)
	}
	p.kinds[word] = p.kinds[word]&^(1<<bit) | kind<<bit
	p.depth++
}

func (p *parser) inObject() bool {
	return p.kinds[(p.depth-1)/64]>>((p.depth-1)%64)&1 != 0
}

// text reads a string where doing that is expected.
func (p *parser) text(doing, expected string) (string, error) {
	s, bad := p.quoted()
	if bad != nil {
		return "", p.syntax(doing, expected, bad)
	}
	if p.null {
		return "", &Error{Null, "input string '" + strings.ReplaceAll(s, "\x00", "␀") +
			"' cannot be represented as Nix string because it contains null bytes"}
	}
	return s, nil
}

func (p *parser) number() error {
	start := p.pos
	float, bad := p.digits()
	if bad != nil {
		return p.syntax("value", "", bad)
	}
	text := p.src[start:p.pos]
	if !float {
		n, ok := parseInt(text)
		if ok {
			return p.h.Int(n)
		}
		if _, err := strconv.ParseUint(text, 10, 64); err == nil {
			return &Error{Range, "unsigned json number " + text + " outside of Nix integer range"}
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return &Error{Syntax, "[json.exception.out_of_range.406] number overflow parsing '" + text + "'"}
	}
	return p.h.Float(f)
}

// parseInt is strconv.ParseInt, faster for what is short.
func parseInt(text string) (n int64, ok bool) {
	const safe = 18 // digits that cannot overflow
	if len(text) > safe {
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	}
	digits := text
	if text[0] == '-' {
		digits = text[1:]
	}
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	if len(digits) < len(text) {
		n = -n
	}
	return n, true
}
