package local

import (
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"firn/store"
	"firn/store/path"
)

// LogFile returns the file that keeps what the builder of a derivation prints,
// whether or not it is there. It is a plain one, which Nix reads as well, so that it
// can be followed while the builder runs.
func (s *Store) LogFile(drv path.Path) string {
	base := drv.Base()
	if base == "" {
		return ""
	}
	return filepath.Join(s.logs, "drvs", base[:2], base[2:])
}

// CreateLog makes a new log of a derivation instead of those that there are. Whoever
// reads one of them can go on.
func (s *Store) CreateLog(drv path.Path) (io.WriteCloser, error) {
	name := s.LogFile(drv)
	if name == "" {
		return nil, fmt.Errorf("'%s' is not a store path", drv)
	}
	if s.o.ReadOnly {
		return nil, errReadOnly
	}
	if err := makeDir(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	for _, c := range compressions {
		if err := os.Remove(name + c.extension); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(0o644); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// compressions are the forms of logs.
var compressions = []struct {
	extension string
	open      func(io.Reader) (io.Reader, error)
}{
	{"", func(r io.Reader) (io.Reader, error) { return r, nil }},
	{".bz2", func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{".zst", func(r io.Reader) (io.Reader, error) {
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	}},
}

// OpenLog opens the log of a derivation, of firn or of Nix, and decompresses it. The
// error is [store.ErrNotFound] if there is none.
func (s *Store) OpenLog(drv path.Path) (io.ReadCloser, error) {
	name := s.LogFile(drv)
	if name == "" {
		return nil, fmt.Errorf("'%s' is not a store path", drv)
	}
	for _, c := range compressions {
		f, err := os.Open(name + c.extension)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		r, err := c.open(f)
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return &logReader{r, f}, nil
	}
	return nil, fmt.Errorf("there is no log of '%s': %w", drv, store.ErrNotFound)
}

// logReader reads what a file has in it.
type logReader struct {
	io.Reader
	file *os.File
}

// Close implements [io.Closer].
func (r *logReader) Close() error {
	if d, ok := r.Reader.(*zstd.Decoder); ok {
		d.Close()
	}
	return r.file.Close()
}
