package nixconf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

func layOut(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(text)).Files {
		at := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRead(t *testing.T) {
	dir := layOut(t, `
-- etc/nix.conf --
# for all
system = x86_64-linux # this one
experimental-features =   flakes	nix-command
include more.conf
!include none.conf
-- etc/more.conf --
pure-eval = true
-- home/.config/nix/nix.conf --
substituters =
-- xdg/nix/nix.conf --
a = 1
`)
	env := map[string]string{"NIX_CONF_DIR": dir + "/etc", "XDG_CONFIG_DIRS": dir + "/xdg", "NIX_CONFIG": "a = 2\nb = x = y"}
	got, err := Read(Env{func(name string) string { return env[name] }, dir + "/home"})
	if err != nil {
		t.Fatal(err)
	}
	want := []Setting{
		{"system", "x86_64-linux", dir + "/etc/nix.conf"},
		{"experimental-features", "flakes nix-command", dir + "/etc/nix.conf"},
		{"pure-eval", "true", dir + "/etc/more.conf"},
		{"a", "1", dir + "/xdg/nix/nix.conf"},
		{"substituters", "", dir + "/home/.config/nix/nix.conf"},
		{"a", "2", "NIX_CONFIG"},
		{"b", "x = y", "NIX_CONFIG"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBroken(t *testing.T) {
	dir := layOut(t, "-- loop.conf --\ninclude loop.conf\n")
	for name, test := range map[string]struct{ config, want string }{
		"no value": {"system", "syntax error in configuration line 'system' in 'NIX_CONFIG'"},
		"no sign":  {"a b c", "syntax error in configuration line 'a b c' in 'NIX_CONFIG'"},
		"missing":  {"include " + dir + "/none", "file '" + dir + "/none' included from 'NIX_CONFIG' not found"},
		"loop":     {"include " + dir + "/loop.conf", "include each other"},
		"no file":  {"include " + dir, dir + " is no file"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(Env{Getenv: func(name string) string {
				return map[string]string{"NIX_CONFIG": test.config, "NIX_CONF_DIR": dir}[name]
			}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q gives %v, not %s", test.config, err, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a = b # c\n\n!include /nowhere/x\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "include") {
			t.Skip("files of this machine are not for tests")
		}
		list, err := parse(text, "x", 0)
		if err != nil {
			return
		}
		var again strings.Builder
		for _, s := range list {
			again.WriteString(s.Name + " = " + s.Value + "\n")
		}
		twice, err := parse(again.String(), "x", 0)
		if diff := cmp.Diff(list, twice); diff != "" || err != nil {
			t.Errorf("%q is read in another way when it was written: %v\n%s", text, err, diff)
		}
	})
}

func TestRegistries(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		home string
		want []string
	}{
		{nil, "/home/a", []string{"/home/a/.config/nix/registry.json", "/etc/nix/registry.json"}},
		{map[string]string{"XDG_CONFIG_HOME": "/c", "NIX_CONF_DIR": "/n"}, "/home/a", []string{"/c/nix/registry.json", "/n/registry.json"}},
	} {
		got := Env{func(name string) string { return tt.env[name] }, tt.home}.Registries()
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
