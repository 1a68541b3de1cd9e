// Package lsptest tests the language server by archives.
//
// An archive is a txtar file. Its files are a workspace, and the one named
// script says what a client asks and what it is told:
//
//	The name of a binding is found from its use.
//
//	-- default.nix --
//	let ❰def:x❱ = 1; in ❰use❱x
//	-- script --
//	definition use
//	  default.nix:1:5-6 «x»
//
// A line of the script that is not indented is a request: a verb of [Verbs] and
// its arguments, separated by spaces; one with spaces in it is quoted as in Go.
// The indented lines after it are the answer. The flag -update of the test
// writes them. Blank lines and lines that begin with # are kept as they are.
//
// Sources name places by marks, which are taken out before anyone sees them:
// ❰name❱ is a point, and ❰name:text❱ a range, in which others may be. As an
// argument FILE is a path in the archive, POINT the name of a mark or
// FILE:LINE:COLUMN, and RANGE the name of a mark or FILE for all of it. What a
// request is about is opened first if it is not yet open.
//
// Places in answers are FILE:LINE:COLUMN-COLUMN or FILE:LINE:COLUMN-LINE:COLUMN,
// counted from one in the encoding that was agreed on, and then the text there.
//
// Two more files are not part of the workspace: client.json is merged into the
// capabilities of the client, which by default are all that firn knows of, and
// settings.json is what it answers when asked for its configuration.
//
// Tests that need more than an archive can say use [Start] and talk to the
// server through a [Client].
package lsptest

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Run tests each archive that the pattern of [filepath.Glob] matches.
func Run(t *testing.T, pattern string) {
	t.Helper()
	RunWith(t, pattern, Options{})
}

// RunWith is Run for a server that is started with the given Cache and NixPath.
func RunWith(t *testing.T, pattern string, opts Options) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatalf("no archive matches %s", pattern)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)), func(t *testing.T) {
			t.Parallel()
			runFile(t, name, opts)
		})
	}
}

func runFile(t *testing.T, name string, opts Options) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWorkspace(archive)
	if err != nil {
		t.Fatal(err)
	}
	w.cache, w.nixPath, w.patience = opts.Cache, opts.NixPath, patience
	script := scriptOf(archive)
	if script == nil {
		t.Fatalf("%s has no file named script", name)
	}
	got := run(t, w, string(script.Data))
	if got == string(script.Data) {
		return
	}
	if !*update {
		t.Errorf("%s (-want +got):\n%s", name, cmp.Diff(string(script.Data), got))
		return
	}
	script.Data = []byte(got)
	if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
		t.Fatal(err)
	}
}

func scriptOf(archive *txtar.Archive) *txtar.File {
	for i, f := range archive.Files {
		if f.Name == "script" {
			return &archive.Files[i]
		}
	}
	return nil
}

// run carries out a script and returns it with the answers it got.
func run(t *testing.T, w *workspace, script string) string {
	c := start(t, w)
	var out strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, " ") {
			continue // an answer, which is written anew
		}
		out.WriteString(line + "\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			out.WriteString(indent(c.perform(line)))
		}
	}
	return out.String()
}

// perform carries out one request. Whatever goes wrong is an answer, too.
func (c *Client) perform(line string) string {
	args, err := fields(line)
	if err != nil {
		return "bad request: " + err.Error()
	}
	verb, ok := Verbs[args[0]]
	if !ok {
		return "bad request: unknown verb " + args[0]
	}
	answer, err := verb.Run(c, args[1:])
	if errors.Is(err, errArgs) {
		return "bad request: " + args[0] + " takes " + verb.Args
	}
	if err != nil {
		return "error: " + c.shorten(err.Error())
	}
	return answer
}

// indent puts two spaces before each line, and none before an empty one but
// for the first: a blank line ends no answer.
func indent(answer string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(answer, "\n")) {
		b.WriteString(strings.TrimRight("  "+line, " \n"))
		if strings.TrimSpace(line) == "" {
			b.WriteString("  .")
		}
		b.WriteString("\n")
	}
	return b.String()
}
