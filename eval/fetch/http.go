package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"firn/eval/flakeref"
)

// How long one waits for others.
const (
	connecting = 15 * time.Second
	answering  = time.Minute
	stalling   = time.Minute // without a byte
)

func newClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: connecting, KeepAlive: 30 * time.Second}).DialContext
	t.ResponseHeaderTimeout = answering
	return &http.Client{Transport: t}
}

// ask is a request over HTTP.
type ask struct {
	url     string
	header  http.Header
	version string // what one has already
	commit  string // says what it is, if it can never be anything else
}

// key is what an answer is kept under.
func (a ask) key(kind string) string {
	if a.commit != "" {
		return "commit " + a.commit
	}
	return kind + " " + a.url
}

// reply is the answer to it.
type reply struct {
	body      io.Reader
	size      int64 // 0 if nobody knows
	version   string
	immutable string
	unchanged bool // what one has is still what there is
}

// StatusError is the error of a server that does not give what was asked for.
type StatusError struct {
	URL  string
	Code int
}

// Error implements error.
func (e *StatusError) Error() string {
	s := fmt.Sprintf("unable to download '%s': HTTP error %d", e.URL, e.Code)
	if text := http.StatusText(e.Code); text != "" {
		s += " (" + text + ")"
	}
	switch e.Code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		s += "; if the server wants to know who you are, set access-tokens in nix.conf"
	}
	return s
}

// attempts is how often something is tried whose failure may pass.
const attempts = 4

// pauseBefore is how long one waits before trying again, the first time.
var pauseBefore = 250 * time.Millisecond

// get asks, and gives the answer to a function, once more if something fails that
// may not fail again. The function is to forget what it did before.
func (f *Fetcher) get(ctx context.Context, a ask, use func(*reply) error) error {
	for n := range attempts {
		err := f.once(ctx, a, use)
		var dns *net.DNSError
		if err == nil || ctx.Err() != nil || !passing(err) || n == attempts-1 || errors.As(err, &dns) {
			return err // without a network it makes no sense to try again at once
		}
		f.o.Warn(fmt.Sprintf("%v; trying again", err))
		select {
		case <-time.After(pauseBefore << n):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// passing reports whether a failure may be none a moment later.
func passing(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return slices.Contains([]int{
			http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		}, status.Code)
	}
	var network net.Error
	var torn *tornError
	return errors.As(err, &network) || errors.As(err, &torn)
}

// tornError is the error of an answer that has begun and does not end. What is short
// by itself, as an archive on a server, has another one.
type tornError struct {
	url string
	err error
}

// Error implements error.
func (e *tornError) Error() string { return fmt.Sprintf("unable to download '%s': %v", e.url, e.err) }

// Unwrap implements what [errors.Is] asks.
func (e *tornError) Unwrap() error { return e.err }

var errStalled = errors.New("nothing has come for a minute")

func (f *Fetcher) once(ctx context.Context, a ask, use func(*reply) error) (err error) {
	switch {
	case strings.EqualFold(flakeref.Scheme(a.url), "file"):
		return f.local(a, use)
	case !isHTTP(a.url):
		return fmt.Errorf("unable to download '%s': firn fetches by http, https and file only", a.url)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url, http.NoBody)
	if err != nil {
		return fmt.Errorf("unable to download '%s': %w", a.url, err)
	}
	maps.Copy(req.Header, a.header)
	req.Header.Set("User-Agent", "firn")
	if a.version != "" {
		req.Header.Set("If-None-Match", a.version)
	}
	client := *f.client
	client.CheckRedirect = redirect
	resp, err := client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return fmt.Errorf("unable to download '%s': %w", a.url, err)
	}
	defer func() {
		if closing := resp.Body.Close(); err == nil {
			err = closing
		}
	}()
	r := reply{version: resp.Header.Get("ETag"), immutable: immutable(resp.Header), size: max(resp.ContentLength, 0)}
	switch {
	case resp.StatusCode == http.StatusNotModified && a.version != "":
		r.unchanged = true
	case resp.StatusCode != http.StatusOK:
		return &StatusError{a.url, resp.StatusCode}
	}
	watched := f.o.Watch(ctx, a.url)
	defer watched.Done()
	timer := time.AfterFunc(stalling, func() { stop(errStalled) })
	defer timer.Stop()
	r.body = &body{r: resp.Body, timer: timer, ctx: ctx, progress: watched, total: r.size, url: a.url}
	return use(&r)
}

// local is once for a file of this machine.
func (f *Fetcher) local(a ask, use func(*reply) error) (err error) {
	name, err := flakeref.FilePath(a.url)
	if err != nil {
		return fmt.Errorf("unable to download '%s': %w", a.url, err)
	}
	in, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("unable to download '%s': %w", a.url, err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return fmt.Errorf("unable to download '%s': %w", a.url, err)
	}
	version := fmt.Sprintf("%d bytes at %d", info.Size(), info.ModTime().UnixNano())
	return use(&reply{body: in, size: info.Size(), version: version, unchanged: version == a.version})
}

// redirect follows as browsers do, but not from what nobody can read on the way to
// what everybody can, and tells nobody else who one is.
func redirect(req *http.Request, via []*http.Request) error {
	const most = 10
	first := via[0]
	switch {
	case len(via) >= most:
		return fmt.Errorf("there are more than %d redirections", most)
	case !isHTTP(req.URL.String()) || first.URL.Scheme == "https" && req.URL.Scheme != "https":
		return fmt.Errorf("it is redirected to '%s'", req.URL.Redacted())
	case req.URL.Host != first.URL.Host:
		for name := range first.Header {
			if name != "User-Agent" && name != "If-None-Match" {
				req.Header.Del(name)
			}
		}
	}
	return nil
}

func isHTTP(u string) bool {
	s := strings.ToLower(flakeref.Scheme(u))
	return s == "http" || s == "https"
}

// immutable returns the URL in a header Link with the relation immutable (Nix manual,
// "Lockable HTTP Tarball Protocol"; RFC 8288, section 3).
func immutable(h http.Header) string {
	for _, line := range h.Values("Link") {
		target, params, ok := strings.Cut(line, ">")
		if !ok || !strings.HasPrefix(target, "<") {
			continue
		}
		for p := range strings.SplitSeq(params, ";") {
			name, value, _ := strings.Cut(p, "=")
			if strings.TrimSpace(name) == "rel" && strings.Trim(strings.TrimSpace(value), `"`) == "immutable" {
				return target[1:]
			}
		}
	}
	return ""
}

// body is what a server sends.
type body struct {
	r        io.Reader
	timer    *time.Timer
	ctx      context.Context
	progress Activity
	done     int64
	total    int64
	url      string
}

// Read implements [io.Reader].
func (b *body) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.done += int64(n)
	if n > 0 {
		b.timer.Reset(stalling)
		b.progress.Progress(b.done, b.total)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		if cause := context.Cause(b.ctx); errors.Is(cause, errStalled) {
			err = cause
		}
		return n, &tornError{b.url, err}
	}
	return n, err
}
