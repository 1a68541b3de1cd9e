package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPreCommit commits to a repository with pre-commit and the hook of this one.
func TestPreCommit(t *testing.T) {
	for _, program := range []string{"pre-commit", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		t.Skip("the sources are no repository: ", err)
	}
	bin, home, dir := t.TempDir(), t.TempDir(), t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "firn")); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+home, "XDG_CACHE_HOME="+home,
			"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	file := filepath.Join(dir, "a.nix")
	if err := os.WriteFile(file, []byte("{a=1;}"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "a.nix"}} {
		if out, err := run("git", args...); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	hook := []string{"try-repo", root, "firn-fmt-system", "--all-files"}
	out, err := run("pre-commit", hook...)
	if err == nil || !strings.Contains(out, "files were modified by this hook") {
		t.Fatalf("the hook does not fail: %v\n%s", err, out)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "{ a = 1; }\n" {
		t.Errorf("the file is %q, %v", text, err)
	}
	if out, err := run("git", "add", "a.nix"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := run("pre-commit", hook...); err != nil || !strings.Contains(out, "Passed") {
		t.Errorf("the hook fails for what it has laid out: %v\n%s", err, out)
	}
}
