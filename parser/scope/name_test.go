package scope_test

import (
	"testing"

	"firn/parser"
	"firn/parser/scope"
)

func TestAttrName(t *testing.T) {
	tests := []struct {
		name, want string
		identifier bool
	}{
		{"a", "a", true},
		{"a-b'_1", "a-b'_1", true},
		{"or", "or", false},
		{"if", `"if"`, false},
		{"", `""`, false},
		{"1a", `"1a"`, false},
		{"a b", `"a b"`, false},
		{"é", `"é"`, false},
		{"a.b", `"a.b"`, false},
		{"\"\\${x}$\n", `"\"\\\${x}$\n"`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := scope.AttrName(tt.name); got != tt.want {
				t.Errorf("AttrName(%q) = %s, want %s", tt.name, got, tt.want)
			}
			if got := scope.IsIdentifier(tt.name); got != tt.identifier {
				t.Errorf("IsIdentifier(%q) = %v, want %v", tt.name, got, tt.identifier)
			}
			tree, err := parser.Parse("{ " + scope.AttrName(tt.name) + " = " + scope.Quote(tt.name) + "; }")
			if err != nil {
				t.Fatal(err)
			}
			binding := tree.Root().FirstChild().Child(parser.KindBinding)
			name, _ := binding.FirstChild().FirstChild().AttrName()
			value, _ := binding.Child(parser.KindString).Static()
			if name != tt.name || value != tt.name {
				t.Errorf("%q is read as name %q and value %q", tt.name, name, value)
			}
		})
	}
}
