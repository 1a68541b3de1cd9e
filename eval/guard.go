package eval

import (
	"errors"
	"fmt"
	"io"
	gopath "path"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"firn/eval/flakeref"
)

// guard is a host of which only some directories can be read. A link that leads
// out of them is of no use, wherever in a path it is.
type guard struct {
	Host
	roots []string          // with all that is below them
	pure  bool              // which words it refuses with
	real  map[string]string // directories without links
}

// newGuard lets only the roots of a host be read. They are absolute, and may be
// reached over links.
func newGuard(host Host, roots []string, pure bool) *guard {
	g := &guard{Host: host, pure: pure, real: map[string]string{}}
	for _, r := range roots {
		r = cleanPath(r)
		g.roots = append(g.roots, r)
		if at, err := g.resolve(r); err == nil && at != r {
			g.roots = append(g.roots, at)
		}
	}
	return g
}

// forbidden is the error of a path that must not be looked at.
type forbidden struct {
	path string
	pure bool
}

func (e forbidden) Error() string {
	if e.pure {
		return fmt.Sprintf("access to absolute path '%s' is forbidden in pure evaluation mode (use '--impure' to override)", e.path)
	}
	return fmt.Sprintf("access to absolute path '%s' is forbidden in restricted mode", e.path)
}

func (e forbidden) Is(err error) bool { return err == ErrForbidden }

// within reports whether a path is one directory or below it.
func within(p, dir string) bool {
	return p == dir || dir == "/" || len(p) > len(dir) && p[len(dir)] == '/' && strings.HasPrefix(p, dir)
}

// allows reports whether a path may be looked at: what is in a root, and the
// directories that lead there.
func (g *guard) allows(p string) bool {
	return slices.ContainsFunc(g.roots, func(r string) bool { return within(p, r) || within(r, p) })
}

// resolve follows the links in every part of a path.
func (g *guard) resolve(p string) (string, error) {
	if at, ok := g.real[p]; ok {
		return at, nil
	}
	at, err := g.walk(p)
	if err == nil {
		g.real[p] = at
	}
	return at, err
}

func (g *guard) walk(p string) (string, error) {
	const most = 40 // links in a path, as in Linux
	for range most {
		if p == "/" {
			return p, nil
		}
		dir, err := g.resolve(gopath.Dir(p))
		if err != nil {
			return "", err
		}
		p = strings.TrimSuffix(dir, "/") + "/" + gopath.Base(p)
		if !g.isLink(p) {
			return p, nil // if it is not there, whoever reads it finds out
		}
		target, err := g.Host.Readlink(p)
		if err != nil {
			return "", err
		}
		if !strings.HasPrefix(target, "/") {
			target = dir + "/" + target
		}
		p = cleanPath(target)
	}
	return "", syscall.ELOOP
}

// isLink reports whether there is a symbolic link at a path.
func (g *guard) isLink(p string) bool {
	info, err := g.Host.Lstat(p)
	return err == nil && info.Kind == Symlink
}

// file returns the file that a path leads to over all links, if it may be read.
func (g *guard) file(p string) (string, error) {
	if !g.allows(p) {
		return "", forbidden{p, g.pure}
	}
	at, err := g.resolve(p)
	if err == nil && !g.allows(at) {
		err = forbidden{at, g.pure}
	}
	return at, err
}

// entry is file, but that a link which the path names is not followed.
func (g *guard) entry(p string) (string, error) {
	if !g.allows(p) {
		return "", forbidden{p, g.pure}
	}
	if p == "/" {
		return p, nil
	}
	dir, err := g.file(gopath.Dir(p))
	if err != nil {
		return "", err
	}
	at := strings.TrimSuffix(dir, "/") + "/" + gopath.Base(p)
	if !g.allows(at) {
		return "", forbidden{at, g.pure}
	}
	return at, nil
}

// ReadFile implements [Host].
func (g *guard) ReadFile(p string) (string, error) {
	at, err := g.file(p)
	if err != nil {
		return "", err
	}
	return g.Host.ReadFile(at)
}

// Lstat implements [Host].
func (g *guard) Lstat(p string) (FileInfo, error) {
	at, err := g.entry(p)
	if err != nil {
		return FileInfo{}, err
	}
	return g.Host.Lstat(at)
}

// ReadDir implements [Host].
func (g *guard) ReadDir(p string) ([]DirEntry, error) {
	at, err := g.file(p)
	if err != nil {
		return nil, err
	}
	return g.Host.ReadDir(at)
}

// Readlink implements [Host].
func (g *guard) Readlink(p string) (string, error) {
	at, err := g.entry(p)
	if err != nil {
		return "", err
	}
	return g.Host.Readlink(at)
}

// Open implements [Host].
func (g *guard) Open(p string) (io.ReadCloser, error) {
	at, err := g.file(p)
	if err != nil {
		return nil, err
	}
	return g.Host.Open(at)
}

// ModTime implements [TimedHost].
func (g *guard) ModTime(p string) (int64, error) {
	host, ok := g.Host.(TimedHost)
	if !ok {
		return 0, nil
	}
	at, err := g.entry(p)
	if err != nil {
		return 0, err
	}
	return host.ModTime(at)
}

// admit lets a file or directory be read with all that is in it.
func (m *machine) admit(p string) {
	if m.guard != nil && !slices.Contains(m.guard.roots, p) {
		m.guard.roots = append(m.guard.roots, p)
	}
}

// roots returns what may be read from the beginning.
func (s Settings) roots() []string {
	if !s.Restricted {
		return nil
	}
	roots := slices.Clone(s.Allowed)
	for _, entry := range s.NixPath {
		if _, p := cutEntry(entry); !isRemote(p) {
			roots = append(roots, s.absolute(p))
		}
	}
	return roots
}

// mayFetch refuses a URI that a restricted evaluation must not fetch.
func (m *machine) mayFetch(uri string) *failure {
	if !m.settings.Restricted || slices.ContainsFunc(m.settings.AllowedURIs, func(prefix string) bool { return isBelow(uri, prefix) }) {
		return nil
	}
	file := uri
	if flakeref.Scheme(uri) == "file" {
		p, err := flakeref.FilePath(uri)
		if err != nil {
			return wrong(err)
		}
		file = p
	}
	if !strings.HasPrefix(file, "/") {
		return fail(Forbidden, 0, "access to URI '%s' is forbidden in restricted mode", uri)
	}
	if _, err := m.guard.file(cleanPath(file)); errors.Is(err, ErrForbidden) {
		return m.fileError(err, file)
	}
	return nil
}

var schemeOnly = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:$`)

// isBelow reports whether a URI is another one or below it, so that what stands
// for one host does not for another whose name begins in the same way.
func isBelow(uri, prefix string) bool {
	if prefix == "" || !strings.HasPrefix(uri, prefix) {
		return uri == prefix
	}
	return uri == prefix || prefix[len(prefix)-1] == '/' || uri[len(prefix)] == '/' || schemeOnly.MatchString(prefix)
}
