package knowledge

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
	"firn/store/hash"
	"firn/store/path"
)

// searched returns options with the world of the tests in the search path.
func searched(t *testing.T) Options {
	t.Helper()
	world, err := filepath.Abs("../testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	return Options{SearchPath: []string{"nixpkgs=" + world}}
}

// moduleAt reads a module of a world.
func moduleAt(t *testing.T, src, path string) File {
	t.Helper()
	tree, bad := parser.Parse(src)
	if bad != nil {
		t.Fatal(bad)
	}
	return File{Path: path, Info: scope.Resolve(tree), Valid: true, Role: ModuleFile}
}

func TestStored(t *testing.T) {
	const sri = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	h, err := hash.Parse(sri, hash.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	want, err := path.Dir("/nix/store").Fixed("source", path.ContentAddress{Method: path.NAR, Hash: h}, path.Refs{})
	if err != nil {
		t.Fatal(err)
	}
	b := begin(t, t.TempDir(), Options{})
	v, _, err := ask(t, b, `import "`+nixDir+`/stored.nix" "`+sri+`"`)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.Raw(within(t)); got != string(want) || err != nil {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

const flakeWorld = `
-- flake.nix --
{
  inputs.flake-parts.url = "path:./parts";
  inputs.broken.url = "path:./broken";
  outputs = { self, nixpkgs, flake-parts, broken }: {
    nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./common.nix { networking.hostName = "a"; } ]; };
    nixosConfigurations.b = nixpkgs.lib.nixosSystem { modules = [ ./common.nix { networking.hostName = "b"; } ]; };
    nixosConfigurations.c = nixpkgs.lib.nixosSystem { modules = [ { networking.hostName = "c"; } ]; };
    nixosConfigurations.wrong = nixpkgs.lib.nixosSystem { modules = [ ./wrong.nix ]; };
    packages.x = broken.lib.x;
  };
}
-- parts/flake.nix --
{
  outputs = { self, nixpkgs }: {
    lib.evalFlakeModule = { inputs }: module: nixpkgs.lib.evalModules { modules = [ module ./options.nix ]; };
  };
}
-- parts/options.nix --
{ lib, ... }: {
  options.systems = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; description = "The systems."; };
  options.perSystem = lib.mkOption { type = lib.types.attrs; default = { }; description = "For each system."; };
}
-- broken/flake.nix --
{ outputs = throw "no"; }
-- common.nix --
{ networking.useDHCP = false; }
-- wrong.nix --
{ imports = [ ./nowhere.nix ]; }
-- part.nix --
{ ... }: { perSystem = { }; }
`

func TestFlake(t *testing.T) {
	b, dir := openWorld(t, flakeWorld, searched(t))
	ctx := within(t)
	entries := []Entry{{Kind: Flake, Path: filepath.Join(dir, "flake.nix")}}
	group, err := b.root(entries[0]).await(ctx)
	if err != nil || group.Err() != nil {
		t.Fatal(err, group.Err())
	}
	want := []string{"nixosConfigurations.a", "nixosConfigurations.b", "nixosConfigurations.c", "nixosConfigurations.wrong"}
	if !slices.Equal(group.members, want) {
		t.Errorf("configurations %q, want %q", group.members, want)
	}
	tests := []struct {
		name, file, state string
		option            string // that can be set
		fails             bool
	}{
		{"reached by the first", "common.nix", "a", "networking.hostName", false},
		{"reached by a configuration that is wrong", "wrong.nix", "wrong", "networking.hostName", true},
		{"the flake", "flake.nix", filepath.Base(dir) + "/flake.nix", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := b.Ask(ctx, moduleAt(t, "{ }", filepath.Join(dir, tt.file)), entries)
			if v == nil {
				t.Fatal("nothing is known")
			}
			defer v.Close()
			if v.State().Name() != tt.state || (v.State().Err() != nil) != tt.fails {
				t.Errorf("the state is %s, %v", v.State().Name(), v.State().Err())
			}
			if tt.option == "" {
				return
			}
			view := v.Config(ctx)
			if o := view.Option(view.At(strings.Split(tt.option, ".")...)); o == nil {
				t.Errorf("%s is no option", tt.option)
			}
		})
	}
}

func TestFlakeParts(t *testing.T) {
	b, dir := openWorld(t, flakeWorld, searched(t))
	ctx := within(t)
	s, err := b.root(Entry{Kind: Flake, Path: filepath.Join(dir, "flake.nix")}).await(ctx)
	if err != nil || s.Err() != nil {
		t.Fatal(err, s.Err())
	}
	o := option.At(ctx, s.Options(), []string{"perSystem"}).Option(ctx)
	if o == nil || o.Description != "For each system." {
		t.Errorf("perSystem is %+v", o)
	}
}

func TestOthers(t *testing.T) {
	b, dir := openWorld(t, flakeWorld, searched(t))
	ctx := within(t)
	entry := Entry{Kind: Flake, Path: filepath.Join(dir, "flake.nix")}
	f := moduleAt(t, "{ networking.useDHCP = false; }", filepath.Join(dir, "common.nix"))
	for _, name := range []string{"a", "b", "c", "wrong"} {
		if _, err := b.root(Entry{Kind: Flake, Path: entry.Path, Name: "nixosConfigurations." + name}).await(ctx); err != nil {
			t.Fatal(err)
		}
	}
	v := b.Ask(ctx, f, []Entry{entry})
	defer v.Close()
	var names []string
	for _, other := range v.Others(ctx) {
		defer other.Close()
		view := other.Config(ctx)
		set, _ := view.Setting(view.At("networking", "hostName"))
		names = append(names, other.State().Name()+"="+set.Value)
	}
	if want := []string{`b="b"`}; !slices.Equal(names, want) {
		t.Errorf("others than %s are %q, want %q", v.State().Name(), names, want)
	}
}

func TestFlakeWithoutConfigurations(t *testing.T) {
	b, dir := openWorld(t, `
-- flake.nix --
{
  outputs = { self, nixpkgs }: { nixosModules.default = ./module.nix; };
}
-- module.nix --
{ networking.useDHCP = false; }
`, searched(t))
	ctx := within(t)
	v := b.Ask(ctx, moduleAt(t, "{ }", filepath.Join(dir, "module.nix")), []Entry{{Kind: Flake, Path: filepath.Join(dir, "flake.nix")}})
	if v == nil {
		t.Fatal("nothing is known")
	}
	defer v.Close()
	view := v.Config(ctx)
	if o := view.Option(view.At("networking", "useDHCP")); o == nil {
		t.Errorf("the module has no options in the state %v", v.State().Entry())
	}
}

func TestInlineModules(t *testing.T) {
	const src = `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ({ config, ... }: { a = 1; }) ]; };
    homeConfigurations = { "me@here" = f { modules = [ (args: { b = 2; }) ]; }; };
    other = g { modules = [ (args: { c = 3; }) ]; };
    none = args: { d = 4; };
  };
}`
	tree, bad := parser.Parse(src)
	if bad != nil {
		t.Fatal(bad)
	}
	for place, want := range map[string]string{
		"a = 1": "nixosConfigurations.web", "b = 2": "homeConfigurations.me@here", "c = 3": "", "d = 4": "",
	} {
		got, lambda := inlineModule(tree.At(uint32(strings.Index(src, place))))
		if got != want || lambda.Valid() != (place != "d = 4") {
			t.Errorf("%s is of %q (%v), want %q", place, got, lambda.Valid(), want)
		}
	}
	if f := outputsOf(tree); !f.Valid() {
		t.Error("the outputs are not found")
	}
}

// TestHostileFlakes evaluates flakes that do not end, or take more than they may.
// What does not depend on them is known all the same.
func TestHostileFlakes(t *testing.T) {
	tests := []struct{ name, outputs string }{
		{"endless", `_: { nixosConfigurations = builtins.foldl' (a: x: builtins.foldl' (b: y: { }) { } (builtins.genList (i: i) 100000)) { } (builtins.genList (i: i) 100000000); }`},
		{"deep", `_: let f = x: 1 + f x; in { nixosConfigurations = f 1; }`},
		{"of itself", `{ self, ... }: { nixosConfigurations = self.nixosConfigurations; }`},
		{"large", `_: { nixosConfigurations = builtins.listToAttrs (builtins.genList (i: { name = toString i; value = builtins.genList (x: x) 1000000; }) 100000000); }`},
		{"no function", `{ }`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := searched(t)
			o.Patience, o.Memory = 2*time.Second, 1<<30
			b, dir := openWorld(t, "-- flake.nix --\n{ outputs = "+tt.outputs+"; }\n-- module.nix --\n{ }\n", o)
			ctx := within(t)
			v := b.Ask(ctx, moduleAt(t, "{ }", filepath.Join(dir, "module.nix")), []Entry{{Kind: Flake, Path: filepath.Join(dir, "flake.nix")}})
			if v == nil {
				t.Fatal("nothing is known")
			}
			defer v.Close()
			view := v.Config(ctx)
			if o := view.Option(view.At("networking", "hostName")); o == nil {
				t.Errorf("the module has no options in the state %v, %v", v.State().Entry(), v.State().Err())
			}
		})
	}
}
