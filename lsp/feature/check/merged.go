package check

import (
	"fmt"
	"slices"
	"strings"

	"firn/lsp/feature/link"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/lsp/feature/problem"
	"firn/parser/scope"
	"firn/parser/text"
)

// merged reports what becomes apparent when the definitions of all modules come
// together.
func (c *checker) merged() {
	if f, failed := c.Merged.Failure(); failed {
		if f != nil && (c.Entry || c.leadsHere(f)) && !c.isFaulty(c.tree.Root().Span()) {
			c.failure(f, c.head())
		}
		return
	}
	seen := map[string]bool{}
	for _, d := range c.sets {
		path := module.Names(d.Path())
		if name := option.Path(path); !seen[name] && isStatic(d.Path()) && !c.isFaulty(whole(d)) {
			seen[name] = true
			if f := c.Merged.Option(path); f != nil {
				c.disagreement(path, f)
			}
		}
		if c.ctx.Err() != nil {
			return
		}
	}
	c.alarms()
}

// leadsHere reports whether the trace of a failure comes by the file.
func (c *checker) leadsHere(f *Failure) bool {
	return slices.ContainsFunc(f.Frames, func(x Frame) bool { return x.Place != nil && c.isHere(x.Place) })
}

func isStatic(steps []module.Step) bool {
	return !slices.ContainsFunc(steps, func(s module.Step) bool { return s.Kind != module.Attr })
}

// whole returns the span of a definition with its value.
func whole(d *module.Def) text.Span {
	s := d.Name.Span()
	if d.Value.Valid() {
		s.End = d.Value.End()
	}
	return s
}

// disagreement reports an option whose definitions do not make a value, at each of
// those in the file.
func (c *checker) disagreement(path []string, f *Failure) {
	code, ok := codeOf(f.Msg)
	if !ok {
		first := c.defs(path)[0]
		c.failure(f, first.Name.Span())
		return
	}
	if c.isAboutOther(path, f.Msg) {
		return // it is said there
	}
	defs := c.defs(path)
	for i, d := range defs {
		p := problem.Problem{Span: d.Name.Span(), Code: code, Msg: f.Msg}
		if code == OptionRemoved {
			p.Deprecated, p.Fixes = true, c.remove(d)
		}
		for j, other := range defs {
			if j != i {
				p.Related = append(p.Related, problem.Related{Span: other.Name.Span(), Msg: "it is also set here"})
			}
		}
		p.Related = append(p.Related, c.otherSetters(path)...)
		c.add(p)
	}
}

// IsDisagreement reports whether a message is of the module system, about the
// definitions of an option.
func IsDisagreement(msg string) bool {
	_, ok := codeOf(msg)
	return ok
}

// isAboutOther reports whether a message is about another option than the one at a
// path, or about what another file sets it to, and the workspace has that.
func (c *checker) isAboutOther(path []string, msg string) bool {
	if !speaksOf(msg, option.Path(path)) && !speaksOf(msg, strings.Join(path, ".")) {
		return len(c.mentioned(msg)) > 0 || c.mentionedElsewhere(msg)
	}
	if c.isNamed(msg, c.World.File.Path) {
		return false
	}
	for _, file := range c.setters(path) {
		if file != c.World.File.Path && c.Mine(file) && c.isNamed(msg, file) {
			return true
		}
	}
	return false
}

// isNamed reports whether a message names a file, or the directory whose default.nix
// it is.
func (c *checker) isNamed(msg, file string) bool {
	dir, isDefault := strings.CutSuffix(file, "/default.nix")
	return speaksOf(msg, file) || isDefault && speaksOf(msg, dir)
}

// setters returns the files that set an option. Where a directory is named, that is
// its default.nix.
func (c *checker) setters(path []string) []string {
	var list []string
	for _, file := range c.Merged.Setters(path) {
		if at, ok := link.Resolve(c.World.FS, file); ok {
			file = at
		}
		list = append(list, file)
	}
	return list
}

// codeOf returns the code of a problem with an option that the module system
// reports, and false for what is none (nixpkgs, lib/modules.nix, mergeDefinitions
// and evalOptionValue; lib/options.nix, the merge functions).
func codeOf(msg string) (string, bool) {
	has := func(part string) bool { return strings.Contains(msg, part) }
	switch {
	case !has("he option ") && !has("he unique option ") && !has("efinition for option"):
		return "", false
	case has("been removed"):
		return OptionRemoved, true
	case has("read-only"):
		return OptionReadOnly, true
	case has("conflicting definition"), has("defined multiple times"), has("defined both"), has("Cannot merge"):
		return OptionConflict, true
	case has("not of type"), has(" is not a"), has("is not of"):
		return OptionType, true
	}
	return "", false
}

// defs returns the definitions of an option in the file.
func (c *checker) defs(path []string) []*module.Def {
	var list []*module.Def
	for _, d := range c.sets {
		if slices.Equal(module.Names(d.Path()), path) {
			list = append(list, d)
		}
	}
	return list
}

