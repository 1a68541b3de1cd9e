package local

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firn/store"
	"firn/store/path"
)

// CollectOptions say what is garbage, and how much of it is removed.
type CollectOptions struct {
	Paths    []path.Path // only these, if nothing else that stays needs them; nil for all
	MaxFreed int64       // bytes; no more is removed when so much is free. 0 is no limit
	DryRun   bool        // whether nothing is removed

	// KeepDerivations keeps the derivations of what stays, and KeepOutputs the outputs
	// of derivations that stay, as the settings of Nix do. There the former is on. They
	// do not count for Paths.
	KeepDerivations bool
	KeepOutputs     bool
}

// CollectResult says what was removed, or would be.
type CollectResult struct {
	Paths []string // with the store directory; some are files that are no objects
	Freed int64    // bytes; of a dry run, those of the archives of the objects
	Alive []Alive  // those of the Paths of the options that stay
}

// Alive says why an object stays.
type Alive struct {
	Path path.Path
	Root *Root       // what keeps it; nil if only another object needs it
	Via  []path.Path // from what the root keeps, or from that object, to Path
}

// String returns the reason for people.
func (a Alive) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "'%s' is still alive: ", a.Path)
	if a.Root != nil {
		fmt.Fprintf(&b, "%s root '%s' -> ", a.Root.Kind, a.Root.Link)
	}
	for i, p := range a.Via {
		if i > 0 {
			b.WriteString(" -> ")
		}
		b.WriteString(string(p))
	}
	return b.String()
}

// Collect removes objects that no root needs, and what lies about in the store
// directory. Objects that somebody begins to hold meanwhile stay.
func (s *Store) Collect(ctx context.Context, o CollectOptions) (result CollectResult, err error) {
	if s.o.ReadOnly && !o.DryRun {
		return result, errReadOnly
	}
	id, end := s.o.Events.Start(store.Started{Kind: store.Collecting, Text: "collecting garbage"})
	defer func() { end(err) }()
	c := &collector{s: s, o: o, id: id}
	if o.DryRun {
		err = c.plan(ctx)
		return c.result, err
	}
	// A full disk may have no room for the database to write what is removed.
	if err := os.Remove(filepath.Join(s.state, "db", "reserved")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return result, err
	}
	defer s.reserve()
	gc, err := openLock(ctx, filepath.Join(s.state, "gc.lock"), exclusive, s.waiting("another collection of garbage, or an addition", ""))
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, gc.Close()) }()
	if c.server, err = s.serveRoots(); err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, c.server.close()) }()
	if err := c.plan(ctx); err != nil {
		return c.result, err
	}
	err = c.sweep(ctx)
	return c.result, err
}

// collector collects garbage once.
type collector struct {
	s      *Store
	o      CollectOptions
	id     store.Activity
	server *rootServer // nil in a dry run
	result CollectResult

	graph   *graph
	sizes   []int64 // of the archives
	more    [][]int // what an object keeps besides its references
	reason  []int   // for what is alive: -1 for a root, else 1 + the object that keeps it; 0 is dead
	rootOf  map[int]*Root
	held    map[string]bool // hash parts that processes hold
	dead    []int           // referrers first
	garbage []string        // files in the store directory that are no valid objects
}

// errEnough ends a collection that has freed as much as it should.
var errEnough = errors.New("enough is free")

// plan finds out what is garbage.
func (c *collector) plan(ctx context.Context) error {
	f := &finder{s: c.s, ctx: ctx, cleanup: !c.o.DryRun}
	if err := f.all(); err != nil {
		return err
	}
	roots, err := f.valid()
	if err != nil {
		return err
	}
	c.held = map[string]bool{}
	for _, p := range f.held {
		c.held[p.HashPart()] = true
	}
	if err := c.load(ctx); err != nil {
		return err
	}
	c.reason = make([]int, len(c.graph.paths))
	c.rootOf = map[int]*Root{}
	for i := range roots {
		// A root that became valid after the objects were listed is held as well.
		if n, ok := c.graph.index[roots[i].Path]; ok && c.reason[n] == 0 {
			c.reason[n], c.rootOf[n] = -1, &roots[i]
			c.mark(n)
		}
	}
	if c.o.Paths != nil {
		return c.choose()
	}
	c.dead = c.order(func(n int) bool { return c.reason[n] == 0 })
	if err := c.leftovers(); err != nil {
		return err
	}
	if c.o.DryRun {
		c.account()
	}
	return nil
}

