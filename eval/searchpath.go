package eval

import (
	"errors"
	"slices"
	"strings"

	"firn/eval/flakeref"
	"firn/eval/value"
	"firn/parser"
)

// searchPath compiles <x>, which is __findFile __nixPath "x". Both names can be
// those of something else.
func (u *unit) searchPath(n parser.Node, lv *level) code {
	pos, text := u.pos(n.ID()), n.Text()
	name := value.MakeString(text[1 : len(text)-1])
	find := u.lexical(n, "__findFile", lv)
	path := u.lexicalCell(n, "__nixPath", lv)
	return callCode(find, []delayed{path, constantCell(name)}, pos)
}

// searchEntry is an element of a search path.
type searchEntry struct{ prefix, path string }

func primFindFile(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	list, bad := m.forceList(a, 0, "while evaluating the first argument passed to builtins.findFile")
	if bad != nil {
		return bad.value()
	}
	var entries []searchEntry
	for _, c := range list {
		e, bad := m.searchEntry(c)
		if bad != nil {
			return bad.value()
		}
		entries = append(entries, e)
	}
	name, bad := m.forceStringNoContext(b, 0, "while evaluating the second argument passed to builtins.findFile")
	if bad != nil {
		return bad.value()
	}
	return m.find(entries, name)
}

func (m *machine) searchEntry(c *value.Value) (searchEntry, *failure) {
	var e searchEntry
	attrs, bad := m.forceSet(c, 0, "while evaluating an element of the list passed to builtins.findFile")
	if bad != nil {
		return e, bad
	}
	if p := attrs.Get(m.sym.prefix); p != nil {
		if e.prefix, bad = m.forceStringNoContext(p, 0, "while evaluating the `prefix` attribute of an element of the list passed to builtins.findFile"); bad != nil {
			return e, bad
		}
	}
	p, _, bad := m.attr(attrs, m.sym.path, "in an element of the __nixPath")
	if bad != nil {
		return e, bad
	}
	var ctx *value.Context
	e.path, bad = m.coerce(p, 0, &ctx, "while evaluating the `path` attribute of an element of the list passed to builtins.findFile", 0)
	if bad == nil {
		bad = m.build(ctx)
	}
	return e, bad
}

// find returns the path that a name in angle brackets means.
func (m *machine) find(entries []searchEntry, name string) value.Value {
	for _, e := range entries {
		rest := name
		if e.prefix != "" {
			if rest != e.prefix && !strings.HasPrefix(rest, e.prefix+"/") {
				continue
			}
			rest = strings.TrimPrefix(rest[len(e.prefix):], "/")
		}
		base, ok, bad := m.searchDir(e.path)
		if bad != nil {
			return bad.value()
		}
		if !ok {
			continue
		}
		p := base
		if rest != "" {
			p = cleanPath(base + "/" + rest)
		}
		if q, bad := m.resolveLinks(p); bad == nil {
			_, err := m.lstat(q)
			if err == nil {
				return value.MakePath(p)
			}
			if errors.Is(err, ErrForbidden) {
				return m.fileError(err, q).value()
			}
		}
	}
	if after, ok := strings.CutPrefix(name, "nix/"); ok {
		return value.MakePath(corePath + after)
	}
	if m.settings.Pure {
		return fail(Thrown, 0, "cannot look up '<%s>' in pure evaluation mode (use '--impure' to override)", name).value()
	}
	return fail(Thrown, 0, "file '%s' was not found in the Nix search path (add it using $NIX_PATH or -I)", name).value()
}

// searchDir returns what an entry of the search path leads to, if that is
// there.
func (m *machine) searchDir(p string) (string, bool, *failure) {
	if known, ok := m.searchDirs[p]; ok {
		return known, known != "", nil
	}
	dir, bad := m.findSearchDir(p)
	if bad != nil {
		return "", false, bad
	}
	m.searchDirs[p] = dir
	return dir, dir != "", nil
}

func (m *machine) findSearchDir(p string) (string, *failure) {
	if ref, ok := strings.CutPrefix(p, "flake:"); ok {
		return fetching{m}.searchFlake(ref)
	}
	if isRemote(p) {
		return fetching{m}.searchArchive(p)
	}
	dir := m.settings.absolute(p)
	at, bad := m.resolveLinks(dir)
	if bad != nil {
		return "", nil
	}
	if _, err := m.lstat(at); err != nil {
		m.host.Warn("warning: Nix search path entry '" + p + "' does not exist, ignoring")
		return "", nil
	}
	return dir, nil
}

