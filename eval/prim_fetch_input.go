package eval

import (
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"firn/eval/flakeref"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
)

// fetchedTree is an input that was fetched.
type fetchedTree struct {
	in      flakeref.Input // with all that is known of it
	path    path.Path
	narHash hash.Hash // none for a part of another tree
	dirty   bool      // it is no commit any more
}

// tree fetches an input.
func (m fetching) tree(in flakeref.Input) (fetchedTree, *failure) {
	u, err := in.URL()
	if err != nil {
		return fetchedTree{}, wrong(err)
	}
	if !in.Direct() {
		return fetchedTree{}, fail(EvalError, 0, "'%s' is an indirect flake reference, but registry lookups are not allowed", u)
	}
	t, bad := m.laid(in, u)
	if bad != nil {
		return fetchedTree{}, bad
	}
	return t, m.confirm(in, t)
}

// laid is tree for an input with a URL, whose hash nobody has looked at.
func (m fetching) laid(in flakeref.Input, u string) (fetchedTree, *failure) {
	got, bad := m.source(in, hash.Hash{})
	if bad == nil {
		bad = m.matches(in, got)
	}
	if bad != nil {
		return fetchedTree{}, bad.with(0, "while fetching the input '%s'", u)
	}
	return m.keep(in, got)
}

// finalTree fetches an input of which everything is known. It is not fetched
// if its files are there.
func (m fetching) finalTree(in flakeref.Input) (fetchedTree, *failure) {
	u, err := in.URL()
	if err != nil {
		return fetchedTree{}, wrong(err)
	}
	h, err := in.NarHash()
	if err != nil {
		return fetchedTree{}, wrong(err)
	}
	name, err := in.Name()
	if err != nil {
		return fetchedTree{}, wrong(err)
	}
	if !h.IsNone() {
		p, err := m.dir().Fixed(name, path.ContentAddress{Method: path.NAR, Hash: h}, path.Refs{})
		if err == nil && m.exists(p) {
			return fetchedTree{in: in, path: p, narHash: h}, nil
		}
	}
	got, bad := m.source(in, hash.Hash{})
	if bad == nil {
		bad = sameFields(in.Attrs, got.attrs)
	}
	if bad != nil {
		return fetchedTree{}, bad.with(0, "while fetching the input '%s'", u)
	}
	got.attrs = in.Attrs
	t, bad := m.keep(in, got)
	if bad != nil {
		return fetchedTree{}, bad
	}
	return t, m.confirm(in, t)
}

// sameFields compares what is said of an input with what was found.
func sameFields(said, found flakeref.Attrs) *failure {
	final := func(a flakeref.Attrs) string {
		a = maps.Clone(a)
		a["__final"] = true
		return a.JSON()
	}
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if v, has := found[name]; has && v != said[name] {
			return fail(EvalError, 0, "mismatch in field '%s' of input '%s', got '%s'", name, final(said), final(found))
		}
	}
	return nil
}

// found is the files of an input, wherever they are.
type found struct {
	at      string
	attrs   flakeref.Attrs
	narHash hash.Hash
}

// source brings the files of an input to this machine. If the hash that is wanted is
// known, though the input does not have it, nothing needs to be asked twice.
func (m fetching) source(in flakeref.Input, want hash.Hash) (found, *failure) {
	switch in.Type() {
	case "path":
		return m.directory(in)
	case "file":
		return m.plainFile(in)
	case "tarball":
		if bad := m.checkArchive(in); bad != nil {
			return found{}, bad
		}
	case "git":
		if bad := m.checkRepository(in); bad != nil {
			return found{}, bad
		}
	}
	r, bad := m.request(in)
	if bad != nil {
		return found{}, bad
	}
	if !want.IsNone() {
		r.Hash = want
	}
	got, bad := m.fetch(r)
	if bad != nil {
		return found{}, bad
	}
	f := found{at: got.At, attrs: got.Attrs}
	if f.attrs == nil {
		f.attrs = in.Attrs
	}
	known, err := flakeref.NewInput(f.attrs, m.refOptions())
	if err == nil {
		f.narHash, err = known.NarHash()
	}
	if err != nil {
		return found{}, wrong(err)
	}
	if f.narHash.IsNone() {
		f.narHash, bad = m.sumTree(f.at, nil)
	}
	return f, bad
}

var inputKinds = map[string]FetchKind{
	"file": FetchFile, "tarball": FetchArchive, "git": FetchGit, "hg": FetchMercurial,
	"github": FetchForge, "gitlab": FetchForge, "sourcehut": FetchForge, "indirect": FetchRegistry,
}

