package knowledge

import "testing"

func TestApart(t *testing.T) {
	b := New(Options{})
	for entry, files := range map[Entry][]string{
		{Kind: NixOS, Path: "/w/configuration.nix"}: {"/w/nixos.nix", "/w/both.nix", "/w/any.nix"},
		{Kind: HomeManager, Path: "/w/home.nix"}:    {"/w/git.nix", "/w/both.nix"},
		{Kind: Network, Path: "/w/network.nix"}:     {"/w/machine.nix"},
		{Kind: Flake, Path: "/w/flake.nix"}:         {"/w/any.nix", "/w/output.nix"},
	} {
		s := &State{facts: facts{entry: entry}, wanted: entry, files: map[string]bool{}}
		for _, f := range files {
			s.files[f] = true
		}
		b.root(entry).state = s
	}
	tests := []struct {
		name, x, y string
		want       bool
	}{
		{"system and home", "/w/nixos.nix", "/w/git.nix", true},
		{"home and system", "/w/git.nix", "/w/nixos.nix", true},
		{"entries", "/w/configuration.nix", "/w/home.nix", true},
		{"network and home", "/w/machine.nix", "/w/git.nix", true},
		{"network and system", "/w/machine.nix", "/w/nixos.nix", false},
		{"of both kinds", "/w/both.nix", "/w/git.nix", false},
		{"of a flake", "/w/output.nix", "/w/git.nix", false},
		{"of a flake, too", "/w/any.nix", "/w/git.nix", false},
		{"not evaluated", "/w/other.nix", "/w/git.nix", false},
		{"the same", "/w/git.nix", "/w/git.nix", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := b.Apart(test.x, test.y); got != test.want {
				t.Errorf("Apart(%s, %s) = %v", test.x, test.y, got)
			}
		})
	}
}
