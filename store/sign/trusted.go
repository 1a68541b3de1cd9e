package sign

import (
	"slices"
	"strings"

	"firn/store"
)

// Trusted are the public keys of those who are trusted (setting
// trusted-public-keys). Several goroutines may use it. A nil one trusts nobody.
type Trusted struct {
	keys map[string][]*Public // by name; two keys may have the same one
}

// NewTrusted returns the set of keys.
func NewTrusted(keys []string) (*Trusted, error) {
	t := &Trusted{keys: make(map[string][]*Public, len(keys))}
	for _, s := range keys {
		k, err := ParsePublic(s)
		if err != nil {
			return nil, err
		}
		t.keys[k.name] = append(t.keys[k.name], k)
	}
	return t, nil
}

// Check returns the name of a key that has signed what is known of an object. It is
// not asked whether the object is addressed by its content, when nobody need sign.
func (t *Trusted) Check(i *store.Info) (key string, ok bool) {
	if t == nil || len(i.Signatures) == 0 {
		return "", false
	}
	fingerprint := i.Fingerprint()
	for _, s := range i.Signatures {
		name, _, _ := strings.Cut(s, ":")
		if slices.ContainsFunc(t.keys[name], func(k *Public) bool { return k.Verify(fingerprint, s) }) {
			return name, true
		}
	}
	return "", false
}

// Add adds the signature of an object by a key, unless it is there.
func (s *Secret) Add(i *store.Info) {
	sig := s.Sign(i.Fingerprint())
	if !slices.Contains(i.Signatures, sig) {
		i.Signatures = append(slices.Clone(i.Signatures), sig)
	}
}
