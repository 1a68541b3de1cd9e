package version

import (
	"slices"
	"testing"
)

func TestCompare(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       int
	}{
		{name: "empty", a: "", b: "", want: 0},
		{name: "equal", a: "1.2", b: "1.2", want: 0},
		{name: "by value", a: "1.9", b: "1.10", want: -1},
		{name: "leading zeros", a: "1.01", b: "1.1", want: 0},
		{name: "separators", a: "1-2", b: "1.2", want: 0},
		{name: "only separators", a: "..-", b: "", want: 0},
		{name: "shorter", a: "2.3", b: "2.3.1", want: -1},
		{name: "nothing before a number", a: "", b: "0", want: -1},
		{name: "nothing before a word", a: "2.3", b: "2.3a", want: -1},
		{name: "pre before nothing", a: "2.1pre1", b: "2.1", want: -1},
		{name: "pre before a number", a: "pre", b: "1", want: -1},
		{name: "pre before a word", a: "pre", b: "a", want: -1},
		{name: "pre and pre", a: "1pre", b: "1pre", want: 0},
		{name: "not quite pre", a: "1prey", b: "1", want: 1},
		{name: "word before a number", a: "2.3q", b: "2.3.1", want: -1},
		{name: "words by bytes", a: "1.a", b: "1.Z", want: 1},
		{name: "bytes have no sign", a: "1.a", b: "1.é", want: -1},
		{name: "largest number", a: "2147483647", b: "10", want: 1},
		{name: "too large for a number", a: "2147483648", b: "10", want: -1},
		{name: "too large both", a: "99999999999", b: "999999999990", want: -1},
		{name: "long but small", a: "00000000000000000000000000002", b: "2", want: 0},
		{name: "too large before pre", a: "2147483648", b: "pre", want: 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Compare(test.a, test.b); got != test.want {
				t.Errorf("Compare(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
			}
			if got := Compare(test.b, test.a); got != -test.want {
				t.Errorf("Compare(%q, %q) = %d, want %d", test.b, test.a, got, -test.want)
			}
		})
	}
}

func TestCompareAllocatesNothing(t *testing.T) {
	got := testing.AllocsPerRun(10, func() {
		if Compare("1.2.3-pre4_é", "1.2.3-pre4_è") != 1 {
			t.Error("é is not newer than è")
		}
	})
	if got != 0 {
		t.Errorf("Compare allocates %v times, want 0", got)
	}
}

func TestSplit(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{name: "empty", in: "", want: nil},
		{name: "separators", in: ".-.", want: nil},
		{name: "all kinds", in: "1.2.3-pre4a_b", want: []string{"1", "2", "3", "pre", "4", "a_b"}},
		{name: "around", in: "--1..2--", want: []string{"1", "2"}},
		{name: "no border but digits", in: "aé+b", want: []string{"aé+b"}},
		{name: "long number", in: "20240101000000x", want: []string{"20240101000000", "x"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Split(test.in); !slices.Equal(got, test.want) {
				t.Errorf("Split(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestParseName(t *testing.T) {
	tests := []struct {
		name, in      string
		base, version string
	}{
		{name: "empty", in: "", base: ""},
		{name: "no version", in: "hello-world", base: "hello-world"},
		{name: "version", in: "hello-2.10", base: "hello", version: "2.10"},
		{name: "first of two", in: "foo-1-bar-2", base: "foo", version: "1-bar-2"},
		{name: "behind letters", in: "a-b-3", base: "a-b", version: "3"},
		{name: "dash at the end", in: "foo-", base: "foo-"},
		{name: "two dashes", in: "foo--1", base: "foo", version: "-1"},
		{name: "two dashes at the end", in: "foo--", base: "foo", version: "-"},
		{name: "dash first", in: "-1", base: "", version: "1"},
		{name: "no ASCII letter", in: "foo-é", base: "foo", version: "é"},
		{name: "between the letters", in: "a-Z-[", base: "a-Z", version: "["},
		{name: "capital", in: "a-B-@", base: "a-B", version: "@"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			base, version := ParseName(test.in)
			if base != test.base || version != test.version {
				t.Errorf("ParseName(%q) = %q, %q, want %q, %q", test.in, base, version, test.base, test.version)
			}
		})
	}
}

func FuzzVersion(f *testing.F) {
	f.Add("1.2.3-pre4", "1.2.3pre-4")
	f.Add("", "2147483648")
	f.Add("foo--", "é-1")
	f.Fuzz(func(t *testing.T, a, b string) {
		if x, y := Compare(a, b), Compare(b, a); x != -y {
			t.Errorf("Compare(%q, %q) = %d, but %d the other way", a, b, x, y)
		}
		if Compare(a, a) != 0 {
			t.Errorf("%q is not equal to itself", a)
		}
		if slices.Contains(Split(a), "") {
			t.Errorf("Split(%q) has an empty component", a)
		}
		base, version := ParseName(a)
		if version == "" && base != a || version != "" && base+"-"+version != a {
			t.Errorf("ParseName(%q) = %q, %q", a, base, version)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	for b.Loop() {
		_ = Compare("2.3.4-pre20240101_abcdef", "2.3.4-pre20240101_abcdeg")
	}
}
