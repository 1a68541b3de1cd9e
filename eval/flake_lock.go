package eval

import (
	"maps"
	gopath "path"
	"slices"
	"strings"

	"firn/eval/flakeref"
	"firn/eval/lockfile"
)

// The inputs of a flake are bounded: each may have several others, which may all
// be the same, and a few files could ask for any number.
const (
	maxInputs = 20_000
	maxChain  = 250 // inputs of inputs
)

// locker finds the inputs of a flake.
type locker struct {
	fetching
	dirs      map[*lockfile.Node]string // of the flakes that were read
	overrides map[lockfile.Path]map[string]override
	parents   []flakeref.Ref // the flakes whose inputs are being found
	fetched   map[string]fetchedTree
	count     int
}

// override is an input that a flake further up puts in the place of another one.
type override struct {
	flakeInput
	from   string        // the directory of that flake
	parent lockfile.Path // where it is
}

// lockFlake reads a flake and finds all its inputs: those of its lock file, and
// others where that does not fit any more.
func (m fetching) lockFlake(ref flakeref.Ref) (lockedFlake, *failure) {
	l := &locker{
		fetching: m, dirs: map[*lockfile.Node]string{}, overrides: map[lockfile.Path]map[string]override{},
		fetched: map[string]fetchedTree{},
	}
	f, bad := l.flake(ref, "", false)
	if bad != nil {
		return lockedFlake{}, bad
	}
	locked, bad := l.lock(ref, f)
	if bad != nil {
		u, err := f.locked.URL()
		if err != nil {
			return lockedFlake{}, wrong(err)
		}
		return lockedFlake{}, bad.with(0, "while updating the lock file of flake '%s'", u)
	}
	return locked, nil
}

func (l *locker) lock(ref flakeref.Ref, f *flake) (lockedFlake, *failure) {
	before, bad := l.lockFile(f)
	if bad != nil {
		return lockedFlake{}, bad
	}
	now := lockfile.New()
	l.dirs[now.Root] = f.dir
	if bad := l.inputs(locking{node: now.Root, old: before.Root, dir: f.dir}, f.inputs); bad != nil {
		return lockedFlake{}, bad
	}
	if err := now.Check(); err != nil {
		return lockedFlake{}, wrong(err)
	}
	text, _ := now.Text()
	old, _ := before.Text()
	if text != old {
		u, err := ref.URL()
		if err != nil {
			return lockedFlake{}, wrong(err)
		}
		l.warn(strings.TrimRight("not writing modified lock file of flake '"+u+"':\n"+before.Diff(now), blanks))
	}
	return lockedFlake{flake: *f, lock: now, dirs: l.dirs, dirty: text != old}, nil
}

// flake fetches a flake and reads it.
func (l *locker) flake(ref flakeref.Ref, at lockfile.Path, final bool) (*flake, *failure) {
	resolved, t, bad := l.fetch(ref, final)
	if bad != nil {
		return nil, bad
	}
	r, bad := l.readTree(flake{original: ref, resolved: resolved}, t, at)
	if bad != nil {
		return nil, bad
	}
	in, bad := l.withSelf(t.in, r.self)
	if bad != nil {
		return nil, bad
	}
	if in != nil {
		if t, bad = l.tree(*in); bad == nil {
			r, bad = l.readTree(r.flake, t, at)
		}
		if bad != nil {
			return nil, bad
		}
	}
	return &r.flake, l.confirm(ref.Input, t)
}

// readTree reads the flake in a tree.
func (l *locker) readTree(f flake, t fetchedTree, at lockfile.Path) (*flakeReader, *failure) {
	f.locked, f.root = flakeref.Ref{Input: t.in, Dir: f.resolved.Dir}, string(t.path)
	f.dir = cleanPath(f.root + cleanPath(f.resolved.Dir))
	r := &flakeReader{fetching: l.fetching, flake: f, at: at}
	return r, r.read()
}

// withSelf returns the input that a flake wants itself to be, nil if it is that.
func (l *locker) withSelf(in flakeref.Input, self flakeref.Attrs) (*flakeref.Input, *failure) {
	attrs := maps.Clone(in.Attrs)
	for _, name := range slices.Sorted(maps.Keys(self)) {
		if name != "submodules" && name != "lfs" {
			return nil, fail(EvalError, 0, "flake 'self' attribute '%s' is not supported", name)
		}
		attrs[name] = self[name]
	}
	if in.Type() != "git" || maps.Equal(attrs, in.Attrs) {
		return nil, nil // others have no such attributes
	}
	delete(attrs, "narHash")
	again, err := flakeref.NewInput(attrs, l.refOptions())
	if err != nil {
		return nil, wrong(err)
	}
	return &again, nil
}

