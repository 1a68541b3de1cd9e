package json

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"firn/eval/number"
)

var (
	nix   = flag.String("nix", "", "a nix-instantiate to compare with")
	texts = flag.Int("texts", 2000, "how many texts to compare with -nix")
)

// show is a handler that writes down what it gets, so that equal values of Nix
// have equal texts: objects are sorted and the last of equal keys is kept.
type show struct {
	open []*container
	text string
}

type container struct {
	object bool
	key    string
	items  []string
	named  map[string]string
}

func (s *show) value(text string) error {
	if len(s.open) == 0 {
		s.text = text
		return nil
	}
	c := s.open[len(s.open)-1]
	if c.object {
		c.named[c.key] = text
	} else {
		c.items = append(c.items, text)
	}
	return nil
}

func quote(s string) string { return "s" + strconv.Itoa(len(s)) + ":" + s }

func (s *show) Null() error           { return s.value("n") }
func (s *show) Bool(v bool) error     { return s.value("b" + strconv.FormatBool(v)) }
func (s *show) Int(v int64) error     { return s.value("i" + strconv.FormatInt(v, 10)) }
func (s *show) Float(v float64) error { return s.value("f" + number.JSON(v)) }
func (s *show) String(v string) error { return s.value(quote(v)) }
func (s *show) BeginArray() error     { return s.begin(&container{}) }
func (s *show) EndArray() error       { return s.end() }
func (s *show) EndObject() error      { return s.end() }

func (s *show) BeginObject() error {
	return s.begin(&container{object: true, named: map[string]string{}})
}

func (s *show) Key(v string) error {
	s.open[len(s.open)-1].key = v
	return nil
}

func (s *show) begin(c *container) error {
	s.open = append(s.open, c)
	return nil
}

func (s *show) end() error {
	c := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	if !c.object {
		return s.value("[" + strings.Join(c.items, "") + "]")
	}
	var b strings.Builder
	names := make([]string, 0, len(c.named))
	for name := range c.named {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		b.WriteString(quote(name) + c.named[name])
	}
	return s.value("{" + b.String() + "}")
}

func parse(src string) (string, error) {
	var s show
	err := Parse(src, &s)
	return s.text, err
}

var values = []struct {
	name, src, want string
}{
	{"null", "null", "n"},
	{"true", " true\n", "btrue"},
	{"false", "\tfalse\r", "bfalse"},
	{"zero", "0", "i0"},
	{"negative zero", "-0", "i0"},
	{"negative zero float", "-0.0", "f-0.0"},
	{"int", "-17", "i-17"},
	{"largest int", "9223372036854775807", "i9223372036854775807"},
	{"smallest int", "-9223372036854775808", "i-9223372036854775808"},
	{"below the smallest int", "-9223372036854775809", "f-9.223372036854776e+18"},
	{"above unsigned", "18446744073709551616", "f1.8446744073709552e+19"},
	{"fraction", "1.0", "f1.0"},
	{"exponent", "1e3", "f1000.0"},
	{"exponent with sign", "25E-1", "f2.5"},
	{"exponent with plus", "1e+02", "f100.0"},
	{"too small a float", "1e-999", "f0.0"},
	{"empty string", `""`, "s0:"},
	{"string", `"a\"\\\/\b\f\n\r\té"`, "s11:a\"\\/\b\f\n\r\té"},
	{"unicode escapes", `"\u00e9\u0161\u2192\ud83d\ude00\uFFFF"`, "s14:éš→😀\uffff"},
	{"delete is no control", "\"\x7f\"", "s1:\x7f"},
	{"empty array", "[ ]", "[]"},
	{"array", "[1,[ ],{}, \"x\" ]", "[i1[]{}s1:x]"},
	{"object", `{"b":1,"a":[null]}`, "{s1:a[n]s1:bi1}"},
	{"equal keys", `{"a":1,"a":{"x":2}}`, "{s1:a{s1:xi2}}"},
	{"byte order mark", "\xef\xbb\xbf1", "i1"},
	{"text ends at NUL", "1 \x00 what", "i1"},
	{"deep", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), strings.Repeat("[", 1000) + strings.Repeat("]", 1000)},
	{"mixed depth", strings.Repeat(`[{"":`, 100) + "1" + strings.Repeat("}]", 100), strings.Repeat("[{s0:", 100) + "i1" + strings.Repeat("}]", 100)},
}

