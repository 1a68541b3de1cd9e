package evaltest

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// outcome is what comes of a program.
type outcome struct {
	said   string // by trace and warn, and by the evaluator
	text   string // the value as nix-instantiate prints it, or the error
	failed bool
	lost   bool // the evaluator ended, panicked or hung

	crashed bool // by a fault that it reports
}

// oracle is a Nix to compare with.
type oracle struct{ dir string } // of its commands

// oracleOf returns the Nix whose command nix-instantiate is at a path.
func oracleOf(path string) oracle { return oracle{filepath.Dir(path)} }

// programs are texts in files of one directory.
type programs struct {
	dir   string
	texts []string
}

// layOut writes programs, and the files that they may read, to a directory.
func layOut(t testing.TB, texts ...string) programs {
	t.Helper()
	p := programs{t.TempDir(), texts}
	for name, text := range Files {
		p.write(t, name, text)
	}
	for i, text := range texts {
		p.write(t, p.name(i), text)
		p.write(t, p.mark(i), fmt.Sprintf(`"<<%d>>"`, i))
	}
	return p
}

func (p programs) name(i int) string { return fmt.Sprintf("./%d.nix", i) }
func (p programs) mark(i int) string { return fmt.Sprintf("./mark-%d.nix", i) }

func (p programs) write(t testing.TB, name, text string) {
	t.Helper()
	name = filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// line is an expression that evaluates a program with all that is in it.
func (p programs) line(i int) string {
	return fmt.Sprintf("builtins.deepSeq (import %s) 1", p.name(i))
}

// failures returns what the repl makes of each program's line. It continues
// after an error, so that one process is enough for all, but its way to print
// values is its own.
func (o oracle) failures(t testing.TB, p programs) []outcome {
	t.Helper()
	return p.all(func(i int) []outcome {
		var in strings.Builder
		for k := i; k < len(p.texts); k++ {
			fmt.Fprintf(&in, "%s\nimport %s\n", p.line(k), p.mark(k))
		}
		out := colours.ReplaceAllString(o.run(t, p, strings.NewReader(in.String()), "nix", "--extra-experimental-features", "nix-command", "repl"), "")
		return p.cut(out, i, func(k int, text string, _ bool) outcome {
			_, text, _ = strings.Cut(text, p.line(k)+"\n")
			text, _, _ = strings.Cut(text, "\nnix-repl> ")
			if said, ok := strings.CutSuffix("\n"+text, "\n1\n"); ok {
				return outcome{said: said}
			}
			return failure(text)
		})
	})
}

// unknown is what an old Nix says of the store that it is given.
var unknown = regexp.MustCompile("(?m)^warning: unknown setting 'read-only'\n")

// values returns what nix-instantiate prints for each program.
func (o oracle) values(t testing.TB, p programs) []outcome {
	t.Helper()
	return p.all(func(i int) []outcome {
		args := []string{"--eval", "--strict"}
		for k := i; k < len(p.texts); k++ {
			args = append(args, p.name(k), p.mark(k))
		}
		out := unknown.ReplaceAllString(o.run(t, p, nil, "nix-instantiate", args...), "")
		return p.cut(out, i, func(_ int, text string, whole bool) outcome {
			if !whole {
				return failure(text)
			}
			text = strings.TrimSuffix(text, "\n")
			at := strings.LastIndexByte(text, '\n') + 1
			return outcome{said: text[:at], text: text[at:]}
		})
	})
}

// all collects outcomes of all programs. Each time that ask gives fewer than
// there are left it is asked for the others.
func (p programs) all(ask func(from int) []outcome) []outcome {
	var list []outcome
	for len(list) < len(p.texts) {
		from := len(list)
		list = append(list, ask(from)...)
		if len(list) == from {
			list = append(list, outcome{lost: true})
		}
	}
	return list
}

// cut cuts what was written for the programs from i on at the marks. The text of
// the last one is not whole if there is no mark behind it.
func (p programs) cut(out string, i int, read func(k int, text string, whole bool) outcome) []outcome {
	var list []outcome
	for k, whole := i, true; k < len(p.texts) && whole; k++ {
		var text string
		text, out, whole = strings.Cut(out, fmt.Sprintf("\"<<%d>>\"\n", k))
		list = append(list, read(k, text, whole))
	}
	return list
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// collector is what the collector of Nix's memory says when there is none left.
var collector = regexp.MustCompile("GC Warning: .*\n")

// failure takes an error off what was said before it.
func failure(text string) outcome {
	text = collector.ReplaceAllString(text, "")
	if strings.Contains(text, "Nix crashed. This is a bug.") {
		return outcome{text: text, crashed: true}
	}
	at := strings.Index(text, "error:")
	for at > 0 && text[at-1] != '\n' {
		next := strings.Index(text[at+1:], "error:")
		if next < 0 {
			return outcome{lost: true, text: text}
		}
		at += 1 + next
	}
	if at < 0 {
		return outcome{lost: true, text: text}
	}
	return outcome{said: text[:at], text: strings.TrimSpace(text[at:]), failed: true}
}

// patience is for how long Nix may say nothing.
const patience = 20 * time.Second

// run returns all that a command writes, until it says nothing for too long.
func (o oracle) run(t testing.TB, p programs, in io.Reader, name string, args ...string) string {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := patient{timer: time.AfterFunc(patience, cancel)}
	defer out.timer.Stop()
	cmd := exec.CommandContext(ctx, filepath.Join(o.dir, name), args...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "NIX_REMOTE=dummy://?read-only=false", "NIX_PATH=", "NO_COLOR=1", "HOME=/home/nobody", "NIX_CONF_DIR=/nowhere")
	cmd.WaitDelay = time.Second
	cmd.Stdin = in
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil && out.text.Len() == 0 && ctx.Err() == nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out.text.String()
}

// patient keeps what is written and puts a timer off each time.
type patient struct {
	text  strings.Builder
	timer *time.Timer
}

func (p *patient) Write(b []byte) (int, error) {
	p.timer.Reset(patience)
	return p.text.Write(b)
}
