package session

import (
	"container/list"
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"go.lsp.dev/uri"

	"firn/lsp/settings"
	"firn/parser"
)

// maxDisk is how much text of files on disk is kept. What is derived from a
// text takes several times as much.
const maxDisk = 4 << 20

// diskCache keeps the files that were asked for last. An entry is valid as
// long as the file looks the same from outside.
type diskCache struct {
	mu      sync.Mutex // guards what follows
	entries map[string]*list.Element
	recent  *list.List // of *diskEntry, the latest use first
	size    int        // of the texts
}

type diskEntry struct {
	stamp stamp
	file  *File
}

// stamp tells whether a file was changed.
type stamp struct {
	path  string
	size  int64
	mtime time.Time
	info  os.FileInfo // for the identity of the file
}

func (s stamp) equal(o stamp) bool {
	return s.size == o.size && s.mtime.Equal(o.mtime) && os.SameFile(s.info, o.info)
}

func newDiskCache() *diskCache {
	return &diskCache{entries: make(map[string]*list.Element), recent: list.New()}
}

// file returns the file at path as it is now.
func (c *diskCache) file(ctx context.Context, path string, l settings.Language) (*File, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	info, err := regular(path)
	if err != nil {
		return nil, err
	}
	now := stamp{path: path, size: info.Size(), mtime: info.ModTime(), info: info}
	if f := c.lookup(now); f != nil {
		return f, nil
	}
	src, err := read(path)
	if err != nil {
		return nil, err
	}
	f := newFile(uri.File(path), path, src, l)
	c.store(now, f)
	return f, nil
}

// regular returns what a file looks like from outside. What is no regular file is
// an error, since to read from it may never end.
func regular(path string) (os.FileInfo, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", path)
	}
	return info, err
}

func read(path string) (string, error) {
	in, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = in.Close() }()
	src, err := io.ReadAll(io.LimitReader(in, parser.MaxSize+1))
	if err != nil {
		return "", err
	}
	if len(src) > parser.MaxSize {
		return "", fmt.Errorf("%s is larger than %d bytes", path, parser.MaxSize)
	}
	return string(src), nil
}

func (c *diskCache) lookup(now stamp) *File {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[now.path]
	if e == nil {
		return nil
	}
	entry := e.Value.(*diskEntry)
	if !entry.stamp.equal(now) {
		c.drop(e)
		return nil
	}
	c.recent.MoveToFront(e)
	return entry.file
}

func (c *diskCache) store(s stamp, f *File) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[s.path]; e != nil {
		c.drop(e)
	}
	c.entries[s.path] = c.recent.PushFront(&diskEntry{s, f})
	c.size += len(f.src)
	for c.size > maxDisk {
		c.drop(c.recent.Back())
	}
}

// drop forgets an entry; c.mu is held.
func (c *diskCache) drop(e *list.Element) {
	entry := e.Value.(*diskEntry)
	c.recent.Remove(e)
	delete(c.entries, entry.stamp.path)
	c.size -= len(entry.file.src)
}

// clear forgets all entries.
func (c *diskCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.entries)
	c.recent.Init()
	c.size = 0
}
