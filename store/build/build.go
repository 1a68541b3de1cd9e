// Package build realises derivations: it finds out what is missing, copies what
// others have built, builds the rest in sandboxes, and makes what comes of it
// part of a local store.
//
// [Builder.Plan] says what would be done and does nothing, [Builder.Build] does
// it. Both work on store paths only: whoever evaluates has put the derivations and
// their sources into the store before.
package build

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"time"

	"firn/store"
	"firn/store/drv"
	"firn/store/local"
	"firn/store/path"
	"firn/store/sandbox"
)

// Options say how a Builder works.
type Options struct {
	Store *local.Store

	// Offer returns what is best to be copied instead of built. What it returns is
	// trusted as to its hash and references. The error is [store.ErrNotFound] if
	// nobody has the object. Nil stands for nobody.
	Offer func(ctx context.Context, p path.Path) (*store.Offer, error)

	Jobs      int      // how many builds there are at a time; 0 for one (setting max-jobs)
	Cores     int      // how many cores each is told to use; 0 for all (setting cores)
	Transfers int      // how many objects are copied at a time; 0 for 16
	Systems   []string // those that can be built for here; nil for those of this machine
	Features  []string // what this machine has (setting system-features)
	Limits    Limits   // of each build

	// SandboxPaths are what every builder sees besides its inputs (setting
	// sandbox-paths).
	SandboxPaths []sandbox.Mount
	// Mirrors are asked for files by their hash first (setting hashed-mirrors).
	Mirrors []string
	Netrc   string       // a file with passwords for servers (setting netrc-file); "" for none
	HTTP    *http.Client // for what the built-in builders download; nil for the usual one
	Getenv  func(name string) string

	Policy Policy
	Events store.Events
}

// Limits bound a build. What is 0 is not bounded.
type Limits struct {
	Time    time.Duration // in all (setting timeout)
	Silence time.Duration // without anything printed (setting max-silent-time)
	Log     int64         // of what is printed, in bytes (setting max-build-log-size)
}

// Policy is what somebody may want otherwise. The zero value is what Nix does by
// default, but for the sandbox, which is not optional there either.
type Policy struct {
	KeepGoing    bool // go on with what does not depend on what failed
	KeepFailed   bool // leave the directory of a build that failed
	Check        bool // build what was asked for though it is there, and compare
	BuildOnly    bool // copy nothing from others
	FetchOnly    bool // build nothing
	NoSandbox    bool // let builders see the machine
	RelaxSandbox bool // let derivations see the machine that ask for it with __noChroot
}

// Target is what is to be realised: outputs of a derivation, or an object that
// others may have.
type Target struct {
	Path    path.Path // of a derivation if its name ends so
	Outputs []string  // of the derivation; nil for all
}

// Result is what became of a target.
type Result struct {
	Target
	Status  Status
	Outputs map[string]path.Path // by name; "out" for an object
	Err     error                // nil if the status is that of a success, often a [*Failure]
}

// Builder realises derivations. Several goroutines may use it at once.
type Builder struct {
	o Options

	mu     sync.Mutex
	offers map[path.Path]*lookup
	parsed map[path.Path]*drv.Derivation
}

// New returns a Builder.
func New(o Options) *Builder {
	o.Jobs = max(o.Jobs, 1)
	o.Cores = cmp.Or(o.Cores, runtime.NumCPU())
	o.Transfers = cmp.Or(o.Transfers, defaultTransfers)
	if o.Systems == nil {
		o.Systems = Systems()
	}
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	return &Builder{o: o, offers: map[path.Path]*lookup{}, parsed: map[path.Path]*drv.Derivation{}}
}

// defaultTransfers is how many objects are copied at a time (setting
// max-substitution-jobs of Nix).
const defaultTransfers = 16

// Systems returns the systems that this machine can build for, its own first.
func Systems() []string {
	cpu, ok := map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "i686", "arm": "armv7l", "riscv64": "riscv64"}[runtime.GOARCH]
	if !ok {
		cpu = runtime.GOARCH
	}
	list := []string{cpu + "-" + runtime.GOOS}
	if list[0] == "x86_64-linux" {
		list = append(list, "i686-linux")
	}
	return list
}

// derivation returns a derivation of the store.
func (b *Builder) derivation(ctx context.Context, p path.Path) (*drv.Derivation, error) {
	b.mu.Lock()
	d := b.parsed[p]
	b.mu.Unlock()
	if d != nil {
		return d, nil
	}
	d, err := b.o.Store.Derivation(ctx, p)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.parsed[p] = d
	b.mu.Unlock()
	return d, nil
}

// outputs returns the paths of outputs of a derivation by name, of all if names is
// nil.
func outputs(p path.Path, d *drv.Derivation, names []string) (map[string]path.Path, error) {
	if names == nil {
		for _, o := range d.Outputs {
			names = append(names, o.Name)
		}
	}
	paths := make(map[string]path.Path, len(names))
	for _, name := range names {
		o := d.Output(name)
		switch {
		case o == nil:
			return nil, fmt.Errorf("derivation '%s' does not have wanted outputs '%s'", p, name)
		case o.Path == "":
			return nil, fmt.Errorf("cannot realise '%s': outputs that are addressed by their content are an experimental feature of Nix that firn does not build", p)
		}
		paths[name] = o.Path
	}
	return paths, nil
}

// lookup is what was found out about an object that others may have.
type lookup struct {
	done  chan struct{} // closed when the rest is there
	offer *store.Offer
	err   error
}

// offer returns what is best to be copied for an object. Each is asked for once.
func (b *Builder) offer(ctx context.Context, p path.Path) (*store.Offer, error) {
	if b.o.Offer == nil || b.o.Policy.BuildOnly {
		return nil, store.ErrNotFound
	}
	b.mu.Lock()
	l, known := b.offers[p]
	if !known {
		l = &lookup{done: make(chan struct{})}
		b.offers[p] = l
	}
	b.mu.Unlock()
	if known {
		select {
		case <-l.done:
			return l.offer, l.err
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	l.offer, l.err = b.o.Offer(ctx, p)
	if ctx.Err() != nil {
		b.mu.Lock()
		delete(b.offers, p) // it says nothing about the object
		b.mu.Unlock()
	}
	close(l.done)
	return l.offer, l.err
}
