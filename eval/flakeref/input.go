package flakeref

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"firn/store/hash"
)

// Input is a source that can be fetched. The zero value is none.
type Input struct {
	Attrs  Attrs // must not be changed
	scheme *scheme
	warn   func(string)
}

// scheme is a type of inputs.
type scheme struct {
	name    string
	feature string   // that has to be on
	allowed []string // attributes
	// fromURL makes attributes of a URL, nil if it is one of another type.
	fromURL func(u *url, o Options) (Attrs, error)
	// check returns the attributes as they are kept.
	check  func(a Attrs, o Options) (Attrs, error)
	toURL  func(in Input) (*url, error)
	locked func(in Input) (bool, error)
}

// schemes are all types, in the order in which a URL is offered to them.
var schemes = []*scheme{file, git, github, gitlab, mercurial, indirect, path, sourcehut, tarball}

// ParseInput reads an input from a URL.
func ParseInput(s string, o Options) (Input, error) {
	u, err := parseURL(s, false, o.Warn)
	if err != nil {
		return Input{}, err
	}
	return fromURL(u, o)
}

func fromURL(u *url, o Options) (Input, error) {
	for _, s := range schemes {
		a, err := s.fromURL(u, o)
		if err != nil {
			return Input{}, err
		}
		if a == nil {
			continue
		}
		if err := o.Require(s.feature); err != nil {
			return Input{}, err
		}
		return checked(Input{a, s, o.Warn})
	}
	if application, transport := cutScheme(u.scheme); application == "file" && transport == "git" {
		return Input{}, fmt.Errorf("input '%s' is unsupported; did you mean 'git+file' instead of 'file+git'?", u)
	}
	return Input{}, fmt.Errorf("input '%s' is unsupported", u)
}

// NewInput makes an input of attributes. One of a type that is not known is
// accepted, but cannot be written as a URL.
func NewInput(a Attrs, o Options) (Input, error) {
	name, has, err := a.Str("type")
	if err != nil {
		return Input{}, err
	}
	if !has {
		return Input{}, errors.New("'type' attribute to specify input scheme is required but not provided")
	}
	i := slices.IndexFunc(schemes, func(s *scheme) bool { return s.name == name })
	if i < 0 {
		return checked(Input{Attrs: a})
	}
	s := schemes[i]
	if err := o.Require(s.feature); err != nil {
		return Input{}, err
	}
	for _, attr := range a.names() {
		if attr != "type" && attr != "__final" && !slices.Contains(s.allowed, attr) {
			return Input{}, fmt.Errorf("input attribute '%s' not supported by scheme '%s'", attr, name)
		}
	}
	if a, err = s.check(a, o); err != nil {
		return Input{}, err
	}
	return checked(Input{a, s, o.Warn})
}

// Require reports that an experimental feature is not on. The feature "" is.
func (o Options) Require(feature string) error {
	if feature == "" || o.Features[feature] {
		return nil
	}
	return fmt.Errorf("experimental Nix feature '%s' is disabled; add '--extra-experimental-features %s' to enable it", feature, feature)
}

// checked looks at the attributes that inputs of any type may have.
func checked(in Input) (Input, error) {
	if _, err := in.Attrs.need("type"); err != nil {
		return Input{}, err
	}
	if _, _, err := in.Attrs.Str("ref"); err != nil {
		return Input{}, err
	}
	for _, name := range []string{"revCount", "lastModified"} {
		if _, _, err := in.Attrs.Int(name); err != nil {
			return Input{}, err
		}
	}
	return in, nil
}

// Type returns the type of the input.
func (in Input) Type() string {
	s, _ := in.Attrs["type"].(string)
	return s
}

// Name returns the name that the input has in the store.
func (in Input) Name() (string, error) {
	s, has, err := in.Attrs.Str("name")
	if !has {
		s = "source"
	}
	return s, err
}

// NarHash returns the hash of the files, none if it is not known.
func (in Input) NarHash() (hash.Hash, error) {
	s, has, err := in.Attrs.Str("narHash")
	switch {
	case err != nil || !has:
		return hash.Hash{}, err
	case s == "":
		return hash.Zero(hash.SHA256), nil
	}
	h, err := parseSRI(s)
	if err == nil && h.Algorithm() != hash.SHA256 {
		err = errors.New("narHash must use SHA-256")
	}
	return h, err
}

func parseSRI(s string) (hash.Hash, error) {
	name, _, ok := strings.Cut(s, "-")
	if !ok {
		return hash.Hash{}, fmt.Errorf("hash '%s' is not SRI", s)
	}
	a, err := hash.ParseAlgorithm(name)
	if err != nil {
		return hash.Hash{}, err
	}
	return hash.Parse(s, a)
}

// Rev returns the commit, none if it is not known.
func (in Input) Rev() (hash.Hash, error) {
	s, has, err := in.Attrs.Str("rev")
	if err != nil || !has {
		return hash.Hash{}, err
	}
	if h, err := hash.Parse(s, hash.None); err == nil {
		return h, nil
	}
	return hash.Parse(s, hash.SHA1)
}

// Direct reports whether the input can be fetched without looking its name up
// in a registry.
func (in Input) Direct() bool { return in.scheme != indirect }

// Known reports whether the type of the input is known.
func (in Input) Known() bool { return in.scheme != nil }

// Relative returns the path of an input that is relative to the flake which has
// it.
func (in Input) Relative() (string, bool) {
	p, _ := in.Attrs["path"].(string)
	return p, in.scheme == path && !strings.HasPrefix(p, "/")
}

// Locked reports whether the input can only ever be the same files.
func (in Input) Locked() (bool, error) {
	if in.scheme == nil {
		return false, nil
	}
	return in.scheme.locked(in)
}

// URL returns the input as a text that [ParseInput] reads.
func (in Input) URL() (string, error) {
	u, err := in.url()
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// url returns the input as a URL that has a query, if only an empty one.
func (in Input) url() (*url, error) {
	if in.scheme == nil {
		return nil, fmt.Errorf("cannot show unsupported input '%s'", in.Attrs.JSON())
	}
	return in.scheme.toURL(in)
}

// byNarHash is the scheme.locked of inputs whose files are fixed by their hash
// only.
func byNarHash(in Input) (bool, error) {
	h, err := in.NarHash()
	return !h.IsNone(), err
}

// byRev is the scheme.locked of inputs whose files are fixed by their commit.
func byRev(in Input) (bool, error) {
	h, err := in.Rev()
	return !h.IsNone(), err
}

// parsedURL returns the attribute url of the input, taken apart.
func (in Input) parsedURL() (*url, error) {
	s, err := in.Attrs.need("url")
	if err != nil {
		return nil, err
	}
	return parseURL(s, false, in.warn)
}

// addRev adds the commit and the branch to a URL.
func (in Input) addRev(u *url) error {
	rev, err := in.Rev()
	if err != nil {
		return err
	}
	if !rev.IsNone() {
		u.query["rev"] = rev.Hex()
	}
	ref, has, err := in.Attrs.Str("ref")
	if has {
		u.query["ref"] = ref
	}
	return err
}

// addNarHash adds the hash of the files to a URL.
func (in Input) addNarHash(u *url) error {
	h, err := in.NarHash()
	if err == nil && !h.IsNone() {
		u.query["narHash"] = h.SRI()
	}
	return err
}
