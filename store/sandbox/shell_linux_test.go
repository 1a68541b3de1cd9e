package sandbox

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShell(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	static := filepath.Join(builders, "builder")
	link := filepath.Join(dir, "link")
	if err := os.Symlink(static, link); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(builders, "builder-386")
	if runtime.GOARCH == "386" {
		foreign = text
	}
	for _, test := range []struct {
		name     string
		programs []string
		want     []Mount
	}{
		{"none", nil, nil},
		{"what is no shell", []string{"/no/such/file", dir, text, foreign}, nil},
		{"the first that will do", []string{text, static, "/no/such/file"}, []Mount{{static, "/bin/sh", true}}},
		{"a link", []string{link}, []Mount{{static, "/bin/sh", true}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, shellOf(test.programs)); diff != "" {
				t.Errorf("shells (-want +got):\n%s", diff)
			}
		})
	}
	if shell := Shell(); len(shell) > 0 {
		need(t)
		s := spec(t)
		s.Paths, s.Program, s.Argv = shell, "/bin/sh", []string{"sh", "-c", "echo $((1 + 1))"}
		_, out := build(t, s)
		same(t, out, "2")
	}
}
