package nar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// FormatError is a fault of an archive.
type FormatError struct {
	Offset int64 // how far the archive was read
	Msg    string
}

// Error returns the message with its place.
func (e *FormatError) Error() string {
	return fmt.Sprintf("bad archive: %s before byte %d", e.Msg, e.Offset)
}

// Header is a file in an archive.
type Header struct {
	Path string // "/" for the root, else "/" and names with slashes between them
	Info
	Target string // of symlinks only
}

// Reader walks through the files of an archive, directories before what is in
// them.
//
// It reads the archive and not a byte more, in small pieces, so a caller that
// has nothing else to read wraps a file into a [bufio.Reader] first.
type Reader struct {
	r       io.Reader
	n       int64  // how much was read
	left    int64  // how much of the content of a regular file was not
	size    int64  // of that content
	inFile  bool   // the last header was that of a regular file
	started bool   // the magic was read
	dirs    []dir  // the open directories
	err     error  // what ended the walk
	scratch []byte // for numbers and strings
}

type dir struct {
	path string
	last string // name of the last entry
}

// NewReader returns a reader of the archive that r begins with.
func NewReader(r io.Reader) *Reader { return &Reader{r: r} }

// Next goes on to the next file and returns its header. After the last one, and
// only if the archive is whole, the error is [io.EOF]. A fault of the archive is
// a [*FormatError].
func (r *Reader) Next() (Header, error) {
	if r.err != nil {
		return Header{}, r.err
	}
	h, err := r.next()
	if err != nil {
		r.err = err
		return Header{}, err
	}
	return h, nil
}

func (r *Reader) next() (Header, error) {
	if !r.started {
		r.started = true
		if s, err := r.string(uint64(len(magic))); err != nil || s != magic {
			return Header{}, r.firstError(err)
		}
		return r.node("/")
	}
	if r.inFile {
		if err := r.endFile(); err != nil {
			return Header{}, err
		}
	}
	for len(r.dirs) > 0 {
		tag, err := r.tag()
		switch {
		case err != nil:
			return Header{}, err
		case tag == "entry":
			return r.entry()
		case tag != ")":
			return Header{}, r.fault("expected tag 'entry' or ')', got %q", tag)
		}
		r.dirs = r.dirs[:len(r.dirs)-1]
		if err := r.endEntry(); err != nil {
			return Header{}, err
		}
	}
	return Header{}, io.EOF
}

// firstError keeps errors of the reader below, but whatever else is wrong at
// the start of a file means that it is another kind of file.
func (r *Reader) firstError(err error) error {
	_, isFault := errors.AsType[*FormatError](err)
	if err != nil && !isFault && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return r.fault("input doesn't look like a Nix archive")
}

// entry reads an entry of a directory from behind its tag to where the file in
// it has its header.
func (r *Reader) entry() (Header, error) {
	if err := r.expect("(", "name"); err != nil {
		return Header{}, err
	}
	name, err := r.string(maxName)
	if err != nil {
		return Header{}, err
	}
	if !validName(name) {
		return Header{}, r.fault("NAR contains invalid file name %q", name)
	}
	d := &r.dirs[len(r.dirs)-1]
	if name <= d.last {
		return Header{}, r.fault("NAR directory is not sorted")
	}
	d.last = name
	if err := r.expect("node"); err != nil {
		return Header{}, err
	}
	return r.node(join(d.path, name))
}

// node reads a file up to its content or its first entry.
func (r *Reader) node(path string) (Header, error) {
	h := Header{Path: path}
	if len(r.dirs) >= MaxDepth {
		return h, r.fault("NAR directory nesting exceeds maximum depth of %d", MaxDepth)
	}
	if err := r.expect("(", "type"); err != nil {
		return h, err
	}
	kind, err := r.tag()
	if err != nil {
		return h, err
	}
	switch kind {
	case Regular.String():
		h.Kind = Regular
		err = r.regular(&h)
	case Symlink.String():
		h.Kind = Symlink
		err = r.symlink(&h)
	case Directory.String():
		h.Kind = Directory
		r.dirs = append(r.dirs, dir{path: path})
	default:
		err = r.fault("unknown file type %q", kind)
	}
	return h, err
}

