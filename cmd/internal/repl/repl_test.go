package repl_test

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"firn/cmd/internal/repl"
	"firn/eval"
)

var (
	update = flag.Bool("update", false, "write golden files")
	nix    = flag.String("nix", "", "a nix to compare with")
)

// session returns one in a directory, and what it prints.
func session(dir string) (*repl.Session, *strings.Builder) {
	var out strings.Builder
	host := eval.OS{Err: &out}
	e := eval.New(eval.Options{Host: host, Settings: eval.Settings{Dir: dir}, Memory: 1 << 30})
	return &repl.Session{Eval: e, Dir: dir, Out: &out}, &out
}

// play gives lines to a session, and returns what it answers. Each input stands
// before its answer, behind a mark.
func play(t *testing.T, s *repl.Session, out *strings.Builder, lines string) string {
	t.Helper()
	input := ""
	for line := range strings.Lines(lines) {
		out.WriteString("> " + line)
		if input += line; !s.IsComplete(input) {
			continue
		}
		err := s.Do(t.Context(), input)
		input = ""
		if errors.Is(err, repl.ErrQuit) {
			out.WriteString("(over)\n")
			break
		}
		if e, ok := errors.AsType[*eval.Error](err); ok {
			out.WriteString(e.Text(s.Trace) + "\n")
		} else if err != nil {
			out.WriteString("error: " + err.Error() + "\n")
		}
	}
	return strings.ReplaceAll(out.String(), s.Dir, "DIR")
}

