// Package markup writes the Markdown that hover, completion and signature help
// show.
package markup

import (
	"fmt"
	"strings"

	"firn/eval/builtin"
	"firn/lsp/feature/manual"
	"firn/parser"
)

// Join puts sections below one another and leaves out empty ones.
func Join(sections ...string) string {
	var list []string
	for _, s := range sections {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, "\n\n")
}

// Nix returns a block of code. Its fence is longer than any in the code.
func Nix(code string) string {
	if code == "" {
		return ""
	}
	fence := "```"
	for strings.Contains(code, fence) {
		fence += "`"
	}
	return fence + "nix\n" + code + "\n" + fence
}

// Code returns text as code within a line.
func Code(s string) string {
	if s = strings.Join(strings.Fields(s), " "); s == "" {
		return ""
	}
	mark := "`"
	for strings.Contains(s, mark) {
		mark += "`"
	}
	if len(mark) > 1 {
		return mark + " " + s + " " + mark
	}
	return mark + s + mark
}

// Builtin returns all that is to say about a builtin.
func Builtin(b *builtin.Builtin) string {
	return Join(Nix(Signature(b)), BuiltinDoc(b))
}

// Signature returns a builtin's name and type, which Nix has no notation for.
func Signature(b *builtin.Builtin) string {
	name := b.Name
	if !b.Global {
		name = "builtins." + name
	}
	return name + " : " + b.Type
}

// BuiltinDoc returns what there is to say beside the signature.
func BuiltinDoc(b *builtin.Builtin) string {
	var notes []string
	if b.Since != "" {
		notes = append(notes, "since Nix "+b.Since)
	}
	if b.Feature != "" {
		notes = append(notes, "needs the experimental feature "+Code(b.Feature))
	}
	if b.Setting != "" {
		notes = append(notes, "needs the setting "+Code(b.Setting))
	}
	return Join(deprecation(b), b.Doc, arguments(b), Examples(b.Examples), footnote(notes))
}

func deprecation(b *builtin.Builtin) string {
	if b.Deprecated == "" {
		return ""
	}
	return "**Deprecated.** " + b.Deprecated
}

func arguments(b *builtin.Builtin) string {
	var list strings.Builder
	for _, a := range b.Args {
		if a.Doc != "" {
			fmt.Fprintf(&list, "- %s: %s\n", Code(a.Name), a.Doc)
		}
		for _, f := range a.Fields {
			fmt.Fprintf(&list, "- %s\n", Field(&f))
		}
	}
	return list.String()
}

// Field describes an attribute in one line.
func Field(f *builtin.Field) string {
	optional := ""
	if f.Optional {
		optional = ", optional"
	}
	return fmt.Sprintf("%s (%s%s): %s", Code(f.Name), Code(f.Type), optional, f.Doc)
}

// Examples returns a block with the examples and their values.
func Examples(examples []builtin.Example) string {
	var b strings.Builder
	for _, e := range examples {
		switch {
		case e.Value == "":
			fmt.Fprintf(&b, "%s\n", e.Expr)
		case strings.Contains(e.Expr, "\n"):
			fmt.Fprintf(&b, "%s\n# => %s\n", e.Expr, e.Value)
		default:
			fmt.Fprintf(&b, "%s # => %s\n", e.Expr, e.Value)
		}
	}
	return Nix(strings.TrimSuffix(b.String(), "\n"))
}

// Entry returns all that is to say about a piece of syntax.
func Entry(e *manual.Entry) string {
	var notes []string
	if op := e.Operator; op != nil {
		notes = append(notes, fmt.Sprintf("precedence %d of %d%s", op.Level, manual.Levels, grouping[op.Assoc]))
	}
	if e.Since != "" {
		notes = append(notes, "since Nix "+e.Since)
	}
	if e.Feature != "" {
		notes = append(notes, "needs the experimental feature "+Code(e.Feature))
	}
	return Join(Nix(e.Syntax), e.Doc, Examples(e.Examples), footnote(notes))
}

var grouping = map[manual.Assoc]string{
	manual.Left:  ", groups from the left",
	manual.Right: ", groups from the right",
	manual.None:  ", cannot be chained",
}

func footnote(notes []string) string {
	if len(notes) == 0 {
		return ""
	}
	text := strings.Join(notes, "; ")
	return "*" + strings.ToUpper(text[:1]) + text[1:] + ".*"
}

// The limits of a piece of source that is shown.
const (
	maxLines = 10
	maxBytes = 1000
)

// Excerpt returns source for showing: with the indentation of its later lines
// taken off, and cut where it is long.
func Excerpt(src string) string {
	lines := strings.Split(strings.ReplaceAll(src, "\r\n", "\n"), "\n")
	indent := commonIndent(lines[1:])
	size := 0
	for i, line := range lines {
		if i > 0 {
			line = strings.TrimRight(line[min(indent, len(line)):], " \t")
		}
		lines[i] = line
		if size += len(line); i >= maxLines || size > maxBytes {
			return strings.Join(cut(lines[:i+1], maxBytes), "\n")
		}
	}
	return strings.Join(lines, "\n")
}

// cut replaces the last line, and what makes a single line too long, by an
// ellipsis.
func cut(lines []string, limit int) []string {
	if len(lines) == 1 {
		return []string{strings.ToValidUTF8(lines[0][:min(limit, len(lines[0]))], "") + " …"}
	}
	lines[len(lines)-1] = "…"
	return lines
}

func commonIndent(lines []string) int {
	indent := -1
	for _, line := range lines {
		text := strings.TrimLeft(line, " \t")
		if n := len(line) - len(text); text != "" && (indent < 0 || n < indent) {
			indent = n
		}
	}
	return max(indent, 0)
}

// Head returns the arguments of a lambda with the colon, or the whole of a
// broken one that has none.
func Head(lambda parser.Node) string {
	end := lambda.End()
	if colon := lambda.Child(parser.KindColon); colon.Valid() {
		end = colon.End()
	}
	return lambda.Tree().Source()[lambda.Start():end]
}
