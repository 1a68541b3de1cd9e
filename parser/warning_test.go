package parser_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/parser"
)

func TestWarnings(t *testing.T) {
	for _, test := range []struct {
		name, src string
		want      []string // what Nix 2.34 warns of
	}{
		{"none", "let or = x: x; in map or [ (f or) ]", nil},
		{"list", "[ f or g or ]", []string{"f or", "g or"}},
		{"argument", "f g or", []string{"g or"}},
		{"function", "f or g", nil},
		{"default", "a.b or c or", []string{"c or"}},
		{"selection", "a.b or c", nil},
		{"inner first", "[ [ f or ] or (g x or) ]", []string{"f or", "[ f or ] or", "x or"}},
		{"attribute", "{ or = 1; }.or", nil},
		{"unfinished list", "[ f or }", []string{"f or"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tree, err := parser.Parse(test.src)
			if err != nil {
				tree = parser.Prefix(test.src)
			}
			var got []string
			for _, w := range parser.Warnings(tree) {
				got = append(got, w.Span.In(test.src))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
