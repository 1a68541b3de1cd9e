package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"firn/store"
	"firn/store/download"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/narinfo"
	"firn/store/path"
	"firn/store/sign"
)

// object returns a file as a store object that is not addressed by its content, and
// its archive.
func object(t testing.TB, name, content string, refs ...path.Path) (*store.Info, string) {
	t.Helper()
	var m nar.Memory
	if err := m.Put(nar.Header{Path: "/", Info: nar.Info{Kind: nar.Regular}}, []byte(content)); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := nar.Write(t.Context(), &b, nar.Tree{FS: &m, Root: "/"}); err != nil {
		t.Fatal(err)
	}
	p, err := path.DefaultDir.Output(name, "out", hash.SumString(hash.SHA256, name))
	if err != nil {
		t.Fatal(err)
	}
	i := &store.Info{Path: p, NarHash: hash.SumString(hash.SHA256, b.String()), NarSize: int64(b.Len())}
	i.SetReferences(refs)
	return i, b.String()
}

// text is the content of most objects, which can be compressed, but not too well.
var text = func() string {
	var b strings.Builder
	for i := range 20_000 {
		b.WriteString(hash.SumString(hash.SHA256, fmt.Sprint(i)).Nix32()[:10])
	}
	return b.String()
}()

// site is a server whose files are those of a directory, or else functions. It notes
// what it is asked for.
type site struct {
	*httptest.Server

	dir   string
	mu    sync.Mutex
	pages map[string]http.HandlerFunc
	asked []string
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{dir: t.TempDir(), pages: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.Path)
	page := s.pages[r.URL.Path]
	s.mu.Unlock()
	if page == nil {
		page = http.FileServer(http.Dir(s.dir)).ServeHTTP
	}
	page(w, r)
}

// page makes a function answer, or none if it is nil.
func (s *site) page(name string, f http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f == nil {
		delete(s.pages, name)
		return
	}
	s.pages[name] = f
}

// requests returns what was asked for since it was called last.
func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

// put adds an object to the directory of the site, which the parameters are for.
func (s *site) put(t testing.TB, params string, i *store.Info, archive string) {
	t.Helper()
	if err := open(t, "file://"+s.dir+params, Options{}).Put(t.Context(), i, strings.NewReader(archive)); err != nil {
		t.Fatal(err)
	}
}

// narinfoOf returns the name of the file that describes an object, as a URL has it.
func narinfoOf(i *store.Info) string { return "/" + nameOf(i.Path) }

// edit changes a narinfo file of the site.
func (s *site) edit(t testing.TB, i *store.Info, before, after string) {
	t.Helper()
	name := filepath.Join(s.dir, nameOf(i.Path))
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), before) {
		t.Fatalf("there is no %q in %s", before, b)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(b), before, after, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// log collects warnings.
type log struct {
	mu       sync.Mutex
	warnings []string
}

func (l *log) event(e store.Event) {
	if w, ok := e.(store.Warning); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.warnings = append(l.warnings, w.Text)
	}
}

func (l *log) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.warnings
	l.warnings = nil
	return w
}

// impatient makes a cache not wait between attempts.
func impatient(c *Cache) *Cache {
	if w, ok := c.at.(*web); ok {
		w.texts.Pause, w.streams.Pause = time.Nanosecond, time.Nanosecond
	}
	return c
}

