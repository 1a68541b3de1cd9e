package knowledge

import (
	"fmt"
	"strings"

	"firn/eval"
	"firn/eval/builtin"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/option"
)

// Describe implements [infer.Known]. Nothing is forced that would have to be
// built or hashed.
func (k known) Describe() string {
	kind, err := k.value.Force(k.ctx)
	if err != nil {
		return failure(err)
	}
	switch kind {
	case eval.Set:
		return k.set()
	case eval.Function:
		return k.function()
	case eval.List:
		list, err := k.value.Elems(k.ctx)
		if err != nil {
			return ""
		}
		return plural(len(list), "list of %d element") + k.excerpt()
	}
	s, err := k.value.Pretty(k.ctx, shown)
	if err != nil {
		return failure(err)
	}
	return "Value: " + inline(s)
}

func plural(n int, format string) string {
	s := fmt.Sprintf(format, n)
	if n != 1 {
		s += "s"
	}
	return s
}

func inline(s string) string {
	if strings.Contains(s, "\n") {
		return "\n\n" + markup.Nix(cut(s))
	}
	return markup.Code(cut(s))
}

// failure says that there is no value, if that is not for want of arguments or
// time.
func failure(err error) string {
	if isUnknown(err) {
		return ""
	}
	return "The value fails: " + markup.Code(message(err))
}

// message returns the first line of what an error says.
func message(err error) string {
	if e, ok := asError(err); ok {
		err = fmt.Errorf("%s", e.Msg)
	}
	s, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	return eval.Plain(s, false)
}

// maxExcerpt is how long a value may be to be shown beside what it is, in bytes.
const maxExcerpt = 400

func (k known) excerpt() string {
	s, err := k.value.Pretty(k.ctx, eval.Pretty{Depth: 2, Items: 20, Bytes: 80, Names: true})
	if err != nil || len(s) > maxExcerpt {
		return ""
	}
	return "\n\n" + markup.Nix(s)
}

func (k known) set() string {
	r := reader{ctx: k.ctx}
	set := r.set(attr{value: k.value, ok: true})
	switch t := text(k.ctx, set["type"]); {
	case t == "derivation":
		return k.pkg(set).Markdown()
	case text(k.ctx, set["_type"]) == "option-type":
		return "Type: " + markup.Code(r.prose(set["description"]))
	}
	if len(set) > 20 {
		return plural(len(set), "set of %d attribute")
	}
	return plural(len(set), "set of %d attribute") + k.excerpt()
}

func (k known) function() string {
	f, err := k.value.Function(k.ctx)
	switch {
	case err != nil:
		return ""
	case f.Builtin:
		return describeBuiltin(f.Name)
	case f.Pos != nil:
		return "function of " + markup.Code(fmt.Sprintf("%s:%d", f.Pos.File, f.Pos.Line))
	}
	return "function"
}

func describeBuiltin(name string) string {
	if b := builtin.Lookup(strings.TrimPrefix(name, "__")); b != nil {
		return markup.Builtin(b)
	}
	return "builtin " + markup.Code(name)
}

// Package is what a package says of itself (nixpkgs manual, "Meta-attributes").
type Package struct {
	Name            string   `json:"name"` // with the version
	Version         string   `json:"version,omitempty"`
	Description     string   `json:"description,omitempty"`
	LongDescription string   `json:"longDescription,omitempty"`
	Homepage        string   `json:"homepage,omitempty"`
	Licenses        []string `json:"licenses,omitempty"`
	Outputs         []string `json:"outputs,omitempty"`
	Broken          bool     `json:"broken,omitempty"`
	Insecure        []string `json:"insecure,omitempty"` // known vulnerabilities
	Unfree          bool     `json:"unfree,omitempty"`
	MainProgram     string   `json:"mainProgram,omitempty"`
	Position        string   `json:"position,omitempty"` // file:line
}

// pkg reads what a derivation says of itself.
func (k known) pkg(set map[string]attr) Package {
	r := reader{ctx: k.ctx}
	meta := r.set(set["meta"])
	p := Package{
		Name: text(k.ctx, set["name"]), Version: text(k.ctx, set["version"]),
		Description: text(k.ctx, meta["description"]), LongDescription: text(k.ctx, meta["longDescription"]),
		Broken: r.flag(meta["broken"]), MainProgram: text(k.ctx, meta["mainProgram"]), Position: text(k.ctx, meta["position"]),
		Homepage: text(k.ctx, meta["homepage"]), Insecure: r.texts(meta["knownVulnerabilities"]), Outputs: r.texts(set["outputs"]),
	}
	if list := r.texts(meta["homepage"]); p.Homepage == "" && len(list) > 0 {
		p.Homepage = list[0]
	}
	if p.Version == "" {
		p.Version = versionOf(p.Name)
	}
	p.Licenses, p.Unfree = r.licenses(meta["license"])
	return p
}

// versionOf returns the part of a name behind the first dash that no letter
// follows, as builtins.parseDrvName.
func versionOf(name string) string {
	for i := 1; i+1 < len(name); i++ {
		if c := name[i+1] | 0x20; name[i] == '-' && (c < 'a' || c > 'z') {
			return name[i+1:]
		}
	}
	return ""
}

func (r reader) texts(a attr) []string {
	var list []string
	for _, v := range r.list(a) {
		if s := text(r.ctx, attr{value: v, ok: true}); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// licenses reads a licence, which is a set or, in old packages, a name, or several
// of such.
func (r reader) licenses(a attr) (names []string, unfree bool) {
	if !a.ok {
		return nil, false
	}
	if s := text(r.ctx, a); s != "" {
		return []string{s}, strings.HasPrefix(s, "unfree")
	}
	if set := r.set(a); set != nil {
		for _, field := range []string{"spdxId", "shortName", "fullName"} {
			if s := text(r.ctx, set[field]); s != "" {
				return []string{s}, set["free"].ok && !r.flag(set["free"])
			}
		}
	}
	for _, v := range r.list(a) {
		more, not := r.licenses(attr{value: v, ok: true})
		names, unfree = append(names, more...), unfree || not
	}
	return names, unfree
}

// Markdown describes a package.
func (p Package) Markdown() string {
	var notes []string
	for _, n := range []struct {
		is   bool
		text string
	}{
		{p.Broken, "**broken**"}, {len(p.Insecure) > 0, "**insecure**"}, {p.Unfree, "**unfree**"},
	} {
		if n.is {
			notes = append(notes, n.text)
		}
	}
	head := strings.Join(notes, ", ")
	if p.Name != "" {
		head = strings.Join(append([]string{"**" + p.Name + "**"}, notes...), ", ")
	}
	var facts []string
	if p.Homepage != "" {
		facts = append(facts, "<"+p.Homepage+">")
	}
	if len(p.Licenses) > 0 {
		facts = append(facts, "Licence: "+strings.Join(p.Licenses, ", "))
	}
	if p.MainProgram != "" {
		facts = append(facts, "Program: "+markup.Code(p.MainProgram))
	}
	for _, v := range p.Insecure {
		facts = append(facts, "Vulnerability: "+v)
	}
	return markup.Join(head, sentence(p.Description), option.Prose(p.LongDescription), strings.Join(facts, "  \n"))
}

func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
