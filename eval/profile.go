package eval

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/google/pprof/profile"

	"firn/eval/value"
)

// Profiler finds out which functions an evaluation spends its time in: those of
// nixlang, builtins and files, each with those that called it. It is for one
// evaluator.
type Profiler struct {
	ticks atomic.Int64 // periods that have gone by
	seen  int64        // those that are counted already

	root, at *profileNode
	depth    int
	nodes    int
	began    time.Time
	took     time.Duration
}

const (
	profilePeriod = time.Millisecond
	profileDepth  = 500       // what is called deeper counts as the function there
	profileNodes  = 2_000_000 // and what is called in too many ways as its caller
)

// profileNode is a function with the functions that lead to it.
type profileNode struct {
	frame  *profileFrame
	parent *profileNode
	below  map[*profileFrame]*profileNode
	self   int64 // periods
	loose  bool  // there were too many to keep it
}

// profileFrame is a function.
type profileFrame struct {
	name string
	file string
	line int64
}

// NewProfiler returns a profiler for [Options].
func NewProfiler() *Profiler {
	p := &Profiler{root: &profileNode{}, began: time.Now()}
	p.at = p.root
	return p
}

// start begins to count time, until the function that it returns is called.
func (p *Profiler) start() (stop func()) {
	p.at, p.depth = p.root, 0
	begin, done := time.Now(), make(chan struct{})
	ticker := time.NewTicker(profilePeriod)
	go func() {
		for {
			select {
			case <-ticker.C:
				p.ticks.Store(int64(time.Since(p.began) / profilePeriod))
			case <-done:
				return
			}
		}
	}()
	p.seen = int64(time.Since(p.began) / profilePeriod)
	p.ticks.Store(p.seen)
	return func() {
		ticker.Stop()
		close(done)
		p.count()
		p.took += time.Since(begin)
	}
}

// count gives the time that has gone by to the function that runs.
func (p *Profiler) count() {
	if now := p.ticks.Load(); now > p.seen {
		p.at.self += now - p.seen
		p.seen = now
	}
}

func (p *Profiler) enter(f *profileFrame) {
	p.count()
	if p.depth++; p.depth > profileDepth {
		return
	}
	next := p.at.below[f]
	if next == nil {
		next = &profileNode{frame: f, parent: p.at, loose: p.nodes >= profileNodes}
		if !next.loose {
			p.nodes++
			if p.at.below == nil {
				p.at.below = map[*profileFrame]*profileNode{}
			}
			p.at.below[f] = next
		}
	}
	p.at = next
}

func (p *Profiler) leave() {
	p.count()
	if p.depth--; p.depth >= profileDepth {
		return
	}
	if p.at.loose {
		p.at.parent.self += p.at.self
	}
	p.at = p.at.parent
}

// code returns the code of a function, counted as such.
func (p *Profiler) code(f *profileFrame, run code) code {
	if p == nil {
		return run
	}
	return func(m *machine, e *value.Env) value.Value {
		p.enter(f)
		v := run(m, e)
		p.leave()
		return v
	}
}

// lambda returns the body of a function, counted as that.
func (p *Profiler) lambda(l *lambda, body code) code {
	if p == nil {
		return body
	}
	m := l.unit.m
	f := &profileFrame{name: m.lambdaName(l, "")}
	if at := m.resolve(l.pos); at != nil {
		f.file, f.line = at.File, int64(at.Line)
		f.name += fmt.Sprintf(" at %s:%d:%d", at.File, at.Line, at.Column)
	}
	return p.code(f, body)
}

// builtin has the calls of a builtin counted.
func (p *Profiler) builtin(b *primop) {
	if p == nil {
		return
	}
	f := &profileFrame{name: "builtins." + b.name}
	one, two, three := b.fn1, b.fn2, b.fn3
	switch b.arity {
	case 1:
		b.fn1 = func(m *machine, pos value.Pos, x *value.Value) value.Value {
			p.enter(f)
			v := one(m, pos, x)
			p.leave()
			return v
		}
	case 2:
		b.fn2 = func(m *machine, pos value.Pos, x, y *value.Value) value.Value {
			p.enter(f)
			v := two(m, pos, x, y)
			p.leave()
			return v
		}
	default:
		b.fn3 = func(m *machine, pos value.Pos, x, y, z *value.Value) value.Value {
			p.enter(f)
			v := three(m, pos, x, y, z)
			p.leave()
			return v
		}
	}
}

// file returns the code of a file, counted as such.
func (p *Profiler) file(path string, run code) code {
	return p.code(&profileFrame{name: path, file: path, line: 1}, run)
}

// Write writes what was found in the format of pprof (github.com/google/pprof,
// proto/profile.proto), compressed. A sample is a stack of functions, the
// outermost last, with the time that the innermost took itself, in milliseconds
// and nanoseconds.
func (p *Profiler) Write(w io.Writer) error {
	out := profileWriter{locations: map[*profileFrame]*profile.Location{}, p: &profile.Profile{
		SampleType:    []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "time", Unit: "nanoseconds"}},
		PeriodType:    &profile.ValueType{Type: "time", Unit: "nanoseconds"},
		Period:        int64(profilePeriod),
		TimeNanos:     p.began.UnixNano(),
		DurationNanos: int64(p.took),
	}}
	out.add(p.root)
	if err := out.p.CheckValid(); err != nil {
		return err
	}
	return out.p.Write(w)
}

type profileWriter struct {
	p         *profile.Profile
	locations map[*profileFrame]*profile.Location
}

func (w *profileWriter) add(n *profileNode) {
	if n.self > 0 {
		s := &profile.Sample{Value: []int64{n.self, n.self * int64(profilePeriod)}}
		for at := n; at.frame != nil; at = at.parent {
			s.Location = append(s.Location, w.location(at.frame))
		}
		if len(s.Location) == 0 {
			s.Location = append(s.Location, w.location(nobody))
		}
		w.p.Sample = append(w.p.Sample, s)
	}
	for _, b := range n.below {
		w.add(b)
	}
}

// nobody is for the time that is spent outside of all functions.
var nobody = &profileFrame{name: "«evaluation»"}

func (w *profileWriter) location(f *profileFrame) *profile.Location {
	if l := w.locations[f]; l != nil {
		return l
	}
	fn := &profile.Function{ID: uint64(len(w.p.Function) + 1), Name: f.name, SystemName: f.name, Filename: f.file, StartLine: f.line}
	w.p.Function = append(w.p.Function, fn)
	l := &profile.Location{ID: uint64(len(w.p.Location) + 1), Line: []profile.Line{{Function: fn, Line: f.line}}}
	w.p.Location = append(w.p.Location, l)
	w.locations[f] = l
	return l
}
