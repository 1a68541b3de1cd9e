package flake

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
)

const src = `{
  description = "d";
  inputs.nixpkgs.url = "github:a/b";
  inputs = {
    home = { url = "github:c/d"; inputs.nixpkgs.follows = "nixpkgs"; };
    "quoted-name".flake = false;
  };
  outputs = ({ self, nixpkgs, home ? null, ... }@inputs: { lib = { nixpkgs = 1; }; f = { nixpkgs }: 2; });
}`

func resolve(t *testing.T, src string) *scope.Info {
	t.Helper()
	tree, bad := parser.Parse(src)
	if bad != nil {
		t.Fatal(bad)
	}
	return scope.Resolve(tree)
}

// nodeAt returns the node behind the n-th time that a text is there.
func nodeAt(info *scope.Info, at string, n int) parser.Node {
	s, off := info.Tree().Source(), 0
	for range n {
		off += strings.Index(s[off:], at) + 1
	}
	return info.Tree().At(uint32(off - 1))
}

func TestAt(t *testing.T) {
	info := resolve(t, src)
	tests := []struct {
		name  string
		at    string
		n     int
		path  []string // of the attribute
		input []string
	}{
		{"an attribute", "description", 1, []string{"description"}, nil},
		{"inputs", "inputs", 1, []string{"inputs"}, nil},
		{"an input in a path", "nixpkgs", 1, []string{"inputs", "nixpkgs"}, []string{"nixpkgs"}},
		{"what it has", "url", 1, []string{"inputs", "nixpkgs", "url"}, []string{"nixpkgs"}},
		{"where it is", "github:a", 1, nil, []string{"nixpkgs"}},
		{"an input in a set", "home", 1, []string{"inputs", "home"}, []string{"home"}},
		{"an input of an input", "nixpkgs", 2, []string{"inputs", "home", "inputs", "nixpkgs"}, []string{"home", "nixpkgs"}},
		{"what it follows", `nixpkgs";`, 1, nil, []string{"home", "nixpkgs"}},
		{"an argument", "nixpkgs, ", 1, nil, []string{"nixpkgs"}},
		{"an argument with a default", "home ?", 1, nil, []string{"home"}},
		{"the flake itself", "self", 1, nil, nil},
		{"an attribute of the outputs", "nixpkgs = 1", 1, nil, nil},
		{"an argument of another function", "nixpkgs }: 2", 1, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := nodeAt(info, tt.at, tt.n)
			if got := PathAt(info, n); !slices.Equal(got, tt.path) {
				t.Errorf("the path is %q, want %q", got, tt.path)
			}
			if got := InputAt(info, n); !slices.Equal(got, tt.input) {
				t.Errorf("the input is %q, want %q", got, tt.input)
			}
		})
	}
}

func TestIs(t *testing.T) {
	tests := []struct {
		name, path, src string
		want            bool
	}{
		{"a flake", "/a/flake.nix", `{ outputs = _: { }; }`, true},
		{"one that is begun", "/a/flake.nix", `{ inputs.a.url = "b"; }`, true},
		{"another name", "/a/default.nix", `{ outputs = _: { }; }`, false},
		{"a function", "/a/flake.nix", `{ outputs }: { }`, false},
		{"something else", "/a/flake.nix", `{ a = 1; }`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Is(tt.path, resolve(t, tt.src)); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestHover(t *testing.T) {
	info := resolve(t, src)
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	lock := func(path []string) (Input, bool) {
		in := Input{URL: "github:a/b", Rev: "0123", LastModified: now.Add(-50 * time.Hour).Unix(), NarHash: "sha256-x", Place: "/nix/store/x-source"}
		return in, slices.Equal(path, []string{"nixpkgs"})
	}
	tests := []struct {
		name string
		at   string
		n    int
		want []string // parts of the text
	}{
		{"an input", "nixpkgs", 1, []string{"github:a/b", "0123", "2026-02-26", "2 days ago", "sha256-x", "/nix/store/x-source"}},
		{"an input that is not locked", "home", 1, []string{"inputs.home", "does not have"}},
		{"the schema", "url", 1, []string{"inputs.<name>.url", "flake reference"}},
		{"nothing", "self", 1, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Hover(info, nodeAt(info, tt.at, tt.n), lock, now)
			if (got == "") != (tt.want == nil) {
				t.Fatalf("%q", got)
			}
			for _, part := range tt.want {
				if !strings.Contains(got, part) {
					t.Errorf("%q is not in %q", part, got)
				}
			}
		})
	}
}

func TestAge(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		time.Minute: "just now", time.Hour: "1 hour ago", 47 * time.Hour: "1 day ago", 15 * 24 * time.Hour: "2 weeks ago",
		70 * 24 * time.Hour: "2 months ago", 800 * 24 * time.Hour: "2 years ago", -time.Hour: "just now",
	} {
		if got := Age(now.Add(-d), now); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}

// TestSchema checks that all that a flake can set is described, and that inputs of
// inputs end.
func TestSchema(t *testing.T) {
	ctx := context.Background()
	count := 0
	var look func(f option.Found, depth int)
	look = func(f option.Found, depth int) {
		list, _ := f.Children(ctx)
		for _, c := range list {
			count++
			if c.Option == nil || c.Option.Description == "" || c.Option.Type == nil {
				t.Errorf("%s is %+v", c.Name, c.Option)
				continue
			}
			if depth < 30 {
				look(f.Step(ctx, c.Name).Step(ctx, "x"), depth+1)
			}
		}
	}
	look(option.Root(Schema()), 0)
	if count < 50 || count > 500 {
		t.Errorf("%d attributes", count)
	}
	if o := option.At(ctx, Schema(), []string{"inputs", "a", "inputs", "b", "follows"}).Option(ctx); o == nil || o.Name() != "inputs.<name>.inputs.<name>.follows" {
		t.Errorf("follows is %+v", o)
	}
}