// load lists the valid objects.
func (c *collector) load(ctx context.Context) error {
	c.graph = newGraph()
	// One statement reads one state of the database.
	err := c.s.db.query(ctx, c.graph.scan, `select v.path, r.path from ValidPaths v
		left join Refs on referrer = v.id left join ValidPaths r on r.id = reference order by v.path`)
	if err != nil {
		return err
	}
	c.sizes, c.more = make([]int64, len(c.graph.paths)), make([][]int, len(c.graph.paths))
	var from, to string
	var size int64
	err = c.s.db.query(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(&from, &to, &size); err != nil {
			return err
		}
		n, ok := c.graph.index[path.Path(from)]
		if !ok {
			return nil // it became valid meanwhile
		}
		c.sizes[n] = size
		if drv, ok := c.graph.index[path.Path(to)]; ok && c.o.KeepDerivations && c.o.Paths == nil {
			c.more[n] = append(c.more[n], drv)
		}
		return nil
	}, "select path, coalesce(deriver, ''), coalesce(narSize, 0) from ValidPaths")
	if err != nil || !c.o.KeepOutputs || c.o.Paths != nil {
		return err
	}
	return c.s.db.query(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(&from, &to); err != nil {
			return err
		}
		drv, known := c.graph.index[path.Path(from)]
		output, valid := c.graph.index[path.Path(to)]
		if known && valid {
			c.more[drv] = append(c.more[drv], output)
		}
		return nil
	}, "select v.path, d.path from DerivationOutputs d join ValidPaths v on v.id = d.drv")
}

// mark marks what an object that is alive keeps.
func (c *collector) mark(start int) {
	todo := []int{start}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, list := range [][]int{c.graph.refs[n], c.more[n]} {
			for _, to := range list {
				if c.reason[to] == 0 {
					c.reason[to] = 1 + n
					todo = append(todo, to)
				}
			}
		}
	}
}

// order returns some objects, what refers to others before those.
func (c *collector) order(some func(int) bool) []int {
	var starts []int
	for n := range c.graph.paths {
		if some(n) {
			starts = append(starts, n)
		}
	}
	all, _ := postOrder(starts, c.graph.next)
	slices.Reverse(all)
	return slices.DeleteFunc(all, func(n int) bool { return !some(n) })
}

// choose takes those of the wanted objects that can be removed, and says of the
// others why they cannot.
func (c *collector) choose() error {
	chosen := map[int]bool{}
	var unknown []path.Path
	for _, p := range c.o.Paths {
		n, ok := c.graph.index[p]
		switch {
		case !ok:
			unknown = append(unknown, p)
		case c.reason[n] != 0:
			c.result.Alive = append(c.result.Alive, c.alive(n))
		default:
			chosen[n] = true
		}
	}
	c.needed(chosen)
	c.dead = c.order(func(n int) bool { return chosen[n] })
	for _, p := range unknown {
		if _, err := os.Lstat(c.s.Real(p)); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("'%s' is not in the store", p)
		} else if err != nil {
			return err
		}
		c.garbage = append(c.garbage, p.Base())
	}
	if c.o.DryRun {
		c.account()
	}
	return nil
}

// needed takes objects out of the chosen ones that others need which are not chosen.
func (c *collector) needed(chosen map[int]bool) {
	referrers := make([][]int, len(c.graph.paths))
	for n, refs := range c.graph.refs {
		for _, to := range refs {
			referrers[to] = append(referrers[to], n)
		}
	}
	// What refers to others comes first, so what stays because of it is known then.
	for _, n := range c.order(func(n int) bool { return chosen[n] }) {
		i := slices.IndexFunc(referrers[n], func(r int) bool { return !chosen[r] })
		if i >= 0 {
			delete(chosen, n)
			p := c.graph.paths[n]
			c.result.Alive = append(c.result.Alive, Alive{Path: p, Via: []path.Path{c.graph.paths[referrers[n][i]], p}})
		}
	}
}

// alive returns why an object is alive.
func (c *collector) alive(n int) Alive {
	a := Alive{Path: c.graph.paths[n]}
	for {
		a.Via = append(a.Via, c.graph.paths[n])
		if c.reason[n] <= 0 {
			a.Root = c.rootOf[n]
			slices.Reverse(a.Via)
			return a
		}
		n = c.reason[n] - 1
	}
}

// leftovers lists what is in the store directory and no valid object.
func (c *collector) leftovers() error {
	entries, err := os.ReadDir(c.s.real)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == linksName {
			continue
		}
		if _, ok := c.graph.index[path.Path(c.s.o.Dir.String()+"/"+e.Name())]; !ok && !c.held[hashPart(e.Name())] {
			c.garbage = append(c.garbage, e.Name())
		}
	}
	return nil
}

// hashPart returns the hash part of a name that begins with one, such as those of
// locks, or "".
func hashPart(base string) string { return path.Path(base).HashPart() }

