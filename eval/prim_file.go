package eval

import (
	"errors"
	"path"
	"strings"
	"syscall"

	"firn/eval/value"
)

var filePrims = table{
	"findFile":     primFindFile,
	"getEnv":       primGetEnv,
	"import":       primImport,
	"pathExists":   primPathExists,
	"readDir":      primReadDir,
	"readFile":     primReadFile,
	"readFileType": primReadFileType,
	"scopedImport": primScopedImport,
	"toPath":       primToPath,
}

// toPath makes a path of a path, or of a string that is one.
func (m *machine) toPath(a *value.Value, pos value.Pos, context string) (string, *value.Context, *failure) {
	var ctx *value.Context
	p, bad := peel(m, m.force(a, pos), pos, func(v value.Value, _ peeled) (string, *failure) {
		if v.Kind() == value.Path {
			return v.Str(), nil
		}
		s, bad := m.coerce(&v, pos, &ctx, context, 0)
		if bad != nil {
			return "", bad
		}
		if !strings.HasPrefix(s, "/") {
			return "", fail(EvalError, 0, "string '%s' doesn't represent an absolute path", s).with(pos, context)
		}
		return cleanPath(s), nil
	})
	return p, ctx, bad
}

// realise makes a path of a value, and sees to it that what it refers to is
// there.
func (m *machine) realise(a *value.Value) (string, *failure) {
	p, ctx, bad := m.toPath(a, 0, "while realising the context of a path")
	if bad != nil {
		return "", bad
	}
	if ctx == nil {
		return p, nil
	}
	if bad := m.build(ctx); bad != nil {
		return "", bad.with(0, "while realising the context of path '%s'", p)
	}
	return p, nil
}

// followed is realise with symbolic links followed.
func (m *machine) followed(a *value.Value) (string, *failure) {
	p, bad := m.realise(a)
	if bad != nil {
		return "", bad
	}
	return m.resolveLinks(p)
}

// resolveLinks follows the symbolic links in every part of a path.
func (m *machine) resolveLinks(p string) (string, *failure) {
	at, rest := "/", strings.Split(strings.TrimPrefix(p, "/"), "/")
	links := 0
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			at = path.Dir(at)
			continue
		}
		next := strings.TrimSuffix(at, "/") + "/" + part
		info, err := m.lstat(next)
		if err != nil || info.Kind != Symlink {
			at = next // whoever reads what is not there finds out
			continue
		}
		if links++; links > 1024 {
			return "", fail(EvalError, 0, "too many symbolic links encountered while traversing the path '%s'", p)
		}
		target, err := m.host.Readlink(next)
		if err != nil {
			return "", m.fileError(err, next)
		}
		if strings.HasPrefix(target, "/") {
			at = "/"
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	return at, nil
}

func primImport(m *machine, pos value.Pos, a *value.Value) value.Value {
	p, bad := m.realise(a)
	if bad != nil {
		return bad.value()
	}
	return m.importFile(p, pos)
}

func primScopedImport(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	p, bad := m.realise(b)
	if bad != nil {
		return bad.value()
	}
	attrs, bad := m.forceSet(a, 0, "while evaluating the first argument passed to builtins.scopedImport")
	if bad != nil {
		return bad.value()
	}
	at, bad := m.resolveImport(p)
	if bad != nil {
		return bad.value()
	}
	flat := attrs.Flat()
	e, names := m.Env(nil, flat.Len()), map[string]int{}
	for i, c := range flat.Cells() {
		e.Put(i, c)
		names[m.symbols.Name(flat.Shape().Sym(i))] = i
	}
	run, bad := m.loadFile(at, names)
	if bad != nil {
		return bad.value()
	}
	return run(m, e)
}

func primReadFile(m *machine, _ value.Pos, a *value.Value) value.Value {
	p, bad := m.followed(a)
	if bad != nil {
		return bad.value()
	}
	s, err := m.host.ReadFile(p)
	if err != nil {
		return m.fileError(err, p).value()
	}
	if strings.IndexByte(s, 0) >= 0 {
		return fail(EvalError, 0, "the contents of the file '%s' cannot be represented as a Nix string", p).value()
	}
	m.Charge(len(s))
	return value.MakeString(s)
}

func primReadDir(m *machine, _ value.Pos, a *value.Value) value.Value {
	p, bad := m.followed(a)
	if bad != nil {
		return bad.value()
	}
	entries, err := m.host.ReadDir(p)
	if errors.Is(err, syscall.ENOTDIR) {
		return fail(EvalError, 0, "cannot read directory \"%s\": Not a directory", p).value()
	}
	if err != nil {
		return m.fileError(err, p).value()
	}
	list := make([]value.Attr, len(entries))
	for i, e := range entries {
		list[i] = value.Attr{Sym: m.symbols.Intern(e.Name), V: m.Cell(value.MakeString(e.Kind.String()))}
	}
	return value.MakeSet(m.FromAttrs(list, 0))
}

func primReadFileType(m *machine, _ value.Pos, a *value.Value) value.Value {
	p, bad := m.realise(a)
	if bad != nil {
		return bad.value()
	}
	info, err := m.lstat(p)
	if err != nil {
		return m.fileError(err, p).value()
	}
	return value.MakeString(info.Kind.String())
}

// lstat is the host's, remembered: what an evaluation has seen of a file stays.
func (m *machine) lstat(p string) (FileInfo, error) {
	if known, ok := m.stats[p]; ok {
		return known.info, known.err
	}
	info, err := m.host.Lstat(p)
	if err == nil || !strings.HasPrefix(p, m.mounts.dir) { // a store path may come to be
		m.stats[p] = stat{info, err}
	}
	return info, err
}

type stat struct {
	info FileInfo
	err  error
}

// primPathExists follows a link only if the path ends as that of a directory
// does.
func primPathExists(m *machine, _ value.Pos, a *value.Value) value.Value {
	v := m.force(a, 0)
	mustBeDir := v.Kind() == value.String && (strings.HasSuffix(v.Str(), "/") || strings.HasSuffix(v.Str(), "/."))
	p, bad := m.realise(a)
	if bad == nil && mustBeDir {
		p, bad = m.resolveLinks(p)
	} else if bad == nil {
		p, bad = m.resolveParent(p)
	}
	if bad != nil {
		if bad.kind == Forbidden {
			return value.MakeBool(false)
		}
		return bad.value()
	}
	info, err := m.lstat(p)
	return value.MakeBool(err == nil && (!mustBeDir || info.Kind == Directory))
}

// resolveParent follows the links in a path but for that which it names.
func (m *machine) resolveParent(p string) (string, *failure) {
	if p == "/" {
		return p, nil
	}
	dir, bad := m.resolveLinks(path.Dir(p))
	if bad != nil {
		return "", bad
	}
	return strings.TrimSuffix(dir, "/") + "/" + path.Base(p), nil
}

func primToPath(m *machine, _ value.Pos, a *value.Value) value.Value {
	p, ctx, bad := m.toPath(a, 0, "while evaluating the first argument passed to builtins.toPath")
	if bad != nil {
		return bad.value()
	}
	return value.MakeStringContext(p, ctx)
}

func primGetEnv(m *machine, _ value.Pos, a *value.Value) value.Value {
	name, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.getEnv")
	if bad != nil {
		return bad.value()
	}
	if m.settings.Pure || m.settings.Restricted {
		return value.MakeString("")
	}
	return value.MakeString(m.host.Getenv(name))
}
