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
	"strconv"
	"strings"
	"time"
)

const usualPause = 250 * time.Millisecond

const (
	usualAttempts = 4  // to get an answer
	mostResumes   = 16 // of what tears off
	mostDoublings = 5  // of the pause
)

// patience is what is left of it for one request.
type patience struct {
	client  *Client
	left    int // attempts
	failed  int // in a row
	resumes int // what is left of those
}

func (c *Client) patience(r Request) *patience {
	return &patience{client: c, left: cmp.Or(max(r.Attempts, 0), usualAttempts) - 1, resumes: mostResumes}
}

// again waits until it makes sense to ask once more. If it makes none, it returns
// the error.
func (p *patience) again(ctx context.Context, err error) error {
	var dns *net.DNSError
	if ctx.Err() != nil || !MayPass(err) || p.left == 0 || errors.As(err, &dns) {
		return err // without a network it makes no sense to try again at once
	}
	p.left--
	return p.wait(ctx, fmt.Sprintf("%v; trying again", err))
}

func (p *patience) wait(ctx context.Context, msg string) error {
	if p.client.Warn != nil {
		p.client.Warn(msg)
	}
	pause := cmp.Or(p.client.Pause, usualPause) << min(p.failed, mostDoublings)
	p.failed++
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// conn is an answer that comes from a server.
type conn struct {
	resp  *http.Response
	ctx   context.Context // of the answer
	stop  context.CancelCauseFunc
	stall time.Duration
	timer *time.Timer // runs while a byte is waited for
}

// ask sends a request with further headers. The answer may have any status.
func (c *Client) ask(ctx context.Context, r Request, more http.Header) (_ *conn, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer func() {
		if err != nil {
			stop(nil)
		}
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("unable to download '%s': %w", r.URL, err)
	}
	maps.Copy(req.Header, r.Header)
	maps.Copy(req.Header, more)
	req.Header.Set("User-Agent", "firn")
	client := *c.http()
	client.CheckRedirect = redirect
	resp, err := client.Do(req) //nolint:bodyclose // conn.close does
	if err != nil {
		return nil, notAnswered(r.URL, err)
	}
	stall := cmp.Or(c.Stall, stalling)
	timer := time.AfterFunc(stall, func() { stop(stallError(stall)) })
	timer.Stop()
	return &conn{resp, ctx, stop, stall, timer}, nil
}

// notAnswered is the error of a request that has no answer.
func notAnswered(at string, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &tornError{at, errors.New("the server hangs up before it answers")}
	}
	return fmt.Errorf("unable to download '%s': %w", at, err)
}

// stallError is the error of an answer that stands still, for so long.
type stallError time.Duration

// Error implements error.
func (e stallError) Error() string { return fmt.Sprintf("nothing has come for %v", time.Duration(e)) }

// Read implements [io.Reader].
func (c *conn) Read(p []byte) (int, error) {
	c.timer.Reset(c.stall)
	n, err := c.resp.Body.Read(p)
	c.timer.Stop()
	var stalled stallError
	if err != nil && errors.As(context.Cause(c.ctx), &stalled) {
		err = stalled
	}
	return n, err
}

func (c *conn) close() error {
	c.timer.Stop()
	err := c.resp.Body.Close()
	c.stop(nil)
	return err
}

// version tells one state of a file on a server from another, so that an answer can
// be continued by another one. The zero value does not.
type version struct {
	etag, modified string
	strong         string // one of both, if it changes whenever a byte does
	encoding       string
}

// versionOf returns that of an answer (RFC 9110, sections 8.8 and 14.3).
func versionOf(resp *http.Response) version {
	h := resp.Header
	v := version{etag: h.Get("ETag"), modified: h.Get("Last-Modified"), encoding: h.Get("Content-Encoding")}
	switch {
	case resp.Uncompressed || strings.EqualFold(h.Get("Accept-Ranges"), "none"):
		// What is read is not what is sent, or the server says that it cannot.
	case strings.HasPrefix(v.etag, `"`):
		v.strong = v.etag
	case v.etag == "" && isOlder(v.modified, h.Get("Date")):
		v.strong = v.modified
	}
	return v
}

// isOlder reports whether a file was changed so long before the answer that a later
// change would have another time, as that has no parts of seconds.
func isOlder(modified, date string) bool {
	m, err := http.ParseTime(modified)
	if err != nil {
		return false
	}
	d, err := http.ParseTime(date)
	return err == nil && d.Sub(m) > time.Second
}

