package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"firn/eval"
	"firn/eval/flakeref"
	"firn/store/download"
	"firn/store/unpack"
)

// Options are what a Fetcher is given.
type Options struct {
	Dir    string       // in which everything is kept; it need not be there
	Client *http.Client // nil for one that waits neither for ever nor for long
	// Tokens are what is shown to those who ask who one is, by host, or host, owner
	// and repository with slashes between (setting access-tokens of Nix).
	Tokens map[string]string
	// Fresh is for how long an answer counts without asking again, 0 for
	// DefaultFresh (setting tarball-ttl of Nix). What has a hash counts for ever.
	Fresh time.Duration
	// Registries are files with registries of flakes, the most important one first.
	// They may be missing.
	Registries []string
	// Global is the URL of the registry for everybody, or the path of its file, ""
	// for none (setting flake-registry of Nix).
	Global string
	Limits unpack.Limits // for each archive
	Warn   func(msg string)
	// Watch is told what is being fetched with the context of Fetch, and how far
	// that is.
	Watch func(ctx context.Context, what string) download.Activity
}

// DefaultFresh is for how long an answer counts unless Options say otherwise.
const DefaultFresh = time.Hour

// DefaultGlobal is the registry for everybody that Nix has.
const DefaultGlobal = "https://channels.nixos.org/flake-registry.json"

// ask is a request for a file.
type ask struct {
	download.Request
	commit string // says what it is, if it can never be anything else
}

// key is what an answer is kept under.
func (a ask) key(kind string) string {
	if a.commit != "" {
		return "commit " + a.commit
	}
	return kind + " " + a.URL
}

// Fetcher fetches. Several goroutines may use it, and several processes the same
// directory.
type Fetcher struct {
	o       Options
	client  *download.Client
	prepare sync.Once
	trouble error // of preparing

	mu   sync.Mutex // guards what follows
	busy map[string]chan struct{}
}

var _ eval.Fetcher = (*Fetcher)(nil)

// New returns a Fetcher. Nothing is done until something is fetched.
func New(o Options) *Fetcher {
	o.Fresh = cmp.Or(o.Fresh, DefaultFresh)
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	client := &download.Client{HTTP: o.Client, Warn: o.Warn, Watch: o.Watch, Advice: adviseTokens}
	return &Fetcher{o: o, client: client, busy: map[string]chan struct{}{}}
}

// adviseTokens says what helps where a server wants to know who one is.
func adviseTokens(code int) string {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return "if the server wants to know who you are, set access-tokens in nix.conf"
	}
	return ""
}

// Fetch implements [eval.Fetcher]. An error that may pass is [eval.ErrUnreachable].
func (f *Fetcher) Fetch(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	f.prepare.Do(func() { f.trouble = f.tidy() })
	if f.trouble != nil {
		return eval.Fetched{}, f.trouble
	}
	got, err := f.fetch(ctx, r)
	if err == nil && r.Name != "" && filepath.Dir(got.At) == filepath.Join(f.o.Dir, trees) {
		f.alias(got.At, r.Name)
	}
	if err != nil && download.MayPass(err) && ctx.Err() == nil {
		err = unreachable{err}
	}
	return got, err
}

// unreachable is an error that may pass.
type unreachable struct{ error }

// Is implements what [errors.Is] asks.
func (unreachable) Is(err error) bool { return err == eval.ErrUnreachable }

// Unwrap implements what [errors.As] asks.
func (u unreachable) Unwrap() error { return u.error }

func (f *Fetcher) fetch(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	switch r.Kind {
	case eval.FetchFile:
		return f.file(ctx, r)
	case eval.FetchArchive:
		return f.archive(ctx, r)
	case eval.FetchForge:
		return f.forge(ctx, r)
	case eval.FetchGit:
		return f.git(ctx, r)
	case eval.FetchRegistry:
		return f.registry(ctx, r)
	case eval.FetchMercurial:
		return eval.Fetched{}, fmt.Errorf("cannot fetch '%s': firn does not speak with repositories of Mercurial; fetch an archive of it instead", r.URL)
	case eval.FetchClosure:
		return eval.Fetched{}, fmt.Errorf("cannot fetch '%s' from '%s': no store is attached that it could go to", r.Path, r.URL)
	}
	return eval.Fetched{}, fmt.Errorf("cannot fetch '%s': nobody knows what that is", r.URL)
}

// The directories in Options.Dir.
const (
	trees   = "tree"
	files   = "file"
	repos   = "git"
	answers = "answer"
	aliases = "store"
	unready = "unready" // what is being fetched
)

// tidy makes the directories, and removes what a crash has left and what nobody
// has used for long.
func (f *Fetcher) tidy() error {
	if f.o.Dir == "" {
		return errors.New("there is no directory for what is fetched; set XDG_CACHE_HOME or HOME")
	}
	for _, name := range []string{trees, files, repos, answers, aliases, unready} {
		if err := os.MkdirAll(filepath.Join(f.o.Dir, name), 0o777); err != nil {
			return err
		}
	}
	now := time.Now()
	for name, most := range map[string]time.Duration{unready: 24 * time.Hour, trees: unused, files: unused, repos: unused, answers: unused, aliases: unused} {
		dir := filepath.Join(f.o.Dir, name)
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || now.Sub(info.ModTime()) < most {
				continue
			}
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				f.o.Warn(fmt.Sprintf("cannot remove what was fetched long ago: %v", err))
			}
		}
	}
	return nil
}

// unused is how long nobody must have asked for something that is removed.
const unused = 90 * 24 * time.Hour

// alone waits until nobody else in this process fetches something, and returns
// what is to be called at the end.
func (f *Fetcher) alone(ctx context.Context, key string) (done func(), err error) {
	for {
		f.mu.Lock()
		other := f.busy[key]
		if other == nil {
			mine := make(chan struct{})
			f.busy[key] = mine
			f.mu.Unlock()
			return func() {
				f.mu.Lock()
				delete(f.busy, key)
				f.mu.Unlock()
				close(mine)
			}, nil
		}
		f.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// with returns attributes and more.
func with(attrs flakeref.Attrs, more flakeref.Attrs) flakeref.Attrs {
	all := flakeref.Attrs{}
	maps.Copy(all, attrs)
	maps.Copy(all, more)
	return all
}
