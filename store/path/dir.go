package path

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"firn/store/hash"
)

// Dir is a store directory, an absolute path without a slash at its end. The
// zero value stands for [DefaultDir].
type Dir string

// DefaultDir is the store directory of nearly everybody.
const DefaultDir Dir = "/nix/store"

// String returns the directory.
func (d Dir) String() string {
	if d == "" {
		return string(DefaultDir)
	}
	return string(d)
}

// Parse returns s as a path of the store. There is nothing behind the name and
// one slash in front of the base name: what people type is to be cleaned first.
func (d Dir) Parse(s string) (Path, error) {
	if s == "" {
		return "", errors.New("empty path is not a valid store path")
	}
	base, ok := d.inside(s)
	if !ok {
		return "", fmt.Errorf("path '%s' is not in the Nix store", s)
	}
	if err := checkBase(base); err != nil {
		return "", err
	}
	return Path(s), nil
}

// ParseBase returns the path of the store with the base name, which is how
// narinfo files and the database of references write it.
func (d Dir) ParseBase(base string) (Path, error) {
	if err := checkBase(base); err != nil {
		return "", err
	}
	return Path(d.String() + "/" + base), nil
}

// Split returns the store path that s begins with and what stands behind it,
// which is empty or begins with a slash.
func (d Dir) Split(s string) (p Path, rest string, err error) {
	inside, ok := d.inside(s)
	if !ok {
		return "", "", fmt.Errorf("path '%s' is not in the Nix store", s)
	}
	if i := strings.IndexByte(inside, '/'); i >= 0 {
		rest = inside[i:]
	}
	p, err = d.Parse(s[:len(s)-len(rest)])
	if err != nil {
		return "", "", err
	}
	return p, rest, nil
}

// Contains reports whether s is a path below the store directory. It need not
// begin with a store path.
func (d Dir) Contains(s string) bool {
	_, ok := d.inside(s)
	return ok
}

// inside returns what stands behind the store directory and a slash.
func (d Dir) inside(s string) (string, bool) {
	dir := d.String()
	if len(s) <= len(dir) || s[:len(dir)] != dir || s[len(dir)] != '/' {
		return "", false
	}
	return s[len(dir)+1:], true
}

// Refs are the references of an object to others and to itself. The order and
// repetitions of the paths do not matter.
type Refs struct {
	Paths []Path
	Self  bool
}

func (r Refs) empty() bool { return len(r.Paths) == 0 && !r.Self }

// Make returns the path for a type, the hash of what the type names, and a name
// (Complete Store Path Calculation, section Fingerprint). The other makers know
// which types there are.
func (d Dir) Make(typ string, inner hash.Hash, name string) (Path, error) {
	var room [fingerprintLen]byte
	return d.seal(append(room[:0], typ...), inner, name)
}

// fingerprintLen is room for the fingerprint of nearly all paths.
const fingerprintLen = 512

// seal makes the path of the fingerprint that begins with the type in buf.
func (d Dir) seal(buf []byte, inner hash.Hash, name string) (Path, error) {
	dir := d.String()
	buf = append(buf, ':')
	buf = append(buf, inner.Algorithm().String()...)
	buf = append(buf, ':')
	buf = inner.AppendHex(buf)
	buf = append(buf, ':')
	buf = append(buf, dir...)
	buf = append(buf, ':')
	buf = append(buf, name...)
	sum := sha256.Sum256(buf)
	var folded [20]byte
	for i, b := range sum {
		folded[i%len(folded)] ^= b
	}
	buf = append(buf[:0], dir...)
	buf = append(buf, '/')
	buf = hash.AppendNix32(buf, folded[:])
	buf = append(buf, '-')
	buf = append(buf, name...)
	if err := CheckName(name); err != nil {
		return "", badName(string(buf[len(dir)+1:]), err)
	}
	return Path(buf), nil
}

// Output returns the path of an output of an input-addressed derivation, whose
// hash is that of the derivation with its output paths blank.
func (d Dir) Output(drvName, output string, h hash.Hash) (Path, error) {
	var room [fingerprintLen]byte
	buf := append(room[:0], "output:"...)
	buf = append(buf, output...)
	return d.seal(buf, h, OutputName(drvName, output))
}

// Text returns the path of a file that is addressed by the SHA-256 of its text
// and by its references, like a derivation or what builtins.toFile makes.
func (d Dir) Text(name string, content hash.Hash, refs []Path) (Path, error) {
	if a := content.Algorithm(); a != hash.SHA256 {
		return "", fmt.Errorf("text '%s' must be addressed by its sha256 hash, not by %s", name, a)
	}
	room := rooms.Get().(*[]byte)
	*room = appendRefs(append((*room)[:0], "text"...), Refs{Paths: refs})
	p, err := d.seal(*room, content, name)
	rooms.Put(room)
	return p, err
}

// rooms are for fingerprints that may be long: those of texts name all that the
// text refers to.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

// Fixed returns the path of an object that is addressed by its content. Only
// texts and archives with a SHA-256 may have references, and only the latter
// one to itself.
func (d Dir) Fixed(name string, ca ContentAddress, refs Refs) (Path, error) {
	switch {
	case ca.Method == Text && refs.Self:
		return "", errors.New("self-reference not allowed with text hashing")
	case ca.Method == Text:
		return d.Text(name, ca.Hash, refs.Paths)
	case ca.Hash.IsNone():
		return "", fmt.Errorf("content of '%s' has no hash", name)
	case ca.Method == Git && ca.Hash.Algorithm() != hash.SHA1 && ca.Hash.Algorithm() != hash.SHA256:
		return "", fmt.Errorf("git file ingestion must use SHA-1 or SHA-256 hash, but instead using: %s", ca.Hash.Algorithm())
	}
	var room [fingerprintLen]byte
	if ca.Method == NAR && ca.Hash.Algorithm() == hash.SHA256 {
		return d.seal(appendRefs(append(room[:0], "source"...), refs), ca.Hash, name)
	}
	if !refs.empty() {
		return "", fmt.Errorf("fixed output derivation '%s' is not allowed to refer to other store paths; 'unsafeDiscardReferences' makes a builder's result forget them", name)
	}
	buf := append(room[:0], "fixed:out:"...)
	buf = append(buf, ca.Method.Prefix()...)
	buf = append(buf, ca.Hash.Algorithm().String()...)
	buf = append(buf, ':')
	buf = append(ca.Hash.AppendHex(buf), ':')
	inner := hash.Sum(hash.SHA256, buf)
	return d.seal(append(buf[:0], "output:out"...), inner, name)
}

// appendRefs appends the references in order, each once, to a type.
func appendRefs(buf []byte, refs Refs) []byte {
	paths := refs.Paths
	if !slices.IsSorted(paths) {
		paths = slices.Sorted(slices.Values(paths))
	}
	for i, p := range paths {
		if i > 0 && p == paths[i-1] {
			continue
		}
		buf = append(buf, ':')
		buf = append(buf, p...)
	}
	if refs.Self {
		buf = append(buf, ":self"...)
	}
	return buf
}
