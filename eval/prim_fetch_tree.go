package eval

import (
	"time"

	"firn/eval/flakeref"
	"firn/eval/value"
	"firn/store/hash"
)

func primFetchTree(m *machine, _ value.Pos, a *value.Value) value.Value {
	return fetching{m}.fetchTree(a, treeCall{who: "fetchTree"})
}

func primFetchGit(m *machine, _ value.Pos, a *value.Value) value.Value {
	return fetching{m}.fetchTree(a, treeCall{who: "fetchGit", git: true})
}

// treeCall is what differs between fetchTree and fetchGit.
type treeCall struct {
	who string
	git bool // the type is fixed, a name is allowed, and there is always a commit

	final bool // all that is to be known of the input is given
}

func (m fetching) fetchTree(a *value.Value, call treeCall) value.Value {
	in, bad := m.treeInput(a, call)
	if bad == nil {
		in, bad = m.allowed(in, call)
	}
	if bad != nil {
		return bad.value()
	}
	fetch := m.tree
	if call.final {
		fetch = m.finalTree
	}
	t, bad := fetch(in)
	if bad != nil {
		return bad.value()
	}
	attrs, bad := m.treeAttrs(t, call.git)
	if bad != nil {
		return bad.value()
	}
	return value.MakeSet(attrs)
}

// treeInput reads the argument of fetchTree or fetchGit.
func (m fetching) treeInput(a *value.Value, call treeCall) (flakeref.Input, *failure) {
	x := m.force(a, 0)
	var attrs flakeref.Attrs
	var bad *failure
	if x.Kind() == value.Set {
		attrs, bad = m.treeSet(x.Attrs(), call)
	} else {
		var in flakeref.Input
		if in, attrs, bad = m.treeText(x, call); bad == nil && attrs == nil {
			return in, nil
		}
	}
	if bad != nil {
		return flakeref.Input{}, bad
	}
	in, err := flakeref.NewInput(attrs, m.refOptions())
	if err != nil {
		return in, wrong(err)
	}
	return in, nil
}

// treeText reads an argument that is no set: the URL of an input, or of a
// repository.
func (m fetching) treeText(x value.Value, call treeCall) (flakeref.Input, flakeref.Attrs, *failure) {
	var ctx *value.Context
	s, bad := m.coerce(&x, 0, &ctx, "while evaluating the first argument passed to '"+call.who+"'", 0)
	if bad != nil {
		return flakeref.Input{}, nil, bad
	}
	if call.git {
		u, err := flakeref.GitURL(s, m.refOptions())
		if err != nil {
			return flakeref.Input{}, nil, wrong(err)
		}
		return flakeref.Input{}, flakeref.Attrs{"type": "git", "url": u, "exportIgnore": true}, nil
	}
	if !m.settings.Features["flakes"] {
		return flakeref.Input{}, nil, fail(EvalError, 0, "passing a string argument to '%s' requires the 'flakes' experimental feature", call.who)
	}
	in, err := flakeref.ParseInput(s, m.refOptions())
	if err != nil {
		return in, nil, wrong(err)
	}
	return in, nil, nil
}

// treeSet reads the attributes of an input.
func (m fetching) treeSet(set *value.Attrs, call treeCall) (flakeref.Attrs, *failure) {
	attrs := flakeref.Attrs{}
	if bad := m.treeType(set, attrs, call); bad != nil {
		return nil, bad
	}
	flat := set.Flat()
	for i, c := range flat.Cells() {
		sym := flat.Shape().Sym(i)
		if sym == m.sym.typ {
			continue
		}
		name := m.symbols.Name(sym)
		v, bad := m.treeArg(name, m.force(c, flat.Shape().Pos(i)), call)
		if bad != nil {
			return nil, bad
		}
		attrs[name] = v
	}
	if _, given := attrs["exportIgnore"]; call.git && !given {
		all, err := attrs.Bool("submodules")
		if err != nil {
			return nil, wrong(err)
		}
		if !all {
			attrs["exportIgnore"] = true
		}
	}
	if _, given := attrs["shallow"]; !call.git && attrs["type"] == "git" && !given {
		attrs["shallow"] = true
	}
	if _, given := attrs["name"]; !call.git && given {
		return nil, fail(EvalError, 0, "argument 'name' isn’t supported in call to '%s'", call.who)
	}
	return attrs, nil
}

func (m fetching) treeType(set *value.Attrs, attrs flakeref.Attrs, call treeCall) *failure {
	c, pos := set.Find(m.sym.typ)
	switch {
	case call.git && c != nil:
		return fail(EvalError, 0, "unexpected argument 'type'")
	case call.git:
		attrs["type"] = "git"
		return nil
	case c == nil:
		return fail(EvalError, 0, "argument 'type' is missing in call to '%s'", call.who)
	}
	s, bad := m.forceStringNoContext(c, pos, "while evaluating the `type` argument passed to '"+call.who+"'")
	attrs["type"] = s
	return bad
}

// treeArg reads one attribute of an input.
func (m fetching) treeArg(name string, x value.Value, call treeCall) (any, *failure) {
	switch x.Kind() {
	case value.Failed:
		return nil, failed(&x)
	case value.Path, value.String:
		if !call.git || name != "url" {
			return x.Str(), nil
		}
		u, err := flakeref.GitURL(x.Str(), m.refOptions())
		if err != nil {
			return nil, wrong(err)
		}
		return u, nil
	case value.Bool:
		return x.Bool(), nil
	case value.Int:
		if x.Int() < 0 {
			return nil, fail(EvalError, 0, "negative value given for '%s' argument '%s': %d", call.who, name, x.Int())
		}
		return uint64(x.Int()), nil
	}
	if name == "publicKeys" {
		return m.publicKeys(x)
	}
	return nil, fail(TypeError, 0, "argument '%s' to '%s' is %s while a string, Boolean or integer is expected", name, call.who, m.showType(&x))
}

