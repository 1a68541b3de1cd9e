package number

import "math"

// JSON returns f as builtins.toJSON does since Nix 2.12: by the library
// nlohmann/json. That writes the digits that Grisu2 finds (see Florian
// Loitsch, "Printing Floating-Point Numbers Quickly and Accurately with
// Integers", 2010). They read back as f, but in about one of eight hundred
// floats they are more than needed, or not the nearest of that length.
//
// What is not finite is null. Decimal exponents from -4 to 14 are written out,
// always with a point; others have an exponent of two or three digits.
func JSON(f float64) string {
	return string(AppendJSON(nil, f))
}

// AppendJSON appends what [JSON] returns to dst.
func AppendJSON(dst []byte, f float64) []byte {
	if special(f) {
		return append(dst, "null"...)
	}
	if math.Signbit(f) {
		dst = append(dst, '-')
		f = -f
	}
	if f == 0 {
		return append(dst, "0.0"...)
	}
	var buf [maxDigits]byte
	digits, exp := shorten(&buf, f)
	return appendDecimal(dst, digits, exp)
}

// appendDecimal appends digits * 10^exp.
func appendDecimal(dst, digits []byte, exp int) []byte {
	const lowest, highest = -4, 15 // where the point may be, from the first digit
	point := len(digits) + exp
	switch {
	case exp >= 0 && point <= highest:
		dst = appendZeros(append(dst, digits...), exp)
		return append(dst, ".0"...)
	case point > 0 && point <= highest:
		dst = append(dst, digits[:point]...)
		dst = append(dst, '.')
		return append(dst, digits[point:]...)
	case point > lowest && point <= 0:
		dst = appendZeros(append(dst, "0."...), -point)
		return append(dst, digits...)
	}
	dst = append(dst, digits[0])
	if len(digits) > 1 {
		dst = append(dst, '.')
		dst = append(dst, digits[1:]...)
	}
	return appendExponent(append(dst, 'e'), point-1)
}

func appendZeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}

// appendExponent appends the sign of exp and at least two digits.
func appendExponent(dst []byte, exp int) []byte {
	sign := byte('+')
	if exp < 0 {
		sign, exp = '-', -exp
	}
	dst = append(dst, sign)
	if exp >= 100 {
		dst = append(dst, byte('0'+exp/100))
	}
	return append(dst, byte('0'+exp/10%10), byte('0'+exp%10))
}
