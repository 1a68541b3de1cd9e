package catalogue_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/catalogue"
)

var some = []catalogue.Package{
	{Attr: "git", Version: "2.1", Description: "Distributed version control"},
	{Attr: "ripgrep", Version: "14", Description: "Searches directories for a pattern", Program: "rg"},
}

func TestFind(t *testing.T) {
	c := catalogue.New(some)
	if p, ok := c.Find("git"); !ok || p != some[0] {
		t.Errorf("git is %v, %v", p, ok)
	}
	for _, name := range []string{"", "gi"} {
		if _, ok := c.Find(name); ok {
			t.Errorf("there is %q", name)
		}
	}
	var none *catalogue.Catalogue
	if _, ok := none.Find("git"); ok || none.Mentioning("git") != nil {
		t.Error("an empty one has packages")
	}
}

func TestMentioning(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"pattern", "ripgrep"}, {"Vers", "git"}, {"rg", "ripgrep"}, {"ersion", ""}, {"control", "git"}, {"", ""},
	} {
		var got []string
		for _, p := range catalogue.New(some).Mentioning(test.text) {
			got = append(got, p.Attr)
		}
		if names := strings.Join(got, " "); names != test.want {
			t.Errorf("%q is in the description of %q, want %q", test.text, names, test.want)
		}
	}
}

func TestStore(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "default.nix")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(source, "{ }")
	s := catalogue.Store{Dir: filepath.Join(dir, "cache")}
	load := func(want []catalogue.Package) {
		t.Helper()
		c, err := s.Load("key")
		if err != nil {
			t.Error(err)
		}
		var got []catalogue.Package
		if c != nil {
			got = c.Packages
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	load(nil)
	save := func() {
		t.Helper()
		if err := s.Save("key", catalogue.New(some), []string{source}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	save()
	load(some)
	write(source, "{ a = 1; }")
	load(nil)
	begun := time.Now().Add(-time.Minute)
	if err := s.Save("key", catalogue.New(some), []string{source}, begun); err != nil {
		t.Fatal(err)
	}
	load(nil) // since it has changed after that
	save()
	load(some)
	if err := os.Remove(source); err != nil {
		t.Fatal(err)
	}
	load(nil)
}

func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "default.nix")
	if err := os.WriteFile(source, []byte("{ }"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := catalogue.Store{Dir: filepath.Join(dir, "cache")}
	if err := s.Save("key", catalogue.New(some), []string{source}, time.Now()); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(s.Dir, "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	whole, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 5, 20, len(whole) / 2, len(whole) - 1} {
		if err := os.WriteFile(names[0], whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := s.Load("key"); c != nil || err == nil {
			t.Errorf("%d of %d bytes are %v, %v", n, len(whole), c, err)
		}
	}
	old := time.Now().Add(-1000 * time.Hour * 24)
	if err := os.Chtimes(names[0], old, old); err != nil {
		t.Fatal(err)
	}
	if err := s.Save("other", catalogue.New(some), []string{source}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(names[0]); err == nil {
		t.Error("what nobody uses is kept")
	}
}
