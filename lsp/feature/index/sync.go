package index

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"firn/parser"
)

// MaxFileSize is the largest file in bytes that is indexed. The largest of
// nixpkgs, which are generated, have less than this.
const MaxFileSize = 24 << 20

// bigFile is the size from which on files are read one at a time, so that the
// memory for their trees does not add up.
const bigFile = 1 << 20

// Options say how files become symbols. Parse is required.
type Options struct {
	// Parse returns the tree of a text, if it can also of a broken one. A file
	// of which it has none is skipped.
	Parse func(src string) (*parser.Tree, error)
	// Skipped is told which files are left out and why; a file that is not
	// there any more is none of them. It may be called concurrently.
	Skipped func(path string, reason error)
	// Progress is told how many of the files are done. Calls do not overlap.
	Progress func(done, total int)
}

// Sync makes x hold the symbols of exactly the files with the given paths, as
// they are on disk. It reads only those that have changed since they were read
// last. The error is that of ctx; what was done until then is kept.
func (x *Index) Sync(ctx context.Context, paths []string, o Options) error {
	err := x.Refresh(ctx, paths, o)
	if err != nil {
		return err
	}
	wanted := make(map[string]bool, len(paths))
	for _, path := range paths {
		wanted[path] = true
	}
	x.retain(func(path string) bool { return wanted[path] })
	return nil
}

// Refresh looks again at the given files, and leaves alone what x holds of
// others. A file that is not there is dropped.
func (x *Index) Refresh(ctx context.Context, paths []string, o Options) error {
	r := refresh{index: x, options: o, paths: paths}
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		workers.Go(func() { r.work(ctx) })
	}
	workers.Wait()
	return ctx.Err()
}

type refresh struct {
	index   *Index
	options Options
	paths   []string
	next    atomic.Int64
	big     sync.Mutex // is held while a big file is in memory

	mu   sync.Mutex // guards done, and calls of Progress
	done int
}

func (r *refresh) work(ctx context.Context) {
	for ctx.Err() == nil {
		i := int(r.next.Add(1)) - 1
		if i >= len(r.paths) {
			return
		}
		if err := r.guarded(r.paths[i]); err != nil && r.options.Skipped != nil {
			r.options.Skipped(r.paths[i], err)
		}
		r.report()
	}
}

func (r *refresh) report() {
	if r.options.Progress == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	r.options.Progress(r.done, len(r.paths))
}

// PanicError is the reason to skip a file at which something panicked.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// guarded is file, except that a panic ends no more than it. The workers are
// goroutines of their own, so nobody around would catch it.
func (r *refresh) guarded(path string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			r.index.remove(path)
			err = &PanicError{v, debug.Stack()}
		}
	}()
	return r.file(path)
}

// ErrFull is the reason to skip a file for which the index has no room.
var ErrFull = fmt.Errorf("the index is full: %d symbols or %d bytes of names", maxSymbols, maxText)

func (r *refresh) file(path string) error {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		r.index.remove(path)
		return ignoreMissing(err)
	}
	stamp := stampOf(info)
	if known, ok := r.index.stampOf(path); ok && known == stamp {
		return nil
	}
	if info.Size() > MaxFileSize {
		r.index.put(path, stamp, nil)
		return errTooLarge
	}
	if info.Size() >= bigFile {
		r.big.Lock()
		defer r.big.Unlock()
	}
	return r.read(path)
}

var errTooLarge = fmt.Errorf("larger than %d bytes", MaxFileSize)

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func (r *refresh) read(path string) error {
	src, stamp, err := read(path)
	if err != nil {
		r.index.remove(path)
		return ignoreMissing(err)
	}
	stamp = stamp.sure(time.Now())
	tree, err := r.options.Parse(src)
	if err != nil {
		r.index.put(path, stamp, nil)
		return err
	}
	if !r.index.put(path, stamp, symbolsOf(tree)) {
		return ErrFull
	}
	return nil
}

// read returns a file and its stamp from before it was read. It does not wait
// for a writer should a pipe have taken the file's place.
func read(path string) (string, Stamp, error) {
	in, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", Stamp{}, err
	}
	src, stamp, err := readOpen(in)
	return src, stamp, errors.Join(err, in.Close())
}

func readOpen(in *os.File) (string, Stamp, error) {
	info, err := in.Stat()
	if err != nil {
		return "", Stamp{}, err
	}
	if !info.Mode().IsRegular() {
		return "", Stamp{}, errNotRegular
	}
	src := make([]byte, min(info.Size(), MaxFileSize)+1)
	n, err := io.ReadFull(in, src)
	switch {
	case err == nil && n > MaxFileSize:
		return "", Stamp{}, errTooLarge
	case err == nil:
		return "", Stamp{}, errGrowing
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return string(src[:n]), stampOf(info), nil
	default:
		return "", Stamp{}, err
	}
}

var (
	errNotRegular = errors.New("not a regular file")
	errGrowing    = errors.New("the file grew while it was read")
)

func (x *Index) remove(path string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(path)
}