// account lists what a dry run would remove.
func (c *collector) account() {
	for _, base := range c.garbage {
		c.result.Paths = append(c.result.Paths, c.s.o.Dir.String()+"/"+base)
	}
	for _, n := range c.dead {
		if c.o.MaxFreed > 0 && c.result.Freed > c.o.MaxFreed {
			return
		}
		if !c.held[c.graph.paths[n].HashPart()] {
			c.result.Paths = append(c.result.Paths, string(c.graph.paths[n]))
			c.result.Freed += c.sizes[n]
		}
	}
}

// sweep removes what is garbage.
func (c *collector) sweep(ctx context.Context) error {
	c.server.add(c.held)
	err := c.sweepAll(ctx)
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	return c.unusedLinks(ctx)
}

func (c *collector) sweepAll(ctx context.Context) error {
	for _, base := range c.garbage {
		if err := c.removeLeftover(ctx, base); err != nil {
			return err
		}
	}
	var total, done int64
	for _, n := range c.dead {
		total += c.sizes[n]
	}
	for _, n := range c.dead {
		if c.reason[n] == 0 { // else what refers to it is held by now
			if err := c.removeDead(ctx, n); err != nil {
				return err
			}
		}
		if c.reason[n] != 0 && c.o.Paths != nil {
			c.result.Alive = append(c.result.Alive, c.alive(n))
		}
		done += c.sizes[n]
		c.s.o.Events.Send(store.Progress{Activity: c.id, Done: done, Total: total})
	}
	return nil
}

// removeDead removes an object unless somebody holds it by now.
func (c *collector) removeDead(ctx context.Context, n int) error {
	p := c.graph.paths[n]
	if !c.server.begin(p.HashPart()) {
		c.revive(n)
		return nil
	}
	defer c.server.end()
	gone, err := c.s.invalidate(ctx, p)
	if err != nil {
		return err
	}
	if !gone {
		c.revive(n) // something became valid that refers to it, by whoever holds that
		return nil
	}
	return c.remove(ctx, p.Base())
}

// revive keeps an object that a process has begun to hold.
func (c *collector) revive(n int) {
	c.reason[n] = -1
	c.rootOf[n] = &Root{Temporary, filepath.Join(c.s.state, "temproots"), c.graph.paths[n]}
	c.mark(n)
}

// remove removes a file of the store directory.
func (c *collector) remove(ctx context.Context, base string) error {
	freed, err := c.s.remove(ctx, base)
	c.result.Freed += freed
	if err != nil {
		return fmt.Errorf("cannot remove '%s' from the store: %w", base, err)
	}
	c.result.Paths = append(c.result.Paths, c.s.o.Dir.String()+"/"+base)
	if c.o.MaxFreed > 0 && c.result.Freed > c.o.MaxFreed {
		return errEnough
	}
	return nil
}

// removeLeftover removes what is no valid object, unless somebody works on it.
func (c *collector) removeLeftover(ctx context.Context, base string) error {
	if !c.server.begin(cmp.Or(hashPart(base), base)) {
		return nil
	}
	defer c.server.end()
	if p, err := c.s.o.Dir.ParseBase(base); err == nil {
		valid, err := c.s.Valid(ctx, []path.Path{p})
		if err != nil || valid[p] {
			return err // it became valid after the objects were listed
		}
	}
	if !strings.HasSuffix(base, ".lock") && !strings.HasPrefix(base, "tmp-") {
		return c.remove(ctx, base)
	}
	// Nix locks its temporary directories like files.
	f, err := os.Open(filepath.Join(c.s.real, base))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, fs.ErrPermission):
		return c.remove(ctx, base) // what cannot be opened cannot be locked
	case err != nil:
		return err
	}
	free, err := tryLock(f, exclusive)
	if err == nil && free {
		err = c.removeFree(ctx, f, base)
	}
	return errors.Join(err, f.Close())
}

// removeFree removes something that this process has just locked, since nobody else
// had.
func (c *collector) removeFree(ctx context.Context, f *os.File, base string) error {
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		if err != nil {
			return err
		}
		return c.remove(ctx, base)
	}
	// Whoever has opened the lock to wait for it must learn that it is not one any more.
	// Nobody waits for one that may only be read.
	w, err := os.OpenFile(f.Name(), os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrPermission) {
		return c.remove(ctx, base)
	}
	if err != nil {
		return err
	}
	removing := c.remove(ctx, base)
	_, err = w.WriteString("d")
	return errors.Join(removing, err, w.Close())
}

// unusedLinks removes the links of equal files that are the last ones.
func (c *collector) unusedLinks(ctx context.Context) error {
	c.s.linking.Lock() // else one that is about to be used looks like the last
	defer c.s.linking.Unlock()
	dir := filepath.Join(c.s.real, linksName)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if stat(info).links == 1 {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
