package eval

import (
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"syscall"

	"firn/eval/value"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
)

// mounts is a host on which store paths can be read that were computed but not
// written: each stands for what it was computed from.
type mounts struct {
	Host
	dir   string            // the store directory, with a slash
	trees map[string]string // what the paths were made of, by base name
	texts map[string]string // what they hold, by base name
}

// locate returns where a path really is, or the text that it holds.
func (h *mounts) locate(p string) (at, text string, isText bool) {
	if p == corePath+"fetchurl.nix" {
		return p, fetchurlSource, true
	}
	rest, ok := strings.CutPrefix(p, h.dir)
	if !ok {
		return p, "", false
	}
	base, below, _ := strings.Cut(rest, "/")
	if text, ok := h.texts[base]; ok && below == "" {
		return p, text, true
	}
	if tree, ok := h.trees[base]; ok {
		if below == "" {
			return tree, "", false
		}
		return strings.TrimSuffix(tree, "/") + "/" + below, "", false
	}
	return p, "", false
}

func (h *mounts) ReadFile(p string) (string, error) {
	at, text, isText := h.locate(p)
	if isText {
		return text, nil
	}
	return h.Host.ReadFile(at)
}

func (h *mounts) Lstat(p string) (FileInfo, error) {
	if p+"/" == h.dir {
		return h.top()
	}
	at, text, isText := h.locate(p)
	if isText {
		return FileInfo{Kind: Regular, Size: int64(len(text))}, nil
	}
	return h.Host.Lstat(at)
}

func (h *mounts) ReadDir(p string) ([]DirEntry, error) {
	at, _, _ := h.locate(p)
	list, err := h.Host.ReadDir(at)
	if p+"/" == h.dir && errors.Is(err, ErrNotExist) {
		return nil, nil
	}
	return list, err
}

// top returns what is known of the store directory. It is there, though nothing
// may ever have been written to it.
func (h *mounts) top() (FileInfo, error) {
	info, err := h.Host.Lstat(strings.TrimSuffix(h.dir, "/"))
	if errors.Is(err, ErrNotExist) {
		return FileInfo{Kind: Directory}, nil
	}
	return info, err
}

func (h *mounts) Readlink(p string) (string, error) {
	at, _, _ := h.locate(p)
	return h.Host.Readlink(at)
}

func (h *mounts) Open(p string) (io.ReadCloser, error) {
	at, text, isText := h.locate(p)
	if isText {
		return io.NopCloser(strings.NewReader(text)), nil
	}
	return h.Host.Open(at)
}

// archived is a host as the file system of an archive.
type archived struct{ Host }

var narKinds = [...]nar.Kind{Regular: nar.Regular, Directory: nar.Directory, Symlink: nar.Symlink, OtherFile: nar.Unknown}

func (h archived) Lstat(p string) (nar.Info, error) {
	info, err := h.Host.Lstat(p)
	return nar.Info{Kind: narKinds[info.Kind], Executable: info.Executable && info.Kind == Regular, Size: info.Size}, err
}

func (h archived) ReadDir(p string) ([]string, error) {
	entries, err := h.Host.ReadDir(p)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name
	}
	return names, err
}

// isStorePath reports whether s is a path right in the store directory.
func (m *machine) isStorePath(s string) bool {
	_, err := m.dir().Parse(s)
	return err == nil
}

func (m *machine) dir() path.Dir { return path.Dir(m.settings.StoreDir) }

// copyPath returns the store path that a file or directory is copied to, and
// adds it to a context.
func (m *machine) copyPath(p string, ctx **value.Context) (string, *failure) {
	if strings.HasSuffix(p, path.DrvExtension) {
		return "", fail(EvalError, 0, "file names are not allowed to end in '%s'", path.DrvExtension)
	}
	c, ok := m.sources[p]
	if !ok {
		at, bad := m.resolveParent(p)
		if bad != nil {
			return "", bad
		}
		s, bad := m.add(addition{name: baseName(p), at: at, method: path.NAR})
		if bad != nil {
			return "", bad
		}
		c = value.NewContext(string(s))
		m.sources[p] = c
	}
	*ctx = (*ctx).Union(c)
	return c.Elems()[0], nil
}

// addition is something to be added to the store.
type addition struct {
	name   string
	at     string
	method path.Method
	filter nar.Filter
}

