package lsp_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"firn/eval/realise"
	"firn/lsp"
	"firn/lsp/lsptest"
	"firn/parser/text"
	"firn/store"
	"firn/store/build"
	"firn/store/local"
	"firn/store/path"
	"firn/store/sandbox"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}

// workshop returns a place to build in.
func workshop(t *testing.T) *lsp.Workshop {
	t.Helper()
	shell := sandbox.Shell()
	if len(shell) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no static shell; install busybox-static")
		}
		t.Skip("there is no static shell (package busybox-static)")
	}
	if err := sandbox.Check(t.Context()); err != nil {
		t.Skip(err)
	}
	root := filepath.Join(t.TempDir(), "root")
	t.Cleanup(func() {
		if err := sandbox.Remove(root); err != nil { // nothing in a store can be written to
			t.Error(err)
		}
	})
	return &lsp.Workshop{Root: root, Open: func(ctx context.Context, events store.Events) (*realise.Workshop, error) {
		s, err := local.Open(ctx, local.Options{Root: root, Dir: path.DefaultDir, NoSync: true, Events: events})
		if err != nil {
			return nil, err
		}
		return &realise.Workshop{Store: s, Builder: build.New(build.Options{Store: s, SandboxPaths: shell, Events: events})}, nil
	}}
}

// script returns the text of a file that is a derivation.
func script(name, text, more string) string {
	return "derivation {\n  name = \"" + name + "\";\n  system = builtins.currentSystem;\n  builder = \"/bin/sh\";\n" +
		"  args = [ \"-c\" ''" + text + "'' ];\n" + more + "}\n"
}

// buildReport is what firn/build answers.
type buildReport struct {
	Plan struct {
		Summary string
		Build   []string
	}
	Derivations []struct {
		DrvPath, Status, Error, Phase string
		Outputs, Locations            map[string]string
		ClosureSize                   int64
		Log                           *struct {
			URI   string
			Range struct{ Start struct{ Line int } }
		}
	}
	Error string
}

// execute has the server build a file by its command.
func execute(t *testing.T, c *lsptest.Client, file string) (report buildReport, err error) {
	t.Helper()
	err = c.Call("workspace/executeCommand", map[string]any{"command": "firn.build", "arguments": []any{c.URI(file)}}, &report)
	return report, err
}

func startBuilding(t *testing.T, o lsptest.Options) *lsptest.Client {
	t.Helper()
	o.Workshop = workshop(t)
	if o.Settings == nil {
		o.Settings = trusting
	}
	c := lsptest.Start(t, o)
	for name := range o.Files {
		if err := c.Open(name); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// awaitTrust waits until the settings have come.
func awaitTrust(t *testing.T, c *lsptest.Client) {
	t.Helper()
	eventually(t, func() bool {
		err := c.Call("firn/build", map[string]any{"textDocument": map[string]any{"uri": c.URI("ok.nix")}, "dryRun": true}, nil)
		return err == nil
	})
}

// TestBuilding builds from the editor: what is offered, asked and told.
func TestBuilding(t *testing.T) {
	c := startBuilding(t, lsptest.Options{
		Files:   map[string]string{"ok.nix": script("ok", "echo saved > $out", ""), "other.nix": "{ a = 1 + 1; }\n"},
		Answers: map[string]string{"To build": "Build"},
	})
	awaitTrust(t, c)
	for file, want := range map[string]bool{"ok.nix": true, "other.nix": false} {
		var lenses json.RawMessage
		if err := c.Call("textDocument/codeLens", map[string]any{"textDocument": map[string]any{"uri": c.URI(file)}}, &lenses); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(lenses), `"firn.build"`); got != want {
			t.Errorf("%s: offered to build: %t: %s", file, got, lenses)
		}
	}
	report, err := execute(t, c, "ok.nix")
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Derivations) != 1 || report.Derivations[0].Status != "Built" || report.Plan.Summary != "1 derivation is built" {
		t.Fatalf("got %+v", report)
	}
	d := report.Derivations[0]
	if text, err := os.ReadFile(d.Locations["out"]); err != nil || string(text) != "saved\n" {
		t.Errorf("built %q, %v", text, err)
	}
	if d.ClosureSize <= 0 || !strings.HasPrefix(d.Outputs["out"], "/nix/store/") {
		t.Errorf("got %+v", d)
	}
	asked := c.Await("window/showMessageRequest", func(lsptest.Message) bool { return true })
	if !strings.Contains(string(asked.Params), "To build ok, 1 derivation is built.") {
		t.Errorf("asked %s", asked.Params)
	}
	told := c.Await("window/showMessage", func(lsptest.Message) bool { return true })
	if !strings.Contains(string(told.Params), d.Locations["out"]) {
		t.Errorf("told %s", told.Params)
	}
	// Nothing is to be done the second time, so nothing is asked.
	c.Forget("window/showMessageRequest")
	if report, err = execute(t, c, "ok.nix"); err != nil || report.Derivations[0].Status != "AlreadyValid" {
		t.Errorf("got %+v, %v", report, err)
	}
	if n := len(c.Messages("window/showMessageRequest")); n > 0 {
		t.Errorf("asked %d times", n)
	}
}

