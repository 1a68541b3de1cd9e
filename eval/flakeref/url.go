package flakeref

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// url is a URL taken apart, without percent-encoding.
type url struct {
	scheme    string
	authority *authority // nil if there is none
	path      []string   // between the slashes
	query     map[string]string
	fragment  string
}

// badURL is the error of what is no URL, or not one of the form wanted. Where a
// reference can be something else, it is then read as that.
type badURL struct{ msg string }

func (e *badURL) Error() string { return e.msg }

func bad(format string, args ...any) error { return &badURL{fmt.Sprintf(format, args...)} }

// Scheme returns the scheme of a URL, "" if it has none.
func Scheme(s string) string { return s[:schemeLen(s)] }

// FilePath returns the path of the file that a URL leads to, whose scheme is
// file. It may be relative.
func FilePath(s string) (string, error) {
	u, err := parseURL(s, false, nil)
	if err != nil {
		return "", err
	}
	return joinPath(u.path)
}

// StoreURL returns the scheme of the URL of a store, and whether it has
// parameters.
func StoreURL(s string, o Options) (scheme string, params bool, err error) {
	u, err := parseURL(s, true, o.Warn)
	if err != nil {
		return "", false, err
	}
	return u.scheme, len(u.query) > 0, nil
}

func (u *url) String() string {
	var b strings.Builder
	b.WriteString(u.scheme)
	b.WriteByte(':')
	if u.authority != nil {
		b.WriteString("//")
		b.WriteString(u.authority.String())
	}
	for i, part := range u.path {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(encode(part, ":@"))
	}
	for i, name := range slices.Sorted(maps.Keys(u.query)) {
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(encode(name, ":@/?"))
		b.WriteByte('=')
		b.WriteString(encode(u.query[name], ":@/?"))
	}
	if u.fragment != "" {
		b.WriteByte('#')
		b.WriteString(encode(u.fragment, ""))
	}
	return b.String()
}

// parts returns what is between the slashes of the path, empty parts left out.
func (u *url) parts() []string {
	return slices.DeleteFunc(slices.Clone(u.path), func(s string) bool { return s == "" })
}

// cutScheme splits a scheme like git+https into what is there and how it comes.
func cutScheme(scheme string) (application, transport string) {
	if application, transport, ok := strings.Cut(scheme, "+"); ok {
		return application, transport
	}
	return "", scheme
}

// The characters of the parts of a URL (RFC 3986). Nix's parser allows brackets
// in a query and a hash in a fragment, too.
const (
	alpha         = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	digits        = "0123456789"
	unreserved    = alpha + digits + "-._~"
	nameChars     = unreserved + "!$&'()*+,;="
	segmentChars  = nameChars + ":@"
	queryChars    = segmentChars + "/?[]"
	fragmentChars = segmentChars + "/?#"
)

// parseURL reads a URL. A lenient reader takes blanks and quotes in the query
// and the fragment. A message of what is ignored goes to warn, if that is not nil.
func parseURL(s string, lenient bool, warn func(string)) (*url, error) {
	fixed := s
	if lenient {
		fixed = escapeBlanks(s)
	}
	u, raw, problem := splitURL(fixed)
	if problem != "" {
		return nil, bad("'%s' is not a valid URL: %s", s, problem)
	}
	if u.scheme == "" {
		return nil, bad("'%s' doesn't have a scheme", fixed)
	}
	if u.authority != nil {
		if err := u.authority.setPort(); err != nil {
			return nil, err
		}
	}
	if _, transport := cutScheme(u.scheme); transport == "file" {
		if u.authority != nil && u.authority.host != "" {
			return nil, bad("file:// URL '%s' has unexpected authority '%s'", fixed, u.authority)
		}
		if len(u.path) == 1 && u.path[0] == "" {
			u.path = []string{"", ""}
		}
	}
	var err error
	u.query, err = parseQuery(raw, false, warn)
	return u, err
}

// escapeBlanks escapes what a lenient reader takes.
func escapeBlanks(s string) string {
	before, fragment, hasFragment := strings.Cut(s, "#")
	before, query, hasQuery := strings.Cut(before, "?")
	if hasQuery {
		before += "?" + escapeIn(query, ` "`)
	}
	if hasFragment {
		before += "#" + escapeIn(fragment, ` "^`)
	}
	return before
}

