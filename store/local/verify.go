package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"firn/store"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
)

// VerifyOptions say what is verified.
type VerifyOptions struct {
	Paths    []path.Path // nil for all valid ones
	Contents bool        // whether hashes are compared, which reads everything
	Forget   bool        // whether what is gone, and nothing needs, becomes invalid
}

// Fault is something that is wrong with an object, or with a link to equal files.
type Fault struct {
	Path      path.Path // "" for a link
	Link      string    // where the link is
	Err       error
	Forgotten bool // whether the object became invalid because of that
}

// VerifyResult says what verifying has come to.
type VerifyResult struct {
	Checked int     // objects
	Faults  []Fault // sorted by path
}

// errGone is the fault of an object that is not on the disk.
var errGone = errors.New("it is valid, but not on the disk")

// Verify compares valid objects with what is known of them. The error is about
// verifying itself; what is wrong with objects is in the result. No garbage is
// collected meanwhile.
func (s *Store) Verify(ctx context.Context, o VerifyOptions) (result VerifyResult, err error) {
	if !s.o.ReadOnly {
		gc, err := openLock(ctx, filepath.Join(s.state, "gc.lock"), shared, s.waiting("the collection of garbage", ""))
		if err != nil {
			return result, err
		}
		defer func() { err = errors.Join(err, gc.Close()) }()
	}
	paths := o.Paths
	if paths == nil {
		if paths, err = s.All(ctx); err != nil {
			return result, err
		}
	}
	id, end := s.o.Events.Start(store.Started{Kind: store.Verifying, Text: fmt.Sprintf("verifying %d objects", len(paths))})
	defer func() { end(err) }()
	v := &verifier{s: s, id: id, total: int64(len(paths)), contents: o.Contents}
	if err := v.run(ctx, paths, o.Paths == nil); err != nil {
		return result, err
	}
	if o.Forget {
		if err := v.forget(ctx); err != nil {
			return result, err
		}
	}
	slices.SortFunc(v.faults, func(a, b Fault) int {
		return strings.Compare(string(a.Path)+a.Link, string(b.Path)+b.Link)
	})
	return VerifyResult{Checked: len(paths), Faults: v.faults}, nil
}

type verifier struct {
	s        *Store
	id       store.Activity
	contents bool
	total    int64

	mu     sync.Mutex
	done   int64
	faults []Fault
}

// run verifies objects, several at a time, and then the links.
func (v *verifier) run(ctx context.Context, paths []path.Path, links bool) error {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range paths {
		g.Go(func() error {
			wrong, err := v.object(gctx, p)
			if err != nil {
				return err
			}
			v.mu.Lock()
			defer v.mu.Unlock()
			if wrong != nil {
				v.faults = append(v.faults, Fault{Path: p, Err: wrong})
			}
			v.done++
			v.s.o.Events.Send(store.Progress{Activity: v.id, Done: v.done, Total: v.total})
			return nil
		})
	}
	if err := g.Wait(); err != nil || !links || !v.contents {
		return err
	}
	return v.links(ctx)
}

// object returns what is wrong with an object.
func (v *verifier) object(ctx context.Context, p path.Path) (wrong, err error) {
	info, err := v.s.Info(ctx, p)
	if errors.Is(err, store.ErrNotFound) {
		return err, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(v.s.Real(p)); errors.Is(err, fs.ErrNotExist) {
		return errGone, nil
	} else if err != nil {
		return err, nil
	}
	if !v.contents {
		return nil, nil
	}
	got, size, err := nar.Sum(ctx, hash.SHA256, v.s.tree(p))
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return err, nil
	case got != info.NarHash:
		return fmt.Errorf("it was modified: expected hash '%s', got '%s'", info.NarHash, got), nil
	case size != info.NarSize && info.NarSize != 0: // old stores do not have it
		return fmt.Errorf("its archive has %d bytes, and %d are expected", size, info.NarSize), nil
	}
	return nil, nil
}

// links verifies the links of equal files.
func (v *verifier) links(ctx context.Context) error {
	dir := filepath.Join(v.s.real, linksName)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		got, _, err := nar.Sum(ctx, hash.SHA256, nar.Tree{FS: nar.OS{}, Root: name})
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err == nil && got.Nix32() != e.Name() {
			err = fmt.Errorf("it was modified: got hash '%s'", got.Nix32())
		}
		if err != nil {
			v.faults = append(v.faults, Fault{Link: name, Err: err})
		}
	}
	return nil
}

// forget makes objects invalid that are not on the disk, as far as nothing else that
// is valid refers to them.
func (v *verifier) forget(ctx context.Context) error {
	if v.s.o.ReadOnly {
		return errReadOnly
	}
	// What refers to others goes first, so as long as one goes there may be more.
	for again := true; again; {
		again = false
		for i := range v.faults {
			f := &v.faults[i]
			if f.Forgotten || !errors.Is(f.Err, errGone) {
				continue
			}
			gone, err := v.s.invalidate(ctx, f.Path)
			if err != nil {
				return err
			}
			f.Forgotten = gone
			again = again || gone
		}
	}
	return nil
}

// invalidate makes an object invalid unless another one refers to it, and reports
// whether it is invalid now.
func (s *Store) invalidate(ctx context.Context, p path.Path) (bool, error) {
	var left int
	err := s.db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `delete from ValidPaths where path = ?1 and not exists
			(select 1 from Refs where reference = ValidPaths.id and referrer <> ValidPaths.id)`, string(p))
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "select count(*) from ValidPaths where path = ?", string(p)).Scan(&left)
	})
	return err == nil && left == 0, err
}