// TestSessions plays the inputs in testdata, which are the lines behind a mark,
// and compares the answers. The other files of an archive are there to be used.
func TestSessions(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for i := range a.Files {
				f := &a.Files[i]
				if f.Name == "session" {
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "session" })
			s, out := session(dir)
			want := string(a.Files[i].Data)
			got := play(t, s, out, inputs(want))
			if *update {
				a.Files[i].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// inputs returns the lines behind marks.
func inputs(session string) string {
	var b strings.Builder
	for line := range strings.Lines(session) {
		if rest, ok := strings.CutPrefix(line, "> "); ok {
			b.WriteString(rest)
		}
	}
	return b.String()
}

// TestComplete checks what can stand at the end of an input: the texts, and
// where they begin.
func TestComplete(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"file.nix", ".hidden", "sub/inner.nix"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s, out := session(dir)
	for _, input := range []string{
		`set = { alpha = 1; al-pen.x = 2; "with space" = 3; beta = throw "no"; }`,
		`f = x: { result = x; }`,
		`loop = let f = n: f (n + 1); in f 0`,
	} {
		if err := s.Do(t.Context(), input); err != nil {
			t.Fatal(err)
		}
	}
	out.Reset()
	for _, tt := range []struct{ name, input, typed, want string }{
		{"variable", "1 + se", "se", "set"},
		{"builtin", "toStr", "toStr", "toString"},
		{"keyword", "inh", "inh", "inherit"},
		{"attribute", "set.al", "al", "al-pen alpha"},
		{"all attributes", "[ set.", "", `"with space" al-pen alpha beta`},
		{"nested attribute", "set.al-pen.", "", "x"},
		{"attribute with a string", `set."al-pen".`, "", "x"},
		{"attribute in brackets", "(f set).re", "re", "result"},
		{"attribute of a literal", "{ abc = { }; }.a", "a", "abc"},
		{"attribute of what fails", "set.beta.", "", ""},
		{"attribute of what does not end", "loop.", "", ""},
		{"number", "1.", "", ""},
		{"file", "import ./f", "f", "file.nix"},
		{"directory", "./s", "s", "sub/"},
		{"file in a directory", "[ ./sub/", "", "inner.nix"},
		{"no hidden file", "./", "", "file.nix sub/"},
		{"file to load", ":l fi", "fi", "file.nix"},
		{"command", ":lo", ":lo", ":load"},
		{"behind a command", ":t set.be", "be", "beta"},
		{"nothing", "nothing-begins-like-this", "nothing-begins-like-this", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from, list := s.Complete(t.Context(), tt.input)
			var texts []string
			for _, c := range list {
				texts = append(texts, c.Text)
			}
			if got := strings.Join(texts, " "); got != tt.want || tt.want != "" && tt.input[from:] != tt.typed {
				t.Errorf("%q for %q, want %q for %q", got, tt.input[from:], tt.want, tt.typed)
			}
		})
	}
	if out.Len() > 0 {
		t.Errorf("completion said %q", out)
	}
}

// TestIsComplete checks which inputs go on in the next line.
func TestIsComplete(t *testing.T) {
	s, _ := session(t.TempDir())
	for _, tt := range []struct {
		input string
		want  bool
	}{
		{"", true},
		{"1", true},
		{"foo", true},
		{"x = 1", true},
		{"x = 1;", true},
		{"inherit (x) y", true},
		{"1 +)", true},
		{"a b =", true},
		{"x: x", true},
		{":t 1", true},
		{":l /a/b.nix", true},
		{":nothing [", true},
		{":q", true},
		{"{ }", true},
		{"{ a }: a", true},
		{"[", false},
		{"x = [ 1", false},
		{"x =", false},
		{"let a = 1;", false},
		{"if true then 1", false},
		{"''text", false},
		{"\"text", false},
		{"foo.", false},
		{":t [ 1", false},
		{"{ a, b", false},
		{"inherit (x", false},
	} {
		t.Run(tt.input, func(t *testing.T) {
			if got := s.IsComplete(tt.input); got != tt.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// TestAgainstNix compares what is printed with what the prompt of Nix prints.
func TestAgainstNix(t *testing.T) {
	if *nix == "" {
		t.Skip("-nix names no nix")
	}
	lines := []string{
		"1", `"a\n${"$"}{b}"`, "1.5", "null", "[ ]", "{ }", "[ 1 ]", "[ [ ] ]", "[ 1 2 ]", "{ a = 1; }", "{ a = { }; }", `{ "b c" = 1; a = [ 1 2 ]; }`,
		"x: x", "{ a, b ? 1 }: a", "map", "map (x: x)", `{ a = throw "no"; b = 1; }`, `throw "yes"`, "x = 5", "x", "y = x + 1; z = y", "z", "inherit (builtins) map", "map",
		`derivation { name = "n"; system = "s"; builder = "b"; }`, `[ (derivation { name = "n"; system = "s"; builder = "b"; }) 1 ]`, "rec { a = b; b = a; }",
		":t 1", ":t \"a\"", ":t x: x", ":t map", ":t { }", ":t [ ]", ":t null", ":p { a.b.c = [ 1 [ 2 ] ]; }", `:p "a\nb"`, ":a { q = 1; r = 2; }", ":a 1", "q + r",
		"let a = { inherit a; }; in a", "{ type = \"derivation\"; }", "nowhere", "1 + + 1", `"${1 1}"`, "/a/b", "true", "[ true { } ]",
	}
	const begin = "\"<<begin>>\"\n"
	for _, line := range lines {
		t.Run(line, func(t *testing.T) {
			s, out := session(t.TempDir())
			setup := "x = 5\ny = x + 1\nz = y\n"
			play(t, s, out, setup)
			out.Reset()
			got := play(t, s, out, line+"\n")
			_, got, _ = strings.Cut(got, "\n")
			cmd := exec.CommandContext(t.Context(), *nix, "--extra-experimental-features", "nix-command", "repl")
			cmd.Dir = s.Dir
			cmd.Env = append(os.Environ(), "NIX_PATH=", "NO_COLOR=1", "NIX_REMOTE=dummy://?read-only=false", "HOME="+s.Dir)
			cmd.Stdin = strings.NewReader(setup + begin + line + "\n" + `"<<end>>"` + "\n")
			all, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, all)
			}
			want := ansi.ReplaceAllString(string(all), "")
			want = want[strings.LastIndex(want, begin)+len(begin):]
			want = want[:strings.Index(want, "nix-repl> \"<<end>>\"\n")]
			_, want, _ = strings.Cut(want, line+"\n") // which is repeated
			if a, b := body(got), body(want); a != b {
				t.Errorf("firn:\n%s\nNix:\n%s", a, b)
			}
		})
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// body is what is compared: without prompts, blank lines, and the trace of an
// error.
func body(s string) string {
	var list []string
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "nix-repl>") {
			continue
		}
		list = append(list, line)
	}
	if i := slices.IndexFunc(list, func(l string) bool { return strings.HasPrefix(l, "error: ") }); i >= 0 {
		list = list[i : i+1]
	}
	return strings.Join(list, "\n")
}
