package doccomment

import (
	"regexp"
	"strings"
)

// Markdown returns what a comment says, its marks and indentation taken off. It
// takes one block comment, or line comments with the line breaks between them.
func Markdown(comment string) string {
	comment = strings.ReplaceAll(comment, "\r\n", "\n")
	switch {
	case isDoc(comment):
		return dedent(strings.TrimSuffix(comment[len("/**"):], "*/"))
	case strings.HasPrefix(comment, "/*"):
		return sections(dedent(strings.TrimSuffix(comment[len("/*"):], "*/")))
	}
	return sections(lineComments(comment))
}

// dedent takes off the indentation that the lines behind the first share; the
// first stands behind the comment's mark.
func dedent(s string) string {
	lines := strings.Split(s, "\n")
	lines[0] = strings.TrimSpace(lines[0])
	indent := -1
	for _, line := range lines[1:] {
		if text := strings.TrimLeft(line, " \t"); text != "" {
			if n := len(line) - len(text); indent < 0 || n < indent {
				indent = n
			}
		}
	}
	for i, line := range lines[1:] {
		lines[i+1] = strings.TrimRight(line[min(max(indent, 0), len(line)):], " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// lineComments takes the marks off, and drops lines that only draw a rule.
func lineComments(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimRight(strings.TrimLeft(line, " \t"), " \t")
		if strings.HasPrefix(line, "##") { // a heading, often closed by as many marks
			line = strings.TrimRight(line, "# ")
		}
		line = strings.TrimPrefix(strings.TrimLeft(line, "#"), " ")
		if line != "" && strings.Trim(line, "-=*~ ") == "" {
			continue
		}
		lines = append(lines, line)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// sections makes code of what follows a line "Type:" or "Example:".
func sections(s string) string {
	lines := strings.Split(s, "\n")
	var out []string
	for i := 0; i < len(lines); i++ {
		title, rest, ok := sectionTitle(lines[i])
		if !ok {
			out = append(out, lines[i])
			continue
		}
		code := []string{rest}
		for i+1 < len(lines) && !startsSection(lines[i+1]) && inSection(lines[i+1]) {
			i++
			code = append(code, lines[i])
		}
		out = append(out, fence(title, code)...)
	}
	return strings.TrimSpace(blankLines.ReplaceAllString(strings.Join(out, "\n"), "\n\n"))
}

var blankLines = regexp.MustCompile(`\n{3,}`)

var titles = []string{"Type", "Example", "Examples"}

func sectionTitle(line string) (title, rest string, ok bool) {
	for _, t := range titles {
		if rest, ok := strings.CutPrefix(line, t+":"); ok {
			return t, strings.TrimLeft(rest, ":"), true
		}
	}
	return "", "", false
}

func startsSection(line string) bool {
	_, _, ok := sectionTitle(line)
	return ok
}

// inSection reports whether a line continues a section: it is blank or
// indented.
func inSection(line string) bool {
	return line == "" || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
}

func fence(title string, code []string) []string {
	body := dedent(strings.Join(code, "\n"))
	if body == "" {
		return []string{title + ":"}
	}
	lang := "nix"
	if title == "Type" {
		lang = ""
	}
	return []string{"", title + ":", "", "```" + lang, body, "```", ""}
}
