// Package editors_test tests firn in real editors, as users have it: with the
// setup of this folder, a real process, and the editor's own idea of what it
// shows.
package editors_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firn/format"
)

// TestEditors lets each editor do what its users do.
func TestEditors(t *testing.T) {
	tests := []struct {
		name string
		do   func(*editor)
	}{
		{"workspace", workspace},
		{"settings", settings},
		{"diagnostics", diagnostics},
		{"code action", codeAction},
		{"definition", definition},
		{"definition in another file", definitionElsewhere},
		{"rename", rename},
		{"formatting", formatting},
		{"hover", hover},
		{"completion", completion},
		{"killed", killed},
	}
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			for _, tt := range tests {
				t.Run(tt.name, func(t *testing.T) { tt.do(start(t, p)) })
			}
		})
	}
}

func workspace(e *editor) {
	e.open("hosts/attic/default.nix")
	if got := e.text("root"); got != e.workspace {
		e.Errorf("the root is %s, want %s", got, e.workspace)
	}
}

// settings has an error behind an operator that only settings admit, and the
// drivers set them.
func settings(e *editor) {
	e.open("modules/role.nix")
	e.point(`example = "server"‸;`)
	e.do("insert", " |> toString )")
	e.problems("syntax-error")
}

func diagnostics(e *editor) {
	e.open("modules/role.nix")
	e.problems()
	e.point(`example = "server"‸;`)
	e.do("erase", 1)
	if d := e.problems("syntax-error")[0]; d.Line != 11 {
		e.Errorf("the problem is in line %d: %s", d.Line, d.Message)
	}
	e.point(`example = "server"‸`)
	e.do("insert", ";")
	e.problems()
}

func codeAction(e *editor) {
	e.open("broken/unfinished.nix")
	e.problems("syntax-error")
	e.point(`host = "localhost‸"`)
	e.do("act", "Insert missing ';'")
	e.problems()
	if got := e.text("text"); !strings.Contains(got, `host = "localhost";`) {
		e.Errorf("the text is\n%s", got)
	}
}

// place is where the cursor of an editor is.
type place struct{ File, Line string }

func (e *editor) jump(want place) {
	e.Helper()
	want.File = filepath.Join(e.workspace, want.File)
	e.do("jump")
	var got place
	e.await("the cursor is in "+want.Line, func() bool {
		e.call(&got, "here")
		return got == want
	})
}

func definition(e *editor) {
	e.open("modules/backup.nix")
	e.point("config = mkIf c‸fg.enable")
	e.jump(place{"modules/backup.nix", "cfg = config.services.nightly-backup;"})
}

func definitionElsewhere(e *editor) {
	e.open("modules/default.nix")
	e.point("./bac‸kup.nix")
	e.jump(place{"modules/backup.nix", "# A backup that runs every night."})
}

func rename(e *editor) {
	e.open("modules/backup.nix")
	before := e.text("text")
	e.point("config = mkIf c‸fg.enable")
	e.do("rename", "backup")
	want := strings.NewReplacer("cfg.", "backup.", "cfg =", "backup =").Replace(before)
	e.await("the name is another", func() bool { return e.text("text") == want })
	e.problems()
}

func formatting(e *editor) {
	e.open("hosts/attic/default.nix")
	want, err := format.Source(e.text("text"), format.Options{})
	if err != nil {
		e.Fatal(err)
	}
	e.do("format")
	e.await("the text is formatted", func() bool { return e.text("text") == want })
	e.problems()
}

func hover(e *editor) {
	e.open("lib/strings.nix")
	e.point("lib.toUpper first + r‸est")
	e.await("the definition is shown", func() bool {
		e.do("hover")
		return strings.Contains(e.text("hovered"), "builtins.stringLength text")
	})
}

func completion(e *editor) {
	e.open("modules/backup.nix")
	e.point("config = ‸mkIf")
	e.do("complete", "mk")
	var menu []string
	e.await("the menu has what is in scope", func() bool {
		e.call(&menu, "menu")
		return slices.Contains(menu, "mkIf") && slices.Contains(menu, "mkEnableOption")
	})
	if slices.Contains(menu, "types") {
		e.Errorf("the menu has what does not match: %q", menu)
	}
}

// TestMachine lets each editor work on a machine of which the options are known.
func TestMachine(t *testing.T) {
	tests := []struct {
		name string
		do   func(*editor)
	}{
		{"options", options},
		{"wrong option", wrongOption},
		{"option described", optionDescribed},
	}
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			for _, tt := range tests {
				t.Run(tt.name, func(t *testing.T) { tt.do(startOnMachine(t, p)) })
			}
		})
	}
}

func options(e *editor) {
	e.open("configuration.nix")
	e.point("ports = [ 22 ];‸")
	e.do("complete", " se")
	var menu []string
	e.await("the menu has the options of a set", func() bool {
		e.call(&menu, "menu")
		return slices.Contains(menu, "settings")
	})
}

func wrongOption(e *editor) {
	e.open("web.nix")
	e.problems()
	e.point("f‸orceSSL = true;")
	e.do("erase", 1)
	if d := e.problems("unknown-option")[0]; d.Line != 7 {
		e.Errorf("the problem is in line %d: %s", d.Line, d.Message)
	}
	e.point("f‸rceSSL")
	e.do("act", "Replace by 'forceSSL'")
	e.problems()
}

func optionDescribed(e *editor) {
	e.open("web.nix")
	e.point("networking.firewall.allowed‸TCPPorts")
	e.await("the option is described", func() bool {
		e.do("hover")
		return strings.Contains(e.text("hovered"), "Ports that are open for TCP")
	})
}

// killed ends the editor without a goodbye; that the server follows is checked
// after every test.
func killed(e *editor) {
	e.open("flake.nix")
	if !running(built) {
		e.Skip("the system does not show what runs")
	}
	if err := e.process.Kill(); err != nil {
		e.Fatal(err)
	}
}