// fetch fetches what a reference leads to, and returns the reference that it
// stands for.
func (l *locker) fetch(ref flakeref.Ref, final bool) (flakeref.Ref, fetchedTree, *failure) {
	resolved := ref
	if !ref.Input.Direct() {
		var bad *failure
		if resolved, bad = l.resolve(ref); bad != nil {
			return ref, fetchedTree{}, bad
		}
	}
	key := resolved.Input.Attrs.JSON()
	if t, ok := l.fetched[key]; ok {
		return resolved, t, nil
	}
	u, err := resolved.Input.URL()
	if err != nil {
		return ref, fetchedTree{}, wrong(err)
	}
	if _, isPath := resolved.Input.Attrs["path"]; !isPath {
		if bad := l.mayFetch(u); bad != nil {
			return ref, fetchedTree{}, bad
		}
	}
	var t fetchedTree
	var bad *failure
	if final {
		t, bad = l.finalTree(resolved.Input)
	} else {
		t, bad = l.laid(resolved.Input, u)
	}
	if bad != nil {
		return ref, fetchedTree{}, bad
	}
	l.fetched[key] = t
	return resolved, t, nil
}

// resolve returns the reference that an indirect one stands for.
func (l *locker) resolve(ref flakeref.Ref) (flakeref.Ref, *failure) {
	if l.settings.Pure {
		u, err := ref.Input.URL()
		if err != nil {
			return ref, wrong(err)
		}
		return ref, fail(EvalError, 0, "'%s' is an indirect flake reference, but registry lookups are not allowed", u)
	}
	found, bad := l.lookUp(ref.Input)
	if bad != nil {
		return ref, bad
	}
	if found.Dir == "" {
		found.Dir = ref.Dir
	}
	return found, nil
}

// locking is a flake whose inputs are to be found.
type locking struct {
	node *lockfile.Node
	at   lockfile.Path
	old  *lockfile.Node // that of the lock file, or nil
	// What follows something in the lock file of the flake starts from here.
	follows lockfile.Path
	dir     string // of the flake.nix with the inputs
	trusted bool   // the inputs are those of the lock file
}

// inputs finds the inputs of a flake.
func (l *locker) inputs(p locking, inputs flakeInputs) *failure {
	if l.halt.Load() {
		v := l.interrupted()
		return failed(&v)
	}
	if len(p.at.Names()) > maxChain {
		return fail(OutOfBudget, 0, "the inputs of a flake are more than %d deep in one another", maxChain)
	}
	names := slices.Sorted(maps.Keys(inputs))
	for _, id := range names {
		l.addOverrides(p, inputs[id], p.at.Append(id))
	}
	for _, id := range slices.Sorted(maps.Keys(l.overrides[p.at])) {
		if _, has := inputs[id]; !has {
			l.warn("input '" + p.at.String() + "' has an override for a non-existent input '" + id + "'")
		}
	}
	for _, id := range names {
		if l.count++; l.count > maxInputs {
			return fail(OutOfBudget, 0, "a flake has more than %d inputs, those of its inputs counted", maxInputs)
		}
		if bad := l.input(p, id, inputs[id]); bad != nil {
			return bad.with(0, "while updating the flake input '%s'", p.at.Append(id).String())
		}
	}
	return nil
}

// addOverrides notes what an input puts in the place of inputs of its own.
// Flakes further up come first.
func (l *locker) addOverrides(p locking, in flakeInput, at lockfile.Path) {
	for _, id := range slices.Sorted(maps.Keys(in.overrides)) {
		o := in.overrides[id]
		if l.overrides[at] == nil {
			l.overrides[at] = map[string]override{}
		}
		if _, has := l.overrides[at][id]; !has && (o.ref != nil || o.follows != nil) {
			l.overrides[at][id] = override{o, p.dir, p.at}
		}
		l.addOverrides(p, o, at.Append(id))
	}
}

// wanted is an input that is to be found.
type wanted struct {
	flakeInput
	at     lockfile.Path
	from   string         // what a relative path starts from
	parent *lockfile.Path // where that is, if the path is relative
}

// input finds one input.
func (l *locker) input(p locking, id string, in flakeInput) *failure {
	w := wanted{flakeInput: in, at: p.at.Append(id), from: p.dir}
	parent := p.at
	if o, ok := l.overrides[p.at][id]; ok {
		w.flakeInput, w.from, parent = o.flakeInput, o.from, o.parent
		w.isFlake = in.isFlake
	}
	if w.follows != nil {
		p.node.Put(id, lockfile.Edge{Follows: *w.follows})
		return nil
	}
	if w.ref == nil {
		ref, err := flakeref.FromAttrs(flakeref.Attrs{"type": "indirect", "id": id}, l.refOptions())
		if err != nil {
			return wrong(err)
		}
		w.ref = &ref
	}
	if _, relative := w.ref.Input.Relative(); relative {
		w.parent = &parent
	}
	var old *lockfile.Node
	if p.old != nil {
		old = p.old.Inputs[id].Node
	}
	put := func(n *lockfile.Node) { p.node.Put(id, lockfile.Edge{Node: n}) }
	if old != nil && w.isLockedAs(old) {
		return l.keepInput(p, w, old, put)
	}
	if w.isFlake {
		return l.newFlake(w, put)
	}
	n, bad := l.newTree(w)
	if bad == nil {
		put(n)
	}
	return bad
}

