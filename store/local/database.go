package local

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"firn/store"
	"firn/store/path"
)

// schemaVersion is what the file db/schema says.
const schemaVersion = 10

// schema is the schema of the database. Nix 2.8 makes the same but for the last
// table, which newer ones add.
const schema = `
create table if not exists ValidPaths (
    id               integer primary key autoincrement not null,
    path             text unique not null,
    hash             text not null,
    registrationTime integer not null,
    deriver          text,
    narSize          integer,
    ultimate         integer,
    sigs             text,
    ca               text
);
create table if not exists Refs (
    referrer  integer not null,
    reference integer not null,
    primary key (referrer, reference),
    foreign key (referrer) references ValidPaths(id) on delete cascade,
    foreign key (reference) references ValidPaths(id) on delete restrict
);
create index if not exists IndexReferrer on Refs(referrer);
create index if not exists IndexReference on Refs(reference);
create trigger if not exists DeleteSelfRefs before delete on ValidPaths
  begin
    delete from Refs where referrer = old.id and reference = old.id;
  end;
create table if not exists DerivationOutputs (
    drv  integer not null,
    id   text not null,
    path text not null,
    primary key (drv, id),
    foreign key (drv) references ValidPaths(id) on delete cascade
);
create index if not exists IndexDerivationOutputs on DerivationOutputs(path);
create table if not exists SchemaMigrations (migration text primary key not null);
`

// database is the database of a store. Nobody but SQLite may open its files in
// this process, for closing one would give up the locks on it.
type database struct {
	*sql.DB
	turn    chan struct{} // of who writes, so that goroutines do not make each other wait for a timeout
	waiting func(holder string) func(error)
}

// busyTimeout is how long SQLite waits for others by itself, in milliseconds. After
// it [database.retry] tells that there is a wait, and goes on.
const busyTimeout = 1000

// readers is how many connections there are at most. Each has a cache of pages.
const readers = 4

// newDatabase returns a database without opening it. The mode is one of SQLite's
// URI filenames.
func (s *Store) newDatabase(mode string) (*database, error) {
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}}
	q.Add("_pragma", "busy_timeout("+strconv.Itoa(busyTimeout)+")")
	q.Add("_pragma", "foreign_keys(1)")
	if mode == "immutable" {
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	}
	if !s.o.ReadOnly {
		// Those of Nix: a commit is not synchronised but the log before it becomes part of
		// the database, which is seldom.
		q.Add("_pragma", "synchronous(normal)")
		q.Add("_pragma", "wal_autocheckpoint(40000)")
		q.Add("_pragma", "journal_size_limit(1099511627776)")
	}
	file := filepath.ToSlash(filepath.Join(s.state, "db", "db.sqlite"))
	dsn := (&url.URL{Scheme: "file", Path: file, OmitHost: true, RawQuery: q.Encode()}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return &database{db, make(chan struct{}, 1), s.waiting("the database of the store", "")}, nil
}

// openDatabase opens the database, and makes it if there is none.
func (s *Store) openDatabase(ctx context.Context) error {
	version, err := s.schemaVersion()
	if err != nil {
		return err
	}
	switch {
	case version > schemaVersion:
		return fmt.Errorf("its database has the schema %d, and this firn knows those up to %d; a newer one may know it", version, schemaVersion)
	case version == 0 && s.o.ReadOnly:
		return fmt.Errorf("there is no database in '%s': %w", s.state, fs.ErrNotExist)
	case version == 0:
		return s.createDatabase(ctx)
	case version < schemaVersion:
		return fmt.Errorf("its database has the old schema %d; open the store once with Nix, which upgrades it", version)
	case s.o.ReadOnly:
		return s.openReadOnly(ctx)
	}
	if s.db, err = s.newDatabase("rw"); err != nil {
		return err
	}
	return s.db.ping(ctx)
}

// schemaVersion returns what the schema file says, 0 if there is none.
func (s *Store) schemaVersion() (int, error) {
	file := filepath.Join(s.state, "db", "schema")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	version, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || version < 1 {
		return 0, fmt.Errorf("'%s' is damaged: it should have the number of a schema, such as %d", file, schemaVersion)
	}
	return version, nil
}

