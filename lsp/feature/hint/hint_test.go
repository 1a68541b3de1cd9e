package hint_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"firn/lsp/feature/hint"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/scope"
	"firn/parser/text"
)

// value is a value that somebody has evaluated.
type value struct {
	brief infer.Brief
	attrs map[string]value
}

func (v value) Names() []string { return nil }

func (v value) Attr(name string) (infer.Known, bool) {
	a, ok := v.attrs[name]
	return a, ok
}

func (value) Function() (infer.Place, bool) { return infer.Place{}, false }
func (value) Defined() (infer.Place, bool)  { return infer.Place{}, false }
func (value) Made() (infer.Place, bool)     { return infer.Place{}, false }
func (v value) Describe() string            { return "It is " + v.brief.Text + "." }
func (v value) Brief() (infer.Brief, bool)  { return v.brief, v.brief.Text != "" }

func pkg(name, version string) value {
	return value{brief: infer.Brief{Sort: infer.Package, Text: name + "-" + version, Version: version}}
}

// pkgs is the package set that functions are called with.
var pkgs = value{attrs: map[string]value{
	"hello":  pkg("hello", "2.10"),
	"vim":    pkg("vim", "8.0"),
	"meta":   pkg("meta", ""),
	"tools":  {attrs: map[string]value{"jq": pkg("jq", "1.5")}},
	"broken": {},
	"count":  {brief: infer.Brief{Text: "3"}},
}}

// tree is a place among options; one without others below is an option.
type tree struct {
	below   map[string]tree
	typ     option.Type
	hidden  bool
	setting option.Setting
	final   infer.Brief
}

func (t tree) Names(context.Context) []string { return nil }

func (t tree) Below(_ context.Context, name string) (option.Tree, bool) {
	b, ok := t.below[name]
	return b, ok
}

func (t tree) Option(context.Context) *option.Option {
	if t.below != nil {
		return nil
	}
	return &option.Option{Loc: []string{"option"}, Type: &t.typ, Internal: t.hidden}
}

func (t tree) Setting(context.Context) option.Setting { return t.setting }

func scalar(s string) infer.Brief { return infer.Brief{Text: s, Lines: strings.Count(s, `\n`) + 1} }

var options = tree{below: map[string]tree{
	"port":    {final: scalar("80"), setting: option.Setting{Value: "80", Priority: 50, Files: []string{"/other.nix"}}},
	"name":    {final: scalar(`"a"`)},
	"banner":  {final: scalar(`"a\nb"`), setting: option.Setting{Files: []string{"/other.nix", "/here.nix"}}},
	"list":    {final: infer.Brief{Sort: infer.List, Text: "3 elements"}},
	"vars":    {typ: option.Type{Name: "attrsOf"}, final: infer.Brief{Sort: infer.Set, Text: "3 attributes"}},
	"sub":     {typ: option.Type{Name: "submodule"}, final: infer.Brief{Sort: infer.Set, Text: "9 attributes"}},
	"call":    {final: infer.Brief{Sort: infer.Function, Text: "function"}},
	"fails":   {},
	"inner":   {hidden: true, final: scalar("1")},
	"package": {typ: option.Type{Name: "package"}, final: pkgs.attrs["vim"].brief},
	"deep":    {below: map[string]tree{"port": {final: scalar("81")}}},
}}

// literal says a literal in a few words, as if it was evaluated.
func literal(n parser.Node) (infer.Known, bool) {
	count := 0
	for range n.Exprs() {
		count++
	}
	switch n.Kind() {
	case parser.KindInt:
		return value{brief: infer.Brief{Text: n.Text(), Lines: 1}}, true
	case parser.KindString:
		return value{brief: scalar(n.Text())}, true
	case parser.KindList:
		return value{brief: infer.Brief{Sort: infer.List, Text: fmt.Sprintf("%d elements", count)}}, true
	case parser.KindAttrSet:
		return value{brief: infer.Brief{Sort: infer.Set, Text: fmt.Sprintf("%d attributes", (n.SubtreeEnd()-n.ID()-3)/6)}}, true
	case parser.KindLambda:
		return value{brief: infer.Brief{Sort: infer.Function, Text: "function"}}, true
	}
	return nil, false
}

