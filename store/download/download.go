// Package download brings files over HTTP, with the patience that a network
// takes: what fails and may not fail again is tried again, and what stands still
// ends.
package download

import (
	"cmp"
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
	"sync"
	"time"
)

// How long one waits for others.
const (
	connecting = 15 * time.Second
	answering  = time.Minute
	stalling   = time.Minute // without a byte
)

// NewHTTP returns a client that waits neither for ever nor for long.
func NewHTTP() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: connecting, KeepAlive: 30 * time.Second}).DialContext
	t.ResponseHeaderTimeout = answering
	return &http.Client{Transport: t}
}

// Request is what somebody asks a server for.
type Request struct {
	URL     string // of the scheme http, https or file
	Header  http.Header
	Version string // of what one has already, from an earlier [Reply]
}

// Reply is the answer to it.
type Reply struct {
	Body      io.Reader
	Size      int64 // in bytes, 0 if nobody knows
	Version   string
	Immutable string // the URL of what will always be the same, if the server tells one
	Unchanged bool   // what one has is still what there is
}

// Activity is told how something goes on.
type Activity interface {
	Progress(done, total int64) // in bytes; total is 0 if nobody knows
	Done()
}

type silent struct{}

func (silent) Progress(int64, int64) {}
func (silent) Done()                 {}

// Amount says how far something is, "" if nobody knows.
func Amount(done, total int64) string {
	const mega = 1e6
	switch {
	case total > 0:
		return fmt.Sprintf("%.1f of %.1f MB", float64(done)/mega, float64(total)/mega)
	case done > 0:
		return fmt.Sprintf("%.1f MB", float64(done)/mega)
	}
	return ""
}

// Client downloads. Several goroutines may use it.
type Client struct {
	HTTP *http.Client     // nil for the one of NewHTTP
	Warn func(msg string) // is told what is tried again; nil for nobody
	// Watch is told what is being downloaded with the context of Get, and how far
	// that is; nil for nobody.
	Watch func(ctx context.Context, url string) Activity
	// Pause is how long one waits before something is tried again, the first time; 0
	// for a quarter of a second.
	Pause time.Duration
	// Advice is what to do about a status, for the message of a StatusError; nil for
	// none.
	Advice func(code int) string
}

// StatusError is the error of a server that does not give what was asked for.
type StatusError struct {
	URL    string
	Code   int
	advice string
}

// Error implements error.
func (e *StatusError) Error() string {
	s := fmt.Sprintf("unable to download '%s': HTTP error %d", e.URL, e.Code)
	if text := http.StatusText(e.Code); text != "" {
		s += " (" + text + ")"
	}
	if e.advice != "" {
		s += "; " + e.advice
	}
	return s
}

const usualPause = 250 * time.Millisecond

// attempts is how often something is tried whose failure may pass.
const attempts = 4

// Get asks, and gives the answer to a function, once more if something fails that
// may not fail again. The function is to forget what it did before.
func (c *Client) Get(ctx context.Context, r Request, use func(*Reply) error) error {
	for n := range attempts {
		err := c.once(ctx, r, use)
		var dns *net.DNSError
		if err == nil || ctx.Err() != nil || !MayPass(err) || n == attempts-1 || errors.As(err, &dns) {
			return err // without a network it makes no sense to try again at once
		}
		if c.Warn != nil {
			c.Warn(fmt.Sprintf("%v; trying again", err))
		}
		select {
		case <-time.After(cmp.Or(c.Pause, usualPause) << n):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// MayPass reports whether a failure may be none a moment later.
func MayPass(err error) bool {
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

func (c *Client) once(ctx context.Context, a Request, use func(*Reply) error) (err error) {
	switch {
	case scheme(a.URL) == "file":
		return local(a, use)
	case !isHTTP(a.URL):
		return fmt.Errorf("unable to download '%s': firn fetches by http, https and file only", a.URL)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL, http.NoBody)
	if err != nil {
		return fmt.Errorf("unable to download '%s': %w", a.URL, err)
	}
	maps.Copy(req.Header, a.Header)
	req.Header.Set("User-Agent", "firn")
	if a.Version != "" {
		req.Header.Set("If-None-Match", a.Version)
	}
	client := *c.http()
	client.CheckRedirect = redirect
	resp, err := client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return fmt.Errorf("unable to download '%s': %w", a.URL, err)
	}
	defer func() {
		if closing := resp.Body.Close(); err == nil {
			err = closing
		}
	}()
	r := Reply{Version: resp.Header.Get("ETag"), Immutable: immutable(resp.Header), Size: max(resp.ContentLength, 0)}
	switch {
	case resp.StatusCode == http.StatusNotModified && a.Version != "":
		r.Unchanged = true
	case resp.StatusCode != http.StatusOK:
		return c.refused(a.URL, resp.StatusCode)
	}
	watched := c.Begin(ctx, a.URL)
	defer watched.Done()
	timer := time.AfterFunc(stalling, func() { stop(errStalled) })
	defer timer.Stop()
	r.Body = &body{r: resp.Body, timer: timer, ctx: ctx, progress: watched, total: r.Size, url: a.URL}
	return use(&r)
}

func (c *Client) http() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return usual()
}

var usual = sync.OnceValue(NewHTTP)

// Begin tells who watches that something is being downloaded.
func (c *Client) Begin(ctx context.Context, url string) Activity {
	if c.Watch == nil {
		return silent{}
	}
	return c.Watch(ctx, url)
}

func (c *Client) refused(url string, code int) error {
	err := &StatusError{URL: url, Code: code}
	if c.Advice != nil {
		err.advice = c.Advice(code)
	}
	return err
}

// local is once for a file of this machine.
func local(r Request, use func(*Reply) error) (err error) {
	name, err := FilePath(r.URL)
	if err != nil {
		return fmt.Errorf("unable to download '%s': %w", r.URL, err)
	}
	in, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("unable to download '%s': %w", r.URL, err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return fmt.Errorf("unable to download '%s': %w", r.URL, err)
	}
	version := fmt.Sprintf("%d bytes at %d", info.Size(), info.ModTime().UnixNano())
	return use(&Reply{Body: in, Size: info.Size(), Version: version, Unchanged: version == r.Version})
}

// FilePath returns the path of the file that a URL of the scheme file leads to.
func FilePath(s string) (string, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "", err
	case !strings.EqualFold(u.Scheme, "file") || u.Opaque != "":
		return "", fmt.Errorf("'%s' is no URL of a file", s)
	case u.Host != "" && u.Host != "localhost":
		return "", fmt.Errorf("'%s' is on another machine", s)
	}
	return u.Path, nil
}

// scheme returns the scheme of a URL in small letters, "" if it has none.
func scheme(s string) string {
	before, _, ok := strings.Cut(s, ":")
	if !ok || strings.ContainsAny(before, "/?#") {
		return ""
	}
	return strings.ToLower(before)
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
	s := scheme(u)
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
