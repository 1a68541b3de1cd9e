package index

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Cache is a directory in which the indexes of folders are kept, a file for
// each. A file that is missing, foreign, damaged or of another version is as
// good as none: what it would have saved is read again.
type Cache struct {
	Dir string
}

const (
	maxCacheFile = 128 << 20
	extension    = ".index"
	unused       = 90 * 24 * time.Hour // after this a file is removed
)

func (c Cache) file(root string) string {
	sum := sha256.Sum256([]byte(root))
	return filepath.Join(c.Dir, hex.EncodeToString(sum[:16])+extension)
}

// Load adds to x what is kept for root. Whether the files are as they were is
// for [Index.Sync] to find out.
func (c Cache) Load(root string, x *Index) error {
	path := c.file(root)
	data, err := readCache(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	d, err := decode(data)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if d.root != root {
		return fmt.Errorf("%s: of the folder %q", path, d.root)
	}
	return x.adopt(d)
}

func readCache(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxCacheFile {
		return nil, fmt.Errorf("%s: %w", path, errCorrupt)
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, maxCacheFile))
	return data, errors.Join(err, in.Close())
}

// Save keeps what x has of the files below root. A reader sees the file from
// before or the new one, whole.
func (c Cache) Save(root string, x *Index) error {
	data := x.view().encode(root)
	if len(data) > maxCacheFile {
		return fmt.Errorf("the index of %s has %d bytes, which is more than is kept", root, len(data))
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	if err := replace(c.file(root), data); err != nil {
		return err
	}
	return c.prune(time.Now())
}

// replace writes a file by way of another one in its directory. It does not
// wait for the disk: a file that is lost or torn by a crash is only slower.
func replace(path string, data []byte) (err error) {
	out, err := os.CreateTemp(filepath.Dir(path), "*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	if _, err := out.Write(data); err != nil {
		return errors.Join(err, out.Close())
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Rename(out.Name(), path)
}

// prune removes what nobody has written for long: folders that are gone, and
// what a crash has left.
func (c Cache) prune(now time.Time) error {
	entries, err := os.ReadDir(c.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || ext != extension && ext != ".tmp" || now.Sub(info.ModTime()) < unused {
			continue
		}
		if err := os.Remove(filepath.Join(c.Dir, e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
