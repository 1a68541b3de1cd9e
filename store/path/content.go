package path

import (
	"fmt"
	"strings"

	"firn/store/hash"
)

// Method is a way to make bytes of an object whose content is its address.
type Method uint8

// The methods of Nix (manual, Content-Addressing Store Objects). Git and Text
// as methods of derivations are experimental features of it, git-hashing and
// dynamic-derivations.
const (
	Flat Method = iota // the bytes of a single file
	NAR                // the archive of a tree, outputHashMode "recursive" or "nar"
	Git                // the object that Git makes of a tree
	Text               // the bytes of a single file, which may have references
)

var methods = [...]struct{ name, prefix string }{
	Flat: {"flat", ""},
	NAR:  {"nar", "r:"},
	Git:  {"git", "git:"},
	Text: {"text", "text:"},
}

// ParseMethod returns the method with a name that outputHashMode may have; as
// in Nix "recursive" stands for [NAR].
func ParseMethod(name string) (Method, error) {
	if name == "recursive" {
		return NAR, nil
	}
	for m, info := range methods {
		if info.name == name {
			return Method(m), nil
		}
	}
	return 0, fmt.Errorf("unknown method '%s', expect 'flat', 'nar', 'git', or 'text'", name)
}

// String returns the name of the method in Nix.
func (m Method) String() string {
	if int(m) >= len(methods) {
		return ""
	}
	return methods[m].name
}

// Prefix returns what derivations write in front of the hash algorithm: "",
// "r:", "git:" or "text:".
func (m Method) Prefix() string {
	if int(m) >= len(methods) {
		return ""
	}
	return methods[m].prefix
}

// CutMethod cuts the prefix of a method off s, which begins with that of
// [Flat], the empty one, if with no other.
func CutMethod(s string) (m Method, rest string) {
	for _, m := range []Method{NAR, Git, Text} {
		if rest, ok := strings.CutPrefix(s, m.Prefix()); ok {
			return m, rest
		}
	}
	return Flat, s
}

// ContentAddress is what an object is addressed by, apart from its references.
type ContentAddress struct {
	Method Method
	Hash   hash.Hash
}

// String returns the notation of the database and of narinfo files, such as
// "fixed:r:sha256:…" or "text:sha256:…".
func (ca ContentAddress) String() string {
	if ca.Method == Text {
		return "text:" + ca.Hash.String()
	}
	return "fixed:" + ca.Method.Prefix() + ca.Hash.String()
}

// ParseContentAddress reads what String writes; the hash may be in base 16 or
// base 64 as well.
func ParseContentAddress(s string) (ContentAddress, error) {
	kind, rest, ok := strings.Cut(s, ":")
	if !ok {
		return ContentAddress{}, fmt.Errorf("not a content address because it is not in the form '<prefix>:<rest>': %s", s)
	}
	m := Text
	switch kind {
	case "text":
	case "fixed":
		m, rest = CutMethod(rest)
	default:
		return ContentAddress{}, fmt.Errorf("content address prefix '%s' is unrecognized, expect 'text' or 'fixed'", kind)
	}
	name, digits, ok := strings.Cut(rest, ":")
	if !ok || kind == "fixed" && m == Text {
		return ContentAddress{}, fmt.Errorf("content address hash must be in form '<algo>:<hash>', but found: %s", s)
	}
	algo, err := hash.ParseAlgorithm(name)
	if err != nil {
		return ContentAddress{}, err
	}
	h, err := hash.ParsePlain(digits, algo)
	if err != nil {
		return ContentAddress{}, err
	}
	return ContentAddress{Method: m, Hash: h}, nil
}