// body is what a server sends, be it in several answers.
type body struct {
	ctx      context.Context // of the request
	client   *Client
	request  Request
	patience *patience
	conn     *conn
	version  version
	done     int64
	size     int64 // 0 if it is not known
	watched  Activity
	broken   error // of conn
	err      error // of the body, which cannot be continued
}

// Read implements [io.Reader].
func (b *body) Read(p []byte) (int, error) {
	for b.err == nil {
		if b.broken == nil {
			n, err := b.conn.Read(p)
			if n > 0 {
				b.done += int64(n)
				b.patience.failed = 0
				b.watched.Progress(b.done, b.size)
			}
			if err == nil || errors.Is(err, io.EOF) {
				return n, err
			}
			b.broken = err
			if n > 0 {
				return n, nil
			}
		}
		b.err = b.resume()
	}
	return 0, b.err
}

// resume asks for the rest, until an answer continues what has come.
func (b *body) resume() error {
	torn := &tornError{b.request.URL, errors.Join(b.broken, b.conn.close())}
	for b.version.strong != "" && b.patience.resumes > 0 && b.ctx.Err() == nil {
		b.patience.resumes--
		if err := b.patience.wait(b.ctx, fmt.Sprintf("%v; going on at byte %d", torn, b.done)); err != nil {
			return err
		}
		rest, err := b.rest()
		switch {
		case err == nil:
			b.conn, b.broken = rest, nil
			return nil
		case !MayPass(err):
			return &tornError{b.request.URL, &endedError{b.broken, err}}
		}
	}
	return torn
}

// endedError is the error of what is broken and cannot be continued. Why it cannot is
// no reason not to begin again.
type endedError struct{ broken, why error }

// Error implements error.
func (e *endedError) Error() string {
	return fmt.Sprintf("%v; it cannot be continued: %v", e.broken, e.why)
}

// Unwrap implements what [errors.Is] asks.
func (e *endedError) Unwrap() error { return e.broken }

// rest asks for what has not come.
func (b *body) rest() (*conn, error) {
	r := http.Header{"Range": {fmt.Sprintf("bytes=%d-", b.done)}, "If-Range": {b.version.strong}}
	c, err := b.client.ask(b.ctx, b.request, r)
	if err != nil {
		return nil, err
	}
	if err := b.continues(c.resp); err != nil {
		return nil, cmp.Or(err, c.close())
	}
	return c, nil
}

// continues returns an error unless an answer has the rest of the same file (RFC 9110,
// sections 14.4 and 15.3.7).
func (b *body) continues(resp *http.Response) error {
	switch v := versionOf(resp); {
	case resp.StatusCode == http.StatusOK:
		return errors.New("the server sends it from the start")
	case resp.StatusCode != http.StatusPartialContent:
		return b.client.refused(b.request.URL, resp.StatusCode)
	case v.etag != b.version.etag || v.encoding != b.version.encoding || v.modified != b.version.modified && b.version.etag == "":
		return errors.New("the file has changed meanwhile")
	}
	start, end, total, ok := contentRange(resp.Header.Get("Content-Range"))
	length := end - start + 1
	switch {
	case !ok || start != b.done || b.size > 0 && (end != b.size-1 || total >= 0 && total != b.size) || total >= 0 && end != total-1:
		return fmt.Errorf("the server sends %q", resp.Header.Get("Content-Range"))
	case resp.ContentLength >= 0 && resp.ContentLength != length:
		return fmt.Errorf("the server sends %d bytes and calls them %d", resp.ContentLength, length)
	}
	return nil
}

// contentRange reads the header Content-Range of bytes. The total is -1 if it is not
// known.
func contentRange(s string) (start, end, total int64, ok bool) {
	s, ok = strings.CutPrefix(s, "bytes ")
	if !ok {
		return 0, 0, 0, false
	}
	span, all, _ := strings.Cut(s, "/")
	from, to, _ := strings.Cut(span, "-")
	start, okStart := number(from)
	end, okEnd := number(to)
	total, okTotal := number(all)
	if all == "*" {
		total, okTotal = -1, true
	}
	return start, end, total, okStart && okEnd && okTotal && start <= end
}

// number reads digits.
func number(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err == nil
}

func (b *body) close() error {
	b.watched.Done()
	return b.conn.close()
}
