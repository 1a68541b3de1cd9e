// Package hash holds the hashes of Nix and their notations.
//
// A [Hash] is a value: an algorithm and its bytes, which can be compared and
// used as a key. It is written in base 16, in the base 32 of Nix, in base 64 or
// as an SRI string, and read from any of them by [Parse]; the messages of
// errors are those of Nix 2.34.
//
// The package knows nothing of experimental features: whoever reads a hash asks
// for its algorithm and decides whether [BLAKE3] is allowed.
package hash

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
)

// Hash is the result of an algorithm. The zero value belongs to no algorithm
// and has no bytes; [Zero] makes the hash of an algorithm whose bytes are 0.
type Hash struct {
	algo Algorithm
	sum  [maxSize]byte // zero behind the size of algo, so that == works
}

// maxSize is the size of the longest hash, SHA-512.
const maxSize = 64

// FromBytes returns the hash of the algorithm with these bytes.
func FromBytes(a Algorithm, b []byte) (Hash, error) {
	if len(b) != a.Size() || a == None {
		return Hash{}, fmt.Errorf("%d bytes are no %s hash, which has %d", len(b), a, a.Size())
	}
	h := Hash{algo: a}
	copy(h.sum[:], b)
	return h, nil
}

// FromSHA256 returns the hash that crypto/sha256 computed.
func FromSHA256(sum [32]byte) Hash {
	h := Hash{algo: SHA256}
	copy(h.sum[:], sum[:])
	return h
}

// Zero returns the hash of the algorithm that has only zero bytes. Nix takes it
// for an empty outputHash.
func Zero(a Algorithm) Hash {
	if a.Size() == 0 {
		return Hash{}
	}
	return Hash{algo: a}
}

// Algorithm returns the algorithm of the hash, [None] for the zero value.
func (h Hash) Algorithm() Algorithm { return h.algo }

// IsNone reports whether h is the zero value, which is the hash of nothing.
func (h Hash) IsNone() bool { return h.algo == None }

// Bytes returns a copy of the bytes.
func (h Hash) Bytes() []byte {
	return append([]byte(nil), h.sum[:h.algo.Size()]...)
}

// AppendHex appends the hash in lower-case base 16 to dst.
func (h Hash) AppendHex(dst []byte) []byte {
	return hex.AppendEncode(dst, h.sum[:h.algo.Size()])
}

// Hex returns the hash in lower-case base 16.
func (h Hash) Hex() string {
	return hex.EncodeToString(h.sum[:h.algo.Size()])
}

// Nix32 returns the hash in the base 32 of Nix.
func (h Hash) Nix32() string {
	return Nix32Encode(h.sum[:h.algo.Size()])
}

// Base64 returns the hash in base 64 with padding.
func (h Hash) Base64() string {
	return base64.StdEncoding.EncodeToString(h.sum[:h.algo.Size()])
}

// SRI returns the hash as the metadata of W3C's Subresource Integrity,
// "sha256-" and base 64.
func (h Hash) SRI() string {
	if h.IsNone() {
		return ""
	}
	return h.algo.String() + "-" + h.Base64()
}

// String returns the notation of the database and of narinfo files: "sha256:"
// and the base 32 of Nix. That of the zero value is empty.
func (h Hash) String() string { return h.WithAlgo(Nix32) }

// Encode returns the hash in a format, without its algorithm unless the format
// is [SRI]. This is what builtins.convertHash returns.
func (h Hash) Encode(f Format) string {
	switch f {
	case Nix32:
		return h.Nix32()
	case Base64:
		return h.Base64()
	case SRI:
		return h.SRI()
	default:
		return h.Hex()
	}
}

// WithAlgo returns the hash in a format behind the name of its algorithm and a
// colon, or a hyphen if the format is [SRI].
func (h Hash) WithAlgo(f Format) string {
	if f == SRI || h.IsNone() {
		return h.SRI()
	}
	return h.algo.String() + ":" + h.Encode(f)
}

// Compress folds a hash into n bytes: byte i of h is added to byte i mod n by
// exclusive or (E. Dolstra, The Purely Functional Software Deployment Model,
// section 5.1). There are none for n below 1.
func Compress(h []byte, n int) []byte {
	if n < 1 {
		return nil
	}
	r := make([]byte, n)
	for i, b := range h {
		r[i%n] ^= b
	}
	return r
}
