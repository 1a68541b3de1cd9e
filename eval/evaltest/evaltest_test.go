package evaltest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"firn/eval"
	"firn/eval/number/nixtest"
)

var (
	nix   = flag.String("nix", "", "a nix-instantiate to compare with")
	count = flag.Int("programs", 2000, "how many programs to compare with -nix")
	seed  = flag.Uint64("seed", rand.Uint64(), "of the programs to compare with -nix")
	most  = flag.Int("differences", 3, "how many differences to look for")
)

// firn evaluates with an evaluator of its own.
type firn struct {
	*eval.Evaluator
	said *strings.Builder
}

func newFirn(dir string) firn {
	var said strings.Builder
	return firn{eval.New(eval.Options{Host: host{eval.OS{Err: &said}}, Settings: eval.Settings{Dir: dir}, Memory: 1 << 30}), &said}
}

// host is the machine with another home.
type host struct{ eval.OS }

func (host) Home() (string, error) { return "/home/nobody", nil }

// outcome returns what comes of a text as a program in a directory.
func (f firn) outcome(ctx context.Context, dir, src string) outcome {
	return f.run(ctx, func(ctx context.Context) (eval.Value, error) { return f.Text(ctx, "«string»", dir, src) })
}

func (f firn) run(ctx context.Context, evaluate func(context.Context) (eval.Value, error)) (o outcome) {
	const limit = time.Minute
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	f.said.Reset()
	defer func() {
		if p := recover(); p != nil {
			o = outcome{lost: true, text: fmt.Sprint("panic: ", p)}
		}
		o.said = f.said.String()
	}()
	v, err := evaluate(ctx)
	if err == nil {
		err = v.Deep(ctx)
	}
	var text string
	if err == nil {
		text, err = v.Classic(ctx)
	}
	if e, ok := errors.AsType[*eval.Error](err); ok {
		o := outcome{text: strings.TrimSpace(eval.Plain(e.Text(false), false)), failed: true, lost: e.Kind == eval.Interrupted}
		if e.Kind == eval.OutOfBudget {
			o.text = outOfMemory
		}
		return o
	}
	return outcome{text: text}
}

// TestAgainstNix compares the outcomes of random programs with those of Nix.
func TestAgainstNix(t *testing.T) {
	nixtest.Open(t, *nix)
	t.Logf("-seed=%d", *seed)
	c := comparison{T: t, oracle: oracleOf(*nix), tally: map[string]int{}, kinds: map[string]int{}}
	r := rand.NewPCG(*seed, 0)
	const batch = 1000
	for done := 0; done < *count && len(c.kinds) < *most; done += batch {
		var texts []string
		for range min(batch, *count-done) {
			texts = append(texts, Program(rand.NewPCG(r.Uint64(), 0)))
		}
		for _, d := range c.differing(texts) {
			c.explain(d)
		}
	}
	c.report()
}

type comparison struct {
	*testing.T
	oracle
	tally map[string]int // of outcomes
	kinds map[string]int // of differences
}

// difference is a program with its outcomes.
type difference struct {
	text      string
	got, want outcome
}

// differing returns the programs whose outcomes differ, all of them evaluated
// one after the other by the same evaluators.
func (c *comparison) differing(texts []string) []difference {
	c.Helper()
	p := layOut(c.T, texts...)
	var list []difference
	var good []string
	f := newFirn(p.dir)
	for i, want := range c.failures(c.T, p) {
		got := f.outcome(c.Context(), p.dir, p.line(i))
		switch {
		case want.failed || want.lost || want.crashed || got.failed || got.lost:
			if !same(got, want) {
				list = append(list, difference{texts[i], got, want})
			}
			c.tally[sort(want)]++
		default:
			good = append(good, texts[i])
		}
	}
	p = layOut(c.T, good...)
	f = newFirn(p.dir)
	for i, want := range c.values(c.T, p) {
		if got := f.file(c.Context(), p, i); !same(got, want) {
			list = append(list, difference{good[i], got, want})
		}
		c.tally[sort(want)]++
	}
	return list
}

func (f firn) file(ctx context.Context, p programs, i int) outcome {
	return f.run(ctx, func(ctx context.Context) (eval.Value, error) { return f.File(ctx, filepath.Join(p.dir, p.name(i))) })
}

// outOfMemory is what Nix says at its end.
const outOfMemory = "error: out of memory"

// unwritten is what Nix says where it needs a derivation that it would have had to
// write to the store. Firn knows those that it has made.
var unwritten = regexp.MustCompile(`error: path '[^\n']*\.drv' is not valid$`)

