package regex

import (
	"strings"
	"testing"
)

// lines is a text of about 100 kB.
var lines = strings.Repeat("services.openssh = { enable = true; ports = [ 22 2222 ]; };\n", 1700)

func BenchmarkCompile(b *testing.B) {
	for _, pattern := range []string{"\n", "[^a-z]+", `([0-9]+)\.([0-9]+)(\..*)?`, `(.*/)?([a-z]|[A-Z]|_)+\.(nix|json)`, "(a{30}){30}"} {
		b.Run(pattern, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(pattern); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	tests := []struct{ name, pattern, text string }{
		{name: "version", pattern: `([0-9]+)\.([0-9]+)(\..*)?`, text: "23.11.20240101"},
		{name: "no version", pattern: `([0-9]+)\.([0-9]+)(\..*)?`, text: "unstable-2024-01-01"},
		{name: "infix", pattern: ".*linux.*", text: "x86_64-unknown-linux-gnu"},
		{name: "no infix", pattern: ".*darwin.*", text: "x86_64-unknown-linux-gnu"},
		{name: "parts", pattern: "(.*)-(.*)-(.*)", text: "x86_64-unknown-linux-gnu"},
		{name: "name", pattern: "[a-zA-Z_][a-zA-Z0-9_'-]*", text: "services-openssh-enable"},
		{name: "long", pattern: "(.*\n)*", text: lines},
		{name: "long infix", pattern: ".*darwin.*", text: lines},
		{name: "many ways", pattern: "(.*)(.*)(.*)(.*)=", text: lines[:10000]},
		{name: "turns in turns", pattern: "(([a-z.]*)*[^a-z]*)*!", text: lines[:10000]},
	}
	for _, test := range tests {
		b.Run(test.name, func(b *testing.B) {
			re, err := Compile(test.pattern)
			if err != nil {
				b.Fatal(err)
			}
			var loc []int
			b.SetBytes(int64(len(test.text)))
			b.ReportAllocs()
			for b.Loop() {
				if loc, _, err = re.Match(b.Context(), test.text, loc[:0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAll(b *testing.B) {
	tests := []struct{ name, pattern, text string }{
		{name: "short", pattern: "[.-]", text: "1.2.3-pre4"},
		{name: "short literal", pattern: `\.`, text: "a.b.c.d"},
		{name: "lines", pattern: "\n", text: lines},
		{name: "byte", pattern: "[\n;]", text: lines},
		{name: "bytes", pattern: "[[:space:]]+", text: lines},
		{name: "group", pattern: "( *)([;{}])", text: lines},
		{name: "empty", pattern: "", text: lines[:10000]},
		{name: "words", pattern: "true|false", text: lines},
		{name: "no order", pattern: "(e|en|enable)", text: lines},
		{name: "none", pattern: "x.*y", text: lines},
		{name: "from everywhere", pattern: "[a-z].*!", text: strings.ReplaceAll(lines[:10000], "\n", " ")},
		{name: "no order from everywhere", pattern: "([a-z].*!|.+@)", text: lines[:10000]},
	}
	for _, test := range tests {
		b.Run(test.name, func(b *testing.B) {
			re, err := Compile(test.pattern)
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			b.SetBytes(int64(len(test.text)))
			b.ReportAllocs()
			for b.Loop() {
				for _, err := range re.All(b.Context(), test.text) {
					if n++; err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