func TestParse(t *testing.T) {
	for _, tt := range values {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := parse(tt.src); err != nil || got != tt.want {
				t.Errorf("Parse(%.100q) = %.200s, %v, want %.200s", tt.src, got, err, tt.want)
			}
		})
	}
}

const at = "[json.exception.parse_error.101] parse error at line "

var failures = []struct {
	name, src string
	kind      Kind
	want      string
}{
	{"empty", "", Syntax, at + "1, column 1: attempting to parse an empty input; check that your input string or stream contains the expected JSON"},
	{"blank", " \n ", Syntax, at + "2, column 2: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal"},
	{"mark only", "\xef\xbb\xbf", Syntax, at + "1, column 4: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal"},
	{"half a mark", "\xef\xbb1", Syntax, at + "1, column 3: syntax error while parsing value - invalid BOM; must be 0xEF 0xBB 0xBF if given; last read: '\xef\xbb1'"},
	{"open array", "[1,2", Syntax, at + "1, column 5: syntax error while parsing array - unexpected end of input; expected ']'"},
	{"open object", `{"a":1`, Syntax, at + "1, column 7: syntax error while parsing object - unexpected end of input; expected '}'"},
	{"trailing comma", "[1,]", Syntax, at + "1, column 4: syntax error while parsing value - unexpected ']'; expected '[', '{', or a literal"},
	{"trailing comma in object", `{"a":1,}`, Syntax, at + "1, column 8: syntax error while parsing object key - unexpected '}'; expected string literal"},
	{"no comma", "[1 2]", Syntax, at + "1, column 4: syntax error while parsing array - unexpected number literal; expected ']'"},
	{"number before line feed", "[1 2\n]", Syntax, at + "1, column 0: syntax error while parsing array - unexpected number literal; expected ']'"},
	{"no colon", `{"a" 1}`, Syntax, at + "1, column 6: syntax error while parsing object separator - unexpected number literal; expected ':'"},
	{"number as key", "{12:1}", Syntax, at + "1, column 3: syntax error while parsing object key - unexpected number literal; expected string literal"},
	{"malformed key", `{"a\x":1}`, Syntax, at + `1, column 5: syntax error while parsing object key - invalid string: forbidden character after backslash; last read: '"a\x'; expected string literal`},
	{"trailing text", "{} true", Syntax, at + "1, column 7: syntax error while parsing value - unexpected true literal; expected end of input"},
	{"trailing string", "1\n\"xy\"", Syntax, at + "2, column 4: syntax error while parsing value - unexpected string literal; expected end of input"},
	{"literal", "tru", Syntax, at + "1, column 4: syntax error while parsing value - invalid literal; last read: 'tru'"},
	{"literal at line end", "[nul\nl]", Syntax, at + "2, column 0: syntax error while parsing value - invalid literal; last read: '[nul<U+000A>'"},
	{"last read from the latest string", `["a", x]`, Syntax, at + `1, column 7: syntax error while parsing value - invalid literal; last read: '"a", x'`},
	{"minus", "-", Syntax, at + "1, column 2: syntax error while parsing value - invalid number; expected digit after '-'; last read: '-'"},
	{"plus", "+1", Syntax, at + "1, column 1: syntax error while parsing value - invalid literal; last read: '+'"},
	{"leading zero", "01", Syntax, at + "1, column 2: syntax error while parsing value - unexpected number literal; expected end of input"},
	{"point", "1.", Syntax, at + "1, column 3: syntax error while parsing value - invalid number; expected digit after '.'; last read: '1.'"},
	{"exponent", "1ex", Syntax, at + "1, column 3: syntax error while parsing value - invalid number; expected '+', '-', or digit after exponent; last read: '1ex'"},
	{"exponent sign", "1e+ ", Syntax, at + "1, column 4: syntax error while parsing value - invalid number; expected digit after exponent sign; last read: '1e+ '"},
	{"float too large", "[1e999]", Syntax, "[json.exception.out_of_range.406] number overflow parsing '1e999'"},
	{"open string", `"ab`, Syntax, at + `1, column 4: syntax error while parsing value - invalid string: missing closing quote; last read: '"ab'`},
	{"open string after escape", `"a\n`, Syntax, at + `1, column 5: syntax error while parsing value - invalid string: missing closing quote; last read: '"a\n'`},
	{"string ends in escape", `"\`, Syntax, at + `1, column 3: syntax error while parsing value - invalid string: forbidden character after backslash; last read: '"\'`},
	{"tab in string", "\"\t\"", Syntax, at + `1, column 2: syntax error while parsing value - invalid string: control character U+0009 (HT) must be escaped to \u0009 or \t; last read: '"<U+0009>'`},
	{"line feed in string", "\"\\t\n\"", Syntax, at + `2, column 0: syntax error while parsing value - invalid string: control character U+000A (LF) must be escaped to \u000A or \n; last read: '"\t<U+000A>'`},
	{"unit separator in string", "\"\x1f\"", Syntax, at + `1, column 2: syntax error while parsing value - invalid string: control character U+001F (US) must be escaped to \u001F; last read: '"<U+001F>'`},
	{"hex digits", `"\u12g4"`, Syntax, at + `1, column 6: syntax error while parsing value - invalid string: '\u' must be followed by 4 hex digits; last read: '"\u12g'`},
	{"high surrogate alone", `"\ud800x"`, Syntax, at + `1, column 8: syntax error while parsing value - invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF; last read: '"\ud800x'`},
	{"high surrogate twice", `"\ud800\ud800"`, Syntax, at + `1, column 13: syntax error while parsing value - invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF; last read: '"\ud800\ud800'`},
	{"low surrogate alone", `"\udc00"`, Syntax, at + `1, column 7: syntax error while parsing value - invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF; last read: '"\udc00'`},
	{"no UTF-8", "\"a\xff\"", Syntax, at + "1, column 3: syntax error while parsing value - invalid string: ill-formed UTF-8 byte; last read: '\"a\xff'"},
	{"overlong", "\"\xe0\x80\x80\"", Syntax, at + "1, column 3: syntax error while parsing value - invalid string: ill-formed UTF-8 byte; last read: '\"\xe0\x80'"},
	{"cut character", "\"\xf0\x9f\x98\"", Syntax, at + "1, column 5: syntax error while parsing value - invalid string: ill-formed UTF-8 byte; last read: '\"\xf0\x9f\x98\"'"},
	{"unsigned", "[18446744073709551615]", Range, "unsigned json number 18446744073709551615 outside of Nix integer range"},
	{"just unsigned", "9223372036854775808", Range, "unsigned json number 9223372036854775808 outside of Nix integer range"},
	{"NUL in string", `"a\u0000b"`, Null, "input string 'a␀b' cannot be represented as Nix string because it contains null bytes"},
	{"NUL in key", `{"\u0000\u0000": x`, Null, "input string '␀␀' cannot be represented as Nix string because it contains null bytes"},
	{"NUL before worse", `["\u0000", x`, Null, "input string '␀' cannot be represented as Nix string because it contains null bytes"},
	{"single quotes", "'a'", Syntax, at + "1, column 1: syntax error while parsing value - invalid literal; last read: '''"},
	{"deep", strings.Repeat("[", 1000000), Syntax, at + "1, column 1000001: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal"},
}

func TestParseFails(t *testing.T) {
	for _, tt := range failures {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(tt.src)
			var e *Error
			if !errors.As(err, &e) || e.Kind != tt.kind || e.Msg != tt.want {
				t.Errorf("Parse(%.100q)\n gave %v\nwant %s", tt.src, err, tt.want)
			}
		})
	}
}

