package unpack

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// Limits are how much an archive may make.
type Limits struct {
	Bytes   int64 // of all files
	Entries int
}

// The limits that hold where Limits has none.
const (
	DefaultBytes   = 32 << 30
	DefaultEntries = 5_000_000
)

// ErrTooLarge is the error of an archive that makes more than it may.
var ErrTooLarge = errors.New("the archive is too large")

// ErrUnknown is the error of what is no archive of a kind that is known.
var ErrUnknown = errors.New("this is no archive: it begins neither as tar nor as zip, and not as what gzip, bzip2, xz or zstd compress")

// Result is what is known of an archive when it is unpacked.
type Result struct {
	// Newest is the time of the entry that was changed last, in seconds since
	// 1970; 0 if no entry has a later one.
	Newest int64
	// Single is the name of the directory that is all there is at the top, or "".
	Single string
}

// Reader unpacks what it reads into a directory, which must be empty. A zip
// archive, which has its list of files at the end, is meanwhile in a file beside the
// directory.
func Reader(ctx context.Context, r io.Reader, dir string, l Limits) (_ Result, err error) {
	b := bufio.NewReaderSize(withContext{ctx, r}, 1<<16)
	t := newTree(dir, l)
	if isZip(b) {
		return t.spooled(ctx, b)
	}
	const block = 512 // of tar
	if start, err := b.Peek(block); errors.Is(err, io.EOF) && isText(start) {
		return Result{}, ErrUnknown
	}
	plain, err := decompress(b)
	if err != nil {
		return Result{}, err
	}
	defer func() {
		if closing := plain.Close(); err == nil {
			err = closing // after another error it says the same
		}
	}()
	return t.tar(ctx, plain)
}

// spooled unpacks a zip archive by way of a file.
func (t *tree) spooled(ctx context.Context, r io.Reader) (_ Result, err error) {
	f, err := os.Create(t.dir + ".zip")
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	size, err := io.Copy(f, io.LimitReader(r, t.limits.Bytes+1))
	if err != nil {
		return Result{}, err
	}
	if size > t.limits.Bytes {
		return Result{}, t.tooLarge()
	}
	return t.zip(ctx, f, size)
}

// isZip reports whether something begins as a zip archive does, be it an empty one
// (APPNOTE.TXT, 4.3.6).
func isZip(b *bufio.Reader) bool {
	start, err := b.Peek(4)
	return err == nil && (string(start) == "PK\x03\x04" || string(start) == "PK\x05\x06")
}

// isText reports whether something is a text, as the page that a server shows instead.
func isText(b []byte) bool { return len(b) > 0 && utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }

// decompressors are the formats of compression by what they begin with: RFC 1952
// 2.3.1, bzip2, the .xz file format 2.1.1.1, RFC 8878 3.1.1.
var decompressors = []struct {
	magic string
	open  func(io.Reader) (io.ReadCloser, error)
}{
	{"\x1f\x8b", func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }},
	{"BZh", func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(r)), nil }},
	{"\xfd7zXZ\x00", func(r io.Reader) (io.ReadCloser, error) {
		x, err := xz.NewReader(r)
		return io.NopCloser(x), err
	}},
	{"\x28\xb5\x2f\xfd", func(r io.Reader) (io.ReadCloser, error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}},
}

// maxWindow is how far back what zstd compressed may refer, in bytes.
const maxWindow = 256 << 20

// decompress returns what a stream is when it is not compressed.
func decompress(b *bufio.Reader) (io.ReadCloser, error) {
	for _, d := range decompressors {
		start, err := b.Peek(len(d.magic))
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if string(start) == d.magic {
			r, err := d.open(b)
			if err != nil {
				return nil, fmt.Errorf("cannot decompress: %w", err)
			}
			return r, nil
		}
	}
	return io.NopCloser(b), nil
}

// withContext is a reader that ends with a context.
type withContext struct {
	ctx context.Context
	r   io.Reader
}

// Read implements [io.Reader].
func (w withContext) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.r.Read(p)
}
