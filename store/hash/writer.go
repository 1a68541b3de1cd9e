package hash

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"io"
	"unsafe"

	"lukechampine.com/blake3"
)

// Writer computes the hash of what is written to it. It never fails.
type Writer struct {
	algo  Algorithm
	state hash.Hash // nil if algo is unknown
	n     int64
}

var (
	_ io.Writer       = (*Writer)(nil)
	_ io.StringWriter = (*Writer)(nil)
)

// New returns a writer that computes a hash with the algorithm. The hash of an
// unknown algorithm is the zero value.
func New(a Algorithm) *Writer {
	w := &Writer{algo: a}
	switch a {
	case MD5:
		w.state = md5.New()
	case SHA1:
		w.state = sha1.New()
	case SHA256:
		w.state = sha256.New()
	case SHA512:
		w.state = sha512.New()
	case BLAKE3:
		w.state = blake3.New(a.Size(), nil)
	default:
		w.algo = None
	}
	return w
}

// Write adds p to what is hashed.
func (w *Writer) Write(p []byte) (int, error) {
	w.n += int64(len(p))
	if w.state == nil {
		return len(p), nil
	}
	return w.state.Write(p)
}

// WriteString adds s to what is hashed, without a copy of it.
func (w *Writer) WriteString(s string) (int, error) { return w.Write(view(s)) }

// Size returns the number of bytes written.
func (w *Writer) Size() int64 { return w.n }

// Sum returns the hash of what was written. More may be written afterwards.
func (w *Writer) Sum() Hash {
	h := Hash{algo: w.algo}
	if w.state != nil {
		w.state.Sum(h.sum[:0])
	}
	return h
}

// Reset forgets what was written.
func (w *Writer) Reset() {
	w.n = 0
	if w.state != nil {
		w.state.Reset()
	}
}

// Sum returns the hash of data. That of an unknown algorithm is the zero value.
func Sum(a Algorithm, data []byte) Hash {
	h := Hash{algo: a}
	switch a {
	case MD5:
		put(&h, md5.Sum(data))
	case SHA1:
		put(&h, sha1.Sum(data))
	case SHA256:
		put(&h, sha256.Sum256(data))
	case SHA512:
		h.sum = sha512.Sum512(data)
	case BLAKE3:
		put(&h, blake3.Sum256(data))
	default:
		return Hash{}
	}
	return h
}

// SumString is [Sum] of a string, without a copy of it.
func SumString(a Algorithm, s string) Hash { return Sum(a, view(s)) }

func put[T [16]byte | [20]byte | [32]byte](h *Hash, sum T) {
	for i := range len(sum) {
		h.sum[i] = sum[i]
	}
}

// view returns the bytes of s itself. Hash functions only read them; the
// compiler does not see that, so a conversion would copy whole files.
func view(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
