// Package flakeref reads and writes references to flakes, such as
// github:NixOS/nixpkgs/nixos-25.05?dir=lib, and the inputs that they are of: a
// source with a type and with attributes, wherever it is.
//
// A reference is read from a text by [Parse] and from attributes by
// [FromAttrs]; an [Input] of its own by [ParseInput] and [NewInput]. What is
// accepted, and the messages of what is not, are those of Nix 2.34. Nothing
// here fetches anything, looks at a file or knows a registry.
package flakeref

import (
	"errors"
	"fmt"
	"maps"
	"strings"
)

// Ref is a reference to a flake: an input, and the directory in it.
type Ref struct {
	Input Input
	Dir   string // "" for the top
}

// Options say how references are read.
type Options struct {
	Features map[string]bool // the experimental features of Nix that are on
	Warn     func(msg string)
	Relative bool // a path may be relative, to whatever has the reference
	Files    bool // a URL that says nothing else is that of a file, not of an archive
}

// Parse reads a reference. It is absolute, unless the options have it otherwise:
// there is no directory that a path could be relative to.
func Parse(s string, o Options) (Ref, error) {
	ref, fragment, err := parse(s, o)
	if err != nil {
		return Ref{}, err
	}
	if fragment != "" {
		return Ref{}, fmt.Errorf("unexpected fragment '%s' in flake reference '%s'", fragment, s)
	}
	return ref, nil
}

// parse reads a reference with what stands behind its hash: the name of an entry
// of the registry, a URL, or a path.
func parse(s string, o Options) (Ref, string, error) {
	if name, fragment, ok := cutName(s); ok {
		in, err := fromURL(&url{scheme: "flake", path: strings.Split(name, "/")}, o)
		if err == nil {
			fragment, err = decode(fragment)
		}
		return Ref{Input: in}, fragment, err
	}
	u, err := parseURL(s, true, o.Warn)
	if err == nil {
		var ref Ref
		ref, err = fromParsed(u, o)
		if err == nil {
			return ref, u.fragment, nil
		}
	}
	if notURL := (*badURL)(nil); !errors.As(err, &notURL) {
		return Ref{}, "", err
	}
	return parsePath(s, o)
}

// cutName splits the short form of an indirect reference, like nixpkgs/25.05#x.
func cutName(s string) (name, fragment string, ok bool) {
	name, fragment, _ = strings.Cut(s, "#")
	id, rest, more := strings.Cut(name, "/")
	if !isFlakeID(id) || more && !isRef(rest) {
		return "", "", false
	}
	// What is allowed in the fragment is more than in a URL.
	r := reader{rest: fragment}
	if _, ok := r.take(segmentChars + "/? \"^"); !ok || r.rest != "" {
		return "", "", false
	}
	return name, fragment, true
}

// isFlakeID reports whether s can be a name in a registry.
func isFlakeID(s string) bool {
	return s != "" && strings.IndexByte(alpha, s[0]) >= 0 && isAll(s, alpha+digits+"_-")
}

// isRef reports whether s looks like a branch, or one with a commit behind it.
func isRef(s string) bool {
	return s != "" && strings.IndexByte(alpha+digits+"@", s[0]) >= 0 && isAll(s, alpha+digits+"_./@+-")
}

// IsRev reports whether s looks like a commit.
func IsRev(s string) bool { return len(s) == 40 && isAll(s, digits+"abcdefABCDEF") }

// fromParsed makes a reference of a URL, whose fragment does not count.
func fromParsed(u *url, o Options) (Ref, error) {
	bare := *u
	bare.fragment = ""
	bare.query = maps.Clone(u.query)
	delete(bare.query, "dir")
	in, err := fromURL(&bare, o)
	return Ref{in, u.query["dir"]}, err
}

// parsePath reads a reference that is a path.
func parsePath(s string, o Options) (Ref, string, error) {
	before, fragment, _ := strings.Cut(s, "#")
	if strings.ContainsAny(fragment, "\r\n") {
		return Ref{}, "", fmt.Errorf("invalid flakeref '%s'", s)
	}
	path, query, _ := strings.Cut(before, "?")
	params, err := parseQuery(query, true, o.Warn)
	if err != nil {
		return Ref{}, "", err
	}
	if fragment, err = decode(fragment); err != nil {
		return Ref{}, "", err
	}
	u := &url{scheme: "path", path: strings.Split(path, "/"), query: params}
	if strings.HasPrefix(path, "/") {
		u.authority = &authority{}
	} else if !o.Relative {
		return Ref{}, "", bad("flake reference '%s' is not an absolute path", s)
	}
	ref, err := fromParsed(u, o)
	return ref, fragment, err
}

// FromAttrs makes a reference of attributes, which are not changed.
func FromAttrs(a Attrs, o Options) (Ref, error) {
	inner := maps.Clone(a)
	delete(inner, "dir")
	in, err := NewInput(inner, o)
	if err != nil {
		return Ref{}, err
	}
	dir, _, err := a.Str("dir")
	return Ref{in, dir}, err
}

// Attrs returns the attributes of the reference.
func (r Ref) Attrs() Attrs {
	a := maps.Clone(r.Input.Attrs)
	if r.Dir != "" && a["dir"] == nil {
		a["dir"] = r.Dir
	}
	return a
}

// URL returns the reference as a text that [Parse] reads. Attributes for which
// there is no room in it are left out.
func (r Ref) URL() (string, error) {
	u, err := r.Input.url()
	if err != nil {
		return "", err
	}
	if r.Dir != "" && !has(u.query, "dir") {
		u.query["dir"] = r.Dir
	}
	return u.String(), nil
}

// Equal reports whether two references have the same attributes.
func (r Ref) Equal(other Ref) bool {
	return r.Dir == other.Dir && maps.Equal(r.Input.Attrs, other.Input.Attrs)
}

// Canonical returns the reference as Nix writes it today: older versions left
// the directory in the URL of the input, too.
func (r Ref) Canonical() Ref {
	s, ok := r.Input.Attrs["url"].(string)
	if !ok {
		return r
	}
	u, err := parseURL(s, true, nil)
	if err != nil {
		return r
	}
	if r.Dir != "" && u.query["dir"] == r.Dir {
		delete(u.query, "dir")
	}
	r.Input.Attrs = maps.Clone(r.Input.Attrs)
	r.Input.Attrs["url"] = u.String()
	return r
}
