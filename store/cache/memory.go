package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// How long answers are remembered. Those of Nix are kept as long, but for absences,
// which it remembers for an hour, so that it does not see what was just built.
const (
	keepPresent  = 30 * 24 * time.Hour
	keepSettings = 7 * 24 * time.Hour
	keepAbsent   = time.Minute
)

// absent is what a cache did not have a moment ago, by the name of the file. The
// zero value has nothing.
type absent struct {
	mu    sync.Mutex
	since map[string]time.Time
}

// mostAbsent is how many absences are remembered.
const mostAbsent = 1 << 16

func (a *absent) add(name string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.since == nil || len(a.since) >= mostAbsent {
		a.since = map[string]time.Time{}
	}
	a.since[name] = now
}

func (a *absent) has(name string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	since, ok := a.since[name]
	if ok && now.Sub(since) >= keepAbsent {
		delete(a.since, name)
		ok = false
	}
	return ok
}

func (a *absent) drop(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.since, name)
}

// kept is a directory with small files of a cache, whose times are those of the
// answers. A nil one keeps nothing.
type kept struct {
	dir  string
	tidy sync.Once
}

// read returns a file that is not older than so long, nil if there is none.
func (k *kept) read(name string, age time.Duration, now time.Time) ([]byte, error) {
	if k == nil {
		return nil, nil
	}
	at := filepath.Join(k.dir, name)
	info, err := os.Stat(at)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (now.Sub(info.ModTime()) >= age || info.Size() > maxText) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(at)
	if errors.Is(err, fs.ErrNotExist) { // another process has dropped it
		return nil, nil
	}
	return text, err
}

// write keeps a file, and removes those that are too old, once a day.
func (k *kept) write(name string, text []byte, now time.Time) (err error) {
	if k == nil {
		return nil
	}
	if err := os.MkdirAll(k.dir, 0o777); err != nil {
		return err
	}
	k.tidy.Do(func() { err = k.removeOld(now) })
	return errors.Join(err, replace(filepath.Join(k.dir, name), text))
}

func (k *kept) drop(name string) error {
	if k == nil {
		return nil
	}
	err := os.Remove(filepath.Join(k.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// stamp is the name of the file whose time is that of the last tidying.
const stamp = "tidied"

func (k *kept) removeOld(now time.Time) error {
	const day = 24 * time.Hour
	at := filepath.Join(k.dir, stamp)
	if info, err := os.Stat(at); err == nil && now.Sub(info.ModTime()) < day {
		return nil
	}
	entries, err := os.ReadDir(k.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && now.Sub(info.ModTime()) >= keepPresent {
			err = os.Remove(filepath.Join(k.dir, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return replace(at, nil)
}
