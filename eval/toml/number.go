package toml

import (
	"math"
	"strconv"
	"strings"
)

const (
	intHint   = "Hint: valid  : -42, 1_000, 1_2_3_4_5, 0xC0FFEE, 0b0010, 0o755\nHint: invalid: _42, 1__000, 0123\n"
	floatHint = "Hint: valid  : +1.0, -2e-2, 3.141_592_653_589, inf, nan\nHint: invalid: .0, 1., _1.0, 1.0_, 1_.0, 1.0__0\n"
	timeHint  = "Hint: valid  : 1979-05-27T07:32:00, 1979-05-27 07:32:00.999999\nHint: invalid: 1979-05-27T7:32:00, 1979-05-27 17:32\n"
)

// digitsEnd passes digits and underscores between digits.
func (src *source) digitsEnd(i int, digit func(byte) bool) int {
	if !digit(src.byteAt(i)) {
		return -1
	}
	for {
		switch {
		case digit(src.byteAt(i)):
			i++
		case src.byteAt(i) == '_' && digit(src.byteAt(i+1)):
			i += 2
		default:
			return i
		}
	}
}

func (src *source) sign(i int) int {
	if c := src.byteAt(i); c == '+' || c == '-' {
		i++
	}
	return i
}

// decimalEnd passes an integer. What comes after a leading zero is left.
func (src *source) decimalEnd(i int) int {
	i = src.sign(i)
	if src.byteAt(i) == '0' {
		return i + 1
	}
	return src.digitsEnd(i, isDigit)
}

// floatEnd passes a float. It has a fraction or an exponent, or is a word.
func (src *source) floatEnd(i int) int {
	if whole := src.decimalEnd(i); whole >= 0 {
		end := -1
		if src.byteAt(whole) == '.' {
			end = src.digitsEnd(whole+1, isDigit)
		}
		if end < 0 {
			end = src.exponentEnd(whole)
		} else if exp := src.exponentEnd(end); exp >= 0 {
			end = exp
		}
		if end >= 0 {
			return end
		}
	}
	i = src.sign(i)
	if src.hasAt(i, "inf") || src.hasAt(i, "nan") {
		return i + 3
	}
	return -1
}

func (src *source) exponentEnd(i int) int {
	if src.byteAt(i)|0x20 != 'e' {
		return -1
	}
	return src.digitsEnd(src.sign(i+1), isDigit)
}

// radix is a way to write integers.
type radix struct {
	prefix  string
	bits    int // of a digit
	digit   func(byte) bool
	name    string
	example string
	wanted  string // for a digit
}

var radixes = []radix{
	{"0x", 4, isHex, "hex", "0xC0FFEE, 0xdead_beef", "hex [0-9a-fA-F]"},
	{"0o", 3, isOctal, "oct", "0o775, 0o04_44", "from `0` to `7`"},
	{"0b", 1, isBinary, "bin", "0b0101, 0b1111_0000", "0 or 1"},
}

// integerEnd passes an integer in any way.
func (src *source) integerEnd(i int) int {
	for _, r := range radixes {
		if src.hasAt(i, r.prefix) {
			if end := src.digitsEnd(i+len(r.prefix), r.digit); end >= 0 {
				return end
			}
		}
	}
	return src.decimalEnd(i)
}

// number reads a number or a time at the position.
func (p *parser) number() (Value, *fault) {
	if v, found, f := p.time(); found || f != nil {
		return v, f
	}
	if end := p.floatEnd(p.pos); end >= 0 {
		if p.byteAt(end) == '_' {
			return Value{}, newFault("bad float: `_` must be surrounded by digits", p.at(end), "invalid underscore").hinted(floatHint)
		}
		return p.float(end)
	}
	end := p.integerEnd(p.pos)
	if end < 0 {
		return Value{}, p.noNumber()
	}
	if f := p.afterInteger(end); f != nil {
		return Value{}, f
	}
	return p.integer(end)
}