func (r *Reader) regular(h *Header) error {
	tag, err := r.tag()
	if err != nil {
		return err
	}
	if tag == "executable" {
		h.Executable = true
		if _, err := r.string(0); err != nil {
			return err
		}
		if tag, err = r.tag(); err != nil {
			return err
		}
	}
	if tag != "contents" {
		return r.fault("expected tag 'contents', got %q", tag)
	}
	n, err := r.number()
	if err != nil {
		return err
	}
	if n > math.MaxInt64-7 {
		return r.fault("file of %d bytes", n)
	}
	h.Size = int64(n)
	r.left, r.size, r.inFile = h.Size, h.Size, true
	return nil
}

func (r *Reader) symlink(h *Header) error {
	if err := r.expect("target"); err != nil {
		return err
	}
	target, err := r.string(maxTarget)
	if err != nil {
		return err
	}
	if !validTarget(target) {
		return r.fault("NAR contains invalid symlink target")
	}
	h.Target = target
	if err := r.expect(")"); err != nil {
		return err
	}
	return r.endEntry()
}

// Read reads from the content of the regular file whose header came last. At
// its end, and for other files at once, the error is [io.EOF].
func (r *Reader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.r.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	r.n += int64(n)
	if errors.Is(err, io.EOF) && r.left == 0 {
		return n, nil
	}
	r.err = r.ended(err)
	return n, r.err
}

// endFile reads from the content of a regular file to behind its entry.
func (r *Reader) endFile() error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	r.inFile = false
	if err := r.padding(uint64(r.size)); err != nil {
		return err
	}
	if err := r.expect(")"); err != nil {
		return err
	}
	return r.endEntry()
}

// endEntry reads what closes an entry if the file that ended is in a directory.
func (r *Reader) endEntry() error {
	if len(r.dirs) == 0 {
		return nil
	}
	return r.expect(")")
}

// expect reads the tags.
func (r *Reader) expect(tags ...string) error {
	for _, want := range tags {
		got, err := r.tag()
		if err != nil {
			return err
		}
		if got != want {
			return r.fault("expected tag '%s', got %q", want, got)
		}
	}
	return nil
}

// maxTag is more than the longest tag has, so that messages can show what is
// there instead of one.
const maxTag = 32

func (r *Reader) tag() (string, error) { return r.string(maxTag) }

// string reads a string of at most limit bytes.
func (r *Reader) string(limit uint64) (string, error) {
	n, err := r.number()
	if err != nil {
		return "", err
	}
	if n > limit {
		return "", r.fault("string of %d bytes where at most %d are allowed", n, limit)
	}
	b, err := r.bytes(int(n))
	if err != nil {
		return "", err
	}
	s := intern(b)
	return s, r.padding(n)
}

// intern returns b as a string, without an allocation if it is a tag.
func intern(b []byte) string {
	switch string(b) {
	case "(":
		return "("
	case ")":
		return ")"
	case "type":
		return "type"
	case "entry":
		return "entry"
	case "name":
		return "name"
	case "node":
		return "node"
	case "regular":
		return "regular"
	case "contents":
		return "contents"
	case "directory":
		return "directory"
	}
	return string(b)
}

func (r *Reader) number() (uint64, error) {
	b, err := r.bytes(8)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(b), nil
}

func (r *Reader) padding(n uint64) error {
	b, err := r.bytes(int(-n & 7))
	if err != nil {
		return err
	}
	for _, c := range b {
		if c != 0 {
			return r.fault("non-zero padding")
		}
	}
	return nil
}

// bytes returns the next n bytes, which the next call overwrites.
func (r *Reader) bytes(n int) ([]byte, error) {
	if cap(r.scratch) < n {
		r.scratch = make([]byte, max(n, 64))
	}
	b := r.scratch[:n]
	got, err := io.ReadFull(r.r, b)
	r.n += int64(got)
	return b, r.ended(err)
}

// ended makes an error of the end of the reader below.
func (r *Reader) ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("archive breaks off at byte %d: %w", r.n, io.ErrUnexpectedEOF)
	}
	return err
}

func (r *Reader) fault(format string, args ...any) error {
	return &FormatError{r.n, fmt.Sprintf(format, args...)}
}
