package option

import (
	"fmt"
	"strings"

	"firn/lsp/feature/markup"
)

// Markdown describes an option: its path and type, what it is for, its default
// and an example.
func (o *Option) Markdown() string {
	head := o.Name()
	if o.Type != nil {
		head += " : " + o.Type.Description
	}
	parts := []string{markup.Nix(head), Prose(o.Description)}
	if o.ReadOnly {
		parts = append(parts, "It is read-only.")
	}
	parts = append(parts, sample("Default", o.Default, o.DefaultDoc), sample("Example", o.Example, o.ExampleDoc))
	if values := o.members(); values != "" {
		parts = append(parts, values)
	}
	return markup.Join(parts...)
}

func sample(name, s string, prose bool) string {
	switch {
	case s == "":
		return ""
	case prose:
		return name + ": " + Prose(s)
	case strings.Contains(s, "\n"):
		return name + ":\n\n" + markup.Nix(s)
	}
	return name + ": " + markup.Code(s)
}

// maxMembers is how many members of an enum are shown. The description of the
// type has them, too, where there are few.
const maxMembers = 30

func (o *Option) members() string {
	if o.Type == nil || len(o.Type.Values) <= maxMembers/5 {
		return ""
	}
	shown := o.Type.Values[:min(len(o.Type.Values), maxMembers)]
	s := "One of: " + strings.Join(shown, ", ")
	if rest := len(o.Type.Values) - len(shown); rest > 0 {
		s += fmt.Sprintf(" and %d more", rest)
	}
	return s
}

// Markdown describes the value that an option has.
func (s Setting) Markdown() string {
	var b strings.Builder
	switch {
	case s.Default && s.Err == nil:
		return "Nobody sets it."
	case s.Value != "" && strings.Contains(s.Value, "\n"):
		b.WriteString("Value:\n\n" + markup.Nix(s.Value))
	case s.Value != "":
		b.WriteString("Value: " + markup.Code(s.Value))
	case s.Err != nil:
		b.WriteString("The value fails: " + firstLine(s.Err.Error()))
	}
	if len(s.Files) > 0 {
		b.WriteString("\n\nSet " + priority(s.Priority) + "in\n")
		for _, f := range s.Files {
			b.WriteString("\n- " + markup.Code(f))
		}
	}
	return b.String()
}

// The priorities of definitions (nixpkgs, lib/modules.nix: mkOptionDefault,
// mkDefault, mkForce and mkVMOverride).
func priority(p int) string {
	switch p {
	case 0, 100:
		return ""
	case 50:
		return "with `mkForce` "
	case 1000:
		return "with `mkDefault` "
	case 1500:
		return "as a default "
	}
	return fmt.Sprintf("with priority %d ", p)
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}
