package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2"

	"firn/store/hash"
	"firn/store/nar"
)

// answer is what was there for a request.
type answer struct {
	Sum          string    `json:"sum"`                    // of the file, or of the archive of the tree, as SRI
	LastModified int64     `json:"lastModified,omitempty"` // of a tree, in seconds since 1970
	Version      string    `json:"version,omitempty"`      // the entity tag, or what else tells versions apart
	Immutable    string    `json:"immutable,omitempty"`    // a URL where just this stays
	Ref          string    `json:"ref,omitempty"`          // the whole name of a branch
	Rev          string    `json:"rev,omitempty"`          // the commit that it has
	Count        uint64    `json:"count,omitempty"`        // of commits
	Asked        time.Time `json:"asked"`
}

// fresh reports whether an answer needs no asking again.
func (f *Fetcher) fresh(a answer) bool { return time.Since(a.Asked) < f.o.Fresh }

// answerPath returns the path of the file with the answer to a request.
func (f *Fetcher) answerPath(key string) string {
	return filepath.Join(f.o.Dir, answers, hash.SumString(hash.SHA256, key).Nix32()+".json")
}

// recall returns the answer to a request, or none. One that cannot be read is none.
func (f *Fetcher) recall(key string) answer {
	var a answer
	at := f.answerPath(key)
	data, err := os.ReadFile(at)
	if err != nil || json.Unmarshal(data, &a) != nil {
		return answer{}
	}
	f.use(at)
	return a
}

// note keeps the answer to a request. If that fails, there is more to fetch.
func (f *Fetcher) note(key string, a answer) {
	a.Asked = time.Now()
	data, err := json.Marshal(a)
	if err == nil {
		err = renameio.WriteFile(f.answerPath(key), data, 0o666)
	}
	if err != nil {
		f.o.Warn("cannot keep what was fetched: " + err.Error())
	}
}

// place returns where something of a hash is kept, and whether it is there.
func (f *Fetcher) place(kind string, h hash.Hash) (string, bool) {
	if h.Algorithm() != hash.SHA256 {
		return "", false
	}
	at := filepath.Join(f.o.Dir, kind, h.Nix32())
	if _, err := os.Lstat(at); err != nil {
		return at, false
	}
	f.use(at)
	return at, true
}

// use notes that something was used, so that it is not removed.
func (f *Fetcher) use(at string) {
	now := time.Now()
	if err := os.Chtimes(at, now, now); err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.o.Warn("cannot note that it was used: " + err.Error())
	}
}

// known is place for a hash as an answer has it.
func (f *Fetcher) known(kind string, sri string) (string, hash.Hash, bool) {
	h, err := hash.Parse(sri, hash.None)
	if err != nil {
		return "", hash.Hash{}, false
	}
	at, ok := f.place(kind, h)
	return at, h, ok
}

// keep moves something that is ready to its place, where somebody may have put the
// same meanwhile.
func (f *Fetcher) keep(kind, from string, h hash.Hash) (string, error) {
	at := filepath.Join(f.o.Dir, kind, h.Nix32())
	err := os.Rename(from, at)
	if err != nil {
		if _, there := os.Lstat(at); there == nil {
			return at, os.RemoveAll(from)
		}
	}
	return at, err
}

// keepTree moves a tree to its place and returns its hash.
func (f *Fetcher) keepTree(ctx context.Context, from string) (string, hash.Hash, error) {
	h, _, err := nar.Sum(ctx, hash.SHA256, nar.Tree{FS: nar.OS{}, Root: from})
	if err != nil {
		return "", h, err
	}
	at, err := f.keep(trees, from, h)
	return at, h, err
}

// inDir calls a function with a new directory, and removes what is left of it.
func (f *Fetcher) inDir(use func(dir string) error) (err error) {
	dir, err := os.MkdirTemp(filepath.Join(f.o.Dir, unready), "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return use(dir)
}
