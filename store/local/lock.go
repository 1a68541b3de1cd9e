package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"firn/store/path"
)

// mode is how a file is locked.
type mode uint8

const (
	shared mode = iota
	exclusive
)

// openLock opens a file, makes it if need be, and locks it. If it has to wait, it
// calls waiting with who has the lock, and what that returns when the wait is over.
func openLock(ctx context.Context, name string, m mode, waiting func(holder string) func(error)) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	ok, err := tryLock(f, m)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if ok {
		return f, nil
	}
	end := waiting(holderOf(f))
	err = await(ctx, f, m)
	end(err)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// await locks a file that somebody else has locked. On an error it closes it.
//
// Nothing can interrupt the wait of the kernel, so a wait that is given up goes on
// in the background until the lock is free, and then gives it back.
func await(ctx context.Context, f *os.File, m mode) error {
	done := make(chan error, 1)
	go func() { done <- waitLock(f, m) }()
	select {
	case err := <-done:
		if err != nil {
			return errors.Join(err, f.Close())
		}
		return nil
	case <-ctx.Done():
		go func() {
			<-done
			_ = f.Close() // which gives up the lock; nobody is left to be told of an error
		}()
		return context.Cause(ctx)
	}
}

// Lock is the right to make some objects, until Unlock.
type Lock struct {
	store *Store
	held  []*held
}

// held is a lock on a path.
type held struct {
	path path.Path
	name string // of the lock file
	file *os.File
}

// Lock waits for the right to make objects at the paths. Nobody else in this process
// or in another one, Nix included, has it meanwhile. Whoever is waited for is told by
// an event of [store.Waiting]. Those of the paths that are already valid can be
// locked as well.
func (s *Store) Lock(ctx context.Context, paths []path.Path) (*Lock, error) {
	if s.o.ReadOnly {
		return nil, errReadOnly
	}
	l := &Lock{store: s}
	// As all do it in this order, nobody waits for each other.
	for _, p := range slices.Compact(slices.Sorted(slices.Values(paths))) {
		h, err := s.lock(ctx, p)
		if err != nil {
			return nil, errors.Join(err, l.Unlock())
		}
		l.held = append(l.held, h)
	}
	return l, nil
}

func (s *Store) lock(ctx context.Context, p path.Path) (*held, error) {
	h := &held{path: p, name: s.Real(p) + ".lock"}
	waiting := s.waiting(fmt.Sprintf("the lock on '%s'", p), p)
	if err := locking.enter(ctx, h.name, waiting); err != nil {
		return nil, err
	}
	for {
		f, err := openLock(ctx, h.name, exclusive, waiting)
		if err != nil {
			locking.leave(h.name)
			return nil, err
		}
		fresh, err := isFresh(f)
		if err == nil && fresh {
			h.file = f
			return h, nil
		}
		if err := errors.Join(err, discard(f)); err != nil {
			locking.leave(h.name)
			return nil, err
		}
	}
}

// isFresh reports whether a locked file is still the one with its name. Whoever had
// the lock before may have removed it, which Nix marks by writing something to it.
func isFresh(f *os.File) (bool, error) {
	info, err := f.Stat()
	if err != nil || info.Size() > 0 {
		return false, err
	}
	named, err := os.Lstat(f.Name())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(info, named), err
}

// discard closes a locked file that is not fresh, and removes it if it still has its
// name, which it has if somebody else than Nix has written to it.
func discard(f *os.File) error {
	mine, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	if named, err := os.Lstat(f.Name()); err == nil && os.SameFile(mine, named) {
		return removeLock(f)
	}
	return f.Close()
}

// removeLock removes a locked file, and gives up the lock.
func removeLock(f *os.File) error {
	err := os.Remove(f.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	_, marking := f.WriteString("d")
	return errors.Join(err, marking, f.Close())
}

// Unlock gives up the locks.
func (l *Lock) Unlock() error {
	var errs []error
	for _, h := range slices.Backward(l.held) {
		errs = append(errs, removeLock(h.file))
		locking.leave(h.name)
	}
	l.held = nil
	return errors.Join(errs...)
}

// locking are the lock files that goroutines of this process have or wait for. With
// it only one of them waits in the kernel, which takes a thread.
var locking = turns{m: map[string]*turn{}}

// turns are turns by name.
type turns struct {
	mu sync.Mutex
	m  map[string]*turn
}

type turn struct {
	ch    chan struct{} // full while somebody has the turn
	users int
}

// enter waits for the turn with a name.
func (t *turns) enter(ctx context.Context, name string, waiting func(string) func(error)) error {
	t.mu.Lock()
	e := t.m[name]
	if e == nil {
		e = &turn{ch: make(chan struct{}, 1)}
		t.m[name] = e
	}
	e.users++
	t.mu.Unlock()
	select {
	case e.ch <- struct{}{}:
		return nil
	default:
	}
	end := waiting("this process")
	select {
	case e.ch <- struct{}{}:
		end(nil)
		return nil
	case <-ctx.Done():
		t.forget(name, e)
		end(context.Cause(ctx))
		return context.Cause(ctx)
	}
}

// leave gives up a turn.
func (t *turns) leave(name string) {
	t.mu.Lock()
	e := t.m[name]
	t.mu.Unlock()
	<-e.ch
	t.forget(name, e)
}

func (t *turns) forget(name string, e *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.users--; e.users == 0 {
		delete(t.m, name)
	}
}
