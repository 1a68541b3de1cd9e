package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/protocol"
)

func TestGenerated(t *testing.T) {
	found, err := read("..")
	if err != nil {
		t.Fatal(err)
	}
	want, err := page(found)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/lsp.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/lsp.md is out of date; run go generate ./lsp (-want +got):\n%s", diff)
	}
}

// A method is found under the name that package protocol has for it.
func TestGoNames(t *testing.T) {
	server, client := reflect.TypeFor[protocol.Server](), reflect.TypeFor[protocol.Client]()
	used := map[string]bool{}
	for _, m := range protocol.Methods {
		name := goName(m.Method)
		used[m.Method] = true
		_, ofServer := server.MethodByName(name)
		_, ofClient := client.MethodByName(name)
		if m.Direction == "clientToServer" && !ofServer || m.Direction == "serverToClient" && !ofClient {
			t.Errorf("package protocol has no %s for %s", name, m.Method)
		}
	}
	for method := range goNames {
		if !used[method] {
			t.Errorf("%s is no method of the protocol", method)
		}
	}
}

// What the source of the server is taken to have it has: the answers that differ if
// one of the ways to find out fails.
func TestRead(t *testing.T) {
	found, err := read("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Hover", "DidOpen", "Symbols", "FoldingRanges"} {
		if !found.handled[name] {
			t.Errorf("the server does not handle %s", name)
		}
	}
	for _, name := range []string{"PublishDiagnostics", "Progress", "Configuration"} {
		if !found.sent[name] {
			t.Errorf("the server does not send %s", name)
		}
	}
	if found.handled["DidOpenNotebookDocument"] || found.sent["Telemetry"] || !found.rpc["MethodCancelRequest"] || !slices.Contains(found.custom, "firn/syntaxTree") {
		t.Errorf("handled %v, sent %v, in rpc %v, custom %v", found.handled, found.sent, found.rpc, found.custom)
	}
}

// A feature that is there has a test, and a test that is named is there.
func TestFeatures(t *testing.T) {
	for _, g := range groups {
		for _, f := range g.list {
			t.Run(f.name, func(t *testing.T) {
				switch {
				case f.test == "" && f.not == "":
					t.Error("no test shows it, and nothing says that it is missing")
				case f.test != "" && !exists(t, f.test):
					t.Errorf("there is no %s", f.test)
				}
			})
		}
	}
}

// exists reports whether there is an archive or a test.
func exists(t *testing.T, test string) bool {
	t.Helper()
	if strings.HasSuffix(test, archive) {
		_, err := os.Stat(filepath.Join("../testdata", test))
		return err == nil
	}
	dir, name := splitTest(test)
	files, err := filepath.Glob(filepath.Join("../..", dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	function := regexp.MustCompile(`(?m)^func ` + regexp.QuoteMeta(name) + `\(t \*testing\.T\)`)
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if function.Match(src) {
			return true
		}
	}
	return false
}

func TestAnswer(t *testing.T) {
	tests := []struct {
		name  string
		words words
		has   bool
		want  string
		fails bool
	}{
		{"it is there", words{does: "a", not: "b"}, true, "a", false},
		{"it is not", words{does: "a", not: "b"}, false, "no: b", false},
		{"it is there, and nobody says what it does", words{not: "b"}, true, "", true},
		{"it is not, and nobody says why", words{does: "a"}, false, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.words.answer(tt.has)
			if got != tt.want || (err != nil) != tt.fails {
				t.Errorf("answer = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
