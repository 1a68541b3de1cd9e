// Package download brings files over HTTP, with the patience that a network
// takes: what fails and may not fail again is tried again, what tears off is
// continued where it did, and what stands still ends.
package download

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
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

// keeping is how many connections to a server are kept for what it is asked next.
const keeping = 32

// NewHTTP returns a client that waits neither for ever nor for long.
func NewHTTP() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: connecting, KeepAlive: 30 * time.Second}).DialContext
	t.ResponseHeaderTimeout = answering
	t.MaxIdleConnsPerHost = keeping
	return &http.Client{Transport: t}
}

// Request is what somebody asks a server for.
type Request struct {
	URL     string // of the scheme http, https or file
	Header  http.Header
	Version string // of what one has already, from an earlier [Reply]
	// Attempts is how often the server is asked at most before there is an answer; 0
	// for 4. What tears off later is continued besides, a bounded number of times.
	Attempts int
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
	// Stall is how long one waits for a byte; 0 for a minute.
	Stall time.Duration
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

// Get asks, and gives the answer to a function, once more if something fails that
// may not fail again. The function is to forget what it did before.
func (c *Client) Get(ctx context.Context, r Request, use func(*Reply) error) error {
	p := c.patience(r)
	for {
		err := c.once(ctx, r, p, use)
		if err == nil {
			return nil
		}
		if err := p.again(ctx, err); err != nil {
			return err
		}
	}
}

func (c *Client) once(ctx context.Context, r Request, p *patience, use func(*Reply) error) (err error) {
	s, err := c.begin(ctx, r, p)
	if err != nil {
		return err
	}
	defer func() {
		if closing := s.Close(); err == nil {
			err = closing
		}
	}()
	return use(&s.Reply)
}

// Stream is an answer that is read as it comes.
type Stream struct {
	Reply
	close func() error
}

// Close ends the transfer.
func (s *Stream) Close() error { return s.close() }

// Open asks and returns the answer when it begins. It asks again as Get does, but
// what tears off later can only be continued, and not begun again.
func (c *Client) Open(ctx context.Context, r Request) (*Stream, error) {
	p := c.patience(r)
	for {
		s, err := c.begin(ctx, r, p)
		if err == nil {
			return s, nil
		}
		if err := p.again(ctx, err); err != nil {
			return nil, err
		}
	}
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

// begin asks once.
func (c *Client) begin(ctx context.Context, r Request, p *patience) (*Stream, error) {
	switch {
	case scheme(r.URL) == "file":
		return local(r)
	case !isHTTP(r.URL):
		return nil, fmt.Errorf("unable to download '%s': firn fetches by http, https and file only", r.URL)
	}
	var more http.Header
	if r.Version != "" {
		more = http.Header{"If-None-Match": {r.Version}}
	}
	conn, err := c.ask(ctx, r, more)
	if err != nil {
		return nil, err
	}
	resp := conn.resp
	reply := Reply{Version: resp.Header.Get("ETag"), Immutable: immutable(resp.Header), Size: max(resp.ContentLength, 0)}
	switch {
	case resp.StatusCode == http.StatusNotModified && r.Version != "":
		reply.Unchanged = true
	case resp.StatusCode != http.StatusOK:
		return nil, cmp.Or(c.refused(r.URL, resp.StatusCode), conn.close())
	}
	b := &body{ctx: ctx, client: c, request: r, patience: p, conn: conn, size: reply.Size, watched: c.Begin(ctx, r.URL)}
	b.version = versionOf(resp)
	reply.Body = b
	return &Stream{Reply: reply, close: b.close}, nil
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

// local is begin for a file of this machine.
func local(r Request) (*Stream, error) {
	name, err := FilePath(r.URL)
	if err != nil {
		return nil, fmt.Errorf("unable to download '%s': %w", r.URL, err)
	}
	in, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("unable to download '%s': %w", r.URL, err)
	}
	info, err := in.Stat()
	if err != nil {
		return nil, fmt.Errorf("unable to download '%s': %w", r.URL, errors.Join(err, in.Close()))
	}
	version := fmt.Sprintf("%d bytes at %d", info.Size(), info.ModTime().UnixNano())
	return &Stream{Reply{Body: in, Size: info.Size(), Version: version, Unchanged: version == r.Version}, in.Close}, nil
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
			if !slices.Contains(harmless, name) {
				req.Header.Del(name)
			}
		}
	}
	return nil
}

// harmless are the headers that anybody may see.
var harmless = []string{"User-Agent", "If-None-Match", "Range", "If-Range"}

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
