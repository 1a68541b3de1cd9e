package semantic

import (
	"slices"
	"strconv"
	"sync"
)

// Edit replaces Delete numbers of an encoded list, from Start on, with Data.
type Edit struct {
	Start, Delete uint32
	Data          []uint32
}

// Delta returns the edit that makes the encoded list b of a, and false if they
// are equal. It cuts at tokens: what stands before the first and behind the
// last that differ is kept.
func Delta(a, b []uint32) (Edit, bool) {
	short := min(len(a), len(b))
	head := 0
	for head < short && a[head] == b[head] {
		head++
	}
	if head == len(a) && head == len(b) {
		return Edit{}, false
	}
	head -= head % fields
	tail := 0
	for tail < short-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	tail -= tail % fields
	return Edit{Start: uint32(head), Delete: uint32(len(a) - head - tail), Data: b[head : len(b)-tail]}, true
}

// cacheSize is how many documents a [Cache] remembers: those that a client may
// show side by side.
const cacheSize = 16

// Cache remembers the last list of each document that was sent to the client,
// which a delta starts from. The zero Cache is empty and ready for use, by
// several goroutines at a time.
type Cache struct {
	mu      sync.Mutex // guards what follows
	last    uint64
	results []result // the oldest first
}

type result struct {
	document, id string
	data         []uint32
}

// Put remembers data as the last list of a document, in place of an earlier
// one, and returns a new id for it. The caller must not change data.
func (c *Cache) Put(document string, data []uint32) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	id := strconv.FormatUint(c.last, 10)
	c.drop(document)
	if len(c.results) == cacheSize {
		c.results = slices.Delete(c.results, 0, 1)
	}
	c.results = append(c.results, result{document, id, data})
	return id
}

// Get returns the list of a document with the given id, if it is remembered.
func (c *Cache) Get(document, id string) ([]uint32, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.results {
		if r.document == document && r.id == id {
			return r.data, true
		}
	}
	return nil, false
}

// Drop forgets a document, as when it is closed.
func (c *Cache) Drop(document string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(document)
}

func (c *Cache) drop(document string) {
	c.results = slices.DeleteFunc(c.results, func(r result) bool { return r.document == document })
}
