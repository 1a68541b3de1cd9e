package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firn/store"
	"firn/store/path"
	"firn/store/sign"
)

// keyFile returns a key and a file that has it.
func keyFile(t testing.TB, name string) (key *sign.Secret, file string) {
	t.Helper()
	key, err := sign.Generate(name)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(key.Reveal()), 0o600); err != nil {
		t.Fatal(err)
	}
	return key, file
}

func trust(t testing.TB, keys ...*sign.Secret) *sign.Trusted {
	t.Helper()
	var list []string
	for _, k := range keys {
		list = append(list, k.Public().String())
	}
	trusted, err := sign.NewTrusted(list)
	if err != nil {
		t.Fatal(err)
	}
	return trusted
}

func TestSelect(t *testing.T) {
	key, file := keyFile(t, "key-1")
	signed := "?secret-key=" + file
	_, otherFile := keyFile(t, "key-2")
	i, archive := object(t, "x", text)
	addressed, _ := object(t, "y", text)
	ca := path.ContentAddress{Method: path.NAR, Hash: addressed.NarHash}
	addressed.CA = ca.String()
	var err error
	if addressed.Path, err = path.DefaultDir.Fixed("y", ca, path.Refs{}); err != nil {
		t.Fatal(err)
	}
	wrong := *addressed
	wrong.CA = (path.ContentAddress{Method: path.Flat, Hash: addressed.NarHash}).String()

	type site1 struct {
		put    string // the parameters of who has put the object; "-" if nobody has
		open   string // the parameters of who reads it
		change func(t *testing.T, s *site)
	}
	down := func(_ *testing.T, s *site) { s.page("/nix-cache-info", status(http.StatusBadGateway)) }
	edited := func(_ *testing.T, s *site) {
		s.edit(t, i, "References: ", "References: "+i.Path.Base()) // so that it could refer to what it does not
	}
	for _, c := range []struct {
		name     string
		info     *store.Info // nil for i
		anybody  bool        // is trusted
		sites    []site1
		want     int // which has the best offer, -1 for none
		warnings []string
	}{
		{name: "nobody", want: -1},
		{name: "one", sites: []site1{{put: signed}}, want: 0},
		{name: "the first", sites: []site1{{put: signed}, {put: signed}}, want: 0},
		{name: "the one that has it", sites: []site1{{put: "-"}, {put: signed}}, want: 1},
		{name: "by priority", sites: []site1{{put: signed + "&priority=50"}, {put: signed + "&priority=40"}}, want: 1},
		{name: "by priority of the URL", sites: []site1{{put: signed + "&priority=40"}, {put: signed + "&priority=50", open: "?priority=10"}}, want: 1},
		{name: "by priority, if it has it", sites: []site1{{put: signed + "&priority=50"}, {put: "-", open: "?priority=10"}}, want: 0},
		{name: "unsigned", sites: []site1{{}, {put: signed}}, want: 1, warnings: []string{"ignoring 'PATH' from 'URL0', as it is not signed by any of the keys in 'trusted-public-keys'"}},
		{name: "signed by others", sites: []site1{{put: "?secret-key=" + otherFile}}, want: -1, warnings: []string{"ignoring 'PATH' from 'URL0'"}},
		{name: "edited", sites: []site1{{put: signed, change: edited}}, want: -1, warnings: []string{"ignoring 'PATH' from 'URL0'"}},
		{name: "unsigned in a trusted cache", sites: []site1{{open: "?trusted=1"}}, want: 0},
		{name: "anybody is trusted", anybody: true, sites: []site1{{}}, want: 0},
		{name: "addressed by content", info: addressed, sites: []site1{{}}, want: 0},
		{name: "with an address that is not its own", info: &wrong, sites: []site1{{}}, want: -1, warnings: []string{"ignoring 'PATH' from 'URL0'"}},
		{name: "one is down", sites: []site1{{put: signed, change: down}, {put: signed}}, want: 1, warnings: []string{"binary cache 'URL0' is not asked for a while: "}},
		{name: "all are down", sites: []site1{{put: signed, change: down}}, want: -1, warnings: []string{"binary cache 'URL0' is not asked for a while: "}},
		{
			name:  "one is corrupt",
			sites: []site1{{put: signed, change: func(t *testing.T, s *site) { s.edit(t, i, "NarSize", "Size") }}, {put: signed}}, want: 1,
			warnings: []string{"binary cache 'URL0': " + nameOf(i.Path) + ": NAR info file is corrupt: NarSize missing or zero; it is not copied from there"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := c.info
			if info == nil {
				info = i
			}
			keys := trust(t, key)
			if c.anybody {
				keys = nil
			}
			var l log
			var caches []*Cache
			var urls []string
			for _, site := range c.sites {
				s := newSite(t)
				if site.put != "-" {
					s.put(t, site.put, info, archive)
				} else {
					other, archive := object(t, "other", "")
					s.put(t, "", other, archive)
				}
				if site.change != nil {
					site.change(t, s)
				}
				caches = append(caches, impatient(open(t, s.URL+site.open, Options{Events: l.event, Keep: t.TempDir()})))
				urls = append(urls, s.URL)
			}
			find := Select(caches, keys, l.event)
			for range 2 { // the second time from memory
				o, err := find(t.Context(), info.Path)
				switch {
				case c.want < 0 && !errors.Is(err, store.ErrNotFound):
					t.Errorf("got %+v, %v", o, err)
				case c.want >= 0 && err != nil:
					t.Error(err)
				case c.want >= 0 && (o.From != urls[c.want] || read(t, o) != archive):
					t.Errorf("it comes from %s, want site %d", o.From, c.want)
				}
				warnings := l.take()
				if c.name == "one is down" || c.name == "all are down" {
					c.warnings, warnings = c.warnings[:min(len(warnings), len(c.warnings))], warnings[:min(len(warnings), 1)]
				}
				if len(warnings) != len(c.warnings) {
					t.Errorf("the warnings are %q, want %q", warnings, c.warnings)
				}
				for n, w := range warnings {
					want := strings.NewReplacer("PATH", string(info.Path), "URL0", urls[0]).Replace(c.warnings[n])
					if !strings.HasPrefix(w, want) {
						t.Errorf("the warning is %q, want %q", w, want)
					}
				}
			}
		})
	}
}

