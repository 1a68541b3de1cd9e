package knowledge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"firn/eval"
	"firn/store/path"
)

// Withheld is something that an evaluation wanted and did not get.
type Withheld struct {
	What  string // that was wanted: to fetch something, to build something
	Where string // the entry whose evaluation wanted it
	How   string // one gets it
}

// withholder notes what an evaluation does not get.
type withholder struct {
	base  *Base
	entry Entry

	mu   sync.Mutex // guards list
	list []Withheld
}

// maxWithheld is how many things are noted.
const maxWithheld = 100

// note notes something that an evaluation goes without.
func (w *withholder) note(what, how string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := Withheld{What: what, Where: w.entry.String(), How: how}
	if len(w.list) < maxWithheld && !slices.Contains(w.list, h) {
		w.list = append(w.list, h)
	}
}

// refusal is the error of what is not done for an evaluation.
type refusal string

// Error implements error.
func (r refusal) Error() string { return string(r) }

// Is makes a refusal an error of what is forbidden.
func (refusal) Is(err error) bool { return err == eval.ErrForbidden }

func (w *withholder) all() []Withheld {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.list)
}

// howToFetch says how one gets something from elsewhere.
func (b *Base) howToFetch() string {
	const yourself = "fetch it yourself, as `nix flake archive` does for a flake, or add it to the search path"
	if b.options.Fetch == nil {
		return yourself
	}
	if trusted, _ := b.mayFetch(); trusted {
		return "set eval.fetch, or " + yourself
	}
	return "trust the workspace by the setting eval.trust, or " + yourself
}

// Fetch implements [eval.Fetcher].
func (w *withholder) Fetch(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	if w.base.Fetches() {
		got, err := w.base.fetch(ctx, r)
		switch {
		case errors.Is(err, eval.ErrUnreachable):
			w.note("fetching "+r.URL, "wait until there is a network ("+err.Error()+")")
		case errors.Is(err, context.Canceled) && ctx.Err() == nil:
			err = refusal("it was not wanted that '" + r.URL + "' is fetched")
			w.note("fetching "+r.URL, "start the server again, and let it be fetched")
		}
		return got, err
	}
	how := w.base.howToFetch()
	if r.Kind == eval.FetchRegistry {
		w.note("looking for a flake in the registry", how)
	} else {
		w.note("fetching "+r.URL, how)
	}
	return eval.Fetched{}, refusal(fmt.Sprintf("access to URI '%s' is forbidden in restricted mode; %s", r.URL, how))
}

// build is asked for what an evaluation needs to have built.
func (w *withholder) build(_ context.Context, drv path.Path, _ string) ([]path.Path, error) {
	const how = "build it yourself, and import what came out of it"
	w.note("building "+drv.Base()+" during evaluation", how)
	return nil, refusal(fmt.Sprintf("cannot build '%s' during evaluation; %s", drv, how))
}

// remote are the URIs that evaluations may ask the fetcher for. What is in the store
// already they get without.
var remote = []string{
	"http:", "https:", "ftp:", "ssh:", "git:", "git+http:", "git+https:", "git+ssh:", "git+git:", "tarball+http:", "tarball+https:",
	"file+http:", "file+https:", "hg+http:", "hg+https:", "hg+ssh:", "github:", "gitlab:", "sourcehut:", "flake:", "channel:",
}

// local are those of this machine, which count where everything may be read.
var local = []string{"file:", "git+file:", "tarball+file:", "file+file:", "path:"}

// Withheld returns what evaluations wanted and did not get, for the entries that are
// evaluated.
func (b *Base) Withheld() []Withheld {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []Withheld
	for _, g := range b.engines {
		list = append(list, g.withheld.all()...)
	}
	return list
}

// Withheld returns what the evaluation wanted and did not get.
func (s *State) Withheld() []Withheld {
	if s.withheld == nil {
		return nil
	}
	return s.withheld.all()
}

func (b *Base) mayFetch() (trusted, offline bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.trust, b.offline
}

// Trust says whether the workspace is trusted: whether evaluations may read
// everything, and have fetched what they want. All is evaluated again if that is
// new.
func (b *Base) Trust(yes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trust != yes {
		b.trust = yes
		b.restart()
	}
}

// Offline says whether nothing is fetched, whatever is trusted. All is evaluated again
// if that is new.
func (b *Base) Offline(yes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.offline != yes {
		b.offline = yes
		b.restart()
	}
}
