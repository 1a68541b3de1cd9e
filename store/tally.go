package store

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"firn/store/path"
)

// Tally adds up events, for those who show in a line how far the work is. Several
// goroutines may use it; the zero value has seen none.
type Tally struct {
	mu      sync.Mutex
	plan    Planned
	built   int
	fetched int
	came    int64 // bytes of what is fetched
	running map[Activity]*Running
	done    map[Activity]int64 // bytes of each
}

// Running is work that goes on.
type Running struct {
	Kind  Kind
	Path  path.Path
	Phase string // of a build
	Line  string // the last that a build printed

	id Activity
}

// Summary says how far the work is.
type Summary struct {
	Built, Build   int   // derivations, and how many are to be built
	Fetched, Fetch int   // objects, and how many are to be copied
	Came, Download int64 // bytes of those
	Running        []Running
}

// Event takes an event.
func (t *Tally) Event(ev Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.running == nil {
		t.running, t.done = map[Activity]*Running{}, map[Activity]int64{}
	}
	switch ev := ev.(type) {
	case Planned:
		t.plan = ev
	case Started:
		t.running[ev.Activity] = &Running{Kind: ev.Kind, Path: ev.Path, id: ev.Activity}
	case Line:
		if r := t.running[ev.Activity]; r != nil {
			r.Line = ev.Text
		}
	case Phase:
		if r := t.running[ev.Activity]; r != nil {
			r.Phase = ev.Name
		}
	case Progress:
		if r := t.running[ev.Activity]; r != nil && r.Kind == Fetching {
			t.came += ev.Done - t.done[ev.Activity]
			t.done[ev.Activity] = ev.Done
		}
	case Finished:
		t.finish(ev)
	}
}

func (t *Tally) finish(ev Finished) {
	r := t.running[ev.Activity]
	if r == nil {
		return
	}
	delete(t.running, ev.Activity)
	delete(t.done, ev.Activity)
	switch {
	case ev.Err != nil:
	case r.Kind == Building:
		t.built++
	case r.Kind == Fetching:
		t.fetched++
	}
}

// Summary returns how far the work is. What has run longest comes first.
func (t *Tally) Summary() Summary {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := Summary{
		Built: t.built, Build: max(len(t.plan.Build), t.built), Fetched: t.fetched, Fetch: max(len(t.plan.Fetch), t.fetched),
		Came: t.came, Download: max(t.plan.DownloadSize, t.came),
	}
	for _, r := range t.running {
		s.Running = append(s.Running, *r)
	}
	slices.SortFunc(s.Running, func(a, b Running) int { return int(a.id) - int(b.id) })
	return s
}

// Counts says how much is done, such as "1/3 built, 4/40 copied (2.0 of 80.5 MB)".
func (s Summary) Counts() string {
	var parts []string
	if s.Build > 0 {
		parts = append(parts, fmt.Sprintf("%d/%d built", s.Built, s.Build))
	}
	if s.Fetch > 0 {
		part := fmt.Sprintf("%d/%d copied", s.Fetched, s.Fetch)
		if s.Download > 0 {
			const mega = 1e6
			part += fmt.Sprintf(" (%.1f of %.1f MB)", float64(s.Came)/mega, float64(s.Download)/mega)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// Percent returns how much of all steps is done, 0 to 100.
func (s Summary) Percent() int {
	if all := s.Build + s.Fetch; all > 0 {
		return 100 * (s.Built + s.Fetched) / all
	}
	return 0
}

// String says in a line how far the work is, and what goes on: the build that began
// first, or else what is copied.
func (s Summary) String() string {
	text := s.Counts()
	i := slices.IndexFunc(s.Running, func(r Running) bool { return r.Kind == Building })
	if i < 0 && len(s.Running) > 0 {
		i = 0
	}
	if i < 0 {
		return text
	}
	r := s.Running[i]
	now := strings.TrimSuffix(r.Path.Name(), path.DrvExtension)
	if r.Kind == Waiting {
		now = "waiting for " + now
	}
	if r.Phase != "" {
		now += " (" + r.Phase + ")"
	}
	if r.Line != "" {
		now += ": " + r.Line
	}
	if text != "" && now != "" {
		text += ": "
	}
	return text + now
}

// String says what is going to be done, such as "3 derivations are built, 40 objects
// are copied (80.5 MB, 210.0 MB unpacked)".
func (p *Planned) String() string {
	const mega = 1e6
	var parts []string
	if n := len(p.Build); n > 0 {
		parts = append(parts, count(n, "derivation is built", "derivations are built"))
	}
	if n := len(p.Fetch); n > 0 {
		part := count(n, "object is copied", "objects are copied")
		if p.DownloadSize > 0 {
			part += fmt.Sprintf(" (%.1f MB, %.1f MB unpacked)", float64(p.DownloadSize)/mega, float64(p.NarSize)/mega)
		} else if p.NarSize > 0 {
			part += fmt.Sprintf(" (%.1f MB unpacked)", float64(p.NarSize)/mega)
		}
		parts = append(parts, part)
	}
	if n := len(p.Unknown); n > 0 {
		parts = append(parts, count(n, "object is to be had nowhere", "objects are to be had nowhere"))
	}
	if len(parts) == 0 {
		return "everything is there"
	}
	return strings.Join(parts, ", ")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
