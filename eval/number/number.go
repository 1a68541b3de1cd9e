// Package number writes floats as Nix does.
//
// Nix has three forms for one float: the one that values are printed in, that
// of a string made from a float, and that of JSON. Each comes from another
// library of C++, so none of them is a form of package strconv: 1.0 is "1",
// "1.000000" and "1.0".
//
// Each function has an Append variant, which allocates nothing if there is room
// in dst. Integers need none of this; strconv writes them like Nix.
package number

import (
	"math"
	"strconv"
)

// General returns f as printing a value shows it, and as builtins.toXML and
// messages do: by the default of a C++ stream, which is the conversion %g of C
// with six significant digits.
func General(f float64) string {
	return string(AppendGeneral(nil, f))
}

// AppendGeneral appends what [General] returns to dst.
func AppendGeneral(dst []byte, f float64) []byte {
	if special(f) {
		return appendSpecial(dst, f)
	}
	return strconv.AppendFloat(dst, f, 'g', 6, 64)
}

// Fixed returns f as builtins.toString does: by std::to_string of C++, which
// is the conversion %f of C. It has up to 309 digits before the point.
func Fixed(f float64) string {
	return string(AppendFixed(nil, f))
}

// AppendFixed appends what [Fixed] returns to dst.
func AppendFixed(dst []byte, f float64) []byte {
	if special(f) {
		return appendSpecial(dst, f)
	}
	return strconv.AppendFloat(dst, f, 'f', 6, 64)
}

// special says whether f is written by a word.
func special(f float64) bool {
	return math.IsNaN(f) || math.IsInf(f, 0)
}

// appendSpecial appends the word of the C library for f. It has a sign even for
// what is not a number: on x86-64, inf - inf is "-nan".
func appendSpecial(dst []byte, f float64) []byte {
	if math.Signbit(f) {
		dst = append(dst, '-')
	}
	if math.IsNaN(f) {
		return append(dst, "nan"...)
	}
	return append(dst, "inf"...)
}
