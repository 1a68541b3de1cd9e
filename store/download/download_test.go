package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// site is a server that notes what it is asked.
type site struct {
	*httptest.Server

	mu    sync.Mutex
	asked []*http.Request
}

// newSite answers the nth request, from 0, with a function of it.
func newSite(t testing.TB, answer func(n int, w http.ResponseWriter, r *http.Request)) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		n := len(s.asked)
		s.asked = append(s.asked, r)
		s.mu.Unlock()
		answer(n, w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// client returns one that does not wait between attempts, and what it warns of.
func client() (*Client, *[]string) {
	var warnings []string
	return &Client{Pause: time.Nanosecond, Warn: func(msg string) { warnings = append(warnings, msg) }}, &warnings
}

func get(ctx context.Context, c *Client, r Request) (text string, err error) {
	err = c.Get(ctx, r, func(reply *Reply) error {
		b, err := io.ReadAll(reply.Body)
		text = string(b)
		return err
	})
	return text, err
}

func stream(ctx context.Context, c *Client, r Request) (string, error) {
	s, err := c.Open(ctx, r)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(s.Body)
	if closing := s.Close(); err == nil {
		err = closing
	}
	return string(b), err
}

// ways are those to ask for a file.
var ways = []struct {
	name string
	get  func(context.Context, *Client, Request) (string, error)
}{{"Get", get}, {"Open", stream}}

func hangUp() { panic(http.ErrAbortHandler) }

func TestStatuses(t *testing.T) {
	always := func(code int) func(int, http.ResponseWriter) {
		return func(_ int, w http.ResponseWriter) { w.WriteHeader(code) }
	}
	once := func(code int) func(int, http.ResponseWriter) {
		return func(n int, w http.ResponseWriter) {
			if n == 0 {
				w.WriteHeader(code)
			}
			io.WriteString(w, "hello")
		}
	}
	for _, c := range []struct {
		name     string
		answer   func(n int, w http.ResponseWriter)
		attempts int
		asked    int
		err      string
	}{
		{name: "found", answer: func(_ int, w http.ResponseWriter) { io.WriteString(w, "hello") }, asked: 1},
		{name: "not found", answer: always(404), asked: 1, err: "unable to download 'URL': HTTP error 404 (Not Found)"},
		{name: "forbidden", answer: always(403), asked: 1, err: "unable to download 'URL': HTTP error 403 (Forbidden); ask nicely"},
		{name: "a status nobody knows", answer: always(499), asked: 1, err: "unable to download 'URL': HTTP error 499"},
		{name: "a part that nobody asked for", answer: always(206), asked: 1, err: "unable to download 'URL': HTTP error 206 (Partial Content)"},
		{name: "not changed since never", answer: always(304), asked: 1, err: "unable to download 'URL': HTTP error 304 (Not Modified)"},
		{name: "broken once", answer: once(500), asked: 2},
		{name: "busy once", answer: once(429), asked: 2},
		{name: "always broken", answer: always(503), asked: 4, err: "unable to download 'URL': HTTP error 503 (Service Unavailable)"},
		{name: "two attempts", answer: always(503), attempts: 2, asked: 2, err: "unable to download 'URL': HTTP error 503 (Service Unavailable)"},
		{name: "no answer", answer: func(int, http.ResponseWriter) { hangUp() }, asked: 4, err: "unable to download 'URL': the server hangs up before it answers"},
	} {
		for _, way := range ways {
			t.Run(c.name+"/"+way.name, func(t *testing.T) {
				s := newSite(t, func(n int, w http.ResponseWriter, _ *http.Request) { c.answer(n, w) })
				client, warnings := client()
				client.HTTP = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // which asks again by itself where a connection was kept
				client.Advice = func(code int) string { return map[int]string{403: "ask nicely"}[code] }
				text, err := way.get(t.Context(), client, Request{URL: s.URL, Attempts: c.attempts})
				if want := strings.ReplaceAll(c.err, "URL", s.URL); want != "" && (err == nil || err.Error() != want) || want == "" && (err != nil || text != "hello") {
					t.Errorf("got %q, %v, want %s", text, err, want)
				}
				if n := len(s.requests()); n != c.asked || len(*warnings) != c.asked-1 {
					t.Errorf("the server was asked %d times with %d warnings, want %d times", n, len(*warnings), c.asked)
				}
			})
		}
	}
}

func TestVersion(t *testing.T) {
	s := newSite(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		w.Header().Add("Link", `<https://example.org/always>; rel="immutable"`)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader("hello"))
	})
	client, _ := client()
	var version string
	for _, unchanged := range []bool{false, true} {
		err := client.Get(t.Context(), Request{URL: s.URL, Version: version}, func(r *Reply) error {
			if r.Unchanged != unchanged || r.Version != `"1"` || r.Immutable != "https://example.org/always" || !unchanged && r.Size != 5 {
				t.Errorf("with version %q the answer is %+v", version, r)
			}
			version = r.Version
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestRetried: what uses an answer that tears is called once more.
func TestRetried(t *testing.T) {
	s := newSite(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5")
		io.WriteString(w, "hel")
		if n < 2 {
			w.(http.Flusher).Flush()
			hangUp()
		}
		io.WriteString(w, "lo")
	})
	client, warnings := client()
	text, err := get(t.Context(), client, Request{URL: s.URL})
	if err != nil || text != "hello" || len(s.requests()) != 3 || len(*warnings) != 2 {
		t.Errorf("got %q, %v after %d requests with %v", text, err, len(s.requests()), *warnings)
	}
	own := errors.New("the disk is full")
	calls := 0
	err = client.Get(t.Context(), Request{URL: s.URL}, func(*Reply) error { calls++; return own })
	if !errors.Is(err, own) || calls != 1 {
		t.Errorf("after an error of who uses the answer: %v, %d calls", err, calls)
	}
}

// content is what is resumed.
var content = strings.Repeat("0123456789", 20_000)

// torn answers with the content as http does, but tears off after some bytes of each
// of the first answers.
func torn(w http.ResponseWriter, r *http.Request, after int, modified time.Time) {
	http.ServeContent(&tearing{w, after}, r, "", modified, strings.NewReader(content))
}

type tearing struct {
	http.ResponseWriter
	left int
}

func (t *tearing) Write(p []byte) (int, error) {
	if len(p) <= t.left {
		t.left -= len(p)
		return t.ResponseWriter.Write(p)
	}
	t.ResponseWriter.Write(p[:t.left])
	t.ResponseWriter.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func TestResume(t *testing.T) {
	const whole = 1 << 30
	old := time.Now().Add(-time.Hour)
	etag := func(w http.ResponseWriter, tag string) { w.Header().Set("ETag", tag) }
	part := func(w http.ResponseWriter, contentRange, tag, body string) {
		etag(w, tag)
		w.Header().Set("Content-Range", contentRange)
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.WriteHeader(http.StatusPartialContent)
		io.WriteString(w, body)
	}
	const at = 70_000
	rest, size := content[at:], len(content)
	for _, c := range []struct {
		name   string
		answer func(n int, w http.ResponseWriter, r *http.Request) // n from 1
		ranges []string                                            // what is asked for after the first
		err    string                                              // of what cannot be continued
	}{
		{name: "by tag", answer: func(_ int, w http.ResponseWriter, r *http.Request) {
			etag(w, `"1"`)
			torn(w, r, whole, time.Time{})
		}, ranges: []string{"bytes=70000-"}},
		{name: "by time", answer: func(_ int, w http.ResponseWriter, r *http.Request) { torn(w, r, whole, old) }, ranges: []string{"bytes=70000-"}},
		{name: "by tag, with a time", answer: func(_ int, w http.ResponseWriter, r *http.Request) {
			etag(w, `"1"`)
			torn(w, r, whole, old)
		}, ranges: []string{"bytes=70000-"}},
		{name: "several times", answer: func(n int, w http.ResponseWriter, r *http.Request) {
			etag(w, `"1"`)
			torn(w, r, 50_000*n, time.Time{})
		}, ranges: []string{"bytes=70000-", "bytes=120000-"}},
		{name: "after an answer of a busy server", answer: func(n int, w http.ResponseWriter, r *http.Request) {
			if n == 1 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			etag(w, `"1"`)
			torn(w, r, whole, time.Time{})
		}, ranges: []string{"bytes=70000-", "bytes=70000-"}},
		{name: "a total that is not known", answer: func(_ int, w http.ResponseWriter, _ *http.Request) {
			part(w, fmt.Sprintf("bytes %d-%d/*", at, size-1), `"1"`, rest)
		}, ranges: []string{"bytes=70000-"}},

		{name: "changed", answer: func(_ int, w http.ResponseWriter, r *http.Request) {
			etag(w, `"2"`)
			torn(w, r, whole, time.Time{})
		}, ranges: []string{"bytes=70000-"}, err: "the server sends it from the start"},
		{name: "another tag", answer: func(_ int, w http.ResponseWriter, _ *http.Request) {
			part(w, fmt.Sprintf("bytes %d-%d/%d", at, size-1, size), `"2"`, rest)
		}, ranges: []string{"bytes=70000-"}, err: "the file has changed meanwhile"},
		{name: "another start", answer: func(_ int, w http.ResponseWriter, _ *http.Request) {
			part(w, fmt.Sprintf("bytes %d-%d/%d", at-1, size-1, size), `"1"`, content[at-1:])
		}, ranges: []string{"bytes=70000-"}, err: `the server sends "bytes 69999-199999/200000"`},
		{name: "another end", answer: func(_ int, w http.ResponseWriter, _ *http.Request) {
			part(w, fmt.Sprintf("bytes %d-%d/%d", at, size-2, size), `"1"`, content[at:size-1])
		}, ranges: []string{"bytes=70000-"}, err: `the server sends "bytes 70000-199998/200000"`},
		{name: "another size", answer: func(_ int, w http.ResponseWriter, _ *http.Request) {
			part(w, fmt.Sprintf("bytes %d-%d/%d", at, size, size+1), `"1"`, rest+"x")
		}, ranges: []string{"bytes=70000-"}, err: `the server sends "bytes 70000-200000/200001"`},
		{name: "fewer bytes than told", answer: func(_ int, w http.ResponseWriter, _ *http.Request) {
			part(w, fmt.Sprintf("bytes %d-%d/%d", at, size-1, size), `"1"`, "x")
		}, ranges: []string{"bytes=70000-"}, err: "the server sends 1 bytes and calls them 130000"},
		{name: "no range", answer: func(_ int, w http.ResponseWriter, _ *http.Request) { part(w, "", `"1"`, rest) }, ranges: []string{"bytes=70000-"}, err: `the server sends ""`},
		{name: "gone", answer: func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, ranges: []string{"bytes=70000-"}, err: "HTTP error 404"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, func(n int, w http.ResponseWriter, r *http.Request) {
				switch {
				case n > 0:
					c.answer(n, w, r)
				case strings.HasPrefix(c.name, "by time"):
					torn(w, r, at, old)
				case strings.HasSuffix(c.name, "with a time"):
					etag(w, `"1"`)
					torn(w, r, at, old)
				default:
					etag(w, `"1"`)
					torn(w, r, at, time.Time{})
				}
			})
			client, warnings := client()
			var last int64
			client.Watch = func(context.Context, string) Activity { return watcher(func(done int64) { last = done }) }
			text, err := stream(t.Context(), client, Request{URL: s.URL})
			switch {
			case c.err == "" && (err != nil || text != content):
				t.Errorf("got %d bytes, %v, want %d", len(text), err, size)
			case c.err == "" && last != int64(size):
				t.Errorf("the progress ends at %d, want %d", last, size)
			case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
				t.Errorf("the error is %v, want %s", err, c.err)
			case c.err != "" && !MayPass(err):
				t.Errorf("Get would not begin again after %v", err)
			case text != content[:len(text)]:
				t.Error("what came is not the start of the file")
			}
			var ranges []string
			for _, r := range s.requests()[1:] {
				ranges = append(ranges, r.Header.Get("Range"))
			}
			if fmt.Sprint(ranges) != fmt.Sprint(c.ranges) {
				t.Errorf("the server was asked for %v, want %v", ranges, c.ranges)
			}
			if len(*warnings) != len(ranges) || !strings.Contains((*warnings)[0], "; going on at byte 70000") {
				t.Errorf("the warnings are %q", *warnings)
			}
		})
	}
}

type watcher func(done int64)

func (w watcher) Progress(done, _ int64) { w(done) }
func (watcher) Done()                    {}

// TestNoResume: where nothing says that a file is the same, Get begins again and Open
// fails.
func TestNoResume(t *testing.T) {
	for name, header := range map[string]http.Header{
		"no version":              {},
		"a weak tag":              {"Etag": {`W/"1"`}},
		"a time that is new":      {"Last-Modified": {time.Now().UTC().Format(http.TimeFormat)}},
		"no ranges":               {"Etag": {`"1"`}, "Accept-Ranges": {"none"}},
		"no time":                 {"Last-Modified": {"yesterday"}},
		"a weak tag, an old time": {"Etag": {`W/"1"`}, "Last-Modified": {"Sat, 01 Jan 2022 00:00:00 GMT"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				maps.Copy(w.Header(), header)
				w.Header().Set("Content-Length", fmt.Sprint(len(content)))
				if n%2 == 1 {
					io.WriteString(w, content)
					return
				}
				io.WriteString(&tearing{w, 50_000}, content)
			})
			client, _ := client()
			if text, err := get(t.Context(), client, Request{URL: s.URL}); err != nil || text != content {
				t.Errorf("got %d bytes, %v", len(text), err)
			}
			if text, err := stream(t.Context(), client, Request{URL: s.URL}); err == nil || !MayPass(err) || !strings.HasPrefix(content, text) {
				t.Errorf("got %d bytes, %v", len(text), err)
			}
			for _, r := range s.requests() {
				if r.Header.Get("Range") != "" {
					t.Errorf("the server was asked for %s", r.Header.Get("Range"))
				}
			}
		})
	}
}

