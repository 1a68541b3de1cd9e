package eval

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"slices"
	"strings"
	"time"

	"firn/store/nar"
)

// Stamp tells a version of a file from others without reading it.
type Stamp struct {
	Kind    FileKind
	Mode    uint32 // as the system has it
	Size    int64
	ModTime int64 // nanoseconds since 1970
	Changed int64 // when anything about the file was changed, counted likewise
	Inode   uint64
	Device  uint64
}

// StampedHost is a [Host] that can tell versions of a file apart. Without it no
// hashes are kept. Its Now is the time of the stamps.
type StampedHost interface {
	Host
	Stamp(path string) (Stamp, error) // links are not followed
}

// Sums keeps the hashes of the archives of what is copied to the store, from one
// evaluation to the next. Each is that of a place in a state: the path, and the
// stamps of all that is there.
type Sums interface {
	Get(place, state [sha256.Size]byte) (sum [sha256.Size]byte, ok bool)
	Put(place, state, sum [sha256.Size]byte)
}

// Stamp implements [StampedHost].
func (g *guard) Stamp(p string) (Stamp, error) {
	host, ok := g.Host.(StampedHost)
	if !ok {
		return Stamp{}, errors.ErrUnsupported
	}
	at, err := g.entry(p)
	if err != nil {
		return Stamp{}, err
	}
	return host.Stamp(at)
}

// Stamp implements [StampedHost]. What is not on the host has none.
func (h *mounts) Stamp(p string) (Stamp, error) {
	host, ok := h.Host.(StampedHost)
	at, _, isText := h.locate(p)
	if !ok || isText {
		return Stamp{}, errors.ErrUnsupported
	}
	return host.Stamp(at)
}

// settled is how old a change has to be for its time to tell it from the next
// one: file systems count in steps of up to two seconds.
const settled = int64(2 * time.Second)

// versioned is a file or directory, with what tells its versions apart.
type versioned struct {
	place, state [sha256.Size]byte
	sure         bool // the next change will make another state
}

// version finds out which version of a file or directory is there. It fails
// where the system cannot tell.
func (m *machine) version(p string) (versioned, bool) {
	now := m.host.Now() * int64(time.Second) // before anything is looked at
	s := stamper{m: m, out: sha256.New()}
	if err := s.tree(p, 0); err != nil {
		return versioned{}, false // whoever reads it says why
	}
	v := versioned{place: sha256.Sum256([]byte(p)), sure: now-s.newest > settled}
	s.out.Sum(v.state[:0])
	return v, true
}

// stamper makes one hash of the stamps in a tree. What it hashes can be taken
// apart in one way only.
type stamper struct {
	m      *machine
	out    hash.Hash
	buf    []byte
	newest int64 // of all times
}

func (s *stamper) tree(p string, depth int) error {
	if err := s.m.ctx.Err(); err != nil {
		return err
	}
	st, err := s.m.mounts.Stamp(p)
	if err != nil {
		return err
	}
	if st.Kind == OtherFile || depth >= nar.MaxDepth {
		return errors.ErrUnsupported
	}
	s.stamp(st)
	switch st.Kind {
	case Symlink:
		target, err := s.m.host.Readlink(p)
		s.text(target)
		return err
	case Directory:
		return s.directory(p, depth)
	}
	return nil
}

func (s *stamper) directory(p string, depth int) error {
	names, err := archived{s.m.host}.ReadDir(p)
	if err != nil {
		return err
	}
	slices.Sort(names)
	s.numbers(uint64(len(names)))
	for _, name := range names {
		s.text(name)
		if err := s.tree(strings.TrimSuffix(p, "/")+"/"+name, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *stamper) stamp(st Stamp) {
	s.newest = max(s.newest, st.ModTime, st.Changed)
	s.numbers(uint64(st.Kind), uint64(st.Mode), uint64(st.Size), uint64(st.ModTime), uint64(st.Changed), st.Inode, st.Device)
}

func (s *stamper) numbers(list ...uint64) {
	s.buf = s.buf[:0]
	for _, n := range list {
		s.buf = binary.LittleEndian.AppendUint64(s.buf, n)
	}
	s.out.Write(s.buf)
}

func (s *stamper) text(t string) {
	s.numbers(uint64(len(t)))
	s.buf = append(s.buf[:0], t...)
	s.out.Write(s.buf)
}
