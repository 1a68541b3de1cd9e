package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"
)

// nixpkgs is a small one.
const nixpkgs = "../../lsp/testdata/world"

// TestPlay plays the session against the server of this repository.
func TestPlay(t *testing.T) {
	firn := filepath.Join(t.TempDir(), "firn")
	if out, err := exec.Command("go", "build", "-o", firn, "../../cmd/firn").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var out bytes.Buffer
	if err := play(firn, "../../examples", nixpkgs, &screen{out: &out}); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
}

// TestPlayWithout has servers that do not serve.
func TestPlayWithout(t *testing.T) {
	for _, name := range []string{"true", "false"} {
		t.Run(name, func(t *testing.T) {
			path, err := exec.LookPath(name)
			if err != nil {
				t.Skip(err)
			}
			if err := play(path, "../../examples", nixpkgs, &screen{out: new(bytes.Buffer)}); err == nil {
				t.Error("the session goes well")
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		if err := play("does-not-exist", "../../examples", nixpkgs, &screen{out: new(bytes.Buffer)}); err == nil {
			t.Error("the session goes well")
		}
	})
}
