package knowledge

import (
	"context"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"firn/eval"
	"firn/lsp/feature/catalogue"
	"firn/parser/scope"
)

// Options are what a Base is given from outside.
type Options struct {
	// Background runs work until it returns. Its context ends with the Base.
	Background func(name string, work func(context.Context))
	// Log is told what has happened, with facts as pairs of a name and a value.
	Log func(what string, facts ...any)
	// Says is told what evaluations say, as by builtins.trace.
	Says       func(msg string)
	SearchPath []string      // entries as in NIX_PATH
	Channels   []string      // directories of channels that the search path may lack
	Memory     uint64        // of the heap, in bytes, that evaluations may leave in use; 0 for DefaultMemory
	Patience   time.Duration // after which an evaluation is given up; 0 for DefaultPatience
	// Settings are how the user wants evaluations to go, with the environment of the
	// process and all that it may read. Nil is for an editor, which evaluates what
	// somebody else may have written; then SearchPath counts.
	Settings *eval.Settings
	// Refused makes packages known that nixpkgs would refuse for being unfree, broken,
	// insecure or for another system.
	Refused bool
	// Cache is the directory for what is kept for the next start, "" for nowhere.
	Cache string
	// Fetch fetches for workspaces that are trusted. Nil fetches nothing.
	Fetch eval.Fetcher
	// Evaluating is told that a configuration is being evaluated, until done is called.
	Evaluating func() (done func())
	// Changed is called when more is known than before.
	Changed func()
}

// The defaults of Options.
const (
	DefaultMemory   = 3 << 30
	DefaultPatience = time.Minute
)

// Workspace is what a Base is about.
type Workspace struct {
	Folders []string // paths of directories
	Files   []string // of them that are Nix files
	Load    func(path string) *scope.Info
}

// Base is what is known of a workspace by evaluation.
type Base struct {
	options   Options
	adjust    func(*eval.Settings, eval.Host) eval.Host // see Fork; nil for none
	open      texts
	errands   errands
	catalogue struct {
		start sync.Once
		found atomic.Pointer[catalogue.Catalogue]
	}

	mu      sync.Mutex // guards what follows
	folders []string
	trust   bool
	offline bool // nothing is fetched, even with trust
	roots   map[Entry]*root
	engines map[string]*engine // by the path of the entry, or the kind if it has none
}

// New returns a Base that knows nothing yet.
func New(o Options) *Base {
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
	if o.Evaluating == nil {
		o.Evaluating = func() func() { return func() {} }
	}
	if o.Says == nil {
		o.Says = func(string) {}
	}
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	if o.Patience == 0 {
		o.Patience = DefaultPatience
	}
	if o.Changed == nil {
		o.Changed = func() {}
	}
	return &Base{options: o, roots: map[Entry]*root{}, engines: map[string]*engine{}}
}

func (b *Base) background(name string, work func(context.Context)) { b.options.Background(name, work) }

// evaluator returns a new evaluator, which may read the workspace, the search path
// and the store, everything if the workspace is trusted, or what the settings of the
// user say.
func (b *Base) evaluator(w *withholder) *eval.Evaluator {
	b.mu.Lock()
	dirs, uris := append(slices.Clone(b.folders), nixDir), remote
	if b.trust {
		dirs, uris = append(dirs, "/"), slices.Concat(remote, local)
	}
	b.mu.Unlock()
	dirs = append(dirs, b.options.Channels...)
	settings := eval.Settings{NixPath: b.options.SearchPath, System: system(), Trace: true, Features: features}.ForEditor(dirs...)
	settings.AllowedURIs, settings.Fetch, settings.Build = uris, w, w.build
	if b.options.Settings != nil {
		settings = *b.options.Settings
		settings.Allowed = append(slices.Clone(settings.Allowed), nixDir)
		settings.Features = maps.Clone(features)
		maps.Copy(settings.Features, b.options.Settings.Features)
	}
	var world eval.Host = host{open: &b.open, says: b.options.Says, environment: b.options.Settings != nil, refused: b.options.Refused}
	if b.adjust != nil {
		world = b.adjust(&settings, world)
	}
	return eval.New(eval.Options{Host: world, Settings: settings, Memory: b.options.Memory})
}

// features are the experimental features without which there are no flakes.
var features = map[string]bool{"flakes": true, "fetch-tree": true}

// system returns the name that Nix has for this machine.
func system() string {
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "i686", "riscv64": "riscv64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return arch + "-" + runtime.GOOS
}

// Allow adds directories to those that may be read. What was evaluated without
// one that is new is evaluated again.
func (b *Base) Allow(dirs []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, dir := range dirs {
		if !slices.ContainsFunc(b.folders, func(f string) bool { return f == dir || under(dir, f) }) {
			b.folders = append(b.folders, dir)
			b.restart()
		}
	}
}

// restart gives up all that was evaluated; b.mu is held.
func (b *Base) restart() {
	for _, r := range b.roots {
		r.end()
	}
	b.roots, b.engines = map[Entry]*root{}, map[string]*engine{}
}

// SetText tells the text of an open document, as far as it can be read.
func (b *Base) SetText(path, src string) {
	if old, ok := b.open.get(path); ok && old == src {
		return
	}
	b.replace(func(m map[string]string) { m[path] = src })
	b.Changed(path)
}

// Close gives a document back to the file system.
func (b *Base) Close(path string) {
	if _, ok := b.open.get(path); !ok {
		return
	}
	b.replace(func(m map[string]string) { delete(m, path) })
	b.Changed(path)
}

func (b *Base) replace(change func(map[string]string)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := map[string]string{}
	if old := b.open.Load(); old != nil {
		m = maps.Clone(*old)
	}
	change(m)
	b.open.Store(&m)
}

// Changed takes notice of files that have changed, come or gone.
func (b *Base) Changed(paths ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.roots {
		r.changed(paths)
	}
}

// root returns the root of an entry.
func (b *Base) root(e Entry) *root {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.roots[e]
	if r == nil {
		r = newRoot(b, b.engine(e), e)
		r.told = append(r.told, func(*State) { b.options.Changed() })
		b.roots[e] = r
	}
	return r
}

// engine returns the engine of an entry; b.mu is held.
func (b *Base) engine(e Entry) *engine {
	key := e.Path
	if key == "" {
		key = e.Kind.String()
	}
	g := b.engines[key]
	if g == nil {
		g = &engine{base: b, withheld: &withholder{base: b, entry: Entry{Kind: e.Kind, Path: e.Path}}}
		b.engines[key] = g
	}
	return g
}

// States returns the roots that are evaluated, as they are now.
func (b *Base) States() []*State {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []*State
	for _, r := range b.roots {
		if s := r.latest(); s != nil {
			list = append(list, s)
		}
	}
	return list
}

// near returns the entries among files that a file may belong to, the nearest
// first: those in its directory and the directories above it, then the others of
// its folder.
func near(path string, entries []Entry) []Entry {
	distance := func(e Entry) int {
		dir := filepath.Dir(e.Path)
		if under(path, dir) {
			return strings.Count(path[len(dir):], "/")
		}
		const elsewhere = 1000
		return elsewhere + len(dir)
	}
	list := slices.Clone(entries)
	slices.SortStableFunc(list, func(a, b Entry) int { return distance(a) - distance(b) })
	return list
}
