// Package cache copies store objects from binary caches (Nix manual, HTTP Binary
// Cache Store and Local Binary Cache Store), and to those in directories.
//
// A cache that cannot be reached has nothing for a while and is no reason to fail:
// there is one [store.Warning] about it. What a cache has is remembered on disk, for
// that does not change; that it lacks something is remembered in memory and soon
// forgotten, for others may be about to build it.
//
// Nobody is trusted here but by [Select]. The archives that an offer opens are those
// that the cache describes, which somebody may have signed.
package cache

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"firn/store"
	"firn/store/download"
	"firn/store/hash"
	"firn/store/narinfo"
	"firn/store/path"
)

// Options say how caches are opened.
type Options struct {
	Dir    path.Dir     // of the store that the objects are for
	Keep   string       // the directory that remembers answers, made when it is needed; "" for none
	Netrc  string       // the file that says who one is (setting netrc-file); "" for none
	HTTP   *http.Client // nil for the usual one
	Events store.Events
}

// Cache is a binary cache.
type Cache struct {
	o    Options
	name string
	at   place
	params
	now func() time.Time

	keep       *kept     // nil if answers are not kept
	cannotKeep sync.Once // tells that they cannot be

	setup    chan struct{} // holds a token while nobody reads the settings
	settings *narinfo.CacheInfo

	health health
	absent absent
}

var _ store.Source = (*Cache)(nil)

// Open returns the cache at a URL of the scheme http, https or file, which may have
// the parameters of Nix: priority, trusted, want-mass-query and store, and of what
// is written compression, compression-level, secret-key, secret-keys and
// write-nar-listing. Nobody is asked for anything yet.
func Open(at string, o Options) (*Cache, error) {
	if o.Dir == "" {
		o.Dir = path.DefaultDir
	}
	u, err := url.Parse(at)
	if err != nil {
		return nil, fmt.Errorf("'%s' is no URL of a binary cache: %w", at, errors.Unwrap(err))
	}
	c := &Cache{o: o, now: time.Now, setup: make(chan struct{}, 1)}
	c.setup <- struct{}{}
	c.params, err = c.parameters(u.Query())
	if err != nil {
		return nil, fmt.Errorf("binary cache '%s': %w", u.Redacted(), err)
	}
	u.RawQuery = ""
	switch {
	case u.Fragment != "":
		err = errors.New("there is a '#' in the URL; in a path it is written as %23")
	case u.Scheme == "http" || u.Scheme == "https":
		err = c.remote(u)
	case u.Scheme == "file":
		err = c.local(u.String())
	default:
		err = errors.New("firn knows caches by http, https and file only")
	}
	if err != nil {
		return nil, fmt.Errorf("binary cache '%s': %w", u.Redacted(), err)
	}
	return c, nil
}

func (c *Cache) remote(u *url.URL) error {
	if u.Host == "" {
		return errors.New("the URL has no host")
	}
	netrc, err := download.ReadNetrc(c.o.Netrc)
	if c.o.Netrc != "" && err != nil {
		return err
	}
	user := u.User
	u.User = nil
	u.Path = strings.TrimSuffix(u.Path, "/")
	c.name = u.String()
	u.Path += "/"
	w := &web{base: u, user: user, netrc: netrc, streams: &download.Client{HTTP: c.o.HTTP, Warn: c.warn, Advice: advise}}
	w.texts = &download.Client{HTTP: c.o.HTTP, Advice: advise} // of which there is one warning
	c.at = w
	if c.o.Keep != "" {
		c.keep = &kept{dir: filepath.Join(c.o.Keep, hash.SumString(hash.SHA256, c.name).Nix32()[:path.HashLen])}
	}
	return nil
}

// advise says what helps where a server wants to know who one is.
func advise(code int) string {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return "if the cache wants to know who you are, name a file of logins by netrc-file in nix.conf"
	}
	return ""
}

func (c *Cache) local(at string) error {
	name, err := download.FilePath(at)
	if err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // file:///C:/x
		name = strings.TrimPrefix(name, "/")
	}
	name = filepath.Clean(filepath.FromSlash(name))
	if !filepath.IsAbs(name) {
		return fmt.Errorf("'%s' is no absolute path", name)
	}
	c.name = "file://" + filepath.ToSlash(name)
	c.at = folder{name}
	return nil
}
