package cli_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"hash"
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
	nixpkgs   = flag.String("nixpkgs", "", "the absolute path of a nixpkgs, for the workloads that need one")
	workloads = flag.String("workloads", "testdata/bench", "a directory with expressions")
)

// cost is what one run of a program took.
type cost struct {
	cpu, wall time.Duration // cpu of all threads
	peak      float64       // in bytes
}

// program is one of those that are compared.
type program struct {
	name string   // of its version, for metrics; "" for firn
	argv []string // the command, up to where a file follows
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
	if *nixpkgs != "" && !filepath.IsAbs(*nixpkgs) {
		b.Fatalf("-nixpkgs=%s: tests run in the directory of their package, so the path must be absolute", *nixpkgs)
	}
	programs := competitors(b)
	for _, file := range expressions(b) {
		src, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(strings.TrimSuffix(filepath.Base(file), ".nix"), func(b *testing.B) {
			if *nixpkgs == "" && bytes.Contains(src, []byte("<nixpkgs")) {
				b.Skip("no -nixpkgs=DIR")
			}
			compare(b, programs, file)
		})
	}
}

// expressions returns the files with the workloads; those that need nixpkgs are
// the last.
func expressions(b *testing.B) []string {
	b.Helper()
	var files []string
	for _, dir := range []string{*workloads, filepath.Join(*workloads, "nixpkgs")} {
		here, err := filepath.Glob(filepath.Join(dir, "*.nix"))
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, here...)
	}
	if len(files) == 0 {
		b.Fatalf("no *.nix in %s", *workloads)
	}
	return files
}

// competitors returns firn, and each Nix after it.
func competitors(b *testing.B) []program {
	b.Helper()
	args := []string{"--strict", "--json", "-I", "nixpkgs=" + *nixpkgs}
	programs := []program{{argv: append([]string{buildFirn(b), "eval"}, args...)}}
	names := map[string]bool{}
	for nix := range strings.SplitSeq(*nixes, ",") {
		out, err := clean(exec.CommandContext(b.Context(), nix, "--version"), b.TempDir()).Output()
		if err != nil {
			b.Fatalf("%s --version: %v", nix, err)
		}
		words := strings.Fields(string(out))
		if len(words) == 0 {
			b.Fatalf("%s has no version", nix)
		}
		name := "nix" + words[len(words)-1]
		if names[name] {
			name = fmt.Sprintf("%s#%d", name, len(programs))
		}
		names[name] = true
		programs = append(programs, program{name, append([]string{nix, "--eval"}, args...)})
	}
	return programs
}

// compare runs programs in turns and reports what the first takes, and how that
// is to the others.
func compare(b *testing.B, programs []program, file string) {
	costs := make([][]cost, len(programs))
	var want *output
	for b.Loop() {
		for i, p := range programs {
			c, out := measure(b, append(slices.Clone(p.argv), file))
			if want == nil {
				want = out
			} else if !out.equal(want) {
				b.Fatalf("%s prints\n%s\nbut %s\n%s", programs[0].argv[0], want, p.argv[0], out)
			}
			costs[i] = append(costs[i], c)
		}
	}
	ours := median(costs[0])
	b.ReportMetric(0, "ns/op") // would be of all programs together
	b.ReportMetric(ours.cpu.Seconds(), "cpu-s")
	b.ReportMetric(ours.wall.Seconds(), "wall-s")
	b.ReportMetric(ours.peak/1e6, "peak-MB")
	for i, p := range programs[1:] {
		theirs := median(costs[i+1])
		b.ReportMetric(ours.cpu.Seconds()/theirs.cpu.Seconds(), "cpu/"+p.name)
		b.ReportMetric(ours.wall.Seconds()/theirs.wall.Seconds(), "wall/"+p.name)
		b.ReportMetric(ours.peak/theirs.peak, "peak/"+p.name)
	}
}

// measure runs a program once, as if for the first time.
func measure(b *testing.B, argv []string) (cost, *output) {
	b.Helper()
	out := &output{sum: sha256.New()}
	var stderr bytes.Buffer
	cmd := clean(exec.CommandContext(b.Context(), argv[0], argv[1:]...), b.TempDir())
	cmd.Stdout, cmd.Stderr = out, &stderr
	began := time.Now()
	err := cmd.Run()
	wall := time.Since(began)
	if err != nil {
		b.Fatalf("%s: %v\n%s", strings.Join(argv, " "), err, stderr.Bytes())
	}
	cpu, peak := use(b, cmd)
	return cost{cpu, wall, peak}, out
}

// clean gives a command nothing of the environment but where programs are, so
// that neither settings nor caches of the user count. Its home must be empty.
func clean(cmd *exec.Cmd, home string) *exec.Cmd {
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "NIX_REMOTE=dummy://"}
	return cmd
}

// use returns what a command that has ended took, all its threads and the
// processes that it waited for together. Linux counts the memory of the process
// that starts a command as the command's, so a peak is at least ours.
func use(b *testing.B, cmd *exec.Cmd) (cpu time.Duration, peak float64) {
	b.Helper()
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("no resource usage")
	}
	const kilobyte = 1024 // in which Linux gives it
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), float64(usage.Maxrss) * kilobyte
}

// output knows what a program printed, but for white space at the end, and keeps
// only how that begins: the memory of this process is the least that is measured.
type output struct {
	sum   hash.Hash
	space []byte // at the end so far
	head  []byte
}

// Write takes the next part.
func (o *output) Write(p []byte) (int, error) {
	const shown = 500
	text := bytes.TrimRight(p, " \n")
	if len(text) > 0 {
		o.sum.Write(o.space)
		o.sum.Write(text)
		o.space = o.space[:0]
	}
	o.space = append(o.space, p[len(text):]...)
	o.head = append(o.head, p[:min(len(p), shown-min(shown, len(o.head)))]...)
	return len(p), nil
}

func (o *output) equal(other *output) bool {
	return bytes.Equal(o.sum.Sum(nil), other.sum.Sum(nil))
}

func (o *output) String() string { return string(o.head) }

// median returns the median of each number.
func median(costs []cost) cost {
	of := func(number func(cost) float64) float64 {
		var list []float64
		for _, c := range costs {
			list = append(list, number(c))
		}
		slices.Sort(list)
		return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
	}
	return cost{
		cpu:  time.Duration(of(func(c cost) float64 { return float64(c.cpu) })),
		wall: time.Duration(of(func(c cost) float64 { return float64(c.wall) })),
		peak: of(func(c cost) float64 { return c.peak }),
	}
}

// buildFirn returns the path of a firn of this source.
func buildFirn(b *testing.B) string {
	b.Helper()
	firn := filepath.Join(b.TempDir(), "firn")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", firn, "firn/cmd/firn").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return firn
}