// ask returns a query about all of a source.
func ask(src string, kinds ...hint.Kind) hint.Query {
	info := scope.Resolve(grammar.Parse(src))
	space := infer.Alone(info).With(infer.Evaluated{
		Argument: func(_ parser.Node, name string) (infer.Known, bool) {
			if name == "pkgs" {
				return pkgs, true
			}
			a, ok := pkgs.attrs[name]
			return a, ok
		},
		Value: literal,
	})
	return hint.Query{
		Space: space, Path: "/here.nix", Config: option.NewView(context.Background(), options),
		Final: func(path []string) (infer.Brief, bool) {
			t := options
			for _, name := range path {
				t = t.below[name]
			}
			return t.final, t.final.Text != ""
		},
		Span: text.Span{End: uint32(len(src))}, Kinds: kinds, Stop: func() bool { return false },
	}
}

// show puts labels in brackets where they stand.
func show(src string, list []hint.Hint) string {
	for _, h := range slices.Backward(list) {
		src = src[:h.Offset] + "‹" + h.Label + "›" + src[h.Offset:]
	}
	return src
}

func TestAll(t *testing.T) {
	long := strings.Repeat("\n", 23)
	tests := []struct {
		name string
		kind hint.Kind
		want string // with the labels
	}{
		{"selection", hint.Version, "{ pkgs }: pkgs.hello‹2.10›"},
		{"longer selection", hint.Version, "{ pkgs }: pkgs.tools.jq‹1.5›"},
		{"in a string", hint.Version, "{ pkgs }: \"${pkgs.hello‹2.10›}/bin\""},
		{"in parentheses", hint.Version, "{ pkgs }: [ (pkgs.hello‹2.10›) ]"},
		{"set of packages", hint.Version, "{ pkgs }: pkgs.tools"},
		{"no package", hint.Version, "{ pkgs }: pkgs.count"},
		{"package without a version", hint.Version, "{ pkgs }: pkgs.meta"},
		{"package that fails", hint.Version, "{ pkgs }: pkgs.broken"},
		{"no such package", hint.Version, "{ pkgs }: pkgs.none"},
		{"called", hint.Version, "{ pkgs }: pkgs.hello 1"},
		{"with a default", hint.Version, "{ pkgs }: pkgs.hello or 1"},
		{"by with", hint.Version, "{ pkgs }: with pkgs; [ hello‹2.10› none vim‹8.0› ]"},
		{"by an outer with", hint.Version, "{ pkgs }: with pkgs; with { x = 1; }; hello‹2.10›"},
		{"hidden by a with that is not known", hint.Version, "{ pkgs }: with pkgs; with f; hello"},
		{"by a with of a set in it", hint.Version, "{ pkgs }: with pkgs.tools; jq‹1.5›"},
		{"inherited", hint.Version, "{ pkgs }: { inherit (pkgs) hello‹2.10› none vim‹8.0›; }"},
		{"name of a let", hint.Version, "{ pkgs }: let x = pkgs.hello‹2.10›; in x"},
		{"argument", hint.Version, "{ hello‹2.10›, vim‹8.0› ? null, none }: hello"},
		{"config of a package", hint.Version, "{ config, ... }: { x = config.package; }"},
		{"broken file", hint.Version, "{ pkgs }: { a = pkgs.hello‹2.10›; b = "},

		{"overridden", hint.Final, "{ port = 81;‹= 80› }"},
		{"as it is written", hint.Final, "{ port = 80; name = \"a\"; }"},
		{"nested", hint.Final, "{ deep = { port = 80;‹= 81› }; }"},
		{"dotted", hint.Final, "{ deep.port = 80;‹= 81› }"},
		{"in config", hint.Final, "{ config = { port = 81;‹= 80› }; }"},
		{"forced", hint.Final, "{ lib, ... }: { port = lib.mkForce 81;‹= 80› name = lib.mkForce \"a\"; }"},
		{"one branch holds", hint.Final, "{ lib, x, ... }: { port = if x then 80 else 81; }"},
		{"neither branch holds", hint.Final, "{ lib, x, ... }: { port = if x then 1 else 2;‹= 80› }"},
		{"of several lines", hint.Final, "{ banner = \"a\";‹= 2 lines› }"},
		{"merged list", hint.Final, "{ list = [ 1 2 ];‹= 3 elements› }"},
		{"whole list", hint.Final, "{ list = [ 1 2 3 ]; }"},
		{"merged set", hint.Final, "{ vars = { };‹= 3 attributes› }"},
		{"submodule", hint.Final, "{ sub = { }; }"},
		{"function", hint.Final, "{ call = x: x; }"},
		{"failing", hint.Final, "{ fails = 1; }"},
		{"internal", hint.Final, "{ inner = 2; }"},
		{"written value not known", hint.Final, "{ port = f x; }"},
		{"no option", hint.Final, "{ none = 1; }"},
		{"no module", hint.Final, "[ { port = 1; } ]"},

		{"parameters", hint.Parameter, "let f = first: second: x: 1; in f ‹first:›1 ‹second:›[ ] 3"},
		{"names say it", hint.Parameter, "let f = first: second: 1; a = 1; in f a a.b"},
		{"constants", hint.Parameter, "let f = first: 1; in f ‹first:›true"},
		{"set for names", hint.Parameter, "let f = { first }: 1; in f { first = 1; }"},
		{"of a builtin", hint.Parameter, "map (x: x) ‹list:›[ ]"},
		{"too many", hint.Parameter, "let f = first: 1; in f ‹first:›1 2"},
		{"unknown function", hint.Parameter, "f 1"},

		{"long binding", hint.End, "{ a.b = {" + long + "\n};‹a.b› }"},
		{"shorter binding", hint.End, "{ a.b = {" + long + "}; }"},
		{"nested", hint.End, "{ a = { b = [" + long + "\n];‹b› };‹a› }"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := withoutLabels(test.want)
			if got := show(src, ask(src, test.kind).All().List); got != test.want {
				t.Errorf("All shows\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func withoutLabels(s string) string {
	for {
		before, rest, ok := strings.Cut(s, "‹")
		if !ok {
			return s
		}
		_, after, _ := strings.Cut(rest, "›")
		s = before + after
	}
}

func TestSpan(t *testing.T) {
	const src = "{ pkgs }: [ pkgs.hello pkgs.vim pkgs.tools.jq ]"
	q := ask(src, hint.Version)
	at := uint32(strings.Index(src, " pkgs.tools"))
	q.Span = text.Span{Start: at, End: at}
	if got, want := show(src, q.All().List), "{ pkgs }: [ pkgs.hello pkgs.vim‹8.0› pkgs.tools.jq ]"; got != want {
		t.Errorf("All shows\n%s\nwant\n%s", got, want)
	}
}

func TestStop(t *testing.T) {
	src := "{ pkgs }: { a = [ pkgs.hello pkgs.vim ]; long = [" + strings.Repeat("\n", 25) + "]; }"
	second := uint32(strings.Index(src, "pkgs.vim"))
	q := ask(src, hint.Version, hint.Final, hint.End)
	now := uint32(0)
	q.Skip = func(off uint32) bool { now = off; return false }
	q.Stop = func() bool { return now == second }
	got := q.All()
	if !got.Late || got.Where != second {
		t.Errorf("All is late %v at %d, want at %d", got.Late, got.Where, second)
	}
	if labels := show(src, got.List); !strings.Contains(labels, "‹2.10›") || !strings.Contains(labels, "‹long›") {
		t.Errorf("All shows\n%s\nwithout what there was time for", labels)
	}
	q.Skip = func(off uint32) bool { return off == second }
	q.Stop = func() bool { return false }
	if got := q.All(); got.Late || strings.Contains(show(src, got.List), "8.0") {
		t.Errorf("All does not skip: %+v", got)
	}
}

func TestTooltip(t *testing.T) {
	tests := []struct {
		name, src string
		kind      hint.Kind
		want      []string
	}{
		{"package", "{ pkgs }: pkgs.hello", hint.Version, []string{"It is hello-2.10."}},
		{"overridden", "{ port = 81; }", hint.Final, []string{"does not count", "Value: `80`", "mkForce", "- `/other.nix`"}},
		{"merged", "{ banner = 1; }", hint.Final, []string{"is a part of it", "- `/other.nix`", "- `/here.nix`"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list := ask(test.src, test.kind).All().List
			if len(list) != 1 {
				t.Fatalf("All finds %d hints, want 1", len(list))
			}
			for _, want := range test.want {
				if got := list[0].Tooltip(); !strings.Contains(got, want) {
					t.Errorf("Tooltip is %q without %q", got, want)
				}
			}
		})
	}
}
