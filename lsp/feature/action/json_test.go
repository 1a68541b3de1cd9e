package action_test

import (
	"encoding/json"
	"strings"
	"testing"

	"firn/eval"
	"firn/parser/scope"
	"firn/parser/text"
)

const fromJSON = "Convert JSON to nixlang"

func TestFromJSON(t *testing.T) {
	run(t, []test{
		{"object", "{ x = ‸{\"a\": 1, \"b c\": [true, null], \"if\": {}}‸; }", fromJSON, "{ x = {\n  a = 1;\n  \"b c\" = [\n    true\n    null\n  ];\n  \"if\" = { };\n}; }"},
		{"indented", "{\n  x = ‸{\"a\": [\n1]}‸;\n}", fromJSON, "{\n  x = {\n    a = [ 1 ];\n  };\n}"},
		{"whole file", "‸\n{\"a\": {\"b\": []}}\n", fromJSON, "\n{\n  a = {\n    b = [ ];\n  };\n}\n"},
		{"strings", `‸["a\"b\\\n\t\u00e9", "${x} $${y} $", "/\/"]‸`, fromJSON, "[\n  \"a\\\"b\\\\\\n\\té\"\n  \"\\${x} $\\${y} $\"\n  \"//\"\n]"},
		{"numbers", `‸[-1, 0.5, -2.5E+3, 1e5, 9223372036854775807, -9223372036854775808, 18446744073709551615]‸`, fromJSON, "[\n  (-1)\n  0.5\n  (-2.5e+3)\n  1.0e5\n  9223372036854775807\n  (-9223372036854775807 - 1)\n  18446744073709551615.0\n]"},
		{"names", `‸{"a.b": 1, "": 2, "x-y'": 3, "${z}": -4, "or": 5}‸`, fromJSON, "{\n  \"a.b\" = 1;\n  \"\" = 2;\n  x-y' = 3;\n  \"\\${z}\" = -4;\n  or = 5;\n}"},
		{"the same name twice", `‸{"a": 1, "b": 2, "a": 3}‸`, fromJSON, "{\n  a = 3;\n  b = 2;\n}"},
		{"nixlang by chance", `‸["\u0041"]‸`, fromJSON, `[ "A" ]`},
		{"nixlang with the same meaning", `‸["a"]‸`, "", "Convert JSON"},
		{"no JSON", "‸{ a = 1; }‸", "", "Convert JSON"},
		{"nixlang that interpolates", `x: ‸["${x}"]‸`, "", "Convert JSON"},
		{"in a string", "''\n  ‸{\"a\": 1}‸\n''", "", "Convert JSON"},
		{"in a string of a broken file", "{ b = ; a = ''\n  ‸{\"a\": 1}‸\n''; }", "", "Convert JSON"},
		{"a number", "{ a = ‸1‸; }", "", "Convert JSON"},
		{"two values", `‸[1, 2] [3, 4]‸`, "", "Convert JSON"},
		{"not all of it", `‸[1, 2`, "", "Convert JSON"},
		{"number out of range", `‸[1, 1e999]‸`, "", "Convert JSON"},
		{"null byte", `‸["\u0000", 1]‸`, "", "Convert JSON"},
		{"half a character", `‸["\ud800", 1]‸`, "", "Convert JSON"},
		{"deep", "‸" + strings.Repeat("[", 100_000) + "1,2" + strings.Repeat("]", 100_000) + "‸", "", "Convert JSON"},
	})
}

// FuzzJSON converts any JSON and looks whether builtins.fromJSON reads the same.
func FuzzJSON(f *testing.F) {
	for _, src := range []string{
		`{"a": [1, -2.50e-3, "x${y}$", null, true], "b": {"c d": {}}, "b": []}`, `["\u0000"]`, `["\ud83d\ude00", "�"]`, `["\ud800�"]`, `[1e400]`, `[-0, -0.0, 1E2]`,
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if !json.Valid([]byte(src)) {
			return
		}
		q := query(src, text.Span{End: uint32(len(src))})
		for _, a := range q.Find() {
			if a.Title != fromJSON {
				continue
			}
			edits, ok := q.Edits(a)
			if !ok {
				t.Fatalf("%q is offered and fails", src)
			}
			e := eval.New(eval.Options{Host: eval.OS{}, Settings: eval.Settings{Restricted: true}})
			want, got := show(t, e, "builtins.fromJSON "+scope.Quote(src)), show(t, e, edits[0].New)
			if got != want && !strings.Contains(want, "outside of Nix integer range") {
				t.Errorf("%q becomes %s with the value %s, want %s", src, edits[0].New, got, want)
			}
		}
	})
}

// show evaluates a text and prints the value, or the error.
func show(t *testing.T, e *eval.Evaluator, src string) string {
	t.Helper()
	v, err := e.Text(t.Context(), "test", "/", src)
	if err == nil {
		err = v.Deep(t.Context())
	}
	if err != nil {
		return err.Error()
	}
	out, err := v.Classic(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out
}