// noNumber is about a value of which the first byte tells nothing.
func (p *parser) noNumber() *fault {
	here := p.at(p.pos)
	switch p.byteAt(p.pos) {
	case '.':
		return newFault("bad float: integer part is required before decimal point", here, "missing integer part").hinted(floatHint)
	case '_':
		return newFault("bad number: `_` must be surrounded by digits", here, "digits required before `_`").hinted(intHint)
	}
	return newFault("bad format: unknown value appeared", here, "here")
}

// afterInteger looks at what may not follow an integer that ends at end.
func (p *parser) afterInteger(end int) *fault {
	here := p.at(end)
	switch c := p.byteAt(end); {
	case c == '_' && p.s[end-1] == '0' && end-p.sign(p.pos) == 1:
		return newFault("bad integer: leading zero is not allowed in decimal int", here, "leading zero").hinted(intHint)
	case c == '_':
		return newFault("bad integer: `_` must be surrounded by digits", here, "invalid underscore").hinted(intHint)
	case c == '0':
		return newFault("bad integer: leading zero", p.at(end-1), "leading zero is not allowed").hinted(intHint)
	case isDigit(c):
		return newFault("bad integer: invalid digit after an integer", here, "this digit is not allowed").hinted(intHint)
	case c == ':' || c == '-':
		return newFault("bad datetime: invalid format", here, "here").
			hinted("Hint: valid  : 1979-05-27T07:32:00-07:00, 1979-05-27 07:32:00.999999Z\nHint: invalid: 1979-05-27T7:32:00-7:00, 1979-05-27 7:32-00:30")
	case c == '.' || c|0x20 == 'e':
		return newFault("bad float: invalid format", here, "here").hinted(floatHint)
	}
	return nil
}

// integer reads the integer before end, or finds that it has the prefix of a
// radix and no digit, or a sign before the prefix.
func (p *parser) integer(end int) (Value, *fault) {
	start := p.pos
	unsigned := p.sign(start)
	for _, r := range radixes {
		if !p.hasAt(unsigned, r.prefix) {
			continue
		}
		missing, at := r.prefix, start
		switch {
		case unsigned != start:
		case end < start+len(r.prefix):
			missing, at = r.wanted, start+len(r.prefix)
		default:
			return p.withRadix(r, end)
		}
		return Value{}, newFault("toml::parse_"+r.name+"_integer: invalid integer: "+r.name+"_int must be like: "+r.example,
			p.at(at), "expected "+missing)
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(p.s[start:end], "_", ""), 10, 64)
	if err != nil {
		return Value{}, newFault("toml::parse_dec_integer: too large integer: current max digits = 2^63", p.at(end), "must be < 2^63")
	}
	return p.found(Value{Kind: Int, Int: n}, end), nil
}

func (p *parser) withRadix(r radix, end int) (Value, *fault) {
	digits := strings.ReplaceAll(p.s[p.pos+len(r.prefix):end], "_", "")
	n, err := strconv.ParseInt(digits, 1<<r.bits, 64)
	if err != nil {
		return Value{}, newFault("toml::parse_"+r.name+"_integer: too large integer: current max value = 2^63", p.at(end), "must be < 2^63")
	}
	return p.found(Value{Kind: Int, Int: n}, end), nil
}

// float reads the float before end.
func (p *parser) float(end int) (Value, *fault) {
	text := strings.ReplaceAll(p.s[p.pos:end], "_", "")
	v := Value{Kind: Float}
	switch strings.TrimLeft(text, "+-") {
	case "inf":
		v.Float = math.Inf(1)
	case "nan":
		v.Float = math.NaN()
	default:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			p.pos = end
			return Value{}, newFault("toml::parse_floating: failed to read floating point value from stream", p.at(end), "here")
		}
		v.Float = f
		return p.found(v, end), nil
	}
	if text[0] == '-' {
		v.Float = math.Copysign(v.Float, -1)
	}
	return p.found(v, end), nil
}
