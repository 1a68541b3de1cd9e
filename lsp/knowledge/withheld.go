package knowledge

import (
	"context"
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

// withhold notes something, and returns the error that says so.
func (w *withholder) withhold(what, how string) error {
	w.note(what, how)
	return fmt.Errorf("%s is withheld; %s: %w", what, how, eval.ErrForbidden)
}

func (w *withholder) all() []Withheld {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.list)
}

// fetchYourself says how one gets something from elsewhere.
const fetchYourself = "fetch it yourself, as `nix flake archive` does for a flake, or add it to the search path"

// Fetch implements [eval.Fetcher].
func (w *withholder) Fetch(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	what := "fetching " + r.URL
	if r.Kind == eval.FetchRegistry {
		what = "looking for a flake in the registry"
	}
	if f := w.base.options.Fetch; f != nil {
		if w.base.trusted() {
			return f.Fetch(ctx, r)
		}
		return eval.Fetched{}, w.withhold(what, "trust the workspace by the setting eval.trust, or fetch it yourself, as `nix flake archive` does for a flake")
	}
	return eval.Fetched{}, w.withhold(what, fetchYourself)
}

// build is asked for what an evaluation needs to have built.
func (w *withholder) build(_ context.Context, drv path.Path, _ string) ([]path.Path, error) {
	return nil, w.withhold("building "+drv.Base()+" during evaluation", "build it yourself, and import what came out of it")
}

// remote are the URIs that evaluations may ask the fetcher for. What is in the store
// already they get without.
var remote = []string{
	"http:", "https:", "ftp:", "ssh:", "git:", "git+http:", "git+https:", "git+ssh:", "git+git:", "tarball+http:", "tarball+https:",
	"file+http:", "file+https:", "hg+http:", "hg+https:", "hg+ssh:", "github:", "gitlab:", "sourcehut:", "flake:", "channel:",
}

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

func (b *Base) trusted() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.trust
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
