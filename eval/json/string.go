package json

import (
	"fmt"
	"unicode/utf8"
)

// AppendString appends s as builtins.toJSON writes it: in quotes, with escapes
// for quotes, backslashes and control characters only. An s that is not UTF-8
// is an error, which has the message of the library without the words "JSON
// serialization error: " of Nix; dst is then returned with a part of s.
func AppendString(dst []byte, s string) ([]byte, error) {
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				return dst, invalid(s, i)
			}
			i += size
			continue
		}
		dst = appendEscape(append(dst, s[done:i]...), c)
		i++
		done = i
	}
	dst = append(dst, s[done:]...)
	return append(dst, '"'), nil
}

func appendEscape(dst []byte, c byte) []byte {
	if c == '"' || c == '\\' {
		return append(dst, '\\', c)
	}
	if short, ok := shortEscape(c); ok {
		return append(dst, '\\', short)
	}
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
}

// shortEscape returns the letter of a control character that has one.
func shortEscape(c byte) (letter byte, ok bool) {
	switch c {
	case '\b':
		return 'b', true
	case '\t':
		return 't', true
	case '\n':
		return 'n', true
	case '\f':
		return 'f', true
	case '\r':
		return 'r', true
	}
	return 0, false
}

// invalid is the error about what is at i in s.
func invalid(s string, i int) error {
	at := i + wellFormed(s[i:])
	if at == len(s) {
		return fmt.Errorf("[json.exception.type_error.316] incomplete UTF-8 string; last byte: 0x%02X", s[len(s)-1])
	}
	return fmt.Errorf("[json.exception.type_error.316] invalid UTF-8 byte at index %d: 0x%02X", at, s[at])
}
