package eval

import (
	"strings"

	"firn/eval/value"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
)

var storePrims = table{
	"filterSource": primFilterSource,
	"path":         primPath,
	"storePath":    primStorePath,
	"toFile":       primToFile,
}

func primToFile(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	name, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.toFile")
	if bad != nil {
		return bad.value()
	}
	text, ctx, bad := m.forceString(b, "while evaluating the second argument passed to builtins.toFile")
	if bad != nil {
		return bad.value()
	}
	var refs []path.Path
	for _, e := range inOrder(ctx) {
		if strings.HasPrefix(e, "!") || strings.HasPrefix(e, "=") {
			return fail(EvalError, 0, "files created by builtins.toFile may not reference derivations, but %s references %s", name, strings.ReplaceAll(e, m.settings.StoreDir+"/", "")).value()
		}
		refs = append(refs, path.Path(e))
	}
	p, bad := m.addText(name, text, refs)
	if bad != nil {
		return bad.value()
	}
	return storeString(p)
}

// storeString returns a store path as a string that refers to it.
func storeString(p path.Path) value.Value {
	return value.MakeStringContext(string(p), value.NewContext(string(p)))
}

// filter makes a filter of a function.
func (m *machine) filter(f value.Value) nar.Filter {
	return func(p string, kind nar.Kind) (bool, error) {
		v := m.call2(f, m.Cell(value.MakeString(p)), m.Cell(value.MakeString(kind.String())), 0)
		keep, bad := m.boolOf(v, "while evaluating the return value of the path filter function")
		if bad != nil {
			return false, filterFailed{bad}
		}
		return keep, nil
	}
}

func primFilterSource(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	p, ctx, bad := m.toPath(b, 0, "while evaluating the second argument (the path to filter) passed to 'builtins.filterSource'")
	if bad != nil {
		return bad.value()
	}
	f, bad := m.forceFunction(a, 0, "while evaluating the first argument passed to builtins.filterSource")
	if bad != nil {
		return bad.value()
	}
	return m.addPath(pathArgs{at: p, ctx: ctx, name: baseName(p), method: path.NAR, filter: m.filter(f)})
}

// pathArgs is what builtins.path is asked for.
type pathArgs struct {
	at     string
	ctx    *value.Context
	name   string
	method path.Method
	filter nar.Filter
	hash   *hash.Hash
}

func primPath(m *machine, _ value.Pos, a *value.Value) value.Value {
	attrs, bad := m.forceSet(a, 0, "while evaluating the argument passed to 'builtins.path'")
	if bad != nil {
		return bad.value()
	}
	args := pathArgs{method: path.NAR}
	flat := attrs.Flat()
	for i, c := range flat.Cells() {
		if bad := m.pathArg(&args, m.symbols.Name(flat.Shape().Sym(i)), c, flat.Shape().Pos(i)); bad != nil {
			return bad.value()
		}
	}
	if args.at == "" {
		return fail(EvalError, 0, "missing required 'path' attribute in the first argument to 'builtins.path'").value()
	}
	if args.name == "" {
		args.name = baseName(args.at)
	}
	return m.addPath(args)
}

func (m *machine) pathArg(args *pathArgs, name string, c *value.Value, pos value.Pos) (bad *failure) {
	switch name {
	case "path":
		args.at, args.ctx, bad = m.toPath(c, pos, "while evaluating the 'path' attribute passed to 'builtins.path'")
	case "name":
		args.name, bad = m.forceStringNoContext(c, pos, "while evaluating the `name` attribute passed to builtins.path")
	case "filter":
		var f value.Value
		if f, bad = m.forceFunction(c, pos, "while evaluating the `filter` parameter passed to builtins.path"); bad == nil {
			args.filter = m.filter(f)
		}
	case "recursive":
		var yes bool
		if yes, bad = m.forceBool(c, pos, "while evaluating the `recursive` attribute passed to builtins.path"); !yes {
			args.method = path.Flat
		}
	case "sha256":
		var s string
		if s, bad = m.forceStringNoContext(c, pos, "while evaluating the `sha256` attribute passed to builtins.path"); bad != nil {
			return bad
		}
		h, warning, err := hash.ParseOrZero(s, hash.SHA256)
		if err != nil {
			return fail(EvalError, 0, "%v", err)
		}
		if warning != "" {
			m.host.Warn("warning: " + warning)
		}
		args.hash = &h
	default:
		return fail(EvalError, pos, "unsupported argument '%s' to 'builtins.path'", m.symName(m.symbols.Intern(name)))
	}
	return bad
}

func (m *machine) addPath(args pathArgs) value.Value {
	v, bad := m.added(args)
	if bad != nil {
		return bad.with(0, "while adding path '%s'", args.at).value()
	}
	return v
}

func (m *machine) added(args pathArgs) (value.Value, *failure) {
	if bad := m.build(args.ctx); bad != nil {
		return value.Value{}, bad
	}
	var want path.Path
	if args.hash != nil {
		var err error
		want, err = m.dir().Fixed(args.name, path.ContentAddress{Method: args.method, Hash: *args.hash}, path.Refs{})
		if err != nil {
			return value.Value{}, fail(EvalError, 0, "%v", err)
		}
	}
	at, bad := m.resolveLinks(args.at)
	if bad != nil {
		return value.Value{}, bad
	}
	p, bad := m.add(addition{name: args.name, at: at, method: args.method, filter: args.filter})
	if bad != nil {
		return value.Value{}, bad
	}
	if want != "" && want != p {
		return value.Value{}, fail(EvalError, 0, "store path mismatch in (possibly filtered) path added from '%s'", args.at)
	}
	return storeString(p), nil
}

func primStorePath(m *machine, _ value.Pos, a *value.Value) value.Value {
	if m.settings.Pure {
		return fail(Forbidden, 0, "'builtins.storePath' is not allowed in pure evaluation mode").value()
	}
	p, ctx, bad := m.toPath(a, 0, "while evaluating the first argument passed to 'builtins.storePath'")
	if bad != nil {
		return bad.value()
	}
	if !m.dir().Contains(p) {
		if p, bad = m.resolveLinks(p); bad != nil {
			return bad.value()
		}
	}
	root, _, err := m.dir().Split(p)
	if err != nil {
		return fail(EvalError, 0, "path '%s' is not in the Nix store", p).value()
	}
	if _, err := m.lstat(string(root)); err != nil {
		return fail(EvalError, 0, "path '%s' is not valid", root).value()
	}
	return value.MakeStringContext(p, ctx.Union(value.NewContext(string(root))))
}
