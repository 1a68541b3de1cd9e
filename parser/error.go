package parser

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"firn/parser/text"
)

// Code names a kind of error, for configuration and for machines.
type Code string

// The errors that Nix finds before it evaluates.
const (
	SyntaxError        Code = "syntax-error"
	InvalidInteger     Code = "invalid-integer"
	InvalidFloat       Code = "invalid-float"
	NullByte           Code = "null-byte"
	TrailingSlash      Code = "trailing-slash"
	PipesDisabled      Code = "pipe-operators-disabled"
	DuplicateAttribute Code = "duplicate-attribute"
	DuplicateFormal    Code = "duplicate-formal"
	DynamicInLet       Code = "dynamic-attribute-in-let"
	DynamicInInherit   Code = "dynamic-attribute-in-inherit"
	UndefinedVariable  Code = "undefined-variable"
	TooDeep            Code = "too-deep" // a limit of firn
	TooLarge           Code = "too-large"
)

// Error is a fault of a text. Nix reports it at Span.Start.
type Error struct {
	Code    Code
	Span    text.Span
	Read    uint32 // how far Nix has read the text when it reports the error
	Msg     string // without place
	Related []Related

	// Of a syntax error: the token that does not fit, as Nix calls it, and
	// what would fit, if that is at most four tokens.
	Unexpected string
	Expected   []string
}

// Related is another place that an error has to do with.
type Related struct {
	Span text.Span
	Msg  string
}

// Error returns the message without a place, which only the owner of the file
// can name.
func (e *Error) Error() string { return e.Msg }

func (p *strict) errorAt(code Code, start, end int) *Error {
	msg := ""
	switch code {
	case TooDeep:
		msg = ErrTooDeep.Error()
	case TrailingSlash:
		msg = "path has a trailing slash"
	case PipesDisabled:
		msg = "experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features pipe-operators' to enable it"
	case InvalidInteger:
		msg = fmt.Sprintf("invalid integer '%s'", p.src[start:end])
	case InvalidFloat:
		msg = fmt.Sprintf("invalid float '%s'", p.src[start:end])
	}
	return &Error{Code: code, Span: text.Span{Start: uint32(start), End: uint32(end)}, Msg: msg}
}

func (p *strict) nullByte(start, end int) *Error {
	e := p.errorAt(NullByte, start, end)
	e.Msg = fmt.Sprintf("input string '%s' cannot be represented as Nix string because it contains null bytes",
		strings.ReplaceAll(p.src[start:end], "\x00", "␀"))
	return e
}

// checkNumber tells whether the number at hand can be represented. Like
// strtod(3) it refuses a float that is too small for full precision.
func (p *strict) checkNumber() *Error {
	word := p.src[p.start:p.end]
	if p.tok == KindInt {
		if len(word) < 19 {
			return nil
		}
		if _, err := strconv.ParseInt(word, 10, 64); err != nil {
			return p.errorAt(InvalidInteger, p.start, p.end)
		}
		return nil
	}
	const smallestNormal = 0x1p-1022
	f, err := strconv.ParseFloat(word, 64)
	mantissa, _, _ := strings.Cut(strings.ToLower(word), "e")
	tiny := math.Abs(f) < smallestNormal && strings.ContainsAny(mantissa, "123456789")
	if err != nil || tiny {
		return p.errorAt(InvalidFloat, p.start, p.end)
	}
	return nil
}
