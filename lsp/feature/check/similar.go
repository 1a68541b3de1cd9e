package check

import (
	"fmt"

	"firn/lsp/feature/fuzzy"
	"firn/lsp/feature/problem"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// maxSimilar is how many names are offered for one.
const maxSimilar = 3

func similarNames(name string, names []string) (list []string, alone bool) {
	list, alone = fuzzy.Similar(name, names)
	return list[:min(len(list), maxSimilar)], alone
}

// suggestion is what to say of the nearest name.
func suggestion(similar []string) string {
	if len(similar) == 0 {
		return ""
	}
	return fmt.Sprintf(" Did you mean '%s'?", similar[0])
}

// replaceName offers other names for an attribute.
func replaceName(n parser.Node, similar []string, alone bool) []problem.Fix {
	quoted := make([]string, len(similar))
	for i, name := range similar {
		quoted[i] = scope.AttrName(name)
	}
	return replaceBy(n.Span(), quoted, alone)
}

// replaceBy offers other texts for a span.
func replaceBy(span text.Span, texts []string, alone bool) []problem.Fix {
	var list []problem.Fix
	for i, s := range texts {
		list = append(list, problem.Fix{
			Title: fmt.Sprintf("Replace by '%s'", s), Edits: []text.Edit{{Span: span, New: s}}, Preferred: i == 0 && alone,
		})
	}
	return list
}
