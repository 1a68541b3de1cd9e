package sandbox

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ours are lines that differ for a reason: there is one more process, whose number
// is 1; the environment is the caller's; not every machine has /dev/kvm, which Nix
// gives to all who may use it.
var ours = regexp.MustCompile(`^(processes|env|args|groups|/dev/kvm)\b`)

// nixBuild runs the test builder in the sandbox of the Nix of this machine, and
// returns what it printed.
func nixBuild(t *testing.T, args ...string) []string {
	t.Helper()
	nix, err := exec.LookPath("nix-build")
	if err != nil {
		t.Skip("no Nix to compare sandboxes with")
	}
	quoted := make([]string, len(args))
	for i, a := range args {
		quoted[i] = fmt.Sprintf("%q", a)
	}
	dir := t.TempDir()
	builder, err := os.ReadFile(filepath.Join(builders, "builder"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/builder", builder, 0o755); err != nil {
		t.Fatal(err)
	}
	expr := fmt.Sprintf(`derivation { name = "x"; system = builtins.currentSystem; builder = %s/builder; args = [ %s ]; }`, dir, strings.Join(quoted, " "))
	cmd := exec.Command(nix, "--store", dir+"/root", "--no-out-link", "-E", expr)
	cmd.Env = append(os.Environ(), "HOME="+dir, "NIX_PATH=",
		"NIX_CONFIG="+os.Getenv("NIX_CONFIG")+"\nbuild-users-group =\nsandbox = true\nsandbox-paths =\nsubstituters =\nsandbox-fallback = false")
	out, err := cmd.CombinedOutput()
	_, text, found := strings.Cut(string(out), "\nbuilding '")
	if !found {
		t.Skipf("Nix builds nothing in a sandbox here: %v\n%s", err, out)
	}
	var lines []string
	for _, line := range strings.Split(text, "\n")[1:] {
		if strings.HasPrefix(line, "error:") {
			break // there is no output
		}
		lines = append(lines, strings.TrimSuffix(strings.TrimLeft(line, "\x01\x02"), "\r"))
	}
	return slices.DeleteFunc(lines, func(l string) bool { return l == "" })
}

// TestNix compares what a builder sees with what it sees in Nix's sandbox.
func TestNix(t *testing.T) {
	need(t)
	for _, test := range []struct {
		name string
		args []string
	}{
		{"self", []string{"self"}},
		{"accounts", []string{"read", "/etc/passwd", "/etc/group", "/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf"}},
		{"terminal", []string{"tty"}},
		{"files", []string{"fd"}},
		{"devices", []string{"list", "/dev", "/tmp", "/build"}},
		// Nix lets other calls of TestCalls through.
		{"calls", []string{"call", "chmod", "fchmod", "fchmodat", "mkfifo", "device", "setxattr", "mount", "chroot", "setuid", "x32-chmod"}},
		{"lookup", []string{"resolve", "localhost"}},
		{"network", []string{"connect"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := nixBuild(t, test.args...)
			_, out := build(t, spec(t, test.args...))
			got := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
			// Who owns what on the machine is not what is compared.
			owner := regexp.MustCompile(`^(/\S+ [-a-zDL]+) \d+ \d+`)
			for _, lines := range []*[]string{&want, &got} {
				*lines = slices.DeleteFunc(*lines, ours.MatchString)
				for i, l := range *lines {
					(*lines)[i] = owner.ReplaceAllString(l, "$1")
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the sandbox differs from Nix's (-nix +firn):\n%s", diff)
			}
		})
	}
}
