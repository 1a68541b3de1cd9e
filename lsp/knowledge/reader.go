package knowledge

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"firn/eval"
	"firn/lsp/feature/option"
)

// reader makes plain data of options that were evaluated. What fails is left out.
//
// The names of the attributes are those of nixpkgs, lib/options.nix, lib/types.nix
// and lib/modules.nix, of 2018 to 2026.
type reader struct {
	ctx   context.Context
	state *State
	depth int // of types in one another
}

// maxTypes is how many types in one another are read.
const maxTypes = 20

func (r reader) option(loc []string, set map[string]attr) *option.Option {
	o := &option.Option{
		Loc:         loc,
		Description: r.prose(set["description"]),
		ReadOnly:    r.flag(set["readOnly"]),
		Internal:    r.flag(set["internal"]),
		Declared:    r.declared(set),
	}
	o.Hidden = r.visible(set["visible"]).hidden
	if set["type"].ok {
		o.Type = r.typ(set["type"].value, loc)
	}
	if o.Type == nil || o.Type.Name == "unspecified" {
		o.Type = r.aliased(o)
	}
	o.Default, o.DefaultDoc = r.sample(set["defaultText"])
	if !set["defaultText"].ok {
		o.Default, o.DefaultDoc = r.sample(set["default"])
	}
	o.Example, o.ExampleDoc = r.sample(set["example"])
	return o
}

// alias is what mkRenamedOptionModule says of an option. Until 2020 it does not
// say the type.
var alias = regexp.MustCompile("^Alias of (?:<option>|\\{option\\}`)([^<`]+)")

// aliased returns the type of an option of no type, which is that of the option for
// which it stands, if there is one.
func (r reader) aliased(o *option.Option) *option.Type {
	m := alias.FindStringSubmatch(o.Description)
	if m == nil || r.state == nil || r.state.options == nil {
		return o.Type
	}
	at := attr{value: r.state.options.value, ok: true}
	for name := range strings.SplitSeq(m[1], ".") {
		at = r.set(at)[name]
	}
	typ := r.set(at)["type"]
	if !typ.ok {
		return o.Type
	}
	t := r.typ(typ.value, o.Loc)
	if t != nil && o.Type != nil {
		t.Description = o.Type.Description
	}
	return t
}

func (r reader) flag(a attr) bool {
	if !a.ok {
		return false
	}
	b, err := a.value.Bool(r.ctx)
	return err == nil && b
}

// set returns the attributes of a set, nil if it is none.
func (r reader) set(a attr) map[string]attr {
	if !a.ok {
		return nil
	}
	list, err := a.value.Attrs(r.ctx)
	if err != nil {
		return nil
	}
	return attributes(list)
}

// list returns the elements of a list, nil if it is none.
func (r reader) list(a attr) []eval.Value {
	if !a.ok {
		return nil
	}
	list, err := a.value.Elems(r.ctx)
	if err != nil {
		return nil
	}
	return list
}

// prose returns a description, which may say in what markup it is.
func (r reader) prose(a attr) string {
	if s := text(r.ctx, a); s != "" {
		return s
	}
	return text(r.ctx, r.set(a)["text"])
}

// shown is how values are shown: shortened, and without what takes long to know.
var shown = eval.Pretty{Depth: 4, Items: 60, Bytes: 1000, Names: true}

// maxSample is how much of a default or an example is shown, in bytes.
const maxSample = 2000

// sample returns a default or an example, and whether it is prose: either a value,
// or an expression that is given as a text.
func (r reader) sample(a attr) (s string, prose bool) {
	if !a.ok {
		return "", false
	}
	kind, err := a.value.Force(r.ctx)
	if err != nil {
		return "", false
	}
	if kind == eval.Set {
		set := r.set(a)
		switch t := text(r.ctx, set["_type"]); {
		case t == "literalExpression" || t == "literalExample":
			return cut(text(r.ctx, set["text"])), false
		case t != "" && set["text"].ok:
			return cut(text(r.ctx, set["text"])), true
		}
	}
	s, err = a.value.Pretty(r.ctx, shown)
	if err != nil {
		return "", false
	}
	return cut(s), false
}

func cut(s string) string {
	if len(s) <= maxSample {
		return s
	}
	return strings.ToValidUTF8(s[:maxSample], "") + " …"
}

// declared returns where an option is declared.
func (r reader) declared(set map[string]attr) []option.Place {
	var list []option.Place
	files := r.list(set["declarations"])
	for i, v := range r.list(set["declarationPositions"]) {
		at := r.set(attr{value: v, ok: true})
		p := option.Place{Path: text(r.ctx, at["file"]), Line: r.number(at["line"]), Column: r.number(at["column"])}
		if strings.HasSuffix(p.Path, dynamicNames) && i < len(files) {
			p = option.Place{Path: r.file(files[i])}
		}
		if p.Path != "" && !isOurs(p.Path) {
			list = append(list, p)
		}
	}
	if len(list) > 0 {
		return list
	}
	if p, ok := described(set); ok && !isOurs(p.Path) {
		list = append(list, p)
	}
	for _, v := range files {
		if file := r.file(v); file != "" && !isOurs(file) && (len(list) == 0 || len(files) > 1 && file != list[0].Path) {
			list = append(list, option.Place{Path: file})
		}
	}
	return list
}

// described returns where an option gets what describes it. It is how one finds the
// declarations of submodules in files of their own, before there were positions.
func described(set map[string]attr) (option.Place, bool) {
	for _, name := range []string{"description", "default", "example", "type", "defaultText", "apply", "internal", "readOnly"} {
		pos := set[name].pos
		if pos != nil && !strings.HasSuffix(pos.File, "/lib/options.nix") && !strings.HasSuffix(pos.File, "/lib/modules.nix") {
			return option.Place{Path: pos.File, Line: pos.Line, Column: pos.Column, Within: true}, true
		}
	}
	return option.Place{}, false
}

