package link

import (
	"cmp"
	"net/url"
	"strings"

	"firn/parser/text"
)

var schemes = []string{"https://", "http://", "ftp://"}

// urls adds the addresses in a piece of source.
func (f *finder) urls(in text.Span) {
	src := in.In(f.tree.Source())
	for at := 0; at < len(src); {
		start, scheme := nextScheme(src, at)
		if start < 0 {
			return
		}
		end := start + addressEnd(src[start:])
		if end > start+len(scheme) {
			span := text.Span{Start: in.Start + uint32(start), End: in.Start + uint32(end)}
			f.links = append(f.links, Link{Span: span, URL: src[start:end]})
		}
		at = max(end, start+len(scheme))
	}
}

// nextScheme returns where the first address from at on begins and its scheme,
// or -1. What only ends like a scheme, as git+https, begins with its own.
func nextScheme(src string, at int) (int, string) {
	for {
		i := strings.Index(src[at:], "://")
		if i < 0 {
			return -1, ""
		}
		i += at
		for _, s := range schemes {
			start := i + len("://") - len(s)
			if start >= at && src[start:i+len("://")] == s && (start == 0 || !isLetter(src[start-1])) {
				return start, s
			}
		}
		at = i + len("://")
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// addressEnd returns the length of the address that s begins with: it reaches
// to a blank or a character that no address has, but for the punctuation of
// the sentence around it.
func addressEnd(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune("<>\"'`{}|\\^", r)
	})
	if end < 0 {
		end = len(s)
	}
	for end > 0 && endsSentence(s[:end]) {
		end--
	}
	return end
}

// endsSentence reports whether the last character of s is not part of the
// address. A closing bracket is if the address opens it.
func endsSentence(s string) bool {
	switch c := s[len(s)-1]; c {
	case '.', ',', ';', ':', '!', '?', '*', '_':
		return true
	case ')':
		return strings.Count(s, "(") < strings.Count(s, ")")
	case ']':
		return strings.Count(s, "[") < strings.Count(s, "]")
	default:
		return false
	}
}

// flakePage returns the page in the web of a flake reference, or "" if it has
// none. The forms are those of the manual of Nix, flake references.
func flakePage(ref string) string {
	u, err := url.Parse(ref)
	if err != nil {
		return ""
	}
	switch scheme, inner, _ := strings.Cut(u.Scheme, "+"); {
	case u.Opaque != "":
		return forgePage(u)
	case (scheme == "git" || scheme == "tarball" || scheme == "file" || scheme == "hg") && isWeb(inner):
		u.Scheme, u.RawQuery = inner, ""
		return u.String()
	case isWeb(u.Scheme):
		return ref
	default:
		return ""
	}
}

func isWeb(scheme string) bool { return scheme == "https" || scheme == "http" }

// forges are the hosts that have a scheme of their own, and how they call the
// page of a branch or commit.
var forges = map[string]struct{ host, tree string }{
	"github":    {"github.com", "tree"},
	"gitlab":    {"gitlab.com", "-/tree"},
	"sourcehut": {"git.sr.ht", "tree"},
}

// forgePage returns the page of forge:owner/repo, forge:owner/repo/ref, and of
// either with a query that names host, ref or rev. A slash in the owner is
// written %2F.
func forgePage(u *url.URL) string {
	forge, ok := forges[u.Scheme]
	parts := strings.SplitN(u.Opaque, "/", 3)
	if !ok || len(parts) < 2 || parts[0] == "" || parts[1] == "" {
		return ""
	}
	query := u.Query()
	if host := query.Get("host"); isHost(host) {
		forge.host = host
	}
	path := unescape(parts[0]) + "/" + unescape(parts[1])
	branch := cmp.Or(query.Get("rev"), query.Get("ref"), unescape(strings.Join(parts[2:], "")))
	if branch != "" {
		path += "/" + forge.tree + "/" + branch
	}
	return (&url.URL{Scheme: "https", Host: forge.host, Path: path}).String()
}

// unescape returns s as it is if it is no escaped text.
func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// isHost reports whether s is the name of a host and no more of an address.
func isHost(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r == '.' || r == '-' || r == ':' || r < 0x80 && isLetter(byte(r)) || '0' <= r && r <= '9')
	})
}
