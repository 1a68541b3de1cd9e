package refs

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"firn/store/hash"
	"firn/store/path"
)

// Rewriter replaces hash parts in a stream by others.
type Rewriter struct {
	w    io.Writer
	from [][]byte
	to   [][]byte
	buf  []byte // what may be the beginning of something to be replaced
	done int64  // how much was handed on

	// Matches are where something was replaced, in bytes from the beginning, in
	// order.
	Matches []int64
}

// NewRewriter returns what writes to w with each hash part that is a key replaced
// by its value, which is of the same length.
func NewRewriter(w io.Writer, parts map[string]string) (*Rewriter, error) {
	r := &Rewriter{w: w}
	for from, to := range parts {
		if len(from) != path.HashLen || len(to) != path.HashLen {
			return nil, fmt.Errorf("cannot replace '%s' by '%s': hash parts have %d digits", from, to, path.HashLen)
		}
		r.from, r.to = append(r.from, []byte(from)), append(r.to, []byte(to))
	}
	return r, nil
}

// Write implements [io.Writer].
func (r *Rewriter) Write(p []byte) (int, error) {
	r.buf = append(r.buf, p...)
	if len(r.buf) < path.HashLen {
		return len(p), nil
	}
	if err := r.flush(len(r.buf) - (path.HashLen - 1)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close hands on what is left. It does not close what is written to.
func (r *Rewriter) Close() error { return r.flush(len(r.buf)) }

// flush replaces what is in the buffer and hands on n bytes of it, or more if
// something that was replaced ends behind them.
func (r *Rewriter) flush(n int) error {
	at := 0
	for {
		i, which := r.first(at)
		if i < 0 || i >= n {
			break
		}
		copy(r.buf[i:], r.to[which])
		r.Matches = append(r.Matches, r.done+int64(i))
		at = i + path.HashLen
		n = max(n, at)
	}
	if _, err := r.w.Write(r.buf[:n]); err != nil {
		return err
	}
	r.done += int64(n)
	r.buf = append(r.buf[:0], r.buf[n:]...)
	return nil
}

// first returns where the first hash part that is to be replaced begins behind at,
// and which it is.
func (r *Rewriter) first(at int) (i, which int) {
	i = -1
	for n, from := range r.from {
		if j := bytes.Index(r.buf[at:], from); j >= 0 && (i < 0 || at+j < i) {
			i, which = at+j, n
		}
	}
	return i, which
}

// Modulo is the hash of an object that may refer to itself: in what is written to
// it, its hash part counts as so many zero bytes, and behind all stands where it
// was (Nix manual, Content-addressing store objects, Self-references).
type Modulo struct {
	*Rewriter
	sum *hash.Writer
}

// NewModulo returns a hash that does not depend on a hash part.
func NewModulo(a hash.Algorithm, part string) (*Modulo, error) {
	sum := hash.New(a)
	r, err := NewRewriter(sum, map[string]string{part: strings.Repeat("\x00", path.HashLen)})
	return &Modulo{r, sum}, err
}

// Sum ends the stream and returns its hash.
func (m *Modulo) Sum() (hash.Hash, error) {
	if err := m.Close(); err != nil {
		return hash.Hash{}, err
	}
	for _, at := range m.Matches {
		if _, err := m.sum.WriteString("|" + strconv.FormatInt(at, 10)); err != nil {
			return hash.Hash{}, err
		}
	}
	return m.sum.Sum(), nil
}

// RewriteString returns s with each key replaced by its value. Unlike a
// [Rewriter] it takes texts of any length, such as placeholders.
func RewriteString(s string, parts map[string]string) string {
	for from, to := range parts {
		if from != "" && strings.Contains(s, from) {
			s = strings.ReplaceAll(s, from, to)
		}
	}
	return s
}
