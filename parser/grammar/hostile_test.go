package grammar

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"firn/parser"
	"firn/parser/text"
)

// hostile are texts that repeat something so often that whoever recurses, or
// looks ahead for each, does not come to an end.
func hostile(n int) map[string]string {
	r := strings.Repeat
	return map[string]string{
		"parens":          r("(", n) + "1" + r(")", n),
		"open parens":     r("(", n),
		"closing parens":  r(")", n),
		"brackets":        r("[", n) + r("]", n),
		"open brackets":   r("[", n),
		"braces":          r("{a=", n) + "1" + r(";}", n),
		"open braces":     r("{", n),
		"closing braces":  r("}", n),
		"interpolations":  r(`"${`, n) + "1" + r(`}"`, n),
		"open strings":    r(`"${`, n),
		"indented":        r(`''${`, n) + "1" + r(`}''`, n),
		"paths":           r(`./a${`, n) + "1" + r(`}`, n),
		"selection":       "a" + r(".a", n),
		"selections":      r("a.", n),
		"underscores":     r("a_.", n) + ":x",
		"signs":           r("- ", n) + "1",
		"negations":       r("!", n) + "1",
		"dashes":          r("-", n),
		"ifs":             r("if ", n),
		"chain of ifs":    r("if a then b else ", n) + "c",
		"lets":            r("let ", n),
		"withs":           r("with a; ", n) + "b",
		"lambdas":         r("x: ", n) + "x",
		"sum":             "1" + r("+1", n),
		"spaced sum":      "1" + r(" + 1", n),
		"concatenation":   "a" + r(" ++ a", n),
		"application":     r("f ", n),
		"numbers":         r("1.1", n),
		"list":            "[" + r(" a", n) + "]",
		"comparisons":     "1" + r(" == 1", n),
		"pipes":           "a" + r(" |> a", n),
		"bindings":        "{" + r("a=1;", n) + "}",
		"names":           "{" + r("a ", n) + "}",
		"formals":         "{" + r("a,", n) + "}: a",
		"comments":        r("/*", n),
		"closed comments": r("/**/", n) + "1",
		"hashes":          r("#\n", n) + "1",
		"nulls":           r("\x00", n),
		"null, blank":     r("\x00 ", n),
		"invalid":         r("\xff", n),
		"quotes":          r(`"`, n),
		"two quotes":      r(`''`, n),
		"dollars":         r("$", n),
		"dollar braces":   r("${", n),
		"search paths":    r("<a", n),
		"colons":          r("a:", n),
		"slashes":         r("/", n),
		"segments":        r("a/", n),
		"escapes":         `"` + r(`\`, n),
		"long name":       r("a", n),
		"blanks":          r(" \n", n),
		"semicolons":      r(";", n),
		"equals":          r("a=", n),
		"inherits":        r("inherit ", n),
		"at":              r("a@", n),
		"questions":       "a" + r("?a", n),
		"commas":          r(",", n),
		"dots":            r(".", n),
		"or":              r("or ", n),
		"then":            r("then ", n),
	}
}

func TestHostile(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 12_000
	}
	for name, src := range hostile(n) {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			b := Open(src)
			defer b.Close()
			opened := time.Since(start)
			if err := check(b.Tree()); err != nil {
				t.Error(err)
			}
			_, refused := parser.Parse(src, parser.PipeOperators(true))
			if valid := Valid(b.Tree()); valid != (refused == nil) {
				t.Errorf("the text is valid: %t, by the strict engine: %v", valid, refused)
			}
			middle := uint32(len(src) / 2)
			start = time.Now()
			b.Edit(text.Edit{Span: text.Span{Start: middle, End: middle}, New: "x"})
			t.Log(opened, time.Since(start), fmt.Sprint(b.Tree().Len()))
			if err := check(b.Tree()); err != nil {
				t.Error(err)
			}
		})
	}
}
