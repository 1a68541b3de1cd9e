package sumcache

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// digest returns a digest that belongs to a number.
func digest(n int) Digest { return sha256.Sum256(fmt.Append(nil, n)) }

// saved keeps the sums with the given numbers in a directory: at the place n, in
// the state n+1, the sum n+2.
func saved(t *testing.T, dir string, numbers ...int) {
	t.Helper()
	c := New(dir)
	for _, n := range numbers {
		c.Put(digest(n), digest(n+1), digest(n+2))
	}
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
}

// has reports whether a cache has what saved keeps. A wrong sum fails the test.
func has(t *testing.T, c *Cache, n int) bool {
	t.Helper()
	sum, ok := c.Get(digest(n), digest(n+1))
	if ok && sum != digest(n+2) {
		t.Errorf("the sum of %d is %x", n, sum)
	}
	return ok
}

func TestCache(t *testing.T) {
	for _, tt := range []struct {
		name         string
		place, state int
		want         int // or 0 for none
	}{
		{"kept", 1, 10, 100},
		{"of another place", 2, 20, 200},
		{"in another state", 2, 10, 0},
		{"in a state before", 3, 30, 0},
		{"in the last state", 3, 31, 301},
		{"of no place", 4, 10, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "below", "that")
			first, second := New(dir), New(dir)
			first.Put(digest(1), digest(10), digest(100))
			first.Put(digest(3), digest(30), digest(300))
			if err := first.Save(); err != nil {
				t.Fatal(err)
			}
			second.Put(digest(2), digest(20), digest(200))
			second.Put(digest(3), digest(31), digest(301))
			if err := second.Save(); err != nil {
				t.Fatal(err)
			}
			for name, c := range map[string]*Cache{"second": second, "later": New(dir)} {
				sum, ok := c.Get(digest(tt.place), digest(tt.state))
				if ok != (tt.want != 0) || ok && sum != digest(tt.want) {
					t.Errorf("%s: %x, %t", name, sum, ok)
				}
			}
		})
	}
}

// TestDamaged checks that a file that is damaged is as good as none, and is
// replaced.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	saved(t, dir, 1, 2)
	path := filepath.Join(dir, fileName)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := map[string][]byte{
		"empty":   {},
		"foreign": []byte("#!/bin/sh\n"),
		"newer":   bytes.Replace(good, []byte("sums 1"), []byte("sums 2"), 1),
		"longer":  append(bytes.Clone(good), 0),
		"twice":   append(bytes.Clone(good), good...),
		"large":   make([]byte, maxFile+1),
	}
	for i := range good {
		damaged[fmt.Sprint("cut at ", i)] = good[:i]
		flipped := bytes.Clone(good)
		flipped[i] ^= 0x10
		damaged[fmt.Sprint("flipped at ", i)] = flipped
	}
	for name, data := range damaged {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if c := New(dir); has(t, c, 1) || has(t, c, 2) {
			t.Errorf("%s: something is known", name)
		}
		saved(t, dir, 3)
		if c := New(dir); has(t, c, 1) || !has(t, c, 3) {
			t.Errorf("%s: the file is not replaced", name)
		}
	}
}

// TestNoFile has other things in the place of the file or its directory.
func TestNoFile(t *testing.T) {
	for name, put := range map[string]func(dir string) error{
		"directory":            func(dir string) error { return os.MkdirAll(filepath.Join(dir, fileName), 0o700) },
		"file for a directory": func(dir string) error { return os.WriteFile(dir, nil, 0o600) },
		"link that leads nowhere": func(dir string) error {
			return os.Symlink(filepath.Join(dir, "none", "none"), dir)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "cache")
			if err := put(dir); err != nil {
				t.Fatal(err)
			}
			c := New(dir)
			if has(t, c, 1) {
				t.Error("something is known")
			}
			c.Put(digest(1), digest(2), digest(3))
			if err := c.Save(); err == nil {
				t.Error("it is written: no error")
			}
			if !has(t, c, 1) {
				t.Error("what was put is forgotten")
			}
		})
	}
}

// TestOtherUser checks that what another user has written is not believed.
func TestOtherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only the superuser can give a file away")
	}
	dir := t.TempDir()
	saved(t, dir, 1)
	if err := os.Chown(filepath.Join(dir, fileName), 1, -1); err != nil {
		t.Fatal(err)
	}
	if has(t, New(dir), 1) {
		t.Error("it is believed")
	}
}

// TestConcurrent has several processes write, each from several goroutines. What
// is read is right, and what was written last is there.
func TestConcurrent(t *testing.T) {
	const processes, rounds = 4, 20
	dir := t.TempDir()
	var group sync.WaitGroup
	for p := range processes {
		c := New(dir)
		for g := range 2 {
			group.Go(func() {
				for i := range rounds {
					n := 10 * (1000*p + 100*g + i)
					c.Put(digest(n), digest(n+1), digest(n+2))
					if err := c.Save(); err != nil {
						t.Error(err)
					}
					if !has(t, c, n) {
						t.Errorf("%d is not known where it was put", n)
					}
					other := New(dir)
					for q := range processes {
						has(t, other, 10*(1000*q+i))
					}
					if len(other.known) == 0 {
						t.Error("a file is not whole")
					}
				}
			})
		}
	}
	group.Wait()
	saved(t, dir, 1)
	if !has(t, New(dir), 1) {
		t.Error("what was written last is not there")
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*"+unfinished)); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestBounded(t *testing.T) {
	const more = 5
	dir, c := t.TempDir(), New(t.TempDir())
	for i := range maxEntries {
		c.Put(digest(i), digest(i+1), digest(i+2))
	}
	c.Put(digest(-1), digest(0), digest(1))
	if has(t, c, -1) || !has(t, c, maxEntries-1) {
		t.Error("in memory there is no bound")
	}
	c.dir = dir
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	for i := range more {
		c.Put(digest(-10-i), digest(-9-i), digest(-8-i))
	}
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, fileName))
	if err != nil || info.Size() != int64(maxFile) {
		t.Errorf("the file has %d bytes, %v", info.Size(), err)
	}
	for n, want := range map[int]bool{0: false, more - 1: false, more: true, maxEntries - 1: true, -10: true} {
		if has(t, New(dir), n) != want {
			t.Errorf("%d is there: %t", n, !want)
		}
	}
}

func TestPruned(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * abandoned)
	for _, name := range []string{"old" + unfinished, "old.other", "new" + unfinished} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if name[:3] == "old" {
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	saved(t, dir, 1)
	left, err := filepath.Glob(filepath.Join(dir, "*.*"))
	if err != nil || len(left) != 2 || filepath.Base(left[0]) != "new"+unfinished || filepath.Base(left[1]) != "old.other" {
		t.Errorf("left are %v, %v", left, err)
	}
}

// FuzzDecode decodes data as it is, and with a right header before it.
func FuzzDecode(f *testing.F) {
	list := []entry{{digest(1), digest(2), digest(3)}, {digest(4), digest(5), digest(6)}}
	f.Add(encode(list))
	f.Add(encode(list)[headerSize:])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, data := range [][]byte{data, withHeader(data)} {
			list, err := decode(data)
			if err == nil && !bytes.Equal(encode(list), data) {
				t.Errorf("%q is encoded otherwise", data)
			}
			if n := len(merge(list, list)); n > len(list) {
				t.Errorf("%d entries became %d", len(list), n)
			}
		}
	})
}

func withHeader(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(append([]byte(version), sum[:]...), body...)
}
