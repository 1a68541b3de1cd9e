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

// Info returns what is known of a valid object. The error is [store.ErrNotFound] if
// it is not valid.
func (s *Store) Info(ctx context.Context, p path.Path) (*store.Info, error) {
	var info *store.Info
	err := s.db.query(ctx, func(rows *sql.Rows) error {
		var row row
		var ref sql.NullString
		if err := rows.Scan(&row.hash, &row.registered, &row.deriver, &row.size, &row.ultimate, &row.sigs, &row.ca, &ref); err != nil {
			return err
		}
		if info == nil {
			var err error
			if info, err = row.info(p); err != nil {
				return err
			}
		}
		if ref.Valid {
			info.References = append(info.References, path.Path(ref.String))
		}
		return nil
	}, `select v.hash, v.registrationTime, v.deriver, v.narSize, v.ultimate, v.sigs, v.ca, r.path
		from ValidPaths v left join Refs on referrer = v.id left join ValidPaths r on r.id = reference
		where v.path = ? order by r.path`, string(p))
	if err == nil && info == nil {
		err = notFound(p)
	}
	return info, err
}

func notFound(p path.Path) error {
	return fmt.Errorf("'%s' is not valid in the local store: %w", p, store.ErrNotFound)
}

// row is a row of ValidPaths.
type row struct {
	hash              string
	registered        int64
	deriver, sigs, ca sql.NullString
	size, ultimate    sql.NullInt64
}

func (r *row) info(p path.Path) (*store.Info, error) {
	h, err := hash.Parse(r.hash, hash.SHA256)
	if err != nil {
		return nil, fmt.Errorf("the database of the store is damaged at '%s': %w", p, err)
	}
	return &store.Info{
		Path: p, Deriver: path.Path(r.deriver.String), NarHash: h, NarSize: r.size.Int64,
		Signatures: strings.Fields(r.sigs.String), CA: r.ca.String,
		Ultimate: r.ultimate.Int64 == 1, Registered: time.Unix(r.registered, 0),
	}, nil
}

// Valid returns which of the paths are those of valid objects.
func (s *Store) Valid(ctx context.Context, paths []path.Path) (map[path.Path]bool, error) {
	valid := make(map[path.Path]bool, len(paths))
	args, err := list(paths)
	if err != nil {
		return nil, err
	}
	found, err := s.paths(ctx, "select path from ValidPaths where path in (select value from json_each(?))", args)
	for _, p := range found {
		valid[p] = true
	}
	return valid, err
}

// paths returns the paths that a statement asks for.
func (s *Store) paths(ctx context.Context, query string, args ...any) ([]path.Path, error) {
	var found []path.Path
	err := s.db.query(ctx, func(rows *sql.Rows) error {
		var p string
		if err := rows.Scan(&p); err != nil {
			return err
		}
		found = append(found, path.Path(p))
		return nil
	}, query, args...)
	return found, err
}

// All returns the paths of all valid objects, sorted.
func (s *Store) All(ctx context.Context) ([]path.Path, error) {
	return s.paths(ctx, "select path from ValidPaths order by path")
}

// FromHashPart returns the path of the valid object with the hash part. The error
// is [store.ErrNotFound] if there is none.
func (s *Store) FromHashPart(ctx context.Context, part string) (path.Path, error) {
	if len(part) != path.HashLen || strings.ContainsFunc(part, func(r rune) bool { return r > 0x7f || !hash.IsNix32(byte(r)) }) {
		return "", fmt.Errorf("'%s' is not the hash part of a store path, which has %d digits", part, path.HashLen)
	}
	prefix := s.o.Dir.String() + "/" + part
	found, err := s.paths(ctx, "select path from ValidPaths where path >= ? and path < ? limit 1", prefix+"-", prefix+".")
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("no valid path has the hash part '%s': %w", part, store.ErrNotFound)
	}
	return found[0], nil
}

// Closure returns the objects that the roots need at run time, the roots among
// them. What is referred to comes before what refers to it. All roots must be
// valid, else the error is [store.ErrNotFound].
func (s *Store) Closure(ctx context.Context, roots []path.Path) ([]path.Path, error) {
	args, err := list(roots)
	if err != nil {
		return nil, err
	}
	g := newGraph()
	err = s.db.query(ctx, g.scan, `with recursive closure(id) as (
			select id from ValidPaths where path in (select value from json_each(?))
			union select reference from Refs join closure on referrer = closure.id)
		select v.path, r.path from closure join ValidPaths v on v.id = closure.id
			left join Refs on referrer = v.id left join ValidPaths r on r.id = reference
		order by v.path, r.path`, args)
	if err != nil {
		return nil, err
	}
	starts := make([]int, len(roots))
	for i, p := range slices.Sorted(slices.Values(roots)) {
		n, ok := g.index[p]
		if !ok {
			return nil, notFound(p)
		}
		starts[i] = n
	}
	order, _ := postOrder(starts, g.next)
	return g.named(order), nil
}

// Referrers returns the valid objects that refer to a path, sorted; the one at the
// path itself may be among them.
func (s *Store) Referrers(ctx context.Context, p path.Path) ([]path.Path, error) {
	return s.paths(ctx, `select path from Refs join ValidPaths on referrer = id
		where reference = (select id from ValidPaths where path = ?) order by path`, string(p))
}

// Derivers returns the valid derivations that have a path as an output, sorted.
func (s *Store) Derivers(ctx context.Context, p path.Path) ([]path.Path, error) {
	return s.paths(ctx, `select v.path from DerivationOutputs d join ValidPaths v on d.drv = v.id
		where d.path = ? order by v.path`, string(p))
}

// OutputsOf returns the paths of the outputs of a valid derivation by their names,
// those that are known before it is built. They need not be valid.
func (s *Store) OutputsOf(ctx context.Context, p path.Path) (map[string]path.Path, error) {
	outputs := map[string]path.Path{}
	found := false
	err := s.db.query(ctx, func(rows *sql.Rows) error {
		found = true
		var name, output sql.NullString
		if err := rows.Scan(&name, &output); err != nil {
			return err
		}
		if name.Valid {
			outputs[name.String] = path.Path(output.String)
		}
		return nil
	}, "select d.id, d.path from ValidPaths v left join DerivationOutputs d on d.drv = v.id where v.path = ?", string(p))
	if err == nil && !found {
		err = notFound(p)
	}
	return outputs, err
}

// Derivation reads a valid derivation.
func (s *Store) Derivation(ctx context.Context, p path.Path) (*drv.Derivation, error) {
	valid, err := s.Valid(ctx, []path.Path{p})
	if err != nil {
		return nil, err
	}
	if !valid[p] {
		return nil, notFound(p)
	}
	return s.read(p)
}

// read reads a derivation, whether or not it is valid.
func (s *Store) read(p path.Path) (*drv.Derivation, error) {
	text, err := os.ReadFile(s.Real(p))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("'%s' is not on the disk: %w", p, store.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return drv.Parse(p, string(text))
}
