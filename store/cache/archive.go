package cache

import (
	"context"
	"errors"
	"fmt"
	"io"

	"firn/store"
	"firn/store/hash"
	"firn/store/narinfo"
)

// archive begins to read the archive of an object. If the cache does not have it any
// more, what was remembered of the object is forgotten.
func (c *Cache) archive(ctx context.Context, f *narinfo.File, m method, progress func(int64)) (io.ReadCloser, error) {
	var in io.ReadCloser
	err := c.try(ctx, func() (err error) {
		in, err = c.at.open(ctx, f.URL)
		return err
	})
	if errors.Is(err, errMissing) {
		c.Forget(f.Path)
		err = fmt.Errorf("%w: %w", store.ErrNotFound, err)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot copy '%s' from '%s': %s: %w", f.Path, c.name, f.URL, err)
	}
	a := &archive{in: in, left: f.NarSize}
	a.label = fmt.Sprintf("cannot copy '%s' from '%s'", f.Path, c.name)
	a.file = compressed{r: in, want: f.FileHash, size: f.FileSize, most: f.FileSize, progress: progress}
	if f.FileSize == 0 {
		a.file.most = f.NarSize + f.NarSize/8 + 1<<20 // no method makes more of what it cannot compress
	}
	if !f.FileHash.IsNone() {
		a.file.sum = hash.New(f.FileHash.Algorithm())
	}
	if a.plain, err = m.read(&a.file, f.NarSize); err != nil {
		return nil, errors.Join(a.failed(whole(err)), in.Close())
	}
	return a, nil
}

// compressed is what comes of a compressed archive. It ends well only if it is what
// the cache describes.
type compressed struct {
	r        io.Reader
	progress func(int64) // may be nil
	done     int64
	size     int64 // 0 if it is not told
	most     int64
	sum      *hash.Writer // nil if no hash is told
	want     hash.Hash
	err      error // of r or about it, but for io.EOF
}

// Read implements [io.Reader].
func (c *compressed) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(p)
	c.done += int64(n)
	if c.sum != nil {
		_, _ = c.sum.Write(p[:n]) // which never fails
	}
	if n > 0 && c.progress != nil {
		c.progress(c.done)
	}
	switch {
	case c.done > c.most:
		err = fmt.Errorf("more comes than the %d bytes that are to be expected", c.most)
	case errors.Is(err, io.EOF):
		err = c.ended()
	}
	if !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

// ended returns [io.EOF] if the file may end here.
func (c *compressed) ended() error {
	switch {
	case c.size > 0 && c.done != c.size:
		return fmt.Errorf("the file has %d bytes where the cache tells of %d", c.done, c.size)
	case c.sum != nil && c.sum.Sum() != c.want:
		return fmt.Errorf("the file has the hash '%s' where the cache tells of '%s'", c.sum.Sum(), c.want)
	}
	return io.EOF
}

// archive is an archive without its compression.
type archive struct {
	label string // of errors
	in    io.Closer
	file  compressed
	plain io.ReadCloser
	left  int64 // of it
	err   error
}

// Read implements [io.Reader]. With the last byte it finds out whether the file is
// what it should be, for who reads an archive may not read on.
func (a *archive) Read(p []byte) (int, error) {
	if a.err != nil {
		return 0, a.err
	}
	n, err := a.plain.Read(p[:min(int64(len(p)), a.left)])
	a.left -= int64(n)
	switch {
	case a.left == 0:
		err = a.ended(err)
	case errors.Is(err, io.EOF):
		err = fmt.Errorf("the archive ends %d bytes before its end", a.left)
	}
	if err != nil {
		a.err = a.failed(err)
	}
	return n, a.err
}

// ended returns [io.EOF] if the archive ends where it should. The error is that of
// the last read.
func (a *archive) ended(err error) error {
	if err == nil {
		var more [1]byte
		var n int
		if n, err = io.ReadFull(a.plain, more[:]); n > 0 {
			return errors.New("the archive is longer than the cache tells")
		}
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	if _, err := io.Copy(io.Discard, &a.file); err != nil {
		return err
	}
	return io.EOF
}

// failed says what cannot be done. What is wrong with the file comes before what is
// wrong with what was made of it.
func (a *archive) failed(err error) error {
	if a.file.err != nil {
		err = a.file.err
	} else if errors.Is(err, io.EOF) {
		return err
	}
	return fmt.Errorf("%s: %w", a.label, err)
}

// Close implements [io.Closer].
func (a *archive) Close() error {
	err := a.plain.Close()
	if a.err != nil {
		err = nil // it was told
	}
	return errors.Join(err, a.in.Close())
}