// otherSetters returns where other files set an option.
func (c *checker) otherSetters(path []string) []problem.Related {
	var list []problem.Related
	for _, file := range c.setters(path) {
		if file == c.World.File.Path || len(list) >= maxRelated {
			continue
		}
		doc, info := c.Document(file), c.Load(file)
		if doc == nil || info == nil {
			continue
		}
		for _, span := range setsIn(info, path) {
			list = append(list, problem.Related{Document: doc, Span: span, Msg: "it is also set here"})
		}
	}
	return list
}

// setsIn returns the names in a file that set an option.
func setsIn(info *scope.Info, path []string) []text.Span {
	m, ok := module.Parse(info)
	if !ok {
		return nil
	}
	var list []text.Span
	for d := range m.All() {
		if slices.Equal(module.Names(d.Path()), path) {
			list = append(list, d.Name.Span())
		}
	}
	return list
}

// alarms reports the assertions that do not hold and the warnings, at the options
// that they speak of. Those that speak of none in the workspace are shown where
// the evaluation begins.
func (c *checker) alarms() {
	for _, a := range c.Merged.Alarms() {
		defs := c.mentioned(a.Msg)
		for _, d := range defs {
			if p := c.alarm(a, d.Name.Span(), d); !c.isSaid(p) {
				c.add(p)
			}
		}
		if len(defs) == 0 && c.Entry && !c.mentionedElsewhere(a.Msg) {
			c.add(c.alarm(a, c.head(), nil))
		}
	}
}

func (c *checker) alarm(a Alarm, span text.Span, d *module.Def) problem.Problem {
	p := problem.Problem{Span: span, Code: Assertion, Msg: strings.TrimSpace(a.Msg)}
	if a.Warning {
		p.Code, p.Severity = Warning, problem.Warning
	}
	switch {
	case d == nil:
	case strings.Contains(a.Msg, "has been renamed to"), strings.Contains(a.Msg, "was renamed to"):
		p.Code, p.Deprecated = OptionRenamed, true
	case strings.Contains(a.Msg, "no longer has any effect"), strings.Contains(a.Msg, "been removed"):
		p.Code, p.Deprecated = OptionRemoved, true
		p.Fixes = c.remove(d)
	}
	return p
}

// isSaid reports whether there is a problem of the same kind at the same place.
func (c *checker) isSaid(p problem.Problem) bool {
	return slices.ContainsFunc(c.found, func(o problem.Problem) bool { return o.Span == p.Span && o.Code == p.Code })
}

// remove offers to take a definition away that is a binding of its own.
func (c *checker) remove(d *module.Def) []problem.Fix {
	b := d.Name.Parent().Parent()
	if !d.Value.Valid() || d.Value.Parent() != b {
		return nil
	}
	span := c.lines.Span(c.lines.Line(b.Start()))
	if strings.TrimSpace(c.tree.Source()[span.Start:b.Start()]) != "" || b.End() > c.tree.Root().End() {
		return nil
	}
	end := c.lines.Span(c.lines.Line(b.End()))
	if strings.TrimSpace(c.tree.Source()[b.End():end.End]) != "" {
		return nil
	}
	edit := text.Edit{Span: text.Span{Start: span.Start, End: min(end.End+1, uint32(len(c.tree.Source())))}}
	return []problem.Fix{{Title: fmt.Sprintf("Remove '%s'", option.Path(module.Names(d.Path()))), Edits: []text.Edit{edit}, Preferred: true}}
}

// mentioned returns the definitions of the file that a message speaks of.
func (c *checker) mentioned(msg string) []*module.Def {
	if c.Module == nil {
		return nil
	}
	return mentions(c.Module, msg)
}

func mentions(m *module.Module, msg string) []*module.Def {
	var list []*module.Def
	for d := range m.All() {
		if path := module.Names(d.Path()); len(path) > 1 && isStatic(d.Path()) && speaksOf(msg, option.Path(path)) {
			list = append(list, d)
		}
	}
	return slices.DeleteFunc(list, func(d *module.Def) bool {
		return slices.ContainsFunc(list, func(o *module.Def) bool { return o != d && whole(d).Covers(whole(o)) || isBelow(o, d) })
	})
}

// isBelow reports whether a definition is of something inside another.
func isBelow(inner, outer *module.Def) bool {
	a, b := module.Names(inner.Path()), module.Names(outer.Path())
	return len(a) > len(b) && slices.Equal(a[:len(b)], b)
}

// speaksOf reports whether a path stands in a message as a word.
func speaksOf(msg, path string) bool {
	for at := 0; ; at++ {
		i := strings.Index(msg[at:], path)
		if i < 0 {
			return false
		}
		at += i
		if !inWord(msg, at-1) && !inWord(msg, at+len(path)) {
			return true
		}
	}
}

// inWord reports whether a path would go on with a byte. A full stop ends it.
func inWord(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	c := s[i]
	if c == '.' {
		return i+1 < len(s) && isNameByte(s[i+1])
	}
	return isNameByte(c)
}

func isNameByte(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// mentionedElsewhere reports whether another file sets what a message speaks of.
func (c *checker) mentionedElsewhere(msg string) bool {
	for _, file := range c.Merged.Setters(nil) {
		if file == c.World.File.Path || !c.Mine(file) {
			continue
		}
		if info := c.Load(file); info != nil {
			if m, ok := module.Parse(info); ok && len(mentions(m, msg)) > 0 {
				return true
			}
		}
	}
	return false
}