// stop is a handler that fails at its n-th call.
type stop struct {
	n   int
	log []string
}

var errStop = errors.New("stop")

func (s *stop) call(name string, args ...any) error {
	s.log = append(s.log, fmt.Sprint(append([]any{name}, args...)...))
	if s.n--; s.n == 0 {
		return errStop
	}
	return nil
}

func (s *stop) Null() error           { return s.call("null") }
func (s *stop) Bool(v bool) error     { return s.call("bool ", v) }
func (s *stop) Int(v int64) error     { return s.call("int ", v) }
func (s *stop) Float(v float64) error { return s.call("float ", v) }
func (s *stop) String(v string) error { return s.call("string ", v) }
func (s *stop) BeginArray() error     { return s.call("[") }
func (s *stop) EndArray() error       { return s.call("]") }
func (s *stop) BeginObject() error    { return s.call("{") }
func (s *stop) Key(v string) error    { return s.call("key ", v) }
func (s *stop) EndObject() error      { return s.call("}") }

func TestHandlerStops(t *testing.T) {
	const src = `{"a":[null,true,1,1.5,"s"],"b":{},"c":[]}`
	all := []string{"{", "key a", "[", "null", "bool true", "int 1", "float 1.5", "string s", "]", "key b", "{", "}", "key c", "[", "]", "}"}
	for n := 1; n <= len(all); n++ {
		s := stop{n: n}
		if err := Parse(src, &s); !errors.Is(err, errStop) {
			t.Errorf("stopped at call %d: error %v", n, err)
		}
		if !slices.Equal(s.log, all[:n]) {
			t.Errorf("stopped at call %d: calls %q, want %q", n, s.log, all[:n])
		}
	}
}