// searchArchive fetches an archive that the search path has. One that cannot be
// had is not looked into.
func (m fetching) searchArchive(u string) (string, *failure) {
	p, bad := m.downloadTree(download{name: "source", url: resolvePseudoURL(u)})
	switch {
	case bad == nil:
		return string(p), nil
	case bad.kind == Interrupted || bad.kind == OutOfBudget:
		return "", bad
	}
	m.warn("Nix search path entry '" + u + "' cannot be downloaded, ignoring")
	return "", nil
}

// searchFlake fetches the tree of a flake that the search path has.
func (m fetching) searchFlake(ref string) (string, *failure) {
	if err := m.refOptions().Require("flakes"); err != nil {
		return "", wrong(err)
	}
	in, err := flakeref.ParseInput(ref, m.refOptions())
	if err != nil {
		return "", wrong(err)
	}
	if !in.Direct() {
		found, bad := m.lookUp(in)
		if bad != nil {
			return "", bad
		}
		in = found.Input
	}
	t, bad := m.tree(in)
	return string(t.path), bad
}

// searchPath returns builtins.nixPath.
func (m *machine) searchPath() *value.Value {
	if m.search != nil {
		return m.search
	}
	cells := make([]*value.Value, 0, len(m.settings.NixPath))
	for _, entry := range m.settings.NixPath {
		prefix, p := cutEntry(entry)
		cells = append(cells, m.Cell(value.MakeSet(m.FromAttrs([]value.Attr{
			{Sym: m.sym.prefix, V: m.Cell(value.MakeString(prefix))},
			{Sym: m.sym.path, V: m.Cell(value.MakeString(p))},
		}, 0))))
	}
	m.search = m.Cell(value.MakeList(cells))
	return m.search
}

// cutEntry returns the parts of an entry of NIX_PATH.
func cutEntry(entry string) (prefix, path string) {
	if prefix, path, ok := strings.Cut(entry, "="); ok {
		return prefix, path
	}
	return "", entry
}

// isRemote reports whether an entry of the search path is no path of this
// machine.
func isRemote(p string) bool { return isPseudoURL(p) || strings.HasPrefix(p, "flake:") }

// isPseudoURL reports whether a text is a URL of those schemes that Nix knows
// where paths can stand as well.
func isPseudoURL(s string) bool {
	if strings.HasPrefix(s, "channel:") {
		return true
	}
	scheme, _, ok := strings.Cut(s, "://")
	return ok && slices.Contains([]string{"http", "https", "file", "channel", "git", "s3", "ssh"}, scheme)
}

// resolvePseudoURL returns the URL of a channel for its name, and others as they
// are.
func resolvePseudoURL(s string) string {
	if channel, ok := strings.CutPrefix(s, "channel:"); ok {
		return "https://channels.nixos.org/" + channel + "/nixexprs.tar.xz"
	}
	return s
}

// absolute returns a path from outside as an absolute one.
func (s Settings) absolute(p string) string {
	if !strings.HasPrefix(p, "/") {
		p = s.Dir + "/" + p
	}
	return cleanPath(p)
}

// SplitNixPath returns the entries of a text like NIX_PATH. Colons separate
// them, but not the one in a URL.
func SplitNixPath(s string) []string {
	var list []string
	for s != "" {
		end := strings.IndexByte(s, ':')
		if end < 0 {
			return append(list, s)
		}
		_, path := cutLastEntry(s[:end])
		if rest := path + s[end:]; isRemote(rest) {
			if next := strings.IndexByte(s[end+1:], ':'); next >= 0 {
				end += 1 + next
			} else {
				end = len(s)
			}
		}
		if end > 0 {
			list = append(list, s[:end])
		}
		s = strings.TrimPrefix(s[end:], ":")
	}
	return list
}

// cutLastEntry cuts at the last equals sign.
func cutLastEntry(entry string) (prefix, path string) {
	i := strings.LastIndexByte(entry, '=')
	return entry[:max(i, 0)], entry[i+1:]
}
