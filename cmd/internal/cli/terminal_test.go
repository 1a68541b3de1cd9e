package cli

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// On a terminal there are colours, and a row takes a line.
func TestListsOnTerminal(t *testing.T) {
	world, err := filepath.Abs("../../../lsp/testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"NIX_PATH=nixpkgs=" + world, "NO_COLOR=", "HOME=" + t.TempDir()}
	tests := []struct {
		name, want string
		args       []string
	}{
		{"options", "\x1b[1mservices.openssh.enable\x1b[0m", []string{"options", "--config", "", "services.openssh"}},
		{"packages", "\x1b[31m0.1 [insecure]\x1b[0m", []string{"packages", "--config", "", "tool"}},
		{"explain", "    \x1b[36mbuiltins.", []string{"explain", "builtins.mapAttrs"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			term := open(t, env, tt.args...)
			term.wait()
			term.mu.Lock()
			got := term.seen.String()
			term.mu.Unlock()
			if !strings.Contains(got, tt.want) {
				t.Errorf("no %q in\n%q", tt.want, got)
			}
			for line := range strings.Lines(regexp.MustCompile("\x1b\\[[0-9;]*[mK]").ReplaceAllString(got, "")) {
				if n := len([]rune(strings.TrimRight(line, "\r\n"))); n > 200 {
					t.Errorf("%d columns: %q", n, line)
				}
			}
		})
	}
}