// request asks for an input.
func (m fetching) request(in flakeref.Input) (Request, *failure) {
	r := Request{Kind: inputKinds[in.Type()], Input: in}
	r.Rev, _ = in.Attrs["rev"].(string)
	r.Ref, _ = in.Attrs["ref"].(string)
	var err error
	if u, ok := in.Attrs["url"].(string); ok {
		r.URL = u
	} else if r.URL, err = in.URL(); err != nil {
		return r, wrong(err)
	}
	if r.Name, err = in.Name(); err != nil {
		return r, wrong(err)
	}
	if r.Hash, err = in.NarHash(); err != nil {
		return r, wrong(err)
	}
	return r, nil
}

// matches compares what was fetched with what is said of it. Of a directory Nix
// finds only in the end that it is another one.
func (m fetching) matches(in flakeref.Input, got found) *failure {
	want, err := in.NarHash()
	if err != nil {
		return wrong(err)
	}
	u, err := in.URL()
	if err != nil {
		return wrong(err)
	}
	if in.Type() != "path" && !want.IsNone() && want != got.narHash {
		return hashMismatch(u, want, got.narHash)
	}
	rev, err := in.Rev()
	if err != nil {
		return wrong(err)
	}
	known, err := flakeref.NewInput(got.attrs, m.refOptions())
	if err != nil {
		return wrong(err)
	}
	is, err := known.Rev()
	if err != nil {
		return wrong(err)
	}
	if !rev.IsNone() && rev != is {
		return fail(EvalError, 0, "'rev' attribute mismatch in input '%s', expected %s", u, rev.Hex())
	}
	return nil
}

func hashMismatch(input string, want, got hash.Hash) *failure {
	return fail(EvalError, 0, "NAR hash mismatch in input '%s', expected '%s' but got '%s'", input, want.SRI(), got.SRI())
}

// keep gives the files of an input their store path.
func (m fetching) keep(in flakeref.Input, got found) (fetchedTree, *failure) {
	name, err := in.Name()
	if err != nil {
		return fetchedTree{}, wrong(err)
	}
	p, bad := m.adopt(adoption{name: name, at: got.at, method: path.NAR, hash: got.narHash})
	if bad != nil {
		return fetchedTree{}, bad
	}
	attrs := maps.Clone(got.attrs)
	attrs["narHash"] = got.narHash.SRI()
	known, err := flakeref.NewInput(attrs, m.refOptions())
	if err != nil {
		return fetchedTree{}, wrong(err)
	}
	return fetchedTree{in: known, path: p, narHash: got.narHash}, nil
}

// confirm compares the hash of a tree with the one that was asked for.
func (m fetching) confirm(in flakeref.Input, t fetchedTree) *failure {
	want, err := in.NarHash()
	if err != nil {
		return wrong(err)
	}
	if want.IsNone() || want == t.narHash {
		return nil
	}
	u, err := in.URL()
	if err != nil {
		return wrong(err)
	}
	return hashMismatch(u, t.narHash, want) // the wrong way round, as in Nix
}

// adoption is files that become a store path by their hash.
type adoption struct {
	name   string
	at     string
	method path.Method
	hash   hash.Hash
}

// adopt computes the store path of files, from which it can be read then.
func (m fetching) adopt(a adoption) (path.Path, *failure) {
	p, err := m.dir().Fixed(a.name, path.ContentAddress{Method: a.method, Hash: a.hash}, path.Refs{})
	if err != nil {
		return "", wrong(err)
	}
	if a.at == string(p) {
		return p, nil
	}
	m.mounts.trees[p.Base()] = a.at
	if m.settings.Added != nil {
		if err := m.settings.Added(m.ctx, m.describe(p, a.at, path.ContentAddress{Method: a.method, Hash: a.hash})); err != nil {
			return "", wrong(err)
		}
	}
	return p, nil
}

// sumFile returns the hash of the bytes of a file.
func (m fetching) sumFile(at string) (hash.Hash, *failure) {
	f, err := m.host.Open(at)
	if err != nil {
		return hash.Hash{}, m.fileError(err, at)
	}
	w := hash.New(hash.SHA256)
	_, err = io.Copy(w, f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return hash.Hash{}, m.fileError(err, at)
	}
	return w.Sum(), nil
}

// sumTree returns the hash of the archive of a tree, which is read through fs,
// or as it is.
func (m fetching) sumTree(at string, fs nar.FS) (hash.Hash, *failure) {
	if fs == nil {
		fs = archived{m.host}
	}
	h, _, err := nar.Sum(m.ctx, hash.SHA256, nar.Tree{FS: fs, Root: at})
	if err != nil {
		return hash.Hash{}, m.archiveError(err, at)
	}
	return h, nil
}

