package sumcache

import (
	"crypto/sha256"
	"errors"
	"strings"
)

// The encoded form: a line that names the version, the SHA-256 hash of the rest,
// and then the entries, oldest first, each as the bytes of its place, its state
// and its sum. A wrong hash would become a wrong store path that nobody notices;
// therefore the checksum is one that no damage passes.
const (
	version    = "firn sums 1\n"
	headerSize = len(version) + sha256.Size
	entrySize  = 3 * sha256.Size
)

// errCorrupt is the error for what is no cache of this version, or not whole.
var errCorrupt = errors.New("not a cache of hashes of this version")

func encode(list []entry) []byte {
	out := make([]byte, headerSize, headerSize+len(list)*entrySize)
	for _, e := range list {
		out = append(out, e.place[:]...)
		out = append(out, e.state[:]...)
		out = append(out, e.sum[:]...)
	}
	sum := sha256.Sum256(out[headerSize:])
	copy(out[copy(out, version):], sum[:])
	return out
}

func decode(data []byte) ([]entry, error) {
	if len(data) < headerSize || !strings.HasPrefix(string(data[:headerSize]), version) {
		return nil, errCorrupt
	}
	body := data[headerSize:]
	if sha256.Sum256(body) != Digest(data[len(version):headerSize]) || len(body)%entrySize != 0 || len(body) > maxEntries*entrySize {
		return nil, errCorrupt
	}
	list := make([]entry, len(body)/entrySize)
	for i := range list {
		list[i] = entry{place: next(&body), state: next(&body), sum: next(&body)}
	}
	return list, nil
}

// next takes a digest from the beginning of b.
func next(b *[]byte) Digest {
	d := Digest(*b)
	*b = (*b)[sha256.Size:]
	return d
}
