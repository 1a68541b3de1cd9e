package hash

import "fmt"

// Algorithm is a hash function.
type Algorithm uint8

// The algorithms of Nix. BLAKE3, of 32 bytes, is an experimental feature of it,
// blake3-hashes.
const (
	None Algorithm = iota // no algorithm, or one that is not known
	MD5
	SHA1
	SHA256
	SHA512
	BLAKE3
)

var algorithms = [...]struct {
	name string
	size int
}{
	None:   {"", 0},
	MD5:    {"md5", 16},
	SHA1:   {"sha1", 20},
	SHA256: {"sha256", 32},
	SHA512: {"sha512", 64},
	BLAKE3: {"blake3", 32},
}

// ParseAlgorithm returns the algorithm with the name that Nix has for it.
func ParseAlgorithm(name string) (Algorithm, error) {
	for a, info := range algorithms {
		if a != int(None) && info.name == name {
			return Algorithm(a), nil
		}
	}
	return None, fmt.Errorf("unknown hash algorithm '%s', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'", name)
}

// String returns the name of the algorithm in Nix, or "" for [None].
func (a Algorithm) String() string {
	if int(a) >= len(algorithms) {
		return ""
	}
	return algorithms[a].name
}

// Size returns the number of bytes of a hash, 0 for [None].
func (a Algorithm) Size() int {
	if int(a) >= len(algorithms) {
		return 0
	}
	return algorithms[a].size
}
