package nar

import (
	"encoding/binary"
	"errors"
	"io"
)

// sink gathers the pieces of an archive into large writes. After the first
// error of w it drops everything.
type sink struct {
	w   io.Writer
	buf []byte
	err error
}

// The buffer begins small, because most of what is archived is a small file,
// and is not grown for tokens but only for the content of larger files.
const (
	smallBuffer = 4 << 10
	largeBuffer = 64 << 10
)

// number appends n as all numbers are written, eight bytes with the lowest
// first.
func (s *sink) number(n uint64) {
	s.reserve(8)
	s.buf = binary.LittleEndian.AppendUint64(s.buf, n)
}

// string appends a string: its length, its bytes, and zero bytes up to a
// multiple of eight.
func (s *sink) string(str string) {
	s.number(uint64(len(str)))
	s.reserve(len(str))
	s.buf = append(s.buf, str...)
	s.pad(uint64(len(str)))
}

// pad appends what is missing to a multiple of eight after n bytes.
func (s *sink) pad(n uint64) {
	s.reserve(8)
	s.buf = append(s.buf, "\x00\x00\x00\x00\x00\x00\x00"[:-n&7]...)
}

// from appends between 1 and n bytes of r and returns how many.
func (s *sink) from(r io.Reader, n int64) (int64, error) {
	if n > smallBuffer && cap(s.buf) < largeBuffer {
		s.buf = append(make([]byte, 0, largeBuffer), s.buf...)
	}
	s.reserve(int(min(n, smallBuffer)))
	if s.err != nil {
		return 0, s.err
	}
	free := s.buf[len(s.buf):cap(s.buf)]
	got, err := io.ReadAtLeast(r, free[:min(n, int64(len(free)))], 1)
	s.buf = s.buf[:len(s.buf)+got]
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return int64(got), err
}

// reserve makes room for n bytes, by writing out what is there if need be.
func (s *sink) reserve(n int) {
	if cap(s.buf)-len(s.buf) >= n {
		return
	}
	if err := s.flush(); err == nil && cap(s.buf) < n {
		s.buf = make([]byte, 0, max(n, smallBuffer))
	}
	s.buf = s.buf[:0]
}

// flush writes out what is there.
func (s *sink) flush() error {
	if s.err == nil && len(s.buf) > 0 {
		_, s.err = s.w.Write(s.buf)
	}
	s.buf = s.buf[:0]
	return s.err
}
