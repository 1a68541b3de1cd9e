// Package sign makes and verifies the signatures of store objects, which are those
// of Ed25519 (RFC 8032) over the fingerprint of the object.
//
// Keys and signatures are written as NAME:BASE64. The name says by which key a
// signature can be verified, and proves nothing.
package sign

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Secret is a key that signs.
type Secret struct {
	name string
	key  ed25519.PrivateKey
}

// Generate makes a key. The name is, by custom, the host name of the cache with a
// number, such as "cache.example.org-1".
func Generate(name string) (*Secret, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, fmt.Errorf("cannot make a key: %w", err)
	}
	return &Secret{name, key}, nil
}

// ParseSecret reads a key in the notation of Nix, which has the seed and the public
// key in its 64 bytes.
func ParseSecret(s string) (*Secret, error) {
	name, b, err := parse(s, ed25519.PrivateKeySize)
	if err != nil {
		return nil, fmt.Errorf("this is no secret key: %w", err)
	}
	key := ed25519.NewKeyFromSeed(b[:ed25519.SeedSize])
	if string(key) != string(b) {
		// A signature by such a pair would give away the seed.
		return nil, fmt.Errorf("the secret key '%s' is damaged: its public half belongs to another key", name)
	}
	return &Secret{name, key}, nil
}

// Name returns the name of the key.
func (s *Secret) Name() string { return s.name }

// String returns the name of the key. What is secret comes from [Secret.Reveal]
// only, so that no message shows it.
func (s *Secret) String() string { return s.name }

// GoString is String.
func (s *Secret) GoString() string { return s.name }

// Reveal returns the key in the notation that [ParseSecret] reads.
func (s *Secret) Reveal() string { return format(s.name, s.key) }

// Public returns the key that verifies what this one signs.
func (s *Secret) Public() *Public {
	return &Public{s.name, s.key.Public().(ed25519.PublicKey)}
}

// Sign returns the signature of a fingerprint.
func (s *Secret) Sign(fingerprint string) string {
	return format(s.name, ed25519.Sign(s.key, []byte(fingerprint)))
}

// Public is a key that verifies.
type Public struct {
	name string
	key  ed25519.PublicKey
}

// ParsePublic reads a key in the notation of Nix.
func ParsePublic(s string) (*Public, error) {
	name, b, err := parse(s, ed25519.PublicKeySize)
	if err != nil {
		return nil, fmt.Errorf("'%s' is no public key: %w", s, err)
	}
	return &Public{name, b}, nil
}

// Name returns the name of the key.
func (p *Public) Name() string { return p.name }

// String returns the key in the notation that [ParsePublic] reads.
func (p *Public) String() string { return format(p.name, p.key) }

// Verify reports whether a signature of the fingerprint was made with the secret
// key that belongs to this one, and says so by its name.
func (p *Public) Verify(fingerprint, signature string) bool {
	name, sig, err := parse(signature, ed25519.SignatureSize)
	return err == nil && name == p.name && ed25519.Verify(p.key, []byte(fingerprint), sig)
}

// parse reads NAME:BASE64 with so many bytes. Line breaks in the base 64 do not
// count, as a file ends with one, and neither does padding.
func parse(s string, size int) (name string, b []byte, err error) {
	name, code, ok := strings.Cut(s, ":")
	if !ok {
		return "", nil, errors.New("expecting NAME:BASE64")
	}
	if err := checkName(name); err != nil {
		return "", nil, err
	}
	b, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(code, "=\r\n"))
	if err != nil {
		return "", nil, errors.New("what follows the name is not base 64")
	}
	if len(b) != size {
		return "", nil, fmt.Errorf("it has %d bytes, expecting %d", len(b), size)
	}
	return name, b, nil
}

// checkName refuses what could not be told from something else in a list of keys or
// in a file of lines.
func checkName(name string) error {
	if name == "" {
		return errors.New("the key has no name")
	}
	if i := strings.IndexFunc(name, func(r rune) bool { return r == ':' || unicode.IsSpace(r) || unicode.IsControl(r) }); i >= 0 {
		return fmt.Errorf("the name %q of the key has a colon or white space in it", name)
	}
	return nil
}

func format(name string, b []byte) string {
	return name + ":" + base64.StdEncoding.EncodeToString(b)
}