// dynamicNames is the file of nixpkgs that makes sets of paths (setAttrByPath). It
// is where options are that mkRenamedOptionModule and the like declare.
const dynamicNames = "/lib/attrsets.nix"

// file returns a path, which may be a string.
func (r reader) file(v eval.Value) string {
	if p, err := v.Path(r.ctx); err == nil {
		return p
	}
	return text(r.ctx, attr{value: v, ok: true})
}

// typ reads the type of an option at a place.
func (r reader) typ(v eval.Value, loc []string) *option.Type {
	set := r.set(attr{value: v, ok: true})
	if set == nil || r.depth > maxTypes {
		return nil
	}
	r.depth++
	t := &option.Type{Name: text(r.ctx, set["name"]), Description: r.prose(set["description"]), Handle: v}
	functor, nested := r.set(set["functor"]), r.set(set["nestedTypes"])
	switch t.Name {
	case "enum":
		t.Values = r.members(functor["payload"])
	case "submodule", "submoduleWith", "deferredModule", "attrTag":
		t.Sub = r.sub(set["getSubOptions"], loc)
		t.Free = nested["freeformType"].ok
		return t
	case "either":
		t.Either = r.alternatives(functor["wrapped"], nested, loc)
		return t
	case "Toplevel NixOS config": // of a container
		if root := r.state.options; root != nil {
			t.Name, t.Free = "submodule", true
			t.Sub = &node{state: r.state, value: root.value, loc: loc, any: true}
		}
		return t
	case "coercedTo":
		if from := nested["coercedType"]; from.ok {
			t.Either = append(t.Either, r.typ(from.value, loc))
		}
	}
	switch t.Name {
	case "attrsOf", "lazyAttrsOf", "loaOf", "dagOf":
		loc = append(slices.Clip(loc), r.placeholder(t.Name, functor))
	case "listOf", "nonEmptyListOf":
		loc = append(slices.Clip(loc), option.Element)
	}
	t.Elem = r.elem(functor, nested, loc)
	return t
}

// placeholder returns what stands for the names of attributes in paths.
func (r reader) placeholder(typ string, functor map[string]attr) string {
	if typ == "loaOf" {
		return "<name?>" // since it may be a list
	}
	if name := text(r.ctx, r.set(functor["payload"])["placeholder"]); name != "" {
		return "<" + name + ">"
	}
	return "<name>"
}

// elem reads the type that another is made of.
func (r reader) elem(functor, nested map[string]attr, loc []string) *option.Type {
	for _, a := range []attr{nested["elemType"], nested["finalType"], functor["wrapped"]} {
		if !a.ok {
			continue
		}
		if kind, err := a.value.Force(r.ctx); err == nil && kind == eval.Set {
			return r.typ(a.value, loc)
		}
	}
	return nil
}

// alternatives reads the types of which a value may have any.
func (r reader) alternatives(wrapped attr, nested map[string]attr, loc []string) []*option.Type {
	var list []*option.Type
	add := func(v eval.Value) {
		if t := r.typ(v, loc); t != nil {
			list = append(list, t)
		}
	}
	if nested["left"].ok && nested["right"].ok {
		add(nested["left"].value)
		add(nested["right"].value)
		return list
	}
	for _, v := range r.list(wrapped) {
		add(v)
	}
	return list
}

// maxMembers is how many members of an enum are read.
const maxMembers = 2000

// members reads the values of an enum, as they are written.
func (r reader) members(payload attr) []string {
	list := r.list(payload)
	if list == nil {
		list = r.list(r.set(payload)["values"])
	}
	var out []string
	for _, v := range list[:min(len(list), maxMembers)] {
		if s, err := v.Pretty(r.ctx, shown); err == nil {
			out = append(out, s)
		}
	}
	return out
}

// sub returns the options of a submodule, which are looked at when somebody asks.
func (r reader) sub(get attr, loc []string) option.Tree {
	if !get.ok {
		return nil
	}
	prefix := make([]any, len(loc))
	for i, name := range loc {
		prefix[i] = name
	}
	arg, err := r.state.e.Make(prefix)
	if err != nil {
		return nil
	}
	return &subtree{node: node{state: r.state, loc: loc, any: true}, get: get.value, prefix: arg}
}

// subtree is the root of the options of a submodule.
type subtree struct {
	node
	get, prefix eval.Value
	applied     bool
}

// apply makes the options, and reports whether there are any.
func (s *subtree) apply(ctx context.Context) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.applied {
		v, err := s.get.Apply(ctx, s.prefix)
		if err != nil {
			return false
		}
		s.value, s.applied = v, true
	}
	return true
}

// Names implements [option.Tree].
func (s *subtree) Names(ctx context.Context) []string {
	if !s.apply(ctx) {
		return nil
	}
	return s.node.Names(ctx)
}

// Below implements [option.Tree].
func (s *subtree) Below(ctx context.Context, name string) (option.Tree, bool) {
	if !s.apply(ctx) {
		return nil, false
	}
	return s.node.Below(ctx, name)
}

// Option implements [option.Tree].
func (s *subtree) Option(context.Context) *option.Option { return nil }

func (r reader) number(a attr) uint32 {
	if !a.ok {
		return 0
	}
	i, err := a.value.Int(r.ctx)
	if err != nil || i < 0 {
		return 0
	}
	return uint32(i)
}