// TestSelectCancelled: who goes away gets the error of the context.
func TestSelectCancelled(t *testing.T) {
	i, archive := object(t, "x", text)
	s := newSite(t)
	s.put(t, "", i, archive)
	ctx, cancel := context.WithCancel(t.Context())
	s.page(narinfoOf(i), func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	var l log
	_, err := Select([]*Cache{open(t, s.URL, Options{Events: l.event})}, nil, l.event)(ctx, i.Path)
	if !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
	if w := l.take(); len(w) > 0 {
		t.Errorf("the warnings are %q", w)
	}
}

// TestRelay: a cache that fails while an archive is read gives way to another one that
// has the same.
func TestRelay(t *testing.T) {
	key, file := keyFile(t, "key-1")
	signed := "?secret-key=" + file
	i, archive := object(t, "x", text)
	tear := func(w http.ResponseWriter, after int) {
		w.Header().Set("Content-Length", "99999")
		io.WriteString(w, archive[:after])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	for _, c := range []struct {
		name    string
		first   http.HandlerFunc // for the archive of the first cache
		second  func(t *testing.T, s *site)
		err     string
		warning string
	}{
		{name: "gone", first: http.NotFound, warning: "HTTP error 404 (Not Found); going on with 'URL1'"},
		{name: "broken", first: status(http.StatusBadGateway), warning: "HTTP error 502 (Bad Gateway); going on with 'URL1'"},
		{name: "torn at the start", first: func(w http.ResponseWriter, _ *http.Request) { tear(w, 0) }, warning: "unexpected EOF; going on with 'URL1'"},
		{name: "torn in the middle", first: func(w http.ResponseWriter, _ *http.Request) { tear(w, 50_000) }, warning: "unexpected EOF; going on with 'URL1'"},
		{
			name: "the other has another one", first: http.NotFound, err: "HTTP error 404",
			second: func(t *testing.T, s *site) {
				s.edit(t, i, "NarHash: "+i.NarHash.String(), "NarHash: sha256:"+strings.Repeat("0", 52))
			},
		},
		{name: "the other is not trusted", first: http.NotFound, second: func(t *testing.T, s *site) { s.edit(t, i, "Sig: ", "X: ") }, warning: "HTTP error 404 (Not Found); going on with 'URL1'"},
		{name: "the other lacks it", first: http.NotFound, second: func(_ *testing.T, s *site) { s.page(narinfoOf(i), http.NotFound) }, err: "HTTP error 404"},
		{
			name: "the other fails, too", first: http.NotFound, err: "HTTP error 410", warning: "HTTP error 404 (Not Found); going on with 'URL1'",
			second: func(t *testing.T, s *site) { s.page(archiveOf(t, s), status(http.StatusGone)) },
		},
		{name: "wrong", first: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x"+archive[1:]) }, err: "the file has the hash"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l log
			var caches []*Cache
			sites := []*site{newSite(t), newSite(t)}
			sites[0].put(t, signed+"&compression=none&priority=1", i, archive)
			sites[1].put(t, signed+"&compression=zstd&priority=2", i, archive)
			sites[0].page(archiveOf(t, sites[0]), c.first)
			if c.second != nil {
				c.second(t, sites[1])
			}
			for _, s := range sites {
				caches = append(caches, impatient(open(t, s.URL, Options{})))
			}
			o, err := Select(caches, trust(t, key), l.event)(t.Context(), i.Path)
			if err != nil || o.From != sites[0].URL {
				t.Fatal(o, err)
			}
			got, err := tryRead(t.Context(), o)
			if c.err == "" && (err != nil || got != archive) || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("got %d bytes, %v, want %q", len(got), err, c.err)
			}
			warnings := fmt.Sprint(l.take())
			if want := strings.ReplaceAll(c.warning, "URL1", sites[1].URL); !strings.Contains(warnings, want) || want == "" && warnings != "[]" {
				t.Errorf("the warnings are %s, want %q", warnings, want)
			}
		})
	}
}

// archiveOf returns the name of the only archive of a site, as a URL has it.
func archiveOf(t testing.TB, s *site) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(s.dir, archives, "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	return "/" + archives + "/" + filepath.Base(names[0])
}

// TestResumed: an archive that tears off is continued without anybody noticing.
func TestResumed(t *testing.T) {
	i, archive := object(t, "x", text)
	s := newSite(t)
	s.put(t, "?compression=none", i, archive)
	var ranges []string
	s.page(archiveOf(t, s), func(w http.ResponseWriter, r *http.Request) {
		ranges = append(ranges, r.Header.Get("Range"))
		w.Header().Set("ETag", `"1"`)
		if len(ranges) == 1 {
			w.Header().Set("Content-Length", fmt.Sprint(len(archive)))
			io.WriteString(w, archive[:50_000])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(archive))
	})
	o, err := impatient(open(t, s.URL, Options{})).Find(t.Context(), i.Path)
	if err != nil {
		t.Fatal(err)
	}
	if read(t, o) != archive {
		t.Error("the archive is another one")
	}
	if want := []string{"", "bytes=50000-"}; !slices.Equal(ranges, want) {
		t.Errorf("the server was asked for %q, want %q", ranges, want)
	}
}