func TestAppendString(t *testing.T) {
	for _, tt := range []struct {
		name, s, want string
	}{
		{"empty", "", `""`},
		{"plain", "abc", `"abc"`},
		{"quotes", `a"b\c/d`, `"a\"b\\c/d"`},
		{"letters", "\b\t\n\f\r", `"\b\t\n\f\r"`},
		{"numbers", "\x01\x0b\x1f", `"\u0001\u000b\u001f"`},
		{"delete", "\x7f", "\"\x7f\""},
		{"not ASCII", "é→😀\u2028", "\"é→😀\u2028\""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := AppendString([]byte("x"), tt.s)
			if err != nil || string(got) != "x"+tt.want {
				t.Errorf("AppendString(x, %q) = %s, %v, want x%s", tt.s, got, err, tt.want)
			}
		})
	}
}

func TestAppendStringFails(t *testing.T) {
	for _, tt := range []struct {
		name, s, want string
	}{
		{"no first byte", "a\xff", "[json.exception.type_error.316] invalid UTF-8 byte at index 1: 0xFF"},
		{"continuation", "\x80", "[json.exception.type_error.316] invalid UTF-8 byte at index 0: 0x80"},
		{"overlong", "é\xc0\x80", "[json.exception.type_error.316] invalid UTF-8 byte at index 2: 0xC0"},
		{"overlong of three", "\xe0\x9f\x80", "[json.exception.type_error.316] invalid UTF-8 byte at index 1: 0x9F"},
		{"surrogate", "\xed\xa0\x80", "[json.exception.type_error.316] invalid UTF-8 byte at index 1: 0xA0"},
		{"too large", "\xf4\x90\x80\x80", "[json.exception.type_error.316] invalid UTF-8 byte at index 1: 0x90"},
		{"third byte", "\xe2\x82(", "[json.exception.type_error.316] invalid UTF-8 byte at index 2: 0x28"},
		{"cut", "ab\xe2\x82", "[json.exception.type_error.316] incomplete UTF-8 string; last byte: 0x82"},
		{"cut after first", "\xc3", "[json.exception.type_error.316] incomplete UTF-8 string; last byte: 0xC3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := AppendString(nil, tt.s); err == nil || err.Error() != tt.want {
				t.Errorf("AppendString(%q): error %v, want %s", tt.s, err, tt.want)
			}
		})
	}
}

func TestAllocations(t *testing.T) {
	const src = `{"name":"firefox","deps":[1,2.5,-3],"ok":true,"x":null}`
	if allocs := testing.AllocsPerRun(100, func() { _ = Parse(src, silent{}) }); allocs > 2 {
		t.Errorf("Parse: %v allocations, want at most 2", allocs)
	}
	dst := make([]byte, 0, 64)
	if allocs := testing.AllocsPerRun(100, func() { _, _ = AppendString(dst, "a\té") }); allocs != 0 {
		t.Errorf("AppendString: %v allocations, want none", allocs)
	}
}

// silent is a handler that drops what it gets.
type silent struct{}

func (silent) Null() error         { return nil }
func (silent) Bool(bool) error     { return nil }
func (silent) Int(int64) error     { return nil }
func (silent) Float(float64) error { return nil }
func (silent) String(string) error { return nil }
func (silent) BeginArray() error   { return nil }
func (silent) EndArray() error     { return nil }
func (silent) BeginObject() error  { return nil }
func (silent) Key(string) error    { return nil }
func (silent) EndObject() error    { return nil }