func TestOpen(t *testing.T) {
	secret, err := sign.Generate("x")
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(secret.Reveal()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, url, want, err, warning string }{
		{name: "https", url: "https://cache.example.org", want: "https://cache.example.org"},
		{name: "a slash at the end", url: "https://cache.example.org/", want: "https://cache.example.org"},
		{name: "a directory of a server", url: "http://x/a/b/", want: "http://x/a/b"},
		{name: "a password", url: "https://anna:secret@x/", want: "https://x"},
		{name: "a file", url: "file:///a/b/../c/", want: "file:///a/c"},
		{name: "parameters", url: "https://x?priority=-3&trusted=1&want-mass-query=false&compression=xz&store=/nix/store&secret-key=" + key + "&secret-keys=" + key + "," + key, want: "https://x"},
		{name: "one for other programs", url: "https://x?parallel-compression=true", want: "https://x"},
		{name: "an unknown one", url: "https://x?colour=green", want: "https://x", warning: "a binary cache has no parameter 'colour', so it has no effect"},
		{name: "a priority that is none", url: "https://x?priority=high", err: "binary cache 'https://x?priority=high': parameter 'priority': "},
		{name: "neither true nor false", url: "https://x?trusted=maybe", err: `parameter 'trusted': "maybe" is neither true nor false`},
		{name: "no key", url: "https://x?secret-key=/does/not/exist", err: "parameter 'secret-key': "},
		{name: "another store", url: "https://x?store=/gnu/store", err: "its objects are for '/gnu/store', and not for '/nix/store'"},
		{name: "another scheme", url: "s3://x", err: "binary cache 's3://x': firn knows caches by http, https and file only"},
		{name: "a path", url: "/x", err: "firn knows caches by http, https and file only"},
		{name: "a fragment", url: "file:///a#b", err: "in a path it is written as %23"},
		{name: "no host", url: "https:///x", err: "the URL has no host"},
		{name: "a file of another machine", url: "file://x/y", err: "is on another machine"},
		{name: "no URL", url: "https://[x", err: "'https://[x' is no URL of a binary cache: missing ']' in host"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l log
			cache, err := Open(c.url, Options{Events: l.event})
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("the error is %v, want %s", err, c.err)
				}
				return
			}
			if err != nil || cache.Name() != c.want {
				t.Fatalf("got %v, %v, want %s", cache, err, c.want)
			}
			if w := strings.Join(l.take(), "\n"); w != c.warning {
				t.Errorf("the warnings are %q, want %q", w, c.warning)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		name, params, text string
		want               narinfo.CacheInfo
		err                string
	}{
		{name: "its own", text: "StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 40\n", want: narinfo.CacheInfo{StoreDir: "/nix/store", WantMassQuery: true, Priority: 40}},
		{name: "those of the URL", params: "?priority=0&want-mass-query=0", text: "WantMassQuery: 1\nPriority: 40\n"},
		{name: "another store", text: "StoreDir: /gnu/store\n", err: "its objects are for '/gnu/store', and not for '/nix/store'"},
		{name: "damaged", text: "Priority: x\n", err: `the priority "x" is no number`},
		{name: "none", err: "it does not appear to be a binary cache: nix-cache-info: there is no such file"},
		{name: "too long", text: strings.Repeat("x\n", maxText), err: "nix-cache-info: it has more than 4194304 bytes"},
	} {
		s := newSite(t)
		if c.text != "" {
			if err := os.WriteFile(filepath.Join(s.dir, narinfo.CacheInfoName), []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, url := range []string{s.URL, "file://" + s.dir} {
			t.Run(c.name+" "+url[:4], func(t *testing.T) {
				var l log
				cache := impatient(open(t, url+c.params, Options{Events: l.event}))
				for range 3 {
					got, err := cache.Settings(t.Context())
					if c.err == "" && (err != nil || got != c.want) || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
						t.Errorf("got %+v, %v, want %+v, %s", got, err, c.want, c.err)
					}
				}
				if n := len(l.take()); n != 0 && c.err == "" || n != 1 && c.err != "" {
					t.Errorf("there are %d warnings", n)
				}
				if url == s.URL && len(s.requests()) != 1 {
					t.Error("the file is not read once")
				}
			})
		}
	}
}

func TestFind(t *testing.T) {
	i, archive := object(t, "found", text)
	for _, c := range []struct {
		name     string
		old, new string // of the narinfo file
		page     http.HandlerFunc
		err      string
		missing  bool
		down     bool
	}{
		{name: "found"},
		{name: "missing", page: http.NotFound, err: "does not have '" + string(i.Path) + "'", missing: true},
		{name: "gone", page: status(http.StatusGone), err: "does not have", missing: true},
		{name: "forbidden", page: status(http.StatusForbidden), err: "does not have", missing: true},
		{name: "broken", page: status(http.StatusBadGateway), err: "HTTP error 502", down: true},
		{name: "for others", page: status(http.StatusUnauthorized), err: "name a file of logins by netrc-file", down: true},
		{name: "hanging up", page: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, err: "hangs up", down: true},
		{name: "another object", old: "-found\n", new: "-lost\n", err: "where '" + string(i.Path) + "' was asked for"},
		{name: "corrupt", old: "NarSize", new: "Size", err: "NAR info file is corrupt: NarSize missing or zero"},
		{name: "too long", old: "NarSize", new: strings.Repeat("X: x\n", maxText/4) + "NarSize", err: "it has more than"},
		{name: "an unknown compression", old: "zstd", new: "lz4", err: "firn does not know the compression method 'lz4'"},
		{name: "an archive in a file", old: "nar/", new: "file:///nar/", err: "it leads to 'file:///nar/"},
		{name: "an archive that is no URL", old: "nar/", new: "%zz/", err: "is no URL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			s.put(t, "", i, archive)
			if c.old != "" {
				s.edit(t, i, c.old, c.new)
			}
			if c.page != nil {
				s.page(narinfoOf(i), c.page)
			}
			cache := impatient(open(t, s.URL, Options{}))
			o, err := cache.Find(t.Context(), i.Path)
			if c.err == "" {
				if err != nil || o.Path != i.Path || o.NarHash != i.NarHash || o.From != s.URL || o.DownloadSize == 0 {
					t.Errorf("got %+v, %v", o, err)
				}
				return
			}
			var down *downError
			if err == nil || !strings.Contains(err.Error(), c.err) || errors.Is(err, store.ErrNotFound) != c.missing || errors.As(err, &down) != c.down {
				t.Errorf("got %+v, %v, want %s", o, err, c.err)
			}
			s.requests()
			if _, err := cache.Settings(t.Context()); err != nil {
				t.Errorf("one answer makes the settings go away: %v", err)
			}
			_, err = cache.Find(t.Context(), i.Path)
			if asked := len(s.requests()) > 0; err == nil || asked == (c.down || c.missing) {
				t.Errorf("the cache is asked again: %v, %v", asked, err)
			}
		})
	}
	s := newSite(t)
	s.put(t, "", i, archive)
	for _, p := range []path.Path{"", "/nix/store/x", "/gnu" + i.Path[len("/nix"):], "/nix/store/../../etc/passwd/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x"} {
		if _, err := open(t, s.URL, Options{}).Find(t.Context(), p); err == nil {
			t.Errorf("%q is found", p)
		}
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// TestUnreachable: a cache that does not answer is asked once in a while, and there is
// one warning.
func TestUnreachable(t *testing.T) {
	i, archive := object(t, "x", text)
	s := newSite(t)
	s.put(t, "", i, archive)
	s.page("/nix-cache-info", status(http.StatusServiceUnavailable))
	var l log
	c := impatient(open(t, s.URL, Options{Events: l.event}))
	now := time.Now()
	c.now = func() time.Time { return now }
	find := func() error {
		_, err := c.Find(t.Context(), i.Path)
		return err
	}
	for range 5 {
		if err := find(); err == nil {
			t.Fatal("it is found")
		}
	}
	if n := len(s.requests()); n != quick {
		t.Errorf("the cache was asked %d times, want %d", n, quick)
	}
	if w := l.take(); len(w) != 1 || !strings.Contains(w[0], "is not asked for a while: unable to download") {
		t.Errorf("the warnings are %q", w)
	}
	now = now.Add(resting)
	for range 3 {
		if err := find(); err == nil {
			t.Fatal("it is found")
		}
	}
	if n := len(s.requests()); n != quick {
		t.Errorf("after a while the cache was asked %d times, want %d", n, quick)
	}
	// Who looks after a while and goes away has found out nothing.
	now = now.Add(resting)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Find(ctx, i.Path); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	s.page("/nix-cache-info", nil)
	if err := find(); err != nil {
		t.Errorf("it is well again: %v", err)
	}
	if w := l.take(); len(w) != 0 {
		t.Errorf("the warnings are %q", w)
	}
}

// TestMemory: what a cache has is remembered on disk, what it lacks for a moment.
func TestMemory(t *testing.T) {
	i, archive := object(t, "x", text)
	other, otherArchive := object(t, "y", text)
	s := newSite(t)
	s.put(t, "", i, archive)
	keep := filepath.Join(t.TempDir(), "a", "b")
	now := time.Now()
	fresh := func() *Cache {
		c := open(t, s.URL, Options{Keep: keep})
		c.now = func() time.Time { return now }
		return c
	}
	expect := func(what string, c *Cache, i *store.Info, found bool, requests ...string) {
		t.Helper()
		_, err := c.Find(t.Context(), i.Path)
		if found && err != nil || !found && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: the error is %v", what, err)
		}
		if got := s.requests(); !slices.Equal(got, requests) {
			t.Errorf("%s: the cache is asked for %v, want %v", what, got, requests)
		}
	}
	c := fresh()
	expect("at first", c, i, true, "/nix-cache-info", narinfoOf(i))
	expect("again", c, i, true)
	expect("in another process", fresh(), i, true)
	expect("another one, missing", c, other, false, narinfoOf(other))
	expect("which is still missing", c, other, false)
	s.put(t, "", other, otherArchive)
	expect("which nobody knows to be there", c, other, false)
	expect("which another process sees", fresh(), other, true, narinfoOf(other))
	expect("which is then known", c, other, false)
	now = now.Add(keepAbsent)
	expect("after a moment", c, other, true)

	third, thirdArchive := object(t, "z", text)
	expect("a third, missing", c, third, false, narinfoOf(third))
	s.put(t, "", third, thirdArchive)
	c.Forget(third.Path)
	expect("a third, after it was forgotten", c, third, true, narinfoOf(third))
	c.Forget(i.Path)
	expect("the first, after it was forgotten", c, i, true, narinfoOf(i))

	now = now.Add(keepSettings)
	expect("after a week", fresh(), i, true, "/nix-cache-info")
	now = now.Add(keepPresent)
	expect("after a month", fresh(), i, true, "/nix-cache-info", narinfoOf(i))
	dirs, err := os.ReadDir(keep)
	if err != nil || len(dirs) != 1 {
		t.Fatal(dirs, err)
	}
	dir := filepath.Join(keep, dirs[0].Name())
	if err := os.WriteFile(filepath.Join(dir, nameOf(i.Path)), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	now = time.Now()
	expect("what is damaged", fresh(), i, true, narinfoOf(i))
}

// TestTidy: what is too old is removed, once a day.
func TestTidy(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	old := now.Add(-keepPresent)
	for name, at := range map[string]time.Time{"old.narinfo": old, "new.narinfo": now} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(name, nil, 0o644), os.Chtimes(name, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	names := func() (names []string) {
		t.Helper()
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	if err := (&kept{dir: dir}).write("x", []byte("x"), now); err != nil {
		t.Fatal(err)
	}
	if got, want := names(), []string{"new.narinfo", stamp, "x"}; !slices.Equal(got, want) {
		t.Errorf("there are %v, want %v", got, want)
	}
	name := filepath.Join(dir, "old.narinfo")
	if err := errors.Join(os.WriteFile(name, nil, 0o644), os.Chtimes(name, old, old)); err != nil {
		t.Fatal(err)
	}
	if err := (&kept{dir: dir}).write("x", []byte("x"), now); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(names(), "old.narinfo") {
		t.Error("the directory is tidied twice a day")
	}
}

// TestCannotKeep: that answers cannot be kept is told once, and no reason to fail.
func TestCannotKeep(t *testing.T) {
	i, archive := object(t, "x", text)
	s := newSite(t)
	s.put(t, "", i, archive)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var l log
	c := open(t, s.URL, Options{Keep: file, Events: l.event})
	for range 2 {
		if _, err := c.Find(t.Context(), i.Path); err != nil {
			t.Error(err)
		}
	}
	if w := l.take(); len(w) != 1 || !strings.Contains(w[0], "cannot remember what '"+s.URL+"' has") {
		t.Errorf("the warnings are %q", w)
	}
}

// TestLogin: who one is, is said to the cache and to nobody else.
func TestLogin(t *testing.T) {
	i, archive := object(t, "x", text)
	elsewhere := newSite(t)
	elsewhere.page("/stolen", func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("another host is told")
		}
	})
	s := newSite(t)
	s.put(t, "", i, archive)
	want := download.Login("anna", "secret").Get("Authorization")
	private := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != want {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.FileServer(http.Dir(s.dir)).ServeHTTP(w, r)
	}
	for _, name := range []string{"/nix-cache-info", narinfoOf(i)} {
		s.page(name, private)
	}
	netrc := filepath.Join(t.TempDir(), "netrc")
	if err := os.WriteFile(netrc, []byte("machine 127.0.0.1 login anna password secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, url, netrc string
		ok               bool
	}{
		{"nobody", s.URL, "", false},
		{"a file that is not there", s.URL, netrc + "x", false},
		{"a file of logins", s.URL, netrc, true},
		{"the URL", strings.Replace(s.URL, "http://", "http://anna:secret@", 1), "", true},
		{"a wrong password", strings.Replace(s.URL, "http://", "http://anna:x@", 1), netrc, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l log
			cache := impatient(open(t, c.url, Options{Netrc: c.netrc, Events: l.event}))
			o, err := cache.Find(t.Context(), i.Path)
			if (err == nil) != c.ok {
				t.Fatal(err)
			}
			if err != nil && (!strings.Contains(err.Error(), "netrc-file") || strings.Contains(err.Error(), "anna") || strings.Contains(fmt.Sprint(l.take()), "anna")) {
				t.Errorf("the error is %v", err)
			}
			if c.ok && read(t, o) != archive {
				t.Error("the archive is another one")
			}
		})
	}
	// The port is not part of what a file of logins knows, so the URL it is.
	s.edit(t, i, "URL: nar/", "URL: "+elsewhere.URL+"/stolen#")
	c := open(t, strings.Replace(s.URL, "http://", "http://anna:secret@", 1), Options{})
	o, err := c.Find(t.Context(), i.Path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tryRead(t.Context(), o); err == nil {
		t.Error("there is an archive")
	}
	if got := elsewhere.requests(); !slices.Equal(got, []string{"/stolen"}) {
		t.Errorf("the other host was asked for %v", got)
	}
}

// TestArchive: what comes is what the cache tells of, or there is an error.
func TestArchive(t *testing.T) {
	i, archive := object(t, "x", text[:30_000])
	packed := map[string]string{} // the directory of a cache, by method
	for _, m := range methods {
		if m.write != nil {
			s := newSite(t)
			s.put(t, "?compression="+m.name, i, archive)
			packed[m.name] = s.dir
		}
	}
	line := func(s *site, key string) string {
		b, err := os.ReadFile(filepath.Join(s.dir, nameOf(i.Path)))
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(b)) {
			if strings.HasPrefix(l, key+":") {
				return l
			}
		}
		t.Fatalf("there is no %s", key)
		return ""
	}
	change := func(f func([]byte) []byte) func(*site) {
		return func(s *site) {
			names, err := filepath.Glob(filepath.Join(s.dir, archives, "*"))
			if err != nil || len(names) != 1 {
				t.Fatal(names, err)
			}
			b, err := os.ReadFile(names[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(names[0], f(b), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	edit := func(key, value string) func(*site) {
		return func(s *site) { s.edit(t, i, line(s, key), value) }
	}
	both := func(a, b func(*site)) func(*site) { return func(s *site) { a(s); b(s) } }
	untold := both(edit("FileHash", ""), edit("FileSize", ""))
	zeros := change(func(b []byte) []byte { return append(b, make([]byte, 4<<20)...) })
	for _, c := range []struct {
		name   string
		change func(*site)
		err    string // of all methods
	}{
		{name: "as it is", change: func(*site) {}},
		{name: "without hash and size", change: untold},
		{name: "a bit at the end", change: change(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }), err: "cannot copy"},
		{name: "a bit in the middle", change: change(func(b []byte) []byte { b[len(b)/2] ^= 1; return b }), err: "cannot copy"},
		{name: "a bit at the start", change: change(func(b []byte) []byte { b[0] ^= 1; return b }), err: "cannot copy"},
		{name: "cut off", change: change(func(b []byte) []byte { return b[:len(b)-5] }), err: "cannot copy"},
		{name: "cut off without hash and size", change: both(untold, change(func(b []byte) []byte { return b[:len(b)-5] })), err: "cannot copy"},
		{name: "empty without hash and size", change: both(untold, change(func([]byte) []byte { return nil })), err: "cannot copy"},
		{name: "more", change: change(func(b []byte) []byte { return append(b, 0) }), err: "more comes than the"},
		{name: "much more without hash and size", change: both(untold, zeros), err: "cannot copy"},
		{name: "another hash of the file", change: edit("FileHash", "FileHash: "+hash.Zero(hash.SHA256).String()+"\n"), err: "the file has the hash"},
		{name: "a larger file", change: edit("FileSize", "FileSize: 999999999\n"), err: "bytes where the cache tells of 999999999"},
		{name: "a smaller archive", change: edit("NarSize", fmt.Sprintf("NarSize: %d\n", len(archive)-1)), err: "the archive is longer than the cache tells"},
		{name: "a larger archive", change: edit("NarSize", fmt.Sprintf("NarSize: %d\n", len(archive)+1)), err: "the archive ends 1 bytes before its end"},
		{name: "an empty file of much", change: edit("NarSize", "NarSize: 9223372036854775807\n"), err: "before its end"},
	} {
		for _, m := range methods {
			if m.write == nil {
				continue
			}
			s := newSite(t)
			if err := os.CopyFS(s.dir, os.DirFS(packed[m.name])); err != nil {
				t.Fatal(err)
			}
			c.change(s)
			for _, url := range []string{s.URL, "file://" + s.dir} {
				t.Run(c.name+"/"+m.name+"/"+url[:4], func(t *testing.T) {
					o, err := open(t, url, Options{}).Find(t.Context(), i.Path)
					if err != nil {
						t.Fatal(err)
					}
					for _, read := range []func(context.Context, *store.Offer) (string, error){tryRead, readExactly} {
						got, err := read(t.Context(), o)
						if c.err == "" && (err != nil || got != archive) || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
							t.Errorf("got %d bytes, %v, want %q", len(got), err, c.err)
						}
						if err != nil && (!strings.Contains(err.Error(), string(i.Path)) || !strings.Contains(err.Error(), url)) {
							t.Errorf("the error says nothing of the object or the cache: %v", err)
						}
					}
				})
			}
		}
	}
}

// readExactly reads as much as there should be and not on to the end.
func readExactly(ctx context.Context, o *store.Offer) (_ string, err error) {
	if o.NarSize > 1<<20 {
		return tryRead(ctx, o)
	}
	in, err := o.Open(ctx, nil)
	if err != nil {
		return "", err
	}
	b := make([]byte, o.NarSize)
	n := 0
	for n < len(b) && err == nil {
		var m int
		m, err = in.Read(b[n:])
		n += m
	}
	if errors.Is(err, io.EOF) && n == len(b) {
		err = nil
	}
	return string(b), errors.Join(err, in.Close())
}

// TestVanished: an archive that is not there any more is forgotten.
func TestVanished(t *testing.T) {
	i, archive := object(t, "x", text)
	s := newSite(t)
	s.put(t, "", i, archive)
	c := open(t, s.URL, Options{Keep: t.TempDir()})
	o, err := c.Find(t.Context(), i.Path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(s.dir, archives)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Open(t.Context(), nil); !errors.Is(err, store.ErrNotFound) || !strings.Contains(err.Error(), "HTTP error 404") {
		t.Errorf("the error is %v", err)
	}
	s.requests()
	if _, err := c.Find(t.Context(), i.Path); err != nil || !slices.Equal(s.requests(), []string{narinfoOf(i)}) {
		t.Errorf("it was not forgotten: %v", err)
	}
}

// TestProgress: the progress ends with the size that was told.
func TestProgress(t *testing.T) {
	i, archive := object(t, "x", text)
	s := newSite(t)
	s.put(t, "", i, archive)
	o, err := open(t, s.URL, Options{}).Find(t.Context(), i.Path)
	if err != nil {
		t.Fatal(err)
	}
	var last int64
	in, err := o.Open(t.Context(), func(done int64) {
		if done <= last {
			t.Errorf("%d comes behind %d", done, last)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if last != o.DownloadSize {
		t.Errorf("the progress ends at %d, want %d", last, o.DownloadSize)
	}
}

// TestFolder: a cache in a directory leads to nothing outside, and is not waited for.
func TestFolder(t *testing.T) {
	i, archive := object(t, "x", text)
	for _, name := range []string{"../x", "/etc/passwd", "nar/../../x", ""} {
		t.Run("to "+name, func(t *testing.T) {
			s := newSite(t)
			s.put(t, "", i, archive)
			b, err := os.ReadFile(filepath.Join(s.dir, nameOf(i.Path)))
			if err != nil {
				t.Fatal(err)
			}
			_, after, _ := strings.Cut(string(b), "URL: ")
			old, _, _ := strings.Cut(after, "\n")
			s.edit(t, i, "URL: "+old, "URL: "+name)
			if _, err := open(t, "file://"+s.dir, Options{}).Find(t.Context(), i.Path); err == nil {
				t.Error("it is found")
			}
		})
	}
	f := folder{t.TempDir()}
	if _, err := f.open(t.Context(), "."); err == nil || !strings.Contains(err.Error(), "is no regular file") {
		t.Errorf("the error is %v", err)
	}
}
