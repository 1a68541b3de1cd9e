package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"firn/store"
	"firn/store/drv"
	"firn/store/hash"
	"firn/store/path"
)

// CycleError says that objects refer to each other in a circle.
type CycleError struct {
	From, To path.Path // a reference of the circle
}

// Error returns the message.
func (e *CycleError) Error() string {
	return fmt.Sprintf("cycle detected in the references of '%s' from '%s'", e.To, e.From)
}

// Register makes objects valid that are in their places and normalised, all of them
// or none. What they refer to is valid or among them. What is known of objects that
// are valid already is replaced, except for their references, which grow.
//
// Derivations must have the paths of outputs that follow from what they say, and
// paths with a content address the path that follows from it.
func (s *Store) Register(ctx context.Context, infos []store.Info) error {
	if s.o.ReadOnly {
		return errReadOnly
	}
	if len(infos) == 0 {
		return nil
	}
	if err := checkCycle(infos); err != nil {
		return err
	}
	outputs := map[path.Path][]drv.Output{}
	for i := range infos {
		made, err := s.checkInfo(&infos[i])
		if err != nil {
			return err
		}
		outputs[infos[i].Path] = made
	}
	if err := s.sync(infos); err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *sql.Tx) error {
		w := writer{ctx: ctx, tx: tx, statements: map[string]*sql.Stmt{}}
		return w.register(infos, outputs)
	})
}

// checkCycle fails if the objects refer to each other in a circle, which only
// outputs of one derivation can.
func checkCycle(infos []store.Info) error {
	g := newGraph()
	starts := make([]int, len(infos))
	for i := range infos {
		starts[i] = g.node(infos[i].Path)
	}
	for i := range infos {
		for _, r := range infos[i].References {
			if r != infos[i].Path {
				to := g.node(r)
				g.refs[starts[i]] = append(g.refs[starts[i]], to)
			}
		}
	}
	if _, cycle := postOrder(starts, g.next); cycle != nil {
		return &CycleError{g.paths[cycle.from], g.paths[cycle.to]}
	}
	return nil
}

// checkInfo fails if an object cannot be registered, and returns the outputs if it
// is a derivation.
func (s *Store) checkInfo(info *store.Info) ([]drv.Output, error) {
	p := info.Path
	if _, err := s.o.Dir.Parse(string(p)); err != nil {
		return nil, err
	}
	if info.NarHash.Algorithm() != hash.SHA256 {
		return nil, fmt.Errorf("the archive of '%s' has no sha256 hash", p)
	}
	if info.CA != "" && !info.IsContentAddressed() {
		return nil, fmt.Errorf("cannot add path '%s' to the store because it claims to be content-addressed, by '%s', but isn't", p, info.CA)
	}
	if _, err := os.Lstat(s.Real(p)); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("'%s' cannot become valid, since it is not on the disk", p)
	} else if err != nil {
		return nil, err
	}
	if !p.IsDerivation() {
		return nil, nil
	}
	d, err := s.read(p)
	if err != nil {
		return nil, err
	}
	return d.Outputs, s.hashes.Check(p, d)
}

// writer writes to the database, in a transaction.
type writer struct {
	ctx        context.Context
	tx         *sql.Tx
	statements map[string]*sql.Stmt // which end with the transaction
}

// exec runs a statement, which is prepared once.
func (w *writer) exec(query string, args ...any) (sql.Result, error) {
	st, ok := w.statements[query]
	if !ok {
		var err error
		if st, err = w.tx.PrepareContext(w.ctx, query); err != nil {
			return nil, err
		}
		w.statements[query] = st
	}
	return st.ExecContext(w.ctx, args...)
}

func (w *writer) register(infos []store.Info, outputs map[path.Path][]drv.Output) error {
	for i := range infos {
		if err := w.object(&infos[i]); err != nil {
			return err
		}
		for _, o := range outputs[infos[i].Path] {
			if o.Path == "" {
				continue // it is not known before it is built
			}
			_, err := w.exec(`insert or replace into DerivationOutputs (drv, id, path)
				values ((select id from ValidPaths where path = ?), ?, ?)`, string(infos[i].Path), o.Name, string(o.Path))
			if err != nil {
				return err
			}
		}
	}
	for i := range infos {
		for _, r := range infos[i].References {
			if err := w.reference(infos[i].Path, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// object writes the row of an object.
func (w *writer) object(info *store.Info) error {
	registered := info.Registered
	if registered.IsZero() {
		registered = time.Now()
	}
	// What is not known is null, as Nix writes it.
	_, err := w.exec(`insert into ValidPaths (path, hash, registrationTime, deriver, narSize, ultimate, sigs, ca)
		values (?, ?, ?, nullif(?, ''), nullif(?, 0), nullif(?, 0), nullif(?, ''), nullif(?, ''))
		on conflict (path) do update set hash = excluded.hash, narSize = excluded.narSize,
			ultimate = excluded.ultimate, sigs = excluded.sigs, ca = excluded.ca`,
		string(info.Path), "sha256:"+info.NarHash.Hex(), registered.Unix(), string(info.Deriver), info.NarSize,
		boolean(info.Ultimate), strings.Join(slices.Sorted(slices.Values(info.Signatures)), " "), info.CA)
	return err
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (w *writer) reference(from, to path.Path) error {
	res, err := w.exec(`insert or replace into Refs (referrer, reference)
		select a.id, b.id from ValidPaths a, ValidPaths b where a.path = ? and b.path = ?`, string(from), string(to))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fmt.Errorf("'%s' cannot become valid, since it refers to '%s', which is not valid", from, to)
}