// TestBounded: a server that never comes to an end is not asked for ever.
func TestBounded(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			s := newSite(t, func(_ int, w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ETag", `"1"`)
				torn(w, r, 1000, time.Time{})
			})
			client, _ := client()
			_, err := way.get(t.Context(), client, Request{URL: s.URL})
			if n := len(s.requests()); err == nil || n > usualAttempts+mostResumes || n <= mostResumes {
				t.Errorf("the server was asked %d times: %v", n, err)
			}
		})
	}
}

// TestStall: an answer that stands still is given up, and goes on with another one.
func TestStall(t *testing.T) {
	for _, c := range []struct{ name, etag string }{{"resumed", `"1"`}, {"not resumed", ""}} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, func(n int, w http.ResponseWriter, r *http.Request) {
				if c.etag != "" {
					w.Header().Set("ETag", c.etag)
				}
				if n > 0 && c.etag != "" {
					http.ServeContent(w, r, "", time.Time{}, strings.NewReader(content))
					return
				}
				w.Header().Set("Content-Length", fmt.Sprint(len(content)))
				io.WriteString(w, content[:1000])
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			})
			client, warnings := client()
			client.Stall = 100 * time.Millisecond
			text, err := stream(t.Context(), client, Request{URL: s.URL})
			if c.etag == "" {
				if err == nil || !strings.Contains(err.Error(), "nothing has come for 100ms") || !MayPass(err) {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if err != nil || text != content {
				t.Errorf("got %d bytes, %v", len(text), err)
			}
			if len(*warnings) == 0 || !strings.Contains((*warnings)[0], "nothing has come for 100ms; going on at byte 1000") {
				t.Errorf("the warnings are %q", *warnings)
			}
		})
	}
}

