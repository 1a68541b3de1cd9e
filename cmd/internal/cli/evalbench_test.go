package cli_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	nixes     = flag.String("nix", "", "commands nix-instantiate to compare with, with commas between")
	nixpkgs   = flag.String("nixpkgs", "", "a nixpkgs, for the workloads that need one")
	workloads = flag.String("workloads", "testdata/bench", "a directory with expressions")
)

// cost is what one run of a program took.
type cost struct {
	cpu, wall time.Duration // cpu of all threads
	peak      float64       // in bytes
}

// BenchmarkEval evaluates the expressions of a directory with firn and with each
// Nix in turns, and reports the medians of firn's CPU time, wall time and peak of
// memory, and their ratios to those of each Nix. The programs must print the
// same.
//
//	go test ./cmd/internal/cli -run '^$' -bench Eval -benchtime 5x -nix A,B [-nixpkgs DIR] [-workloads DIR]
func BenchmarkEval(b *testing.B) {
	if *nixes == "" {
		b.Skip("no -nix=PATH of a nix-instantiate to compare with")
	}
	firn := build(b)
	files, err := filepath.Glob(filepath.Join(*workloads, "*.nix"))
	if err != nil {
		b.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join(*workloads, "nixpkgs", "*.nix"))
	if err != nil {
		b.Fatal(err)
	}
	for _, file := range append(files, more...) {
		src, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(strings.TrimSuffix(filepath.Base(file), ".nix"), func(b *testing.B) {
			if bytes.Contains(src, []byte("<nixpkgs")) && *nixpkgs == "" {
				b.Skip("no -nixpkgs=DIR")
			}
			args := []string{"--eval", "--strict", "--json", "-I", "nixpkgs=" + *nixpkgs, file}
			programs := [][]string{append([]string{firn}, args...)}
			programs[0][1] = "eval"
			for nix := range strings.SplitSeq(*nixes, ",") {
				programs = append(programs, append([]string{nix}, args...))
			}
			compare(b, programs)
		})
	}
}

// compare runs programs in turns and reports what the first takes, and how that
// is to the others.
func compare(b *testing.B, programs [][]string) {
	home := b.TempDir()
	costs := make([][]cost, len(programs))
	var want []byte
	for b.Loop() {
		for i, p := range programs {
			c, out := measure(b, home, p)
			if want == nil {
				want = out
			} else if !bytes.Equal(out, want) {
				b.Fatalf("%s prints\n%.500s\nbut %s\n%.500s", programs[0][0], want, p[0], out)
			}
			costs[i] = append(costs[i], c)
		}
	}
	ours := median(costs[0])
	b.ReportMetric(ours.cpu.Seconds(), "cpu-s")
	b.ReportMetric(ours.wall.Seconds(), "wall-s")
	b.ReportMetric(ours.peak/1e6, "peak-MB")
	for i := range programs[1:] {
		theirs := median(costs[i+1])
		of := "/nix"
		if len(programs) > 2 {
			of = fmt.Sprintf("/nix%d", i+1)
		}
		b.ReportMetric(ours.cpu.Seconds()/theirs.cpu.Seconds(), "cpu"+of)
		b.ReportMetric(ours.wall.Seconds()/theirs.wall.Seconds(), "wall"+of)
		b.ReportMetric(ours.peak/theirs.peak, "peak"+of)
	}
}

// measure runs a program once, and returns what it printed to standard output.
func measure(b *testing.B, home string, args []string) (cost, []byte) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), args[0], args[1:]...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "NIX_") }), "HOME="+home, "NIX_REMOTE=dummy://")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	began := time.Now()
	out, err := cmd.Output()
	wall := time.Since(began)
	if err != nil {
		b.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("no resource usage")
	}
	const kilobyte = 1024 // in which Linux gives it
	return cost{time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), wall, float64(usage.Maxrss) * kilobyte}, bytes.TrimSpace(out)
}

// median returns the median of each number.
func median(costs []cost) cost {
	of := func(number func(cost) float64) float64 {
		var list []float64
		for _, c := range costs {
			list = append(list, number(c))
		}
		slices.Sort(list)
		return list[len(list)/2]
	}
	return cost{
		cpu:  time.Duration(of(func(c cost) float64 { return float64(c.cpu) })),
		wall: time.Duration(of(func(c cost) float64 { return float64(c.wall) })),
		peak: of(func(c cost) float64 { return c.peak }),
	}
}

// build returns the path of a firn of this source.
func build(b *testing.B) string {
	b.Helper()
	firn := filepath.Join(b.TempDir(), "firn")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", firn, "firn/cmd/firn").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return firn
}
