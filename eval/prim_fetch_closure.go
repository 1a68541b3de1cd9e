package eval

import (
	"strings"

	"firn/eval/flakeref"
	"firn/eval/value"
	"firn/store/path"
)

// closureCall is what fetchClosure is asked for.
type closureCall struct {
	store      string
	storeSet   bool
	from, to   path.Path
	toSet      bool // with "" for a path that is to be found
	addressing bool // by input
}

func primFetchClosure(m *machine, _ value.Pos, a *value.Value) value.Value {
	f, call := fetching{m}, closureCall{}
	attrs, bad := m.forceSet(a, 0, "while evaluating the argument passed to builtins.fetchClosure")
	if bad != nil {
		return bad.value()
	}
	flat := attrs.Flat()
	for i, c := range flat.Cells() {
		if bad := f.closureArg(&call, m.symbols.Name(flat.Shape().Sym(i)), c, flat.Shape().Pos(i)); bad != nil {
			return bad.value()
		}
	}
	if bad := f.checkClosure(call); bad != nil {
		return bad.value()
	}
	p, bad := f.closure(call)
	if bad != nil {
		return bad.value()
	}
	return storeString(p)
}

func (m fetching) closureArg(call *closureCall, name string, c *value.Value, pos value.Pos) (bad *failure) {
	context := "while evaluating the attribute '" + name + "' passed to builtins.fetchClosure"
	switch name {
	case "fromPath":
		call.from, bad = m.storePathOf(c, pos, context)
	case "toPath":
		call.toSet = true
		if x := m.force(c, pos); x.Kind() == value.String && x.Str() == "" {
			return nil
		}
		call.to, bad = m.storePathOf(c, pos, context)
	case "fromStore":
		call.storeSet = true
		call.store, bad = m.forceStringNoContext(c, pos, context)
	case "inputAddressed":
		call.addressing, bad = m.forceBool(c, pos, context)
	default:
		bad = fail(EvalError, 0, "attribute '%s' isn't supported in call to 'fetchClosure'", name)
	}
	return bad
}

// storePathOf makes a store path of a value, which has nothing behind it.
func (m fetching) storePathOf(c *value.Value, pos value.Pos, context string) (path.Path, *failure) {
	var ctx *value.Context
	s, bad := m.coerce(c, pos, &ctx, context, 0)
	if bad != nil {
		return "", bad
	}
	p, err := m.dir().Parse(s)
	if err != nil {
		return "", fail(EvalError, 0, "path '%s' is not in the Nix store", s).with(pos, context)
	}
	return p, nil
}

func (m fetching) checkClosure(call closureCall) *failure {
	const missing = "attribute '%s' is missing in call to 'fetchClosure'"
	switch {
	case call.from == "":
		return fail(EvalError, 0, missing, "fromPath")
	case call.addressing && call.toSet:
		return fail(EvalError, 0, "attribute 'inputAddressed' is set to true, but 'toPath' is also set. Please remove one of them")
	case !call.storeSet:
		return fail(EvalError, 0, missing, "fromStore")
	}
	scheme, query, err := flakeref.StoreURL(call.store, m.refOptions())
	switch {
	case err != nil && strings.Contains(call.store, "://"):
		return fail(EvalError, 0, "Cannot parse Nix store '%s'", call.store)
	case err != nil, scheme != "http" && scheme != "https":
		return fail(EvalError, 0, "'fetchClosure' only supports http:// and https:// stores")
	case query:
		return fail(EvalError, 0, "'fetchClosure' does not support URL query parameters (in '%s')", call.store)
	}
	return nil
}

// closure returns the path that was copied. One that is here already is not
// copied again.
func (m fetching) closure(call closureCall) (path.Path, *failure) {
	want := call.from
	if call.toSet {
		want = call.to
	}
	if want != "" && m.exists(want) {
		return want, nil
	}
	r := Request{
		Kind: FetchClosure, URL: call.store, Name: call.from.Name(), Path: call.from,
		Rewrite: call.toSet, ToPath: call.to, InputAddressed: call.addressing,
	}
	if m.settings.Fetch == nil {
		r.URL = strings.TrimSuffix(r.URL, "/") + "/nix-cache-info" // what is read first
	}
	got, bad := m.fetch(r)
	if bad != nil {
		return "", bad
	}
	p, err := m.dir().Parse(got.At)
	if err != nil {
		return "", wrong(err)
	}
	switch {
	case call.toSet && call.to == "":
		return "", fail(EvalError, 0, "rewriting '%s' to content-addressed form yielded '%s'\n"+
			"Use this value for the 'toPath' attribute passed to 'fetchClosure'", call.from, p)
	case call.toSet && p != call.to:
		return "", fail(EvalError, 0, "rewriting '%s' to content-addressed form yielded '%s', while '%s' was expected", call.from, p, call.to)
	}
	return p, nil
}