// TestCancel: who does not want it any more gets an error at once, which is that of
// the context.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := newSite(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		io.WriteString(w, "x")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	client, _ := client()
	err := client.Get(ctx, Request{URL: s.URL}, func(r *Reply) error {
		if _, err := io.ReadFull(r.Body, make([]byte, 1)); err != nil {
			t.Error(err)
		}
		cancel()
		_, err := io.ReadAll(r.Body)
		return err
	})
	if !errors.Is(err, context.Canceled) || len(s.requests()) != 1 {
		t.Errorf("the error is %v after %d requests", err, len(s.requests()))
	}
}

func TestRedirect(t *testing.T) {
	// The servers differ in their ports, which makes them different hosts.
	target := newSite(t, func(n int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		after := 1 << 30
		if n == 0 {
			after = 70_000
		}
		torn(w, r, after, time.Time{})
	})
	first := newSite(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, target.URL, http.StatusFound)
	})
	client, _ := client()
	secret := http.Header{"Authorization": {"Basic x"}, "Private-Token": {"y"}}
	text, err := stream(t.Context(), client, Request{URL: first.URL, Header: secret})
	if err != nil || text != content {
		t.Fatalf("got %d bytes, %v", len(text), err)
	}
	for i, r := range first.requests() {
		if r.Header.Get("Authorization") != "Basic x" {
			t.Errorf("request %d does not tell who one is", i)
		}
	}
	for i, r := range target.requests() {
		if r.Header.Get("Authorization") != "" || r.Header.Get("Private-Token") != "" {
			t.Errorf("request %d tells another host who one is", i)
		}
	}
	if got := target.requests()[1].Header; got.Get("Range") != "bytes=70000-" || got.Get("If-Range") != `"1"` {
		t.Errorf("what is asked for is lost on the way: %v", got)
	}
}

