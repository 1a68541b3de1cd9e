package action_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/action"
	"firn/parser"
)

// free has a directory with some files in it.
func free(name string) bool { return name != "taken.nix" && name != "taken2.nix" }

func TestExtractToFile(t *testing.T) {
	tests := []struct{ name, src, title, want, file string }{
		{"set", "{ pkgs, ... }: { service.x = ‸{ a = pkgs.b; c = pkgs; }‸; }", "x.nix", "{ pkgs, ... }: { service.x = import ./x.nix { inherit pkgs; }; }", "{ pkgs }:\n\n{\n  a = pkgs.b;\n  c = pkgs;\n}\n"},
		{"nothing is needed", "{ x = ‸[ 1 ./y ]‸; }", "x.nix", "{ x = import ./x.nix; }", "[\n  1\n  ./y\n]\n"},
		{"function", "a: [ (‸b: a + b‸) ]", "extracted.nix", "a: [ (import ./extracted.nix { inherit a; }) ]", "{ a }:\n\nb: a + b\n"},
		{"in parentheses", "a: f: f ‸(a 1)‸", "extracted.nix", "a: f: f (import ./extracted.nix { inherit a; })", "{ a }:\n\na 1\n"},
		{"element of a list", "[ ‸{ }‸ ]", "extracted.nix", "[ (import ./extracted.nix) ]", "{ }\n"},
		{"selected from", "a: ‸{ b = a; }‸.b", "extracted.nix", "a: (import ./extracted.nix { inherit a; }).b", "{ a }:\n\n{\n  b = a;\n}\n"},
		{"touching a word", "if true then‸[ ]‸else 1", "extracted.nix", "if true then import ./extracted.nix else 1", "[ ]\n"},
		{"before a plus", "‸[ ]‸++[ ]", "extracted.nix", "import ./extracted.nix ++[ ]", "[ ]\n"},
		{"from a with", "p: with p; { x = ‸[ a b a ]‸; }", "x.nix", "p: with p; { x = import ./x.nix { inherit a b; }; }", "{ a, b }:\n\n[\n  a\n  b\n  a\n]\n"},
		{"with inside", "p: { x = ‸with p; [ a map ]‸; }", "x.nix", "p: { x = import ./x.nix { inherit p; }; }", "{ p }:\n\nwith p;\n[\n  a\n  map\n]\n"},
		{"builtin that is bound", "map: { x = ‸[ (map 1) toString ]‸; }", "x.nix", "map: { x = import ./x.nix { inherit map; }; }", "{ map }:\n\n[\n  (map 1)\n  toString\n]\n"},
		{"own names", "{ x = ‸let a = 1; in rec { b = a; c = b; }‸; }", "x.nix", "{ x = import ./x.nix; }", "let\n  a = 1;\nin\nrec {\n  b = a;\n  c = b;\n}\n"},
		{"recursive set around", "rec { y = 1; x = ‸{ inherit y; }‸; }", "x.nix", "rec { y = 1; x = import ./x.nix { inherit y; }; }", "{ y }:\n\n{\n  inherit y;\n}\n"},
		{"file that exists", "{ taken = ‸[ ]‸; }", "taken3.nix", "{ taken = import ./taken3.nix; }", "[ ]\n"},
		{"file of the directory", "{ default = ‸[ ]‸; }", "default2.nix", "{ default = import ./default2.nix; }", "[ ]\n"},
		{"name that is no file's", "{ \"a/b\" = ‸[ ]‸; }", "extracted.nix", "{ \"a/b\" = import ./extracted.nix; }", "[ ]\n"},
		{"comments", "{\n  x = ‸[\n    # one\n    1\n  ]‸;\n}", "x.nix", "{\n  x = import ./x.nix;\n}", "[\n  # one\n  1\n]\n"},

		{"two withs", "p: q: with p; { x = ‸with q; [ a ]‸; }", "", "", ""},
		{"bound import", "import: { x = ‸[ ]‸; }", "", "", ""},
		{"bound search path", "__nixPath: { x = ‸[ <a> ]‸; }", "", "", ""},
		{"position", "{ x = ‸[ __curPos ]‸; }", "", "", ""},
		{"merged", "{ x.a = 1; x = ‸{ b = 2; }‸; }", "", "", ""},
		{"variable", "a: { x = ‸a‸; }", "", "", ""},
		{"number", "{ x = ‸1‸; }", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := marked(t, tt.src)
			q.Free = free
			const prefix = "Extract to the file "
			if tt.title == "" {
				for _, a := range q.Find() {
					if _, ok := q.Creates(a); ok {
						t.Errorf("there is %q", a.Title)
					}
				}
				return
			}
			got := perform(t, q, prefix+"'"+tt.title+"'")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, err := parser.Parse(got); err != nil {
				t.Errorf("the result cannot be read: %v", err)
			}
			want := action.File{Name: tt.title, Text: tt.file}
			for _, a := range q.Find() {
				if file, ok := q.Creates(a); ok {
					if diff := cmp.Diff(want, file); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
				}
			}
		})
	}
}

// TestNoFiles offers no file to a client that cannot make any.
func TestNoFiles(t *testing.T) {
	run(t, []test{{"no files", "{ x = ‸[ ]‸; }", "", "Extract to the file"}})
}
