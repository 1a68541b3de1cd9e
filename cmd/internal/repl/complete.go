package repl

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"firn/eval"
	"firn/parser/scope"
)

// Candidate is what could stand where the cursor is.
type Candidate struct {
	Text string
	Note string // what it is, as far as that is known without evaluating it
}

// budget is how long an evaluation may take that only helps to complete.
const budget = time.Second

// Complete returns what could stand in place of input[from:], input being all
// that is before the cursor, in the order of the texts.
func (s *Session) Complete(ctx context.Context, input string) (from int, list []Candidate) {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	word := input[lastWord(input):]
	command, _, hasArg := strings.Cut(strings.TrimLeft(input, " \t"), " ")
	switch {
	case strings.HasPrefix(command, ":") && !hasArg:
		from, list = len(input)-len(command), commandNames()
	case command == ":l" || command == ":load" || isPath(word):
		return completeFile(s.Dir, input, word)
	default:
		from, list = s.completeName(ctx, input)
	}
	typed := input[from:]
	list = slices.DeleteFunc(list, func(c Candidate) bool { return !strings.HasPrefix(c.Text, typed) })
	slices.SortFunc(list, func(a, b Candidate) int { return strings.Compare(a.Text, b.Text) })
	return from, list
}

// lastWord returns where the last word of a text begins, as far as paths go.
func lastWord(s string) int { return strings.LastIndexAny(s, " \t\r\n(){}[];,\"") + 1 }

func isPath(word string) bool {
	for _, start := range []string{"/", "./", "../", "~/"} {
		if strings.HasPrefix(word, start) {
			return true
		}
	}
	return false
}

func commandNames() []Candidate {
	var list []Candidate
	for _, c := range commands {
		for _, n := range c.names {
			list = append(list, Candidate{":" + n, c.help})
		}
	}
	return list
}

// completeFile lists files. Hidden ones are there for who types the dot.
func completeFile(dir, input, word string) (from int, list []Candidate) {
	parent, typed := filepath.Split(word)
	at := parent
	if rest, ok := strings.CutPrefix(at, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return len(input), nil
		}
		at = filepath.Join(home, rest)
	} else if !filepath.IsAbs(at) {
		at = filepath.Join(dir, at)
	}
	entries, err := os.ReadDir(at)
	if err != nil {
		return len(input), nil // there is nothing to list
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, typed) || typed == "" && strings.HasPrefix(name, ".") {
			continue
		}
		if e.IsDir() {
			list = append(list, Candidate{name + "/", "directory"})
		} else {
			list = append(list, Candidate{name, ""})
		}
	}
	return len(input) - len(typed), list
}

// completeName lists attributes behind a dot, and variables elsewhere.
func (s *Session) completeName(ctx context.Context, input string) (from int, list []Candidate) {
	from = len(input)
	for from > 0 && isNameByte(input[from-1]) {
		from--
	}
	if from > 0 && input[from-1] == '.' {
		return from, s.attributes(ctx, input[operand(input, from-1):from-1])
	}
	for _, name := range s.vars.Names() {
		v, _ := s.vars.Lookup(name)
		list = append(list, Candidate{name, note(v)})
	}
	for _, name := range scope.Globals() {
		if _, ok := s.vars.Lookup(name); !ok {
			list = append(list, Candidate{name, "built in"})
		}
	}
	for _, word := range []string{"assert", "else", "if", "import", "in", "inherit", "let", "or", "rec", "then", "with"} {
		list = append(list, Candidate{word, ""})
	}
	return from, slices.CompactFunc(list, func(a, b Candidate) bool { return a.Text == b.Text })
}

// attributes lists those of a set that an expression gives. If it gives none, or
// does not end in time, there are none.
func (s *Session) attributes(ctx context.Context, src string) []Candidate {
	if src == "" {
		return nil
	}
	v, err := s.Eval.TextWith(ctx, &s.vars, name, s.Dir, src)
	if err != nil {
		return nil
	}
	names, err := v.AttrNames(ctx)
	if err != nil {
		return nil
	}
	list := make([]Candidate, len(names))
	for i, n := range names {
		list[i].Text = identifier(n)
	}
	return list
}

// note says what a value is that may not be evaluated.
func note(v eval.Value) string {
	if k := v.Known(); k != eval.Unevaluated && k != eval.Failed {
		return k.String()
	}
	return ""
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '\''
}

// operand returns where the operand begins that ends at a place: a name, a
// string, a search path or something in brackets, with all attributes that are
// selected from it.
func operand(s string, end int) int {
	for at := end; ; {
		start := part(s, at)
		if start == at {
			return at
		}
		if at = start; at == 0 || s[at-1] != '.' {
			return at
		}
		at--
	}
}

// part returns where one part of an operand begins that ends at a place.
func part(s string, end int) int {
	if end == 0 {
		return end
	}
	at := end - 1
	switch c := s[at]; c {
	case '"':
		for at--; at >= 0; at-- {
			if s[at] == '"' && (at == 0 || s[at-1] != '\\') {
				return at
			}
		}
		return end
	case '>':
		if open := strings.LastIndexByte(s[:at], '<'); open >= 0 && !strings.ContainsAny(s[open:at], " \t\n") {
			return open
		}
		return end
	case ')', ']', '}':
		return bracket(s, end)
	}
	for at = end; at > 0 && isNameByte(s[at-1]); at-- {
	}
	return at
}

// bracket returns where the brackets begin that end at a place.
func bracket(s string, end int) int {
	depth := 0
	for at := end - 1; at >= 0; at-- {
		switch s[at] {
		case ')', ']', '}':
			depth++
		case '(', '[', '{':
			if depth--; depth == 0 {
				return at
			}
		case '"':
			at = part(s, at+1)
		}
	}
	return end
}
