package knowledge

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"firn/eval"
)

// source is a fetcher that does what a test wants.
type source struct {
	mu    sync.Mutex // guards count
	count int
	fetch func(ctx context.Context, count int) (eval.Fetched, error)
}

// Fetch implements [eval.Fetcher].
func (s *source) Fetch(ctx context.Context, _ eval.Request) (eval.Fetched, error) {
	s.mu.Lock()
	s.count++
	n := s.count
	s.mu.Unlock()
	return s.fetch(ctx, n)
}

func (s *source) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

var errUnreachable = fmt.Errorf("%w: no route", eval.ErrUnreachable)

func trusting(t *testing.T, s *source) *Base {
	t.Helper()
	b := begin(t, t.TempDir(), Options{Fetch: s})
	b.Trust(true)
	return b
}

// TestErrand checks that a request does not wait long for what is fetched, and that it
// is fetched all the same.
func TestErrand(t *testing.T) {
	gate := make(chan struct{})
	s := &source{fetch: func(context.Context, int) (eval.Fetched, error) {
		<-gate
		return eval.Fetched{At: "/there"}, nil
	}}
	b := trusting(t, s)
	r := eval.Request{URL: "https://example.org/x"}
	for range 2 {
		if _, err := b.fetch(within(t), r); !errors.Is(err, eval.ErrLater) {
			t.Errorf("the error is %v", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.fetch(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	close(gate)
	patient, end := patiently(within(t), time.Minute)
	defer end()
	if got, err := b.fetch(patient, r); err != nil || got.At != "/there" || s.asked() != 1 {
		t.Errorf("%v, %v, asked %d times", got, err, s.asked())
	}
}

// TestPatience checks that waiting for what is fetched is no part of the time that an
// evaluation has.
func TestPatience(t *testing.T) {
	const d = 50 * time.Millisecond
	s := &source{fetch: func(context.Context, int) (eval.Fetched, error) {
		time.Sleep(4 * d)
		return eval.Fetched{}, nil
	}}
	b := trusting(t, s)
	ctx, end := patiently(t.Context(), d)
	defer end()
	if _, err := b.fetch(ctx, eval.Request{}); err != nil {
		t.Error(err)
	}
	<-ctx.Done()
	if err := context.Cause(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the evaluation ends for %v", err)
	}
}

// TestUnreachable checks that what nobody answers for is tried again, that the user is
// told of it, and that all is evaluated again when it is there.
func TestUnreachable(t *testing.T) {
	defer func(d time.Duration) { retrying = d }(retrying)
	retrying = time.Millisecond
	tree := t.TempDir()
	if err := os.WriteFile(filepath.Join(tree, "value.nix"), []byte("42"), 0o666); err != nil {
		t.Fatal(err)
	}
	back := make(chan struct{})
	s := &source{fetch: func(_ context.Context, n int) (eval.Fetched, error) {
		if n <= 3 {
			return eval.Fetched{}, errUnreachable
		}
		<-back
		return eval.Fetched{At: tree}, nil
	}}
	b := trusting(t, s)
	const text = `import (builtins.fetchTarball "https://example.org/a.tar.gz" + "/value.nix")`
	v, g, err := ask(t, b, text)
	if err == nil {
		_, err = v.Force(within(t))
	}
	if e, ok := asError(err); !ok || e.Kind != eval.Unreachable {
		t.Fatalf("the error is %v", err)
	}
	if list := g.withheld.all(); len(list) != 1 || !strings.Contains(list[0].How, "no route") {
		t.Errorf("withheld: %v", list)
	}
	close(back)
	begun := func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.engine(Entry{Kind: Network, Path: "/" + t.Name()}) != g
	}
	for deadline := time.Now().Add(time.Minute); !begun(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing is evaluated again")
		}
	}
	v, _, err = ask(t, b, text)
	if err == nil {
		_, err = v.Force(within(t))
	}
	if err != nil || s.asked() != 4 {
		t.Errorf("%v, asked %d times", err, s.asked())
	}
}

// TestStopped checks that what somebody did not want fetched is not fetched again.
func TestStopped(t *testing.T) {
	s := &source{fetch: func(context.Context, int) (eval.Fetched, error) { return eval.Fetched{}, context.Canceled }}
	b := trusting(t, s)
	for range 2 {
		v, _, err := ask(t, b, `builtins.fetchTarball "https://example.org/a.tar.gz"`)
		if err == nil {
			_, err = v.Force(within(t))
		}
		if e, ok := asError(err); !ok || e.Kind != eval.Forbidden {
			t.Fatalf("the error is %v", err)
		}
	}
	if s.asked() != 1 {
		t.Errorf("asked %d times", s.asked())
	}
}

// TestFetchedInputs checks that inputs are fetched where they may be, though the search
// path could stand in for them, and that it does where they are not to be had.
func TestFetchedInputs(t *testing.T) {
	world, err := filepath.Abs("../testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	tree := t.TempDir()
	fetched := `{ outputs = { self }: { lib = import ` + world + `/lib // { nixosSystem = import ` + world + `/nixos/lib/eval-config.nix; }; }; }`
	if err := os.WriteFile(filepath.Join(tree, "flake.nix"), []byte(fetched), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		err     error
		offline bool
		asked   int
		standIn bool
	}{
		{"there", nil, false, 1, false},
		{"not to be had", errUnreachable, false, 1, true},
		{"offline", nil, true, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &source{fetch: func(context.Context, int) (eval.Fetched, error) { return eval.Fetched{At: tree}, tt.err }}
			dir := t.TempDir()
			flake := `{ inputs.nixpkgs.url = "https://example.org/x.tar.gz"; outputs = { nixpkgs, ... }: { nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ]; }; }; }`
			if err := os.WriteFile(filepath.Join(dir, "flake.nix"), []byte(flake), 0o666); err != nil {
				t.Fatal(err)
			}
			b := begin(t, dir, Options{Fetch: s, SearchPath: []string{"nixpkgs=" + world}})
			b.Trust(true)
			b.Offline(tt.offline)
			state, err := b.root(Entry{Kind: Flake, Path: filepath.Join(dir, "flake.nix"), Name: "nixosConfigurations.a"}).await(within(t))
			if err != nil {
				t.Fatal(err)
			}
			if (state.StandIn() != "") != tt.standIn || s.asked() != tt.asked {
				t.Errorf("%q, asked %d times; %v", state.StandIn(), s.asked(), state.Err())
			}
		})
	}
}
