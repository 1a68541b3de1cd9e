package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDeclarations(t *testing.T) {
	for _, s := range List() {
		t.Run(s.Key, func(t *testing.T) {
			if s.Doc == "" {
				t.Error("no documentation; run go generate ./lsp/settings")
			}
			if strings.HasPrefix(s.Key, ".") || strings.HasSuffix(s.Key, ".") || s.Key != strings.ToLower(s.Key) {
				t.Errorf("key %q", s.Key)
			}
		})
	}
}

func TestPrecedence(t *testing.T) {
	env := map[string]string{"FIRN_LOG_LEVEL": "error"}
	from := Sources{
		User:    File{Path: "user", Text: "[log]\nlevel = 'debug'\nformat = 'json'\nfile = 'f'\n[diagnostics]\nenable = false\ndelay='1s'"},
		Editor:  map[string]any{"diagnostics": map[string]any{"delay": "2s"}, "language": map[string]any{"pipeOperators": true}},
		Project: File{Path: "project", Text: "[log]\nlevel = 'warn'\n[diagnostics]\ndelay='3s'\n[files]\nexclude = [\"a\", \"b\"]"},
		Env:     func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		Flags:   map[string]string{"diagnostics.workspace": "false"},
	}
	got, problems := Load(from)
	want := &Settings{
		Log:         Log{Level: "error", Format: "json", File: "f"},
		Language:    Language{PipeOperators: true},
		Files:       Files{Exclude: []string{"a", "b"}},
		Diagnostics: Diagnostics{Unused: true, Delay: 3 * time.Second},
		Hints:       Default().Hints,
		Lenses:      Default().Lenses,
		Eval:        Eval{HashCache: true, Fetch: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
}

func TestProblems(t *testing.T) {
	tests := []struct {
		name string
		from Sources
		want string
	}{
		{"typo", Sources{Project: File{"p", "# c\n[diagnostics]\n  dely = '1s'\n", nil}}, "p:3:3: unknown setting diagnostics.dely; did you mean diagnostics.delay?"},
		{"typo in dotted key", Sources{Project: File{"p", "diagnostics . \"dely\" = '1s'\n", nil}}, "p:1:1: unknown setting diagnostics.dely; did you mean diagnostics.delay?"},
		{"typo of a table", Sources{Project: File{"p", "[lag]\nlevel = 'warn'", nil}}, "p:2:1: unknown setting lag.level; did you mean log.level?"},
		{"nothing like it", Sources{Project: File{"p", "colour = 'red'", nil}}, "p:1:1: unknown setting colour"},
		{"after a long string", Sources{Project: File{"p", "x = \"\"\"\nx2 = 1\n\"\"\"\nx2 = 3", nil}}, "p:1:1: unknown setting x\np:4:1: unknown setting x2"},
		{"array of tables", Sources{Project: File{"p", "\n[[x]]\na = 1", nil}}, "p:2:1: unknown setting x"},
		{"wrong type", Sources{Project: File{"p", "[diagnostics]\nenable = 'yes'", nil}}, "p:2:1: diagnostics.enable: yes is not a boolean"},
		{"table for a value", Sources{Project: File{"p", "[log.level]\nx = 1", nil}}, "p:2:1: unknown setting log.level.x; did you mean log.level?"},
		{"wrong value", Sources{Project: File{"p", "[log]\nlevel = 'loud'", nil}}, `p:2:1: log.level: "loud" is not one of debug, info, warn, error`},
		{"wrong duration", Sources{Project: File{"p", "[diagnostics]\ndelay = '5'", nil}}, `p:2:1: diagnostics.delay: "5" is not a duration like "5ms" or "1.5s"`},
		{"long duration", Sources{Project: File{"p", "[diagnostics]\ndelay = '5h'", nil}}, `p:2:1: diagnostics.delay: 5h0m0s is not between 0s and 10s`},
		{"wrong element", Sources{Project: File{"p", "[files]\nexclude = [1]", nil}}, `p:2:1: files.exclude: 1 is not a string`},
		{"root without a kind", Sources{Project: File{"p", "[eval]\nroots = [\"a.nix\"]", nil}}, `p:2:1: eval.roots: "a.nix" is not one of nixos:…, home-manager:…, network:…, flake:…`},
		{"trust of a project", Sources{Project: File{"p", "[eval]\ntrust = true", nil}}, `p:2:1: eval.trust cannot be set by a project, only in the file of the user`},
		{"syntax", Sources{Project: File{"p", "[files]\nexclude = [\n", nil}}, `p:2:12: unexpected EOF; expected value`},
		{"twice", Sources{Project: File{"p", "a = 1\na = 2\n", nil}}, "p:2:7: Key 'a' has already been defined."},
		{"user only", Sources{Project: File{"p", "[log]\nfile = '/etc/passwd'", nil}}, "p:2:1: log.file cannot be set by a project, only in the file of the user"},
		{"deep", Sources{Project: File{"p", strings.Repeat("a.", maxNesting) + "a = 1", nil}}, "p:1:1: unknown setting a.a.a"},
		{"deeper", Sources{Project: File{"p", strings.Repeat("a.", 20_000) + "a = 1", nil}}, "p: file nests too deep"},
		{"deep tables", Sources{Project: File{"p", strings.Repeat("a={", 20_000), nil}}, "p: file nests too deep"},
		{"deep arrays", Sources{Project: File{"p", "a=" + strings.Repeat("[", 60_000), nil}}, "p: file nests too deep"},
		{"editor", Sources{Editor: map[string]any{"language": map[string]any{"pipOperators": true}, "log": 3, "diagnostics": nil}}, "editor: unknown setting diagnostics\neditor: unknown setting language.pipOperators; did you mean language.pipeOperators?\neditor: unknown setting log"},
		{"variable", Sources{Env: func(n string) (string, bool) { return "x", n == "FIRN_DIAGNOSTICS_ENABLE" }}, `FIRN_DIAGNOSTICS_ENABLE: "x" is not true or false`},
		{"flag", Sources{Flags: map[string]string{"log.level": "x"}}, `--log-level: "x" is not one of debug, info, warn, error`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problems := Load(tt.from)
			var lines []string
			for _, p := range problems {
				lines = append(lines, p.String())
			}
			if diff := cmp.Diff(tt.want, strings.Join(lines, "\n")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(Default(), got); diff != "" {
				t.Errorf("a bad value was used (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindProject(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"firn.toml":              "[log]\n",
		"repo/.git/HEAD":         "",
		"repo/sub/x":             "",
		"other/firn.toml":        "x",
		"other/a/b/c":            "",
		"bad/firn.toml/x":        "",
		"large/firn.toml":        strings.Repeat("#", maxFile+1),
		"empty/.git/HEAD":        "",
		"empty/nested/firn.toml": "",
	} {
		if err := os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ name, dir, want, problem string }{
		{"in the directory", "other", "other/firn.toml", ""},
		{"above", "other/a/b", "other/firn.toml", ""},
		{"not above the repository", "repo/sub", "", ""},
		{"directory", "bad", "bad/firn.toml", "not a regular file"},
		{"large", "large", "large/firn.toml", "file is larger than 64 KiB"},
		{"in a directory that is not there", "other/none", "other/firn.toml", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := FindProject(filepath.Join(root, tt.dir))
			if got := strings.TrimPrefix(f.Path, root+"/"); got != tt.want {
				t.Errorf("FindProject(%q) = %q, want %q", tt.dir, got, tt.want)
			}
			if f.err != nil && f.err.Error() != tt.problem || f.err == nil && tt.problem != "" {
				t.Errorf("FindProject(%q) has error %v, want %q", tt.dir, f.err, tt.problem)
			}
		})
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"dely", "delay", 1}, {"kitten", "sitting", 3}, {"log.level", "lag.level", 1}}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
