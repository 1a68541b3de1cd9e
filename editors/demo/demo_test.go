package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestPlay plays the session against the server of this repository.
func TestPlay(t *testing.T) {
	firn := filepath.Join(t.TempDir(), "firn")
	if out, err := exec.Command("go", "build", "-o", firn, "../../cmd/firn").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var out bytes.Buffer
	if err := play(firn, "../../examples", &screen{out: &out}); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
}

// TestPlayWithout has no server that works.
func TestPlayWithout(t *testing.T) {
	for _, binary := range []string{"does-not-exist", "false", "true"} {
		if err := play(binary, "../../examples", &screen{out: new(bytes.Buffer)}); err == nil {
			t.Errorf("the session with %s goes well", binary)
		}
	}
}