// TestBuildingUnsaved builds what is in the editor, not what is on disk.
func TestBuildingUnsaved(t *testing.T) {
	c := startBuilding(t, lsptest.Options{Files: map[string]string{"ok.nix": script("ok", "echo saved > $out", "")}})
	awaitTrust(t, c)
	replace(t, c, "ok.nix", "saved", "edited")
	var report buildReport
	if err := c.Call("firn/build", map[string]any{"textDocument": map[string]any{"uri": c.URI("ok.nix")}}, &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Derivations) != 1 {
		t.Fatalf("got %+v", report)
	}
	if text, err := os.ReadFile(report.Derivations[0].Locations["out"]); err != nil || string(text) != "edited\n" {
		t.Errorf("built %q, %v", text, err)
	}
}

// replace edits an open document.
func replace(t *testing.T, c *lsptest.Client, file, from, to string) {
	t.Helper()
	at := strings.Index(c.Source(file), from)
	edit := text.Edit{Span: text.Span{Start: uint32(at), End: uint32(at + len(from))}, New: to}
	if err := c.Edit(file, edit); err != nil {
		t.Fatal(err)
	}
}

// TestBuildingRefused checks that nothing is built that nobody wants.
func TestBuildingRefused(t *testing.T) {
	tests := []struct {
		name     string
		settings map[string]any
		answer   string
		want     string // in the error; "" for none
	}{
		{"the user says no", trusting, "Cancel", ""},
		{"the user says nothing", trusting, "", ""},
		{"without trust", map[string]any{}, "Build", "trust it by the setting eval.trust"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := startBuilding(t, lsptest.Options{
				Files: map[string]string{"ok.nix": script("ok", "echo > $out", "")}, Settings: test.settings,
				Answers: map[string]string{"To build": test.answer},
			})
			if test.want == "" {
				awaitTrust(t, c)
			}
			report, err := execute(t, c, "ok.nix")
			switch {
			case test.want == "" && err != nil:
				t.Fatal(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v", err)
			}
			for _, d := range report.Derivations {
				if d.Status != "" {
					t.Errorf("it was built: %+v", d)
				}
			}
		})
	}
}

// TestBuildingFails checks what is told of a build that fails: its log, its phase and
// a problem of the document.
func TestBuildingFails(t *testing.T) {
	const noisy = `
    echo '@nix { "action": "setPhase", "phase": "unpackPhase" }'
    echo '@nix { "action": "setPhase", "phase": "buildPhase" }'
    echo it is broken
    exit 1
  `
	c := startBuilding(t, lsptest.Options{
		Files:   map[string]string{"ok.nix": script("ok", "echo > $out", ""), "bad.nix": script("bad", noisy, "  buildPhase = \"x\";\n")},
		Answers: map[string]string{"To build": "Build", "cannot build": "Show log"},
		Capabilities: map[string]any{
			"window":       map[string]any{"showDocument": map[string]any{"support": true}},
			"textDocument": map[string]any{"publishDiagnostics": map[string]any{"relatedInformation": true}},
		},
	})
	awaitTrust(t, c)
	report, err := execute(t, c, "bad.nix")
	if err != nil {
		t.Fatal(err)
	}
	d := report.Derivations[0]
	if d.Status != "PermanentFailure" || d.Phase != "buildPhase" || d.Log == nil || d.Log.Range.Start.Line != 1 {
		t.Errorf("got %+v", d)
	}
	shown := c.Await("window/showDocument", func(lsptest.Message) bool { return true })
	if !strings.Contains(string(shown.Params), d.Log.URI) {
		t.Errorf("shown %s", shown.Params)
	}
	published := c.Await("textDocument/publishDiagnostics", func(m lsptest.Message) bool {
		return strings.Contains(string(m.Params), "build-failed")
	})
	for _, want := range []string{"it is broken", "in buildPhase", "what buildPhase does", "the log of bad"} {
		if !strings.Contains(string(published.Params), want) {
			t.Errorf("%q is not in %s", want, published.Params)
		}
	}
	checkLog(t, c, d.Log.URI)
	var lenses json.RawMessage
	if err := c.Call("textDocument/codeLens", map[string]any{"textDocument": map[string]any{"uri": c.URI("bad.nix")}}, &lenses); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(lenses), `"firn.showLog"`) {
		t.Errorf("the log is not offered: %s", lenses)
	}
	c.Forget("window/showDocument")
	if err := c.Call("workspace/executeCommand", map[string]any{"command": "firn.showLog", "arguments": []any{d.DrvPath}}, nil); err != nil {
		t.Fatal(err)
	}
	c.Await("window/showDocument", func(lsptest.Message) bool { return true })
	// What is mended has no problem.
	c.Forget("textDocument/publishDiagnostics")
	replace(t, c, "bad.nix", "exit 1", "echo > $out")
	c.Await("textDocument/publishDiagnostics", func(m lsptest.Message) bool {
		return strings.Contains(string(m.Params), "bad.nix") && !strings.Contains(string(m.Params), "build-failed")
	})
}