// isLockedAs reports whether a lock file has the input.
func (w *wanted) isLockedAs(old *lockfile.Node) bool {
	if (w.parent == nil) != (old.Parent == nil) || w.parent != nil && *w.parent != *old.Parent {
		return false
	}
	return old.Original.Canonical().Equal(w.ref.Canonical())
}

// keepInput takes an input from the lock file. It is read only if its own inputs
// may not be those of the lock file.
func (l *locker) keepInput(p locking, w wanted, old *lockfile.Node, put func(*lockfile.Node)) *failure {
	n := &lockfile.Node{Original: old.Original, Locked: old.Locked, Final: old.Final, IsFlake: old.IsFlake, Parent: old.Parent}
	put(n)
	below := locking{node: n, at: w.at, old: old, follows: p.follows, dir: p.dir, trusted: true}
	inputs, known := l.lockedInputs(p, w.at, old)
	if known {
		return l.inputs(below, inputs)
	}
	f, bad := l.read(w, old.Locked, true)
	if bad != nil {
		return bad
	}
	l.dirs[n] = f.dir
	below.dir, below.trusted = f.dir, false
	return l.inputs(below, f.inputs)
}

// lockedInputs returns the inputs that a node of a lock file has. They are not
// known if one follows another that no flake makes it follow any more.
func (l *locker) lockedInputs(p locking, at lockfile.Path, old *lockfile.Node) (inputs flakeInputs, known bool) {
	inputs = flakeInputs{}
	for id, e := range old.Inputs {
		if e.Node != nil {
			inputs[id] = flakeInput{ref: &e.Node.Original, isFlake: e.Node.IsFlake}
			continue
		}
		if _, ok := l.overrides[at][id]; !ok && !p.trusted {
			return nil, false
		}
		follows := p.follows.Join(e.Follows)
		inputs[id] = flakeInput{follows: &follows, isFlake: true}
	}
	return inputs, true
}

// read reads the flake that an input is.
func (l *locker) read(w wanted, ref flakeref.Ref, final bool) (*flake, *failure) {
	if w.parent == nil {
		return l.flake(ref, w.at, final)
	}
	r := &flakeReader{fetching: l.fetching, at: w.at, flake: flake{
		original: ref, resolved: ref, locked: ref, dir: cleanPath(w.relative() + cleanPath(ref.Dir)),
	}}
	return &r.flake, r.read()
}

// relative returns the directory that a relative path leads to.
func (w *wanted) relative() string {
	p, _ := w.ref.Input.Relative()
	return gopath.Clean(w.from + "/" + p)
}

// mayLock refuses an input that is not exact, where that counts.
func (l *locker) mayLock(w wanted) *failure {
	if !l.settings.Pure || w.parent != nil {
		return nil
	}
	locked, err := w.ref.Input.Locked()
	if err != nil {
		return wrong(err)
	}
	if !locked {
		return fail(EvalError, 0, "cannot update unlocked flake input '%s' in pure mode", w.at)
	}
	return nil
}

// newFlake finds an input that is a flake, with its own inputs.
func (l *locker) newFlake(w wanted, put func(*lockfile.Node)) *failure {
	if bad := l.mayLock(w); bad != nil {
		return bad
	}
	f, bad := l.read(w, *w.ref, false)
	if bad != nil {
		return bad
	}
	n := &lockfile.Node{Original: *w.ref, Locked: f.locked, Final: w.parent == nil, IsFlake: true, Parent: w.parent}
	put(n)
	for _, parent := range l.parents {
		if parent.Equal(*w.ref) {
			u, err := parent.URL()
			if err != nil {
				return wrong(err)
			}
			return fail(EvalError, 0, "found circular import of flake '%s'", u)
		}
	}
	l.parents = append(l.parents, *w.ref)
	defer func() { l.parents = l.parents[:len(l.parents)-1] }()
	l.dirs[n] = f.dir
	old, bad := l.lockFile(f)
	if bad != nil {
		return bad
	}
	return l.inputs(locking{node: n, at: w.at, old: old.Root, follows: w.at, dir: f.dir}, f.inputs)
}

// newTree finds an input that is no flake.
func (l *locker) newTree(w wanted) (*lockfile.Node, *failure) {
	if bad := l.mayLock(w); bad != nil {
		return nil, bad
	}
	n := &lockfile.Node{Original: *w.ref, Locked: *w.ref, Parent: w.parent}
	if w.parent != nil {
		l.dirs[n] = w.relative()
		return n, nil
	}
	_, t, bad := l.fetch(*w.ref, false)
	if bad == nil {
		bad = l.confirm(w.ref.Input, t)
	}
	n.Locked, n.Final = flakeref.Ref{Input: t.in, Dir: w.ref.Dir}, true
	l.dirs[n] = string(t.path)
	return n, bad
}
