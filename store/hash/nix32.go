package hash

import (
	"errors"
	"fmt"
)

// nix32Digits is the alphabet of the base 32 of Nix: the digits and the letters
// without e, o, t and u (Nix manual, Nix32 Encoding).
const nix32Digits = "0123456789abcdfghijklmnpqrsvwxyz"

// noDigit marks the bytes in nix32Values that are in no alphabet.
const noDigit = 0xff

var nix32Values = func() (t [256]byte) {
	for i := range t {
		t[i] = noDigit
	}
	for i := range len(nix32Digits) {
		t[nix32Digits[i]] = byte(i)
	}
	return t
}()

// IsNix32 reports whether c is a digit of the base 32 of Nix.
func IsNix32(c byte) bool { return nix32Values[c] != noDigit }

// Nix32Len returns how many digits n bytes have in the base 32 of Nix.
func Nix32Len(n int) int {
	if n <= 0 {
		return 0
	}
	return (8*n-1)/5 + 1
}

// Nix32Encode returns b in the base 32 of Nix.
func Nix32Encode(b []byte) string {
	return string(AppendNix32(make([]byte, 0, Nix32Len(len(b))), b))
}

// AppendNix32 appends b in the base 32 of Nix to dst.
//
// The bytes are one number whose lowest byte is the first; it is written from
// the highest digit down.
func AppendNix32(dst, b []byte) []byte {
	for k := Nix32Len(len(b)) - 1; k >= 0; k-- {
		i, j := 5*k/8, 5*k%8
		c := uint(b[i]) >> j
		if i+1 < len(b) {
			c |= uint(b[i+1]) << (8 - j)
		}
		dst = append(dst, nix32Digits[c&31])
	}
	return dst
}

// Nix32Decode returns the bytes that are written in the base 32 of Nix. Only
// what [Nix32Encode] writes is accepted: a length that no number of bytes has
// is an error, and so are bits that reach over the last byte.
func Nix32Decode(s string) ([]byte, error) {
	if len(s) != Nix32Len(len(s)*5/8) {
		return nil, fmt.Errorf("%d digits of Nix32 are no whole number of bytes", len(s))
	}
	b, over, err := decodeNix32(s, len(s)*5/8)
	if err != nil {
		return nil, err
	}
	if over {
		return nil, errors.New("the Nix32 string has bits behind its last byte")
	}
	return b, nil
}

// decodeNix32 decodes s into n bytes and tells whether there was more.
func decodeNix32(s string, n int) (b []byte, over bool, err error) {
	b = make([]byte, n+1)
	for k := range len(s) {
		c := s[len(s)-1-k]
		v := nix32Values[c]
		if v == noDigit {
			return nil, false, fmt.Errorf("invalid character in Nix32 (Nix's Base32 variation) string: '%s'", s[len(s)-1-k:len(s)-k])
		}
		i, j := 5*k/8, 5*k%8
		b[i] |= v << j
		if high := v >> (8 - j); high != 0 {
			b[i+1] |= high
		}
	}
	return b[:n], b[n] != 0, nil
}
