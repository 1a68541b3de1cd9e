package eval

import (
	"fmt"
	"unicode/utf8"
)

// appendJSONString appends a string literal as JSON has it. Only what must be
// escaped is; what is not UTF-8 is an error.
func appendJSONString(out []byte, s string) ([]byte, error) {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\r':
			out = append(out, `\r`...)
		case c == '\t':
			out = append(out, `\t`...)
		case c == '\b':
			out = append(out, `\b`...)
		case c == '\f':
			out = append(out, `\f`...)
		case c < ' ':
			out = append(out, `\u00`...)
			out = append(out, hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			out = append(out, c)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n <= 1 {
				return nil, fmt.Errorf("[json.exception.type_error.316] invalid UTF-8 byte at index %d: 0x%02X", i, c)
			}
			out = append(out, s[i:i+n]...)
			i += n - 1
		}
	}
	return append(out, '"'), nil
}