// same reports whether two outcomes are the same, b that of Nix. Of errors only
// the messages are compared, since the traces are not the same in all versions of
// Nix.
func same(a, b outcome) bool {
	switch {
	case b.lost && a.text == outOfMemory: // which Nix looks for without an end
		return true
	case b.crashed || unwritten.MatchString(b.text):
		return !a.lost
	case a.lost || b.lost || a.failed != b.failed:
		return false
	case a.failed:
		return alike(heard(a.said), heard(b.said)) && alike(message(a.text), message(b.text))
	}
	return alike(heard(a.said+a.text), heard(b.said+b.text)) // paths have line breaks as they are
}

var functions = regexp.MustCompile("«thunk»|«lambda [^»]*»|«lambda @ «nix-internal»[^»]*»")

// alike reports whether two texts are the same, but that a function in one of
// them may be a thunk in the other: Nix does not make a function of a literal
// before it is asked for. The places in Nix's own texts do not count either.
func alike(a, b string) bool {
	if a == b {
		return true
	}
	inA, inB := functions.FindAllString(a, -1), functions.FindAllString(b, -1)
	return functions.ReplaceAllString(a, "«»") == functions.ReplaceAllString(b, "«»") && slices.EqualFunc(inA, inB, func(x, y string) bool {
		return x == y || x == "«thunk»" || y == "«thunk»" || strings.Contains(x, "«nix-internal»") && strings.Contains(y, "«nix-internal»")
	})
}

// blanks are what becomes of tabs.
var blanks = regexp.MustCompile(" {2,}")

// heard is what is compared of what was said: how many blanks a tab becomes and
// how far the lines of a warning are indented is not the same in all versions.
func heard(said string) string {
	return strings.ReplaceAll(blanks.ReplaceAllString(said, " "), "\n ", "\n")
}

var sizes = regexp.MustCompile("read of [0-9]+ bytes")

// message returns what an error says without its trace and its place.
func message(text string) string {
	const indent = "\n       "
	if i := strings.LastIndex(text, indent+"error:"); i >= 0 {
		text = text[i+len(indent):]
	}
	for _, end := range []string{indent + "at ", indent + "Did you mean ", "\nTry 'nix"} {
		if i := strings.LastIndex(text, end); i >= 0 {
			text = text[:i]
		}
	}
	// The size of a directory is the business of the file system.
	text = sizes.ReplaceAllString(text, "read of some bytes")
	// The number of blanks of a tab depends on the trace, and those at the end of a
	// line on the colours that are not there.
	return strings.TrimRight(strings.ReplaceAll(blanks.ReplaceAllString(text, " "), " \n", "\n"), " \n")
}

// sort says what sort of outcome one is.
func sort(o outcome) string {
	switch {
	case o.crashed:
		return "crash"
	case o.lost:
		return "lost"
	case !o.failed:
		return "value"
	case unwritten.MatchString(o.text):
		return "not comparable"
	}
	line, _, _ := strings.Cut(message(o.text), "\n")
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == ':' })
	for i, w := range words {
		if i > 0 && strings.Trim(w, "abcdefghijklmnopqrstuvwxyzIS.'") != "" {
			words = words[:i]
			break
		}
	}
	return strings.Join(words[:min(len(words), 5)], " ")
}

// alone evaluates a program in fresh evaluators.
func (c *comparison) alone(text string) difference {
	p := layOut(c.T, text)
	return difference{text, newFirn(p.dir).file(c.Context(), p, 0), c.values(c.T, p)[0]}
}

func (d difference) same() bool { return same(d.got, d.want) }

func (d difference) String() string {
	return fmt.Sprintf("\n%s\nNix:  %s%s\nfirn: %s%s", d.text, d.want.said, d.want.text, d.got.said, d.got.text)
}

// explain reports a difference with the smallest program that has it.
func (c *comparison) explain(d difference) {
	c.Helper()
	alone := c.alone(d.text)
	if alone.same() {
		c.tally["differs only after others"]++
		c.Logf("differs only after others: %v", d)
		return
	}
	key := sort(alone.got) + " / " + sort(alone.want)
	if c.kinds[key]++; c.kinds[key] == 1 && len(c.kinds) <= *most {
		c.Error(c.reduce(alone))
	}
}

func (c *comparison) report() {
	var lines []string
	for what, n := range c.tally {
		lines = append(lines, fmt.Sprintf("%7d %s", n, what))
	}
	slices.Sort(lines)
	slices.Reverse(lines)
	c.Logf("outcomes:\n%s", strings.Join(lines, "\n"))
}
