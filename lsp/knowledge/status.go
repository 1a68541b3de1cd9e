package knowledge

import (
	"cmp"
	"slices"
	"time"
)

// Status says how far a root is known.
type Status struct {
	Entry  Entry
	Known  bool          // it was evaluated, if only in part
	Took   time.Duration // to evaluate it the last time
	Builds int           // how often it was evaluated
	Files  int           // that it imported
	Err    error         // why the configuration itself is not known
}

// Status returns how far the roots are known that were asked for, by their paths.
func (b *Base) Status() []Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]Status, 0, len(b.roots))
	for _, r := range b.roots {
		list = append(list, r.status())
	}
	slices.SortFunc(list, func(x, y Status) int {
		return cmp.Or(cmp.Compare(x.Entry.Path, y.Entry.Path), cmp.Compare(x.Entry.Name, y.Entry.Name), cmp.Compare(x.Entry.Kind, y.Entry.Kind))
	})
	return list
}

func (r *root) status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := Status{Entry: r.entry, Took: r.took, Builds: r.count}
	if r.state != nil {
		s.Known, s.Files, s.Err = true, len(r.state.files), r.state.err
	}
	return s
}

// Memory returns how many bytes of the heap evaluations may leave in use.
func (b *Base) Memory() uint64 { return b.options.Memory }

// Readable returns the directories that evaluations may read besides the search
// path and the store.
func (b *Base) Readable() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trust {
		return []string{"/"}
	}
	return append([]string{}, b.folders...)
}
