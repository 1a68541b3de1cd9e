package eval

import (
	"regexp"
	"strings"

	"firn/eval/flakeref"
	"firn/eval/value"
	"firn/store/hash"
)

// mercurialCall is what fetchMercurial is asked for.
type mercurialCall struct{ url, rev, ref, name string }

func primFetchMercurial(m *machine, _ value.Pos, a *value.Value) value.Value {
	f, call := fetching{m}, mercurialCall{name: "source"}
	if bad := f.mercurialArgs(a, &call); bad != nil {
		return bad.value()
	}
	if bad := f.mayFetch(call.url); bad != nil {
		return bad.value()
	}
	if m.settings.Pure && call.rev == "" {
		return fail(EvalError, 0, "in pure evaluation mode, 'fetchMercurial' requires a Mercurial revision").value()
	}
	in, err := flakeref.NewInput(call.attrs(), f.refOptions())
	if err != nil {
		return wrong(err).value()
	}
	t, bad := f.tree(in)
	if bad != nil {
		return bad.value()
	}
	return f.mercurialResult(t)
}

func (m fetching) mercurialArgs(a *value.Value, call *mercurialCall) (bad *failure) {
	x := m.force(a, 0)
	if x.Kind() != value.Set {
		var ctx *value.Context
		call.url, bad = m.coerce(&x, 0, &ctx, "while evaluating the first argument passed to builtins.fetchMercurial", 0)
		return bad
	}
	flat := x.Attrs().Flat()
	for i, c := range flat.Cells() {
		if bad := m.mercurialArg(call, m.symbols.Name(flat.Shape().Sym(i)), c, flat.Shape().Pos(i)); bad != nil {
			return bad
		}
	}
	if call.url == "" {
		return fail(EvalError, 0, "'url' argument required")
	}
	return nil
}

var mercurialRev = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)

func (m fetching) mercurialArg(call *mercurialCall, name string, c *value.Value, pos value.Pos) (bad *failure) {
	context := "while evaluating the `" + name + "` attribute passed to builtins.fetchMercurial"
	switch name {
	case "url":
		var ctx *value.Context
		call.url, bad = m.coerce(c, pos, &ctx, context, 0)
	case "rev":
		// It can also be the name of a branch or tag, other than for fetchGit.
		var s string
		s, bad = m.forceStringNoContext(c, pos, context)
		if mercurialRev.MatchString(s) {
			call.rev = strings.ToLower(s)
		} else {
			call.ref = s
		}
	case "name":
		call.name, bad = m.forceStringNoContext(c, pos, context)
	default:
		bad = fail(EvalError, pos, "unsupported argument '%s' to 'fetchMercurial'", name)
	}
	return bad
}

// attrs returns the attributes of the input that is meant.
func (call mercurialCall) attrs() flakeref.Attrs {
	a := flakeref.Attrs{"type": "hg", "url": call.url, "name": call.name}
	if !strings.Contains(call.url, "://") {
		a["url"] = "file://" + call.url
	}
	if call.ref != "" {
		a["ref"] = call.ref
	}
	if call.rev != "" {
		a["rev"] = call.rev
	}
	return a
}

func (m fetching) mercurialResult(t fetchedTree) value.Value {
	s := treeResult{m: m.machine, in: t.in}
	s.put("outPath", storeString(t.path))
	if branch, ok := t.in.Attrs["ref"].(string); ok {
		s.text("branch", branch)
	}
	rev, err := t.in.Rev()
	if err != nil {
		return wrong(err).value()
	}
	if rev.IsNone() {
		rev = hash.Zero(hash.SHA1) // that of a tree with changes
	}
	s.text("rev", rev.Hex())
	s.text("shortRev", rev.Hex()[:12])
	if n, has := s.int("revCount"); has {
		s.put("revCount", value.MakeInt(int64(n)))
	}
	if s.err != nil {
		return wrong(s.err).value()
	}
	return value.MakeSet(m.FromAttrs(s.attrs, 0))
}