// publicKeys returns the keys that a commit may be signed with, as JSON.
func (m fetching) publicKeys(x value.Value) (any, *failure) {
	if err := m.refOptions().Require("verified-fetches"); err != nil {
		return nil, wrong(err)
	}
	var ctx *value.Context
	text, bad := m.toJSON(&x, 0, &ctx, nil)
	return string(text), bad
}

// allowed looks up what the input stands for, and refuses what must not count.
func (m fetching) allowed(in flakeref.Input, call treeCall) (flakeref.Input, *failure) {
	if !m.settings.Pure && !in.Direct() && m.settings.Features["flakes"] {
		found, bad := m.lookUp(in)
		if bad != nil {
			return in, bad
		}
		in = found.Input
	}
	if m.settings.Pure {
		if bad := m.mustBeLocked(in, call); bad != nil {
			return in, bad
		}
	}
	u, err := in.URL()
	if err != nil {
		return in, wrong(err)
	}
	if bad := m.mayFetch(u); bad != nil {
		return in, bad
	}
	final, err := in.Attrs.Bool("__final")
	if err != nil {
		return in, wrong(err)
	}
	if final {
		return in, fail(EvalError, 0, "input '%s' is not allowed to use the '__final' attribute", u)
	}
	return in, nil
}

// mustBeLocked refuses an input that may be other files tomorrow.
func (m fetching) mustBeLocked(in flakeref.Input, call treeCall) *failure {
	locked, err := in.Locked()
	if err != nil {
		return wrong(err)
	}
	if locked {
		return nil
	}
	h, err := in.NarHash()
	if err != nil {
		return wrong(err)
	}
	u, err := in.URL()
	if err != nil {
		return wrong(err)
	}
	if h.IsNone() {
		return fail(EvalError, 0, "in pure evaluation mode, '%s' doesn't fetch unlocked input '%s'", call.who, u)
	}
	m.warn("Input '" + u + "' is unlocked (e.g. lacks a Git revision) but is checked by NAR hash. " +
		"This is not reproducible and will break after garbage collection or when shared.")
	return nil
}

// lookUp returns what an indirect input stands for.
func (m fetching) lookUp(in flakeref.Input) (flakeref.Ref, *failure) {
	r, bad := m.request(in)
	if bad != nil {
		return flakeref.Ref{}, bad
	}
	r.Kind, r.URL = FetchRegistry, "https://channels.nixos.org/flake-registry.json"
	got, bad := m.fetch(r)
	if bad != nil {
		return flakeref.Ref{}, bad
	}
	found, err := flakeref.FromAttrs(got.Attrs, m.refOptions())
	if err != nil {
		return flakeref.Ref{}, wrong(err)
	}
	return found, nil
}

// treeAttrs returns what fetchTree says of a tree. If there is always a commit,
// that of a tree which has none is all zeros.
func (m fetching) treeAttrs(t fetchedTree, always bool) (*value.Attrs, *failure) {
	s := treeResult{m: m.machine, in: t.in}
	s.put("outPath", storeString(t.path))
	if !t.narHash.IsNone() {
		s.put("narHash", value.MakeString(t.narHash.SRI()))
	}
	if t.in.Type() == "git" {
		s.put("submodules", value.MakeBool(s.bool("submodules")))
	}
	if !t.dirty {
		s.commit(always)
	}
	for _, name := range []string{"dirtyRev", "dirtyShortRev"} {
		if text, ok := t.in.Attrs[name].(string); ok {
			s.text(name, text)
		}
	}
	if n, has := s.int("lastModified"); has {
		s.put("lastModified", value.MakeInt(int64(n)))
		s.text("lastModifiedDate", time.Unix(int64(n), 0).UTC().Format("20060102150405"))
	}
	if s.err != nil {
		return nil, wrong(s.err)
	}
	return m.FromAttrs(s.attrs, 0), nil
}

// treeResult collects the attributes of a tree.
type treeResult struct {
	m     *machine
	in    flakeref.Input
	attrs []value.Attr
	err   error
}

// commit puts what is known of the commit.
func (s *treeResult) commit(always bool) {
	rev, err := s.in.Rev()
	if err != nil {
		s.err = err
		return
	}
	if rev.IsNone() && always {
		rev = hash.Zero(hash.SHA1)
	}
	if !rev.IsNone() {
		s.text("rev", rev.Hex())
		s.text("shortRev", rev.Hex()[:7])
	}
	if n, has := s.int("revCount"); has || always {
		s.put("revCount", value.MakeInt(int64(n)))
	}
}

func (s *treeResult) put(name string, v value.Value) {
	s.attrs = append(s.attrs, value.Attr{Sym: s.m.symbols.Intern(name), V: s.m.Cell(v)})
}

func (s *treeResult) text(name, text string) { s.put(name, value.MakeString(text)) }

func (s *treeResult) int(name string) (uint64, bool) {
	n, has, err := s.in.Attrs.Int(name)
	if err != nil {
		s.err = err
	}
	return n, has
}

func (s *treeResult) bool(name string) bool {
	b, err := s.in.Attrs.Bool(name)
	if err != nil {
		s.err = err
	}
	return b
}