func TestRedirectRefused(t *testing.T) {
	loop := newSite(t, func(_ int, w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) })
	file := newSite(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	plain := newSite(t, func(_ int, w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x") })
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	defer secure.Close()
	for _, c := range []struct{ name, url, err string }{
		{"for ever", loop.URL, "more than 10 redirections"},
		{"to a file", file.URL, "it is redirected to 'file:///etc/passwd'"},
		{"to what everybody can read", secure.URL, "it is redirected to 'http://"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, _ := client()
			client.HTTP = secure.Client()
			if text, err := get(t.Context(), client, Request{URL: c.url}); err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("got %q, %v, want %s", text, err, c.err)
			}
		})
	}
}

func TestFiles(t *testing.T) {
	at := filepath.Join(t.TempDir(), "a b")
	if err := os.WriteFile(at, []byte("hello"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, url, err string }{
		{"a file", "file://" + strings.ReplaceAll(at, " ", "%20"), ""},
		{"of this machine", "file://localhost" + at, ""},
		{"of another machine", "file://elsewhere" + at, "is on another machine"},
		{"missing", "file://" + at + "x", "no such file"},
		{"a scheme that firn does not speak", "ftp://x/y", "firn fetches by http, https and file only"},
		{"no URL", "x", "firn fetches by http, https and file only"},
	} {
		for _, way := range ways {
			t.Run(c.name+"/"+way.name, func(t *testing.T) {
				client, _ := client()
				text, err := way.get(t.Context(), client, Request{URL: c.url})
				if c.err == "" && (err != nil || text != "hello") || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
					t.Errorf("got %q, %v, want %q", text, err, c.err)
				}
			})
		}
	}
}