// checkLog checks what can be asked about the log of bad.nix.
func checkLog(t *testing.T, c *lsptest.Client, log string) {
	t.Helper()
	document := map[string]any{"textDocument": map[string]any{"uri": log}}
	for method, wants := range map[string][]string{
		"textDocument/documentSymbol": {`"unpackPhase"`, `"buildPhase"`},
		"textDocument/foldingRange":   {`"startLine":1`, `"endLine":2`},
	} {
		var raw json.RawMessage
		if err := c.Call(method, document, &raw); err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(string(raw), want) {
				t.Errorf("%s: %q is not in %s", method, want, raw)
			}
		}
	}
	for line, want := range map[int]int{0: 0, 2: 5} { // no setting of unpackPhase; buildPhase
		var at []struct {
			URI   string
			Range struct{ Start struct{ Line int } }
		}
		document["position"] = map[string]any{"line": line, "character": 0}
		if err := c.Call("textDocument/definition", document, &at); err != nil {
			t.Fatal(err)
		}
		if len(at) != 1 || at[0].URI != c.URI("bad.nix") || at[0].Range.Start.Line < want || line == 0 && at[0].Range.Start.Line != 0 {
			t.Errorf("line %d leads to %+v", line, at)
		}
	}
}

// TestBuildingOffersTheHash checks that the right hash is offered in place of a wrong
// one.
func TestBuildingOffersTheHash(t *testing.T) {
	const fixed = "  outputHash = \"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\";\n  outputHashAlgo = \"sha256\";\n"
	c := startBuilding(t, lsptest.Options{
		Files:   map[string]string{"ok.nix": script("ok", "echo > $out", ""), "fixed.nix": script("fixed", "echo a > $out", fixed)},
		Answers: map[string]string{"To build": "Build"},
	})
	awaitTrust(t, c)
	report, err := execute(t, c, "fixed.nix")
	if err != nil || report.Derivations[0].Status != "OutputRejected" {
		t.Fatalf("got %+v, %v", report, err)
	}
	c.Await("textDocument/publishDiagnostics", func(m lsptest.Message) bool {
		return strings.Contains(string(m.Params), "hash mismatch")
	})
	var actions json.RawMessage
	place := map[string]any{"line": 5, "character": 20}
	err = c.Call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": c.URI("fixed.nix")}, "range": map[string]any{"start": place, "end": place},
		"context": map[string]any{"diagnostics": []any{}},
	}, &actions)
	if err != nil {
		t.Fatal(err)
	}
	const right = "sha256-h0KPxSKAPTEGXnvOPPA/5HUJZjHl4Hu9eg/eYMTPJcc="
	if !strings.Contains(string(actions), "Use the hash of what came: "+right) {
		t.Errorf("got %s", actions)
	}
}

// TestBuildingOutputs builds an output of a flake by its lens.
func TestBuildingOutputs(t *testing.T) {
	const flake = `{
  outputs =
    { self }:
    {
      packages.x86_64-linux.thing = derivation {
        name = "thing";
        system = "x86_64-linux";
        builder = "/bin/sh";
        args = [ "-c" "echo thing > $out" ];
      };
    };
}
`
	if build.Systems()[0] != "x86_64-linux" {
		t.Skip("it is for another system")
	}
	c := startBuilding(t, lsptest.Options{
		Files:   map[string]string{"flake.nix": flake, "ok.nix": script("ok", "echo > $out", "")},
		Answers: map[string]string{"To build": "Build"},
	})
	awaitTrust(t, c)
	var lenses []struct {
		Command struct {
			Command   string
			Arguments []json.RawMessage
		}
	}
	eventually(t, func() bool {
		if err := c.Call("textDocument/codeLens", map[string]any{"textDocument": map[string]any{"uri": c.URI("flake.nix")}}, &lenses); err != nil {
			t.Fatal(err)
		}
		for _, l := range lenses {
			if l.Command.Command == "firn.build" {
				var report buildReport
				err := c.Call("workspace/executeCommand", map[string]any{"command": "firn.build", "arguments": l.Command.Arguments}, &report)
				if err != nil || len(report.Derivations) != 1 || report.Derivations[0].Status != "Built" {
					t.Errorf("got %+v, %v", report, err)
				}
				return true
			}
		}
		return false
	})
}
