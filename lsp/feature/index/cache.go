package index

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"firn/lsp/feature/cachefile"
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
)

func (c Cache) file(root string) string {
	sum := sha256.Sum256([]byte(root))
	return filepath.Join(c.Dir, hex.EncodeToString(sum[:16])+extension)
}

// Load adds to x what is kept for root. Whether the files are as they were is
// for [Index.Sync] to find out.
func (c Cache) Load(root string, x *Index) error {
	path := c.file(root)
	data, err := cachefile.Read(path, maxCacheFile)
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

// Save keeps what x has of the files below root. A reader sees the file from
// before or the new one, whole.
func (c Cache) Save(root string, x *Index) error {
	data := x.view().encode(root)
	if len(data) > maxCacheFile {
		return fmt.Errorf("the index of %s has %d bytes, which is more than is kept", root, len(data))
	}
	if err := cachefile.Replace(c.file(root), data); err != nil {
		return err
	}
	return cachefile.Prune(c.Dir, time.Now(), extension)
}