// TestLost: without a network one does not try again at once.
func TestLost(t *testing.T) {
	client, warnings := client()
	client.HTTP = &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "example.org", IsNotFound: true}
	}}}
	_, err := get(t.Context(), client, Request{URL: "http://example.org/"})
	if err == nil || len(*warnings) != 0 {
		t.Errorf("the error is %v after %q", err, *warnings)
	}
}

func TestContentRange(t *testing.T) {
	for s, want := range map[string]string{
		"bytes 0-9/10": "0 9 10 true", "bytes 5-5/*": "5 5 -1 true",
		"": "false", "bytes */10": "false", "bytes 9-0/10": "false", "bytes 0-9": "false", "chars 0-9/10": "false", "bytes -1-9/10": "false",
		"bytes 0-9/99999999999999999999": "false", "bytes +0-9/10": "false", "bytes 0-9/10 ": "false",
	} {
		start, end, total, ok := contentRange(s)
		got := fmt.Sprintln(start, end, total, ok)
		if !ok {
			got = "false"
		}
		if strings.TrimSpace(got) != want {
			t.Errorf("%q is %s, want %s", s, got, want)
		}
	}
}

// FuzzResume: whatever a server says, what comes is the file or an error.
func FuzzResume(f *testing.F) {
	f.Add(206, "bytes 5-9/10", `"1"`, []byte("56789"))
	f.Add(200, "", `"1"`, []byte("0123456789"))
	f.Add(206, "bytes 4-9/10", `"1"`, []byte("456789"))
	f.Fuzz(func(t *testing.T, code int, contentRange, tag string, b []byte) {
		resp := &http.Response{StatusCode: code, ContentLength: int64(len(b)), Header: http.Header{"Etag": {tag}, "Content-Range": {contentRange}}}
		body := &body{client: &Client{}, done: 5, size: 10, version: version{etag: `"1"`, strong: `"1"`}}
		if err := body.continues(resp); err == nil && (len(b) != 5 || tag != `"1"` || code != 206) {
			t.Errorf("%d with %q and %d bytes continues", code, contentRange, len(b))
		}
	})
}