// splitURL takes a URL apart. The query is left as it is. Without a scheme the
// text is read as the rest of a URL.
func splitURL(s string) (u *url, query, problem string) {
	const mismatch, leftover = "mismatch", "leftover"
	u = &url{}
	rest := s
	if n := schemeLen(s); n > 0 {
		u.scheme, rest = s[:n], s[n+1:]
	}
	r := reader{rest: rest}
	if after, ok := strings.CutPrefix(r.rest, "//"); ok {
		r.rest = after
		if u.authority, ok = r.authority(); !ok {
			return nil, "", mismatch
		}
	}
	path, ok := r.path(u.authority != nil, u.scheme == "")
	if !ok {
		return nil, "", mismatch
	}
	u.path = strings.Split(path, "/")
	for i, part := range u.path {
		u.path[i] = mustDecode(part)
	}
	if query, ok = r.after('?', queryChars); !ok {
		return nil, "", leftover
	}
	fragment, ok := r.after('#', fragmentChars)
	switch {
	case !ok:
		return nil, "", mismatch
	case r.rest != "":
		return nil, "", leftover
	}
	u.fragment = mustDecode(fragment)
	return u, query, ""
}

// schemeLen returns the length of the scheme that s begins with, 0 for none.
func schemeLen(s string) int {
	if s == "" || strings.IndexByte(alpha, s[0]) < 0 {
		return 0
	}
	n := len(s) - len(strings.TrimLeft(s, alpha+digits+"+-."))
	if n == len(s) || s[n] != ':' {
		return 0
	}
	return n
}

// reader reads the parts of a URL from its beginning.
type reader struct{ rest string }

// take reads what consists of the given characters and of escapes. It fails at
// half an escape.
func (r *reader) take(chars string) (string, bool) {
	i := 0
	for i < len(r.rest) {
		c := r.rest[i]
		if c == '%' {
			if len(r.rest) < i+3 || hexDigit(r.rest[i+1]) < 0 || hexDigit(r.rest[i+2]) < 0 {
				return "", false
			}
			i += 3
		} else if strings.IndexByte(chars, c) >= 0 {
			i++
		} else {
			break
		}
	}
	s := r.rest[:i]
	r.rest = r.rest[i:]
	return s, true
}

// after reads a part that begins with a mark, if it is there.
func (r *reader) after(mark byte, chars string) (string, bool) {
	if r.rest == "" || r.rest[0] != mark {
		return "", true
	}
	r.rest = r.rest[1:]
	return r.take(chars)
}

// path reads a path. Behind an authority it has to be absolute or empty, and
// without a scheme there is no colon in its first part.
func (r *reader) path(behindAuthority, bare bool) (string, bool) {
	if behindAuthority && !strings.HasPrefix(r.rest, "/") {
		return "", true
	}
	before := r.rest
	if bare && !strings.HasPrefix(r.rest, "/") {
		if first, ok := r.take(nameChars + "@"); !ok || first != "" && strings.HasPrefix(r.rest, ":") {
			return "", false
		}
	}
	if _, ok := r.take(segmentChars + "/"); !ok {
		return "", false
	}
	return before[:len(before)-len(r.rest)], true
}

// parseQuery reads the parameters of a URL. Of several with one name the first
// counts.
func parseQuery(s string, lenient bool, warn func(string)) (map[string]string, error) {
	fixed := s
	if lenient {
		fixed = escapeIn(s, ` "`)
	}
	r := reader{rest: fixed}
	if _, ok := r.take(queryChars); !ok || r.rest != "" {
		return nil, bad("invalid URI query '%s': leftover", s)
	}
	params := map[string]string{}
	if fixed == "" {
		return params, nil
	}
	for param := range strings.SplitSeq(fixed, "&") {
		name, value, ok := strings.Cut(param, "=")
		if !ok {
			if warn != nil {
				warn("dubious URI query '" + name + "' is missing equal sign '=', ignoring")
			}
			continue
		}
		if name = mustDecode(name); !has(params, name) {
			params[name] = mustDecode(value)
		}
	}
	return params, nil
}

func has(m map[string]string, name string) bool {
	_, ok := m[name]
	return ok
}

// decode undoes percent-encoding.
func decode(s string) (string, error) {
	if strings.IndexByte(s, '%') < 0 {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if len(s) < i+3 {
			return "", bad("invalid URI parameter '%s': incomplete pct-encoding", s)
		}
		high, low := hexDigit(s[i+1]), hexDigit(s[i+2])
		if high < 0 || low < 0 {
			return "", bad("invalid URI parameter '%s': bad hexdig in pct-encoding", s)
		}
		b.WriteByte(byte(high<<4 | low))
		i += 2
	}
	return b.String(), nil
}

// mustDecode is decode for what a reader has read, which has no half escapes.
func mustDecode(s string) string {
	s, _ = decode(s)
	return s
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// encode escapes all but the unreserved characters and those in keep.
func encode(s, keep string) string {
	return escape(s, func(c byte) bool {
		return strings.IndexByte(unreserved, c) < 0 && strings.IndexByte(keep, c) < 0
	})
}

// escapeIn escapes the given characters.
func escapeIn(s, chars string) string {
	return escape(s, func(c byte) bool { return strings.IndexByte(chars, c) >= 0 })
}

func escape(s string, needs func(c byte) bool) string {
	var b strings.Builder
	for i := range len(s) {
		if needs(s[i]) {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
