package cache

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// xzReader reads the blocks of .xz files, one file behind another (The .xz File
// Format, version 1.1.0). Package xz does too, but takes for each as much memory as
// the file says, be it 4 GiB. What is in a block is decoded by package lzma.
type xzReader struct {
	r     *xzSource
	most  int64  // bytes that are wanted at most
	check byte   // the id of the check behind each block
	count uint64 // of the blocks of the file
	block io.Reader
	sum   hash.Hash // of the block; nil if it is not known how to compute it
	start int64     // of the data of the block
	err   error
}

// newXZ returns a reader of what r has, of which at most so many bytes are wanted.
func newXZ(r io.Reader, most int64) (*xzReader, error) {
	x := &xzReader{r: &xzSource{r: bufio.NewReaderSize(r, 1<<16)}, most: most}
	return x, x.streamHeader()
}

// xzSource knows how far it was read.
type xzSource struct {
	r *bufio.Reader
	n int64
}

// Read implements [io.Reader].
func (s *xzSource) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	return n, err
}

// ReadByte implements [io.ByteReader].
func (s *xzSource) ReadByte() (byte, error) {
	b, err := s.r.ReadByte()
	if err == nil {
		s.n++
	}
	return b, err
}

// bytes returns the next n bytes.
func (s *xzSource) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(s, b)
	return b, whole(err)
}

// whole makes an error of an end that comes too early.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// padding reads zeros up to a multiple of four bytes from start.
func (s *xzSource) padding(start int64) error {
	b, err := s.bytes(int((start - s.n) & 3))
	if err == nil && bytes.Count(b, []byte{0}) != len(b) {
		err = errXZ
	}
	return err
}

var errXZ = errors.New("xz data are damaged")

const (
	xzMagic      = "\xfd7zXZ\x00"
	xzFooterSize = 12
	xzLZMA2      = 0x21    // the id of the filter
	xzDictionary = 1 << 27 // bytes; xz -9 takes half of it
)

// xzCheckSizes are those of the checks, by id (section 2.1.1.2).
var xzCheckSizes = [16]int{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}

func (x *xzReader) streamHeader() error {
	h, err := x.r.bytes(len(xzMagic) + 6)
	if err != nil {
		return err
	}
	flags := h[len(xzMagic) : len(xzMagic)+2]
	if string(h[:len(xzMagic)]) != xzMagic || !checksum(flags, h[len(xzMagic)+2:]) || flags[0] != 0 || flags[1] > 15 {
		return errXZ
	}
	x.check, x.count = flags[1], 0
	return nil
}

// checksum reports whether the CRC32 is that of b.
func checksum(b, crc []byte) bool {
	return crc32.ChecksumIEEE(b) == binary.LittleEndian.Uint32(crc)
}

// Read implements [io.Reader].
func (x *xzReader) Read(p []byte) (int, error) {
	for x.err == nil {
		if x.block == nil {
			x.err = x.next()
			continue
		}
		n, err := x.block.Read(p)
		if x.sum != nil {
			x.sum.Write(p[:n])
		}
		if errors.Is(err, io.EOF) {
			x.err = x.endBlock()
		} else {
			x.err = err
		}
		if n > 0 || len(p) == 0 {
			return n, nil
		}
	}
	return 0, x.err
}

// next goes on to the next block. The error is [io.EOF] if there is none.
func (x *xzReader) next() error {
	for {
		size, err := x.r.ReadByte()
		if err != nil {
			return whole(err)
		}
		if size != 0 {
			return x.blockHeader(size)
		}
		if err := x.index(); err != nil {
			return err
		}
		if err := x.nextStream(); err != nil {
			return err
		}
	}
}

// blockHeader reads what describes a block, whose first byte was read (section 3.1).
func (x *xzReader) blockHeader(size byte) error {
	rest, err := x.r.bytes(int(size)*4 + 3)
	if err != nil {
		return err
	}
	h := append([]byte{size}, rest...)
	fields := h[1 : len(h)-4]
	if !checksum(h[:len(h)-4], h[len(h)-4:]) || fields[0]&0x3c != 0 {
		return errXZ
	}
	if fields[0]&3 != 0 {
		return errors.New("xz data are filtered by more than LZMA2, which firn cannot read")
	}
	r := bytes.NewReader(fields[1:])
	for _, bit := range []byte{0x40, 0x80} { // both sizes, which the data tell, too
		if fields[0]&bit != 0 {
			if _, err := binary.ReadUvarint(r); err != nil {
				return errXZ
			}
		}
	}
	var filter [3]byte // the id, the number of properties, the size of the dictionary
	if _, err := io.ReadFull(r, filter[:]); err != nil || filter[0] != xzLZMA2 || filter[1] != 1 {
		return errXZ
	}
	return x.data(filter[2])
}

// data begins with the data of a block.
func (x *xzReader) data(dictionary byte) error {
	size, err := lzma.DecodeDictCap(dictionary)
	if err != nil {
		return errXZ
	}
	if size > xzDictionary {
		return fmt.Errorf("xz data take %d MiB of memory to read, more than the %d that firn has for it", size>>20, xzDictionary>>20)
	}
	// No more can be referred to than there is.
	size = max(min(size, x.most), lzma.MinDictCap)
	x.start = x.r.n
	x.count++
	x.sum = newCheck(x.check)
	x.block, err = lzma.Reader2Config{DictCap: int(size)}.NewReader2(x.r)
	return err
}

// newCheck returns what computes a check.
func newCheck(id byte) hash.Hash {
	switch id {
	case 1:
		return crc32.NewIEEE()
	case 4:
		return crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		return sha256.New()
	}
	return nil
}

// endBlock reads what is behind the data of a block.
func (x *xzReader) endBlock() error {
	x.block = nil
	if err := x.r.padding(x.start); err != nil {
		return err
	}
	want, err := x.r.bytes(xzCheckSizes[x.check])
	if err != nil || x.sum == nil {
		return err
	}
	got := x.sum.Sum(nil)
	if x.check != 10 { // numbers have their lowest byte first
		for i, j := 0, len(got)-1; i < j; i, j = i+1, j-1 {
			got[i], got[j] = got[j], got[i]
		}
	}
	if !bytes.Equal(got, want) {
		return errXZ
	}
	return nil
}

// index reads the list of blocks behind its first byte, and the footer. What is in
// it has been seen.
func (x *xzReader) index() error {
	start := x.r.n - 1
	count, err := binary.ReadUvarint(x.r)
	if err != nil || count != x.count {
		return errXZ
	}
	for range count {
		for range 2 {
			if _, err := binary.ReadUvarint(x.r); err != nil {
				return errXZ
			}
		}
	}
	if err := x.r.padding(start); err != nil {
		return err
	}
	rest, err := x.r.bytes(crc32.Size + xzFooterSize)
	if err == nil && string(rest[len(rest)-2:]) != "YZ" {
		err = errXZ
	}
	return err
}

// nextStream goes on to the next file. The error is [io.EOF] if there is none.
func (x *xzReader) nextStream() error {
	for {
		b, err := x.r.r.Peek(4)
		if len(b) == 0 && errors.Is(err, io.EOF) {
			return io.EOF
		}
		if err != nil {
			return whole(err)
		}
		if !bytes.Equal(b, make([]byte, 4)) {
			return x.streamHeader()
		}
		if _, err := x.r.bytes(4); err != nil {
			return err
		}
	}
}
