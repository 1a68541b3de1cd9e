package cli_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// BenchmarkParse checks all files of FIRN_CORPUS with firn, on one
// thread, and with the nix-instantiate of the machine, in turns, and reports
// the ratio of their CPU times. Files that Nix refuses end its run, so the
// corpus should have none.
func BenchmarkParse(b *testing.B) {
	dirs := filepath.SplitList(os.Getenv("FIRN_CORPUS"))
	nix, err := exec.LookPath("nix-instantiate")
	if len(dirs) == 0 || err != nil {
		b.Skip("needs FIRN_CORPUS and nix-instantiate")
	}
	firn := buildFirn(b)
	files, err := exec.CommandContext(b.Context(), "find", append(dirs, "-name", "*.nix", "-type", "f")...).Output()
	if err != nil {
		b.Fatal(err)
	}
	batch := func(program string, args ...string) time.Duration {
		cmd := exec.CommandContext(b.Context(), "xargs", append([]string{"-n", "4000", program}, args...)...)
		cmd.Stdin = strings.NewReader(string(files))
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "NIX_REMOTE=dummy://", "HOME="+b.TempDir())
		var failed *exec.ExitError
		if err := cmd.Run(); err != nil && !errors.As(err, &failed) {
			b.Fatal(err)
		}
		cpu, _ := use(b, cmd)
		return cpu
	}
	var ours, theirs time.Duration
	for b.Loop() {
		ours += batch(firn, "parse", "--quiet", "--jobs=1")
		theirs += batch(nix, "--parse")
	}
	b.ReportMetric(ours.Seconds()/float64(b.N), "firn-cpu-s")
	b.ReportMetric(theirs.Seconds()/float64(b.N), "nix-cpu-s")
	b.ReportMetric(ours.Seconds()/theirs.Seconds(), "firn/nix")
}
