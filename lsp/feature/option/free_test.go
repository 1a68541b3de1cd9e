package option_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"firn/lsp/feature/option"
)

// set is a set of options by name.
type set map[string]option.Tree

func (s set) Names(context.Context) []string { return slices.Sorted(maps.Keys(s)) }

func (s set) Below(_ context.Context, name string) (option.Tree, bool) {
	t, ok := s[name]
	return t, ok
}

func (set) Option(context.Context) *option.Option { return nil }

// one is an option of a type.
type one struct{ typ *option.Type }

func (one) Names(context.Context) []string                    { return nil }
func (one) Below(context.Context, string) (option.Tree, bool) { return nil, false }
func (o one) Option(context.Context) *option.Option           { return &option.Option{Type: o.typ} }

// TestFree looks for attributes of submodules in which more can be set than is
// declared, as for units of systemd in home-manager.
func TestFree(t *testing.T) {
	str := one{&option.Type{Name: "str"}}
	closed := one{&option.Type{Name: "submodule", Sub: set{"c": str}}}
	unit := set{"Unit": set{"Description": str}, "closed": closed}
	root := set{"unit": one{&option.Type{Name: "submodule", Sub: unit, Free: true}}}
	tests := []struct {
		path        string
		valid, free bool
	}{
		{"unit.Unit", true, true},
		{"unit.Unit.Description", true, false},
		{"unit.Unit.After", true, true},
		{"unit.Service", true, true},
		{"unit.Service.Type", true, true},
		{"unit.closed.c", true, false},
		{"unit.closed.other", false, false},
		{"other", false, false},
	}
	for _, tt := range tests {
		f := option.At(t.Context(), root, strings.Split(tt.path, "."))
		if f.Valid() != tt.valid || f.Free != tt.free {
			t.Errorf("%s: valid is %v, free is %v", tt.path, f.Valid(), f.Free)
		}
	}
}
