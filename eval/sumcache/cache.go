// Package sumcache keeps hashes of sources on disk, from one evaluation to the
// next.
//
// All are in one file, which is read whole when the first hash is asked for, and
// written whole beside the old one, whose name it then takes. So a reader sees a
// file that somebody has finished, and processes need no lock: what one of them
// loses to another is a hash that has to be computed once more. A file that is
// damaged or foreign is as good as none.
package sumcache

import (
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Digest is a SHA-256 hash.
type Digest = [sha256.Size]byte

// entry is a hash with what it belongs to.
type entry struct {
	place Digest // what was hashed
	state Digest // and its version
	sum   Digest
}

const (
	fileName   = "sources"
	maxEntries = 1 << 15        // in the file
	unfinished = ".tmp"         // what the name of a file ends in that somebody writes
	abandoned  = 24 * time.Hour // after this it is removed
	maxFile    = headerSize + maxEntries*entrySize
)

// Cache is the hashes in a directory, of each place the last one. The oldest are
// dropped when there are too many. It is safe for concurrent use, and so is the
// directory.
type Cache struct {
	dir string

	mu    sync.Mutex
	known map[Digest]entry // by place; nil until somebody asks
	added []entry          // since the file was written
}

// New returns the hashes in a directory, which need not be there.
func New(dir string) *Cache { return &Cache{dir: dir} }

// Get returns the hash of a place if it is of that state.
func (c *Cache) Get(place, state Digest) (sum Digest, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries()[place]
	if !ok || e.state != state {
		return Digest{}, false
	}
	return e.sum, true
}

// Put remembers the hash of a place, until Save in memory. There is a bound to
// how many wait for that.
func (c *Cache) Put(place, state, sum Digest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.added) == maxEntries {
		return
	}
	e := entry{place, state, sum}
	c.entries()[place] = e
	c.added = append(c.added, e)
}

// entries returns all that is known.
func (c *Cache) entries() map[Digest]entry {
	if c.known == nil {
		list := c.read()
		c.known = make(map[Digest]entry, len(list))
		for _, e := range list {
			c.known[e.place] = e
		}
	}
	return c.known
}

// Save writes what was put, together with what others have written meanwhile.
func (c *Cache) Save() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.added) == 0 {
		return nil
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	if err := c.replace(encode(merge(c.read(), c.added))); err != nil {
		return err
	}
	c.added = nil
	return c.prune(time.Now())
}

// merge adds entries to older ones. Of each place the last one stays.
func merge(old, added []entry) []entry {
	all := slices.Concat(old, added)
	last := make(map[Digest]int, len(all))
	for i, e := range all {
		last[e.place] = i
	}
	list := all[:0]
	for i, e := range all {
		if last[e.place] == i {
			list = append(list, e)
		}
	}
	return list[max(0, len(list)-maxEntries):]
}

func (c *Cache) file() string { return filepath.Join(c.dir, fileName) }

// read returns the entries of the file, the oldest first.
func (c *Cache) read() []entry {
	info, err := os.Lstat(c.file())
	if err != nil || !info.Mode().IsRegular() || info.Size() > int64(maxFile) || !own(info) {
		return nil
	}
	data, err := readFile(c.file())
	if err != nil {
		return nil
	}
	list, err := decode(data)
	if err != nil {
		return nil
	}
	return list
}

func readFile(path string) ([]byte, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, int64(maxFile)))
	return data, errors.Join(err, in.Close())
}

// replace writes the file. It does not wait for the disk: after a crash the file
// may be damaged.
func (c *Cache) replace(data []byte) (err error) {
	out, err := os.CreateTemp(c.dir, "*"+unfinished)
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
	return os.Rename(out.Name(), c.file())
}

// prune removes what crashes have left.
func (c *Cache) prune(now time.Time) error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || filepath.Ext(e.Name()) != unfinished || now.Sub(info.ModTime()) < abandoned {
			continue
		}
		if err := os.Remove(filepath.Join(c.dir, e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
