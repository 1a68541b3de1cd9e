// Package version orders versions and takes names of packages apart, as the
// builtins compareVersions, splitVersion and parseDrvName do.
//
// A version is a list of components: runs of digits, and runs of other bytes,
// set apart by dots and dashes. All of it is about bytes; only ASCII digits and
// letters count as such.
package version

import (
	"math"
	"strings"
)

// pre is the component that comes before all others, and before none at all.
const pre = "pre"

// Compare returns -1 if the version a is older than b, 1 if it is newer, and 0
// if neither is: "1.1", "1-1" and "1.01" are equal.
//
// A version that ends counts as one that goes on with empty components. It is
// not an order in the strict sense, as numbers over 2147483647 are compared as
// words.
func Compare(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a = next(a)
		y, b = next(b)
		if less(x, y) {
			return -1
		}
		if less(y, x) {
			return 1
		}
	}
	return 0
}

// less tells whether the component a comes before b.
func less(a, b string) bool {
	m, aNumber := number(a)
	n, bNumber := number(b)
	switch {
	case aNumber && bNumber:
		return m < n
	case a == "" && bNumber:
		return true
	case a == pre || b == pre:
		return b != pre
	case aNumber || bNumber:
		return bNumber
	}
	return a < b
}

// number reads a component as a number that fits into an int of C++.
func number(c string) (int64, bool) {
	if c == "" {
		return 0, false
	}
	var n int64
	for i := range len(c) {
		if !isDigit(c[i]) {
			return 0, false
		}
		if n = n*10 + int64(c[i]-'0'); n > math.MaxInt32 {
			return 0, false
		}
	}
	return n, true
}

// Split returns the components of a version, none of which is empty.
func Split(s string) []string {
	var parts []string
	for c, rest := next(s); c != ""; c, rest = next(rest) {
		parts = append(parts, c)
	}
	return parts
}

// next cuts the first component off s. It is empty at the end only.
func next(s string) (component, rest string) {
	s = strings.TrimLeft(s, ".-")
	if s == "" {
		return "", ""
	}
	n, digits := 1, isDigit(s[0])
	for n < len(s) && isDigit(s[n]) == digits && s[n] != '.' && s[n] != '-' {
		n++
	}
	return s[:n], s[n:]
}

// ParseName splits s at the first dash that another byte than a letter follows;
// a dash at the end splits nothing. The version is empty if there is no such
// dash.
func ParseName(s string) (name, version string) {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '-' && !isLetter(s[i+1]) {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
