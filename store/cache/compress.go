package cache

import (
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// method is a way to compress archives.
type method struct {
	name      string // that of Nix
	extension string // of files
	// read returns what was compressed, of which at most so many bytes are wanted.
	read func(r io.Reader, most int64) (io.ReadCloser, error)
	// write compresses, at a level unless that is usualLevel; nil if firn cannot.
	write func(w io.Writer, level int) (io.WriteCloser, error)
}

// usualLevel is the one that a method has by itself.
const usualLevel = -1

// zstdWindow is how much memory a decoder may take, in bytes: as much as the program
// zstd allows.
const zstdWindow = 1 << 27

var methods = []method{
	{"zstd", ".zst", readZstd, writeZstd},
	{"xz", ".xz", readXZ, writeXZ},
	{"none", "", func(r io.Reader, _ int64) (io.ReadCloser, error) { return io.NopCloser(r), nil }, writePlain},
	{"bzip2", ".bz2", func(r io.Reader, _ int64) (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(r)), nil }, nil},
	{"gzip", ".gz", func(r io.Reader, _ int64) (io.ReadCloser, error) { return gzip.NewReader(r) }, writeGzip},
	{"br", ".br", func(r io.Reader, _ int64) (io.ReadCloser, error) { return io.NopCloser(brotli.NewReader(r)), nil }, writeBrotli},
}

func methodOf(name string) (method, error) {
	i := slices.IndexFunc(methods, func(m method) bool { return m.name == name })
	if i < 0 {
		return method{}, fmt.Errorf("firn does not know the compression method '%s'; it knows zstd, xz, bzip2, gzip, br and none", name)
	}
	return methods[i], nil
}

func readZstd(r io.Reader, _ int64) (io.ReadCloser, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

func readXZ(r io.Reader, most int64) (io.ReadCloser, error) {
	x, err := newXZ(r, most)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(x), nil
}

func writeZstd(w io.Writer, level int) (io.WriteCloser, error) {
	l := zstd.SpeedDefault
	if level != usualLevel {
		l = zstd.EncoderLevelFromZstd(level)
	}
	return zstd.NewWriter(w, zstd.WithEncoderLevel(l))
}

func writeXZ(w io.Writer, level int) (io.WriteCloser, error) {
	if level != usualLevel {
		return nil, errors.New("firn has one level of xz only; leave out compression-level")
	}
	return xz.NewWriter(w)
}

func writeGzip(w io.Writer, level int) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, level) }

func writeBrotli(w io.Writer, level int) (io.WriteCloser, error) {
	if level == usualLevel {
		level = brotli.DefaultCompression
	}
	if level < brotli.BestSpeed || level > brotli.BestCompression {
		return nil, fmt.Errorf("br has the levels %d to %d", brotli.BestSpeed, brotli.BestCompression)
	}
	return brotli.NewWriterLevel(w, level), nil
}

func writePlain(w io.Writer, _ int) (io.WriteCloser, error) { return plain{w}, nil }

// plain is no compression.
type plain struct{ io.Writer }

// Close implements [io.Closer].
func (plain) Close() error { return nil }

// checkLevel returns an error unless the method has the level.
func (m method) checkLevel(level int) error {
	if m.write == nil {
		return fmt.Errorf("firn can read %s, but not write it; zstd is a good choice", m.name)
	}
	if level < usualLevel || level > math.MaxInt8 {
		return fmt.Errorf("%d is no level of compression", level)
	}
	w, err := m.write(io.Discard, level)
	if err != nil {
		return err
	}
	return w.Close()
}
