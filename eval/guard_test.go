package eval_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"firn/eval"
)

// TestGuard checks what an evaluation can read that is restricted to a directory.
func TestGuard(t *testing.T) {
	dir := layOut(t, &txtar.Archive{Files: []txtar.File{
		{Name: "in/open/default.nix", Data: []byte("1")},
		{Name: "in/open/sub/x.nix", Data: []byte("2")},
		{Name: "in/opener/x.nix", Data: []byte("3")},
		{Name: "in/secret/x.nix", Data: []byte("4")},
		{Name: "in/path/x.nix", Data: []byte("5")},
	}})
	for link, target := range map[string]string{
		"open/out": "../secret", "open/file": dir + "/secret/x.nix", "open/inside": "sub", "open/loop": "loop", "open/up": "..",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	const forbidden = "error: access to absolute path 'DIR/%' is forbidden in restricted mode"
	for src, want := range map[string]string{
		`import DIR/open`:                                     "1",
		`import DIR/open/inside/x.nix`:                        "2",
		`import <path/x.nix>`:                                 "5",
		`builtins.pathExists DIR`:                             "true",
		`builtins.pathExists DIR/opener`:                      "false",
		`builtins.pathExists DIR/open/file`:                   "true", // the link is there
		`builtins.pathExists "DIR/open/out/"`:                 "false",
		`builtins.pathExists DIR/open/out/x.nix`:              "false",
		`import DIR/opener/x.nix`:                             strings.Replace(forbidden, "%", "opener/x.nix", 1),
		`import DIR/open/file`:                                strings.Replace(forbidden, "%", "secret/x.nix", 1),
		`import DIR/open/out/x.nix`:                           strings.Replace(forbidden, "%", "secret", 1),
		`import DIR/open/up/secret/x.nix`:                     strings.Replace(forbidden, "%", "secret", 1),
		`builtins.readFile DIR/open/file`:                     strings.Replace(forbidden, "%", "secret/x.nix", 1),
		`builtins.readDir DIR/open/out`:                       strings.Replace(forbidden, "%", "secret", 1),
		`"${DIR/secret}"`:                                     strings.Replace(forbidden, "%", "secret", 1),
		`builtins.hashFile "sha256" DIR/open/file`:            strings.Replace(forbidden, "%", "secret/x.nix", 1),
		`builtins.fetchTarball "file://DIR/secret"`:           strings.Replace(forbidden, "%", "secret", 1),
		`builtins.fetchTree "path:DIR/open"`:                  "error: access to URI 'path:DIR/open' is forbidden in restricted mode",
		`builtins.fetchurl "https://example.org/x"`:           "error: access to URI 'https://example.org/x' is forbidden in restricted mode",
		`builtins.readFile "${DIR/open}/sub/x.nix"`:           `"2"`,
		`builtins.readFile (builtins.toFile "a" "b")`:         `"b"`,
		`builtins.getEnv "PATH"`:                              `""`,
		`map builtins.fetchurl [ "https://allowed.org/x" ]`:   "error: unable to download 'https://allowed.org/x': nothing may be fetched during this evaluation",
		`map builtins.fetchurl [ "https://allowed.organ/x" ]`: "error: access to URI 'https://allowed.organ/x' is forbidden in restricted mode",
	} {
		t.Run(src, func(t *testing.T) {
			got := outcome(t, strings.ReplaceAll(src, "DIR", dir), eval.Settings{
				Restricted: true, Allowed: []string{dir + "/open"}, NixPath: []string{"path=" + dir + "/path"},
				AllowedURIs: []string{"https://allowed.org"}, Features: features(),
			})
			if got = strings.ReplaceAll(got, dir, "DIR"); got != want {
				t.Errorf("%s\n gives %s\n not  %s", src, got, want)
			}
		})
	}
}

// TestForEditor checks that what an editor evaluates has no way out.
func TestForEditor(t *testing.T) {
	dir := layOut(t, &txtar.Archive{Files: []txtar.File{{Name: "in/a/x.nix", Data: []byte("1")}, {Name: "in/b/x.nix", Data: []byte("2")}}})
	s := eval.Settings{Fetch: &fetcher{}}.ForEditor(dir + "/a")
	for src, want := range map[string]string{
		`import DIR/a/x.nix`:                        "1",
		`import DIR/b/x.nix`:                        "error: access to absolute path 'DIR/b/x.nix' is forbidden in restricted mode",
		`builtins.fetchurl "https://example.org/x"`: "error: access to URI 'https://example.org/x' is forbidden in restricted mode",
		`import (derivation { name = "x"; builder = "b"; system = "s"; })`: "error: cannot build '/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv^out' " +
			"during evaluation because the option 'allow-import-from-derivation' is disabled",
		`builtins.pathExists builtins.storeDir`: "true",
	} {
		if got := strings.ReplaceAll(outcome(t, strings.ReplaceAll(src, "DIR", dir), s), dir, "DIR"); got != want {
			t.Errorf("%s\n gives %s\n not  %s", src, got, want)
		}
	}
}

func TestSplitNixPath(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"a:b":                    "a|b",
		":a::b:":                 "a|b",
		"a=b:c=d":                "a=b|c=d",
		"x=https://a/b:c":        "x=https://a/b|c",
		"https://a/b":            "https://a/b",
		"channel:x:flake:y:z":    "channel:x|flake:y|z",
		"n=channel:x:m=flake:y":  "n=channel:x|m=flake:y",
		"ftp://a:b":              "ftp|//a|b",
		"a=b=https://c:d":        "a=b=https://c|d",
		"nixpkgs=/a/b:/c/d=e:/f": "nixpkgs=/a/b|/c/d=e|/f",
	} {
		if got := strings.Join(eval.SplitNixPath(text), "|"); got != want {
			t.Errorf("%q gives %s, not %s", text, got, want)
		}
	}
}
