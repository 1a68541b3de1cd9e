package knowledge

import (
	"testing"

	"firn/parser"
	"firn/parser/scope"
)

func TestEntryOf(t *testing.T) {
	tests := []struct {
		name, path, src string
		want            Kind
		is              bool
	}{
		{"NixOS by name", "/a/configuration.nix", "{ }", NixOS, true},
		{"flake by name", "/a/flake.nix", "{ }", Flake, true},
		{"home-manager by name", "/a/home.nix", "{ }", HomeManager, true},
		{"home-manager by its version", "/a/me.nix", `{ pkgs, ... }: { home.stateVersion = "24.11"; }`, HomeManager, true},
		{"home-manager in config", "/a/me.nix", `{ pkgs, ... }: { config.home = { stateVersion = "24.11"; }; }`, HomeManager, true},
		{"a part of home-manager", "/a/git.nix", `{ home.packages = [ ]; }`, 0, false},
		{"Morph", "/a/net.nix", `{ network = { pkgs = 1; }; "a" = { config, ... }: { }; }`, Network, true},
		{"NixOps", "/a/net.nix", `{ network.description = "x"; a = { ... }: { }; }`, Network, true},
		{"NixOps with arguments", "/a/net.nix", `{ region ? "eu" }: { network.description = "x"; a = { ... }: { }; }`, Network, true},
		{"NixOps, where the machines are", "/a/net.nix", `{ a = { deployment.targetEnv = "none"; }; }`, Network, true},
		{"below let", "/a/net.nix", `let x = 1; in { network = { }; a = ({ ... }: { }); }`, Network, true},
		{"without machines", "/a/net.nix", `{ network.description = "x"; services.a = { }; }`, 0, false},
		{"a module that declares options", "/a/net.nix", `{ options.network = { }; config.a = { ... }: { }; network.x = 1; }`, 0, false},
		{"an option called deployment", "/a/net.nix", `{ deployment.targetHost = "x"; }`, 0, false},
		{"a list", "/a/net.nix", `[ { deployment.x = 1; } ]`, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, bad := parser.Parse(tt.src)
			if bad != nil {
				t.Fatal(bad)
			}
			e, is := EntryOf(tt.path, func() *scope.Info { return scope.Resolve(tree) })
			if is != tt.is || is && (e.Kind != tt.want || e.Path != tt.path) {
				t.Errorf("%v, %v; want %v, %v", e, is, tt.want, tt.is)
			}
			byName := len(Entries([]string{tt.path})) > 0
			if is && !byName && !MayBeEntry(tt.src) {
				t.Error("nobody would look at the text")
			}
		})
	}
}

func TestKindOf(t *testing.T) {
	for _, k := range []Kind{NixOS, HomeManager, Network, Flake} {
		if got, ok := KindOf(k.String()); got != k || !ok {
			t.Errorf("kind %q is %v, %v", k, got, ok)
		}
	}
	if k, ok := KindOf("system"); ok {
		t.Errorf("system is %v", k)
	}
}
