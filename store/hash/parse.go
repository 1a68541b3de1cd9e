package hash

import (
	"errors"
	"fmt"
	"strings"
)

// Parse reads a hash as Nix does for outputHash and builtins.convertHash:
// "sha256:" with base 16, the base 32 of Nix or base 64, told apart by length,
// or an SRI string "sha256-" with base 64. If a is not [None], the prefix may be
// left out, and must not name another algorithm.
func Parse(s string, a Algorithm) (Hash, error) {
	prefix, rest, hasColon := strings.Cut(s, ":")
	isSRI := false
	if !hasColon {
		prefix, rest, isSRI = strings.Cut(s, "-")
	}
	if !hasColon && !isSRI {
		return ParsePlain(s, a)
	}
	named, err := ParseAlgorithm(prefix)
	if err != nil {
		return Hash{}, err
	}
	if a != None && a != named {
		return Hash{}, fmt.Errorf("hash '%s' should have type '%s'", s, a)
	}
	if isSRI {
		return parseSRI(rest, named)
	}
	return ParsePlain(rest, named)
}

// ParseOrZero is [Parse], but takes the empty string for the zero hash of a.
// Nix lets people leave outputHash empty until they know it, with the warning
// that is returned.
func ParseOrZero(s string, a Algorithm) (h Hash, warning string, err error) {
	if s != "" {
		h, err = Parse(s, a)
		return h, "", err
	}
	if a.Size() == 0 {
		return Hash{}, "", errors.New("empty hash requires explicit hash algorithm")
	}
	h = Zero(a)
	return h, "found empty hash, assuming '" + h.SRI() + "'", nil
}

// ParsePlain reads a hash that has no prefix, in base 16, the base 32 of Nix or
// base 64, told apart by length.
func ParsePlain(s string, a Algorithm) (Hash, error) {
	if a.Size() == 0 {
		return Hash{}, fmt.Errorf("hash '%s' does not include a type, nor is the type otherwise known from context", s)
	}
	h, n := Hash{algo: a}, a.Size()
	var got int
	var name string
	switch len(s) {
	case 2 * n:
		name = "base16"
		got = decodeHex(h.sum[:n], s)
	case Nix32Len(n):
		name = "nix32"
		b, over, err := decodeNix32(s, n)
		got = copy(h.sum[:], b)
		if err == nil && over {
			got++
		}
	case (n + 2) / 3 * 4:
		name = "Base64"
		got = decodeBase64(h.sum[:n], s)
	default:
		return Hash{}, fmt.Errorf("hash '%s' has wrong length for hash algorithm '%s'", s, a)
	}
	return checked(h, got, name, s)
}

func parseSRI(s string, a Algorithm) (Hash, error) {
	h := Hash{algo: a}
	return checked(h, decodeBase64(h.sum[:a.Size()], s), "SRI", s)
}

// checked returns h if got bytes were decoded from s. A digit that the notation
// lacks makes Nix report that nothing was decoded.
func checked(h Hash, got int, name, s string) (Hash, error) {
	if got != h.algo.Size() {
		return Hash{}, fmt.Errorf("invalid %s hash '%s', length %d != expected length %d", name, s, got, h.algo.Size())
	}
	return h, nil
}

// decodeHex decodes s, which has two digits for each byte of dst, and returns
// the number of bytes, 0 after an invalid digit.
func decodeHex(dst []byte, s string) int {
	for i := range dst {
		high, low := hexValue(s[2*i]), hexValue(s[2*i+1])
		if high > 15 || low > 15 {
			return 0
		}
		dst[i] = high<<4 | low
	}
	return len(dst)
}

func hexValue(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return noDigit
}

// decodeBase64 returns how many bytes are written in s and decodes as many as
// dst has room for; it returns 0 if there is an invalid digit. As in Nix the
// first "=" ends the text, whatever follows, line breaks do not count, and
// neither do bits behind the last whole byte.
func decodeBase64(dst []byte, s string) int {
	var n int
	var acc, bits uint
	for i := range len(s) {
		c := s[i]
		if c == '=' {
			break
		}
		if c == '\n' {
			continue
		}
		v := base64Value(c)
		if v == noDigit {
			return 0
		}
		acc = acc<<6 | uint(v)
		if bits += 6; bits < 8 {
			continue
		}
		bits -= 8
		if n < len(dst) {
			dst[n] = byte(acc >> bits)
		}
		n++
	}
	return n
}

func base64Value(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return c - 'A'
	case 'a' <= c && c <= 'z':
		return c - 'a' + 26
	case '0' <= c && c <= '9':
		return c - '0' + 52
	case c == '+':
		return 62
	case c == '/':
		return 63
	}
	return noDigit
}
