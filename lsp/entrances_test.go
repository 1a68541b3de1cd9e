package lsp

import (
	"slices"
	"strings"
	"testing"

	"firn/lsp/knowledge"
	"firn/lsp/settings"
)

func TestRootsOf(t *testing.T) {
	tests := []struct {
		name, root, file string
		want             string
	}{
		{"in the folder", "nixos:hosts/a.nix", "", "/ws/hosts/a.nix"},
		{"beside the file", "home-manager:./me.nix", "/up/firn.toml", "/up/me.nix"},
		{"absolute", "network:/etc/net.nix", "", "/etc/net.nix"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := rootsOf([]string{tt.root}, tt.file, "/ws")
			if len(list) != 1 || list[0].Path != tt.want || !strings.HasPrefix(tt.root, strings.ToLower(list[0].Kind.String())) {
				t.Errorf("%v, want %s", list, tt.want)
			}
		})
	}
	if list := rootsOf([]string{"a.nix", "system:a.nix"}, "", "/ws"); len(list) > 0 {
		t.Errorf("what has no kind is %v", list)
	}
}

// TestKindsOfRoots checks that the setting takes the kinds that there are.
func TestKindsOfRoots(t *testing.T) {
	i := slices.IndexFunc(settings.List(), func(s settings.Setting) bool { return s.Key == "eval.roots" })
	for _, name := range settings.List()[i].Prefixes {
		if _, ok := knowledge.KindOf(name); !ok {
			t.Errorf("there is no kind %s", name)
		}
	}
}

func TestWithheldMessage(t *testing.T) {
	k := &knowing{}
	var list []knowledge.Withheld
	for _, what := range []string{"fetching a", "fetching b", "fetching c", "fetching d"} {
		list = append(list, knowledge.Withheld{What: what, Where: "/a.nix", How: "fetch it"})
	}
	got := k.newlyWithheld(append(list, knowledge.Withheld{What: "building e", Where: "/b.nix", How: "build it"}))
	want := []string{
		"Evaluating /a.nix was done without: fetching a, fetching b, fetching c and 1 more. To have it, fetch it.",
		"Evaluating /b.nix was done without: building e. To have it, build it.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if again := k.newlyWithheld(list); len(again) > 0 {
		t.Errorf("it is told again: %q", again)
	}
}
