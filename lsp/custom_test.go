package lsp

import (
	"os"
	"strings"
	"testing"
)

// What the server has beyond the protocol is described where those look for it who
// write clients.
func TestCustomIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{commandEvaluate}
	for name := range custom {
		names = append(names, name)
	}
	for _, name := range names {
		if !strings.Contains(string(page), "\n## `"+name+"`\n") {
			t.Errorf("docs/protocol.md has no section about %s", name)
		}
	}
}