// directory finds what an input of type path is.
func (m fetching) directory(in flakeref.Input) (found, *failure) {
	p, _ := in.Attrs["path"].(string)
	if !strings.HasPrefix(p, "/") {
		u, err := in.URL()
		if err != nil {
			return found{}, wrong(err)
		}
		return found{}, fail(EvalError, 0, "cannot fetch input '%s' because it uses a relative path", u)
	}
	if m.settings.Pure && !m.settings.Restricted {
		m.admit(cleanPath(p)) // since its hash is given
	}
	at, bad := m.resolveParent(cleanPath(p))
	if bad != nil {
		return found{}, bad
	}
	if _, err := m.host.Lstat(at); errors.Is(err, ErrNotExist) {
		return found{}, fail(EvalError, 0, "path '/%s' does not exist", at) // Nix has the root twice
	}
	files := &timedFiles{archived: archived{m.host}, mounts: m.mounts}
	f := found{at: at, attrs: in.Attrs}
	if f.narHash, bad = m.sumTree(at, files); bad != nil {
		return found{}, bad
	}
	if _, given := in.Attrs["lastModified"]; !given {
		f.attrs = maps.Clone(in.Attrs)
		f.attrs["lastModified"] = uint64(0)
		if s, err := m.dir().Parse(at); err != nil || s.Name() != "source" {
			f.attrs["lastModified"] = files.newest
		}
	}
	return f, nil
}

// plainFile finds what an input of type file is.
func (m fetching) plainFile(in flakeref.Input) (found, *failure) {
	r, bad := m.request(in)
	if bad != nil {
		return found{}, bad
	}
	at, bad := m.file(r)
	if bad != nil {
		return found{}, bad
	}
	h, bad := m.sumTree(at, plainFiles{archived{m.host}})
	return found{at: at, attrs: in.Attrs, narHash: h}, bad
}

// file returns where a file is that is fetched as it is.
func (m fetching) file(r Request) (string, *failure) {
	if !strings.EqualFold(flakeref.Scheme(r.URL), "file") {
		got, bad := m.fetch(r)
		return got.At, bad
	}
	p, err := flakeref.FilePath(r.URL)
	if err != nil {
		return "", fail(EvalError, 0, "unable to download '%s': %v", r.URL, err)
	}
	at, bad := m.resolveLinks(cleanPath(p))
	if bad != nil {
		return "", bad
	}
	info, err := m.host.Lstat(at)
	if err != nil {
		return "", fail(EvalError, 0, "unable to download '%s': Could not read a file:// file (37) Could not open file %s", r.URL, p)
	}
	if info.Kind != Regular {
		return "", fail(EvalError, 0, "unable to download '%s': '%s' is not a regular file", r.URL, p)
	}
	return at, nil
}

// checkArchive refuses an archive on this machine that is none.
func (m fetching) checkArchive(in flakeref.Input) *failure {
	u, _ := in.Attrs["url"].(string)
	if flakeref.Scheme(u) != "file" {
		return nil
	}
	p, err := flakeref.FilePath(u)
	if err != nil {
		return wrong(err)
	}
	if !strings.HasPrefix(p, "/") {
		return fail(EvalError, 0, "tarball '%s' must use an absolute path. The 'file' scheme does not support relative paths.", u)
	}
	at, bad := m.resolveLinks(cleanPath(p))
	if bad != nil {
		return bad
	}
	info, err := m.host.Lstat(at)
	switch {
	case err != nil:
		return fail(EvalError, 0, "tarball \"%s\" does not exist.", p)
	case info.Kind != Directory:
		return nil
	}
	if _, err := m.host.Lstat(at + "/.git"); err == nil {
		return fail(EvalError, 0, "tarball \"%s\" is a git repository, not a tarball. Please use `git+file` as the scheme.", p)
	}
	return fail(EvalError, 0, "tarball \"%s\" is a directory, not a file.", p)
}

// checkRepository refuses a repository on this machine that is not there.
func (m fetching) checkRepository(in flakeref.Input) *failure {
	u, _ := in.Attrs["url"].(string)
	if flakeref.Scheme(u) != "file" {
		return nil
	}
	p, err := flakeref.FilePath(u)
	if err != nil {
		return wrong(err)
	}
	at := p
	if !strings.HasPrefix(p, "/") {
		m.warn("Fetching Git repository '" + u + "', which uses a path relative to the current directory. " +
			"This is not supported and will stop working in a future release. See https://github.com/NixOS/nix/issues/12281 for details.")
		at = m.settings.Dir + "/" + p
	}
	at, bad := m.resolveLinks(cleanPath(at))
	if bad != nil {
		return bad
	}
	if _, err := m.host.Lstat(at); err != nil {
		return fail(EvalError, 0, "Git repository \"%s\" does not exist.", cleanPath(at))
	}
	return nil
}

// plainFiles is a file system in which no file is executable.
type plainFiles struct{ archived }

func (f plainFiles) Lstat(p string) (nar.Info, error) {
	info, err := f.archived.Lstat(p)
	info.Executable = false
	return info, err
}
