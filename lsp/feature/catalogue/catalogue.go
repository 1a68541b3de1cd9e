// Package catalogue keeps what the packages of nixpkgs say of themselves in a file,
// so that they can be searched without being evaluated again.
package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"firn/lsp/feature/cachefile"
)

// Package is what a package says of itself.
type Package struct {
	Attr        string `json:"a"` // its name in the package set
	Version     string `json:"v,omitempty"`
	Description string `json:"d,omitempty"`
	Program     string `json:"p,omitempty"` // the main one
}

// Catalogue is the packages of a package set, in the order of their names.
type Catalogue struct {
	Packages []Package
	byName   map[string]int
}

// New returns a catalogue of packages.
func New(list []Package) *Catalogue {
	c := &Catalogue{Packages: list, byName: make(map[string]int, len(list))}
	for i, p := range list {
		c.byName[p.Attr] = i
	}
	return c
}

// Find returns what is known of a package.
func (c *Catalogue) Find(attr string) (Package, bool) {
	if c == nil {
		return Package{}, false
	}
	i, ok := c.byName[attr]
	if !ok {
		return Package{}, false
	}
	return c.Packages[i], true
}

// Mentioning returns the packages whose description has a word that begins with
// some text, or whose program does, whatever the case of letters.
func (c *Catalogue) Mentioning(s string) []Package {
	if c == nil || s == "" {
		return nil
	}
	s = strings.ToLower(s)
	var list []Package
	for _, p := range c.Packages {
		if beginsWord(strings.ToLower(p.Description), s) || strings.HasPrefix(strings.ToLower(p.Program), s) {
			list = append(list, p)
		}
	}
	return list
}

// beginsWord reports whether a word of a text begins with s.
func beginsWord(text, s string) bool {
	for at := 0; ; at++ {
		i := strings.Index(text[at:], s)
		if i < 0 {
			return false
		}
		at += i
		if at == 0 || !isLetter(text[at-1]) {
			return true
		}
	}
}

func isLetter(c byte) bool { return c >= 0x80 || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// Store is a directory with catalogues, a file for each package set. A file that is
// missing, foreign, damaged or older than what it was made from is as good as none.
type Store struct{ Dir string }

// The form of a file: this line, a SHA-256 of the rest in hexadecimal and a line
// break, and then JSON.
const version = "firn catalogue 1\n"

const (
	maxFile = 64 << 20 // in bytes
	suffix  = ".catalogue"
)

// saved is the JSON of a file.
type saved struct {
	Key      string    `json:"key"`
	Sources  []source  `json:"sources"`
	Packages []Package `json:"packages"`
}

// source is a file that was read to make a catalogue.
type source struct {
	Path string `json:"p"`
	Size int64  `json:"s"`
	Time int64  `json:"t"` // of the last change, in nanoseconds since 1970
}

func stamp(path string) (source, bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return source{}, false
	}
	return source{path, info.Size(), info.ModTime().UnixNano()}, true
}

func (s Store) file(key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(s.Dir, hex.EncodeToString(sum[:16])+suffix)
}

var errDamaged = errors.New("it is not what was written")

// Load returns the catalogue that is kept under a key, if the files that it was made
// from have not changed since, and else nil.
func (s Store) Load(key string) (*Catalogue, error) {
	if s.Dir == "" {
		return nil, nil
	}
	path := s.file(key)
	data, err := cachefile.Read(path, maxFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	kept, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if kept.Key != key || len(kept.Sources) == 0 {
		return nil, nil
	}
	for _, was := range kept.Sources {
		if now, ok := stamp(was.Path); !ok || now != was {
			return nil, nil
		}
	}
	return New(kept.Packages), nil
}

func decode(data []byte) (saved, error) {
	rest, ok := strings.CutPrefix(string(data), version)
	sum, body, found := strings.Cut(rest, "\n")
	if !ok || !found || hash(body) != sum {
		return saved{}, errDamaged
	}
	var kept saved
	if err := json.Unmarshal([]byte(body), &kept); err != nil {
		return saved{}, err
	}
	return kept, nil
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Save keeps a catalogue under a key with the files that it was made from since a
// time. If one of them has changed meanwhile nothing is kept. A reader sees the file
// from before or the new one, whole.
func (s Store) Save(key string, c *Catalogue, files []string, since time.Time) error {
	if s.Dir == "" {
		return nil
	}
	out := saved{Key: key, Packages: c.Packages}
	for _, path := range files {
		now, ok := stamp(path)
		if ok && now.Time >= since.UnixNano() && now.Time <= time.Now().UnixNano() {
			return nil
		}
		if ok {
			out.Sources = append(out.Sources, now)
		}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	if err := cachefile.Replace(s.file(key), []byte(version+hash(string(body))+"\n"+string(body))); err != nil {
		return err
	}
	return cachefile.Prune(s.Dir, time.Now(), suffix)
}
