package disk_test

import (
	"testing"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/link"
	"firn/parser"
)

func TestLeads(t *testing.T) {
	world := disk.World{File: link.File{Path: "/p/a/main.nix", Home: "/home/u"}}
	tests := []struct {
		name, src, path string
		want            bool
	}{
		{"beside", "import ./x.nix", "/p/a/x.nix", true},
		{"above", "[ ../x.nix ]", "/p/x.nix", true},
		{"absolute", "/p/x.nix", "/p/x.nix", true},
		{"of the home directory", "~/x.nix", "/home/u/x.nix", true},
		{"directory", "import ../b", "/p/b/default.nix", true},
		{"file of a directory", "import ../b/default.nix", "/p/b/default.nix", true},
		{"its own directory", "import ./.", "/p/a/default.nix", true},
		{"the directory above", "import ../.", "/p/default.nix", true},
		{"two above", "import ../..", "/default.nix", true},
		{"another file of the name", "import ./b/x.nix", "/p/a/x.nix", false},
		{"another directory", "import ../c", "/p/b/default.nix", false},
		{"in a string", `"./x.nix"`, "/p/a/x.nix", false},
		{"with an interpolation", "./${x}/x.nix", "/p/a/x.nix", false},
		{"another directory's default.nix", "import ./b/default.nix", "/p/a/default.nix", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree, err := parser.Parse(test.src)
			if err != nil {
				t.Fatal(err)
			}
			if got := world.Leads(tree, test.path); got != test.want {
				t.Errorf("Leads = %v", got)
			}
			if test.want && !world.MayLead(test.src, test.path) {
				t.Error("the text is taken to lead elsewhere")
			}
		})
	}
}

func TestMayLead(t *testing.T) {
	world := disk.World{File: link.File{Path: "/p/a/main.nix"}}
	tests := []struct {
		name, src, path string
		want            bool
	}{
		{"longer name", "./x.nix2 ./xx.nix ./x.nix/y", "/p/a/x.nix", false},
		{"name of a directory alone", "lib", "/p/lib/default.nix", false},
		{"directory", "{ a = ../lib; }", "/p/lib/default.nix", true},
		{"directory on the way", "../lib/x.nix", "/p/lib/default.nix", false},
		{"search path", "<lib>", "/p/lib/default.nix", true},
		{"document that is no file", "import ./x.nix", "", false},
		{"directory around another file", "./.", "/q/default.nix", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := world.MayLead(test.src, test.path); got != test.want {
				t.Errorf("MayLead = %v", got)
			}
		})
	}
}