// createDatabase makes the database. Two processes may do so at once.
func (s *Store) createDatabase(ctx context.Context) (err error) {
	if s.db, err = s.newDatabase("rwc"); err != nil {
		return err
	}
	err = s.db.retry(ctx, func() error {
		_, err := s.db.ExecContext(ctx, "pragma main.journal_mode = wal")
		return err
	})
	if err != nil {
		return err
	}
	err = s.db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, schema)
		return err
	})
	if err != nil {
		return err
	}
	s.reserve()
	return replaceFile(filepath.Join(s.state, "db", "schema"), strconv.Itoa(schemaVersion))
}

// openReadOnly opens a database that this process may not be able to write to.
func (s *Store) openReadOnly(ctx context.Context) (err error) {
	if s.db, err = s.newDatabase("ro"); err != nil {
		return err
	}
	err = s.db.ping(ctx)
	var e *sqlite.Error
	if !errors.As(err, &e) || e.Code()&0xff != sqlite3.SQLITE_CANTOPEN && e.Code()&0xff != sqlite3.SQLITE_READONLY {
		return err
	}
	// The shared memory of the database is not there and cannot be made. So nobody
	// else has the database open either.
	if err := s.db.Close(); err != nil {
		return err
	}
	if s.db, err = s.newDatabase("immutable"); err != nil {
		return err
	}
	return s.db.ping(ctx)
}

// reservedSize is how much space is reserved. Collecting garbage needs some for the
// database, and is what people do when a disk is full.
const reservedSize = 8 << 20

// reserve reserves space for collecting garbage. That it does not succeed on a disk
// that is full already is no reason not to open a store.
func (s *Store) reserve() {
	file := filepath.Join(s.state, "db", "reserved")
	if info, err := os.Stat(file); err == nil && info.Size() == reservedSize {
		return
	}
	if err := reserveFile(file, reservedSize); err != nil {
		s.o.Events.Send(store.Warning{Text: fmt.Sprintf("no space could be reserved for collecting garbage when the disk is full: %v", err)})
	}
}

// ping reads the database, which tells whether it is one.
func (d *database) ping(ctx context.Context) error {
	var n int
	return d.retry(ctx, func() error {
		return d.QueryRowContext(ctx, "select count(*) from (select 1 from ValidPaths limit 1)").Scan(&n)
	})
}

// busy reports whether an error is that somebody else has the database.
func busy(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	code := e.Code() & 0xff
	return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_PROTOCOL
}

// retry does something with the database until it is not busy. Each try waits by
// itself.
func (d *database) retry(ctx context.Context, do func() error) error {
	err := do()
	if !busy(err) {
		return explain(ctx, err)
	}
	end := d.waiting("")
	for busy(err) && ctx.Err() == nil {
		err = do()
	}
	end(err)
	return explain(ctx, err)
}

// explain returns an error that says what to do.
func explain(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk with the database of the store is full; collecting garbage makes room: %w", err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("the database of the store is damaged: %w", err)
	}
	return err
}

// write does something in a transaction, which may be tried several times.
func (d *database) write(ctx context.Context, do func(*sql.Tx) error) error {
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-d.turn }()
	return d.retry(ctx, func() error {
		tx, err := d.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := do(tx); err != nil {
			if e := tx.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) {
				return errors.Join(err, e)
			}
			return err
		}
		return tx.Commit()
	})
}

// query calls scan for each row of an answer.
func (d *database) query(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	var rows *sql.Rows
	err := d.retry(ctx, func() (err error) {
		rows, err = d.QueryContext(ctx, query, args...) //nolint:sqlclosecheck,rowserrcheck // both below
		return err
	})
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err says the same
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return explain(ctx, rows.Err())
}

// list returns paths as an argument for json_each, so that a statement takes any
// number of them.
func list(paths []path.Path) (string, error) {
	b, err := json.Marshal(paths)
	return string(b), err
}