// add computes the store path of a file or directory.
func (m *machine) add(a addition) (path.Path, *failure) {
	info, err := m.lstat(a.at)
	if err != nil {
		return "", m.fileError(err, a.at)
	}
	left := leftOut{}
	if a.filter != nil && m.settings.Added != nil {
		a.filter = left.noting(a.filter)
	}
	var h hash.Hash
	if a.method == path.Flat {
		switch info.Kind {
		case Regular:
		case Directory:
			return "", m.fileError(syscall.EISDIR, a.at)
		default:
			return "", fail(EvalError, 0, "file '%s' is not a regular file", a.at)
		}
		text, err := m.host.ReadFile(a.at)
		if err != nil {
			return "", m.fileError(err, a.at)
		}
		h = hash.SumString(hash.SHA256, text)
	} else if h, err = m.sumArchive(a); err != nil {
		return "", m.archiveError(err, a.at)
	}
	p, err := m.dir().Fixed(a.name, path.ContentAddress{Method: a.method, Hash: h}, path.Refs{})
	if err != nil {
		return "", fail(EvalError, 0, "%v", err)
	}
	if a.filter == nil {
		m.mounts.trees[p.Base()] = a.at
	}
	if m.settings.Added != nil {
		src := m.describe(p, a.at, path.ContentAddress{Method: a.method, Hash: h})
		if a.filter != nil {
			src.Tree.Root, src.Tree.Filter = a.at, left.filter
		}
		if err := m.settings.Added(m.ctx, src); err != nil {
			return "", fail(EvalError, 0, "%v", err)
		}
	}
	return p, nil
}

// leftOut are the paths that a filter did not take. With them the same files can be
// chosen again without the function, which only an evaluation can call.
type leftOut map[string]bool

// noting returns the filter, which notes what it leaves out.
func (l leftOut) noting(f nar.Filter) nar.Filter {
	return func(p string, kind nar.Kind) (bool, error) {
		take, err := f(p, kind)
		if !take {
			l[p] = true
		}
		return take, err
	}
}

func (l leftOut) filter(p string, _ nar.Kind) (bool, error) { return !l[p], nil }

// sumArchive returns the hash of the archive of what is added. Unless a function
// chooses what is in it, it is not computed again for what has not changed.
func (m *machine) sumArchive(a addition) (hash.Hash, error) {
	var v versioned
	known := m.sums != nil && a.filter == nil
	if known {
		v, known = m.version(a.at)
	}
	if known {
		if sum, ok := m.sums.Get(v.place, v.state); ok {
			return hash.FromSHA256(sum), nil
		}
	}
	h, _, err := nar.Sum(m.ctx, hash.SHA256, nar.Tree{FS: archived{m.host}, Root: a.at, Filter: a.filter})
	if err == nil && known && v.sure {
		m.sums.Put(v.place, v.state, [sha256.Size]byte(h.Bytes()))
	}
	return h, err
}

// filterFailed carries the failure of a filter function through an archive.
type filterFailed struct{ *failure }

func (f filterFailed) Error() string { return f.msg }

func (m *machine) archiveError(err error, p string) *failure {
	var f filterFailed
	if errors.As(err, &f) {
		return f.failure
	}
	if m.ctx.Err() != nil {
		v := m.interrupted()
		return failed(&v)
	}
	return m.fileError(err, p)
}

// Source is a file or directory that an evaluation adds to the store.
type Source struct {
	Path   path.Path
	At     string // where it is
	Method path.Method
	Hash   hash.Hash // of its bytes, or its archive, as the method says
	// Tree is what the store object is made of. It is read through the host of the
	// evaluation, so not while that goes on, but for what is told of the source.
	Tree nar.Tree
}

// describe returns the source that has a store path, at which it can be read.
func (m *machine) describe(p path.Path, at string, ca path.ContentAddress) Source {
	src := Source{Path: p, At: at, Method: ca.Method, Hash: ca.Hash, Tree: nar.Tree{FS: archived{m.host}, Root: string(p)}}
	if ca.Method == path.Flat {
		src.Tree.FS = plainFiles{archived{m.host}} // which is addressed by its bytes alone
	}
	return src
}

// addText adds a text to the store.
func (m *machine) addText(name, text string, refs []path.Path) (path.Path, *failure) {
	p, err := m.dir().Text(name, hash.SumString(hash.SHA256, text), refs)
	if err != nil {
		return "", fail(EvalError, 0, "%v", err)
	}
	m.mounts.texts[p.Base()] = text
	if m.settings.Text != nil {
		if err := m.settings.Text(m.ctx, p, text, refs); err != nil {
			return "", fail(EvalError, 0, "%v", err)
		}
	}
	return p, nil
}

// build sees to it that what a string refers to can be read.
func (m *machine) build(ctx *value.Context) *failure {
	for _, e := range ctx.Elems() {
		if !strings.HasPrefix(e, "!") {
			continue // a source, or a derivation itself
		}
		o := parseOutput(e)
		if m.settings.Build == nil {
			return fail(Forbidden, 0, "cannot build '%s' during evaluation because the option 'allow-import-from-derivation' is disabled", o)
		}
		if len(o.outputs) > 1 {
			return fail(EvalError, 0, "cannot build '%s' during evaluation, since the derivation has to be built itself", o)
		}
		closure, err := m.settings.Build(m.ctx, o.drv, o.name())
		if errors.Is(err, ErrForbidden) {
			return fail(Forbidden, 0, "%v", err)
		}
		if err != nil {
			return fail(EvalError, 0, "%v", err)
		}
		for _, p := range closure {
			m.admit(string(p))
		}
	}
	return nil
}
