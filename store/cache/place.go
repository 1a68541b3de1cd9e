package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"firn/store/download"
)

// place is where the files of a cache are. Names are relative to it, with slashes.
type place interface {
	// check returns an error unless the files of the cache may have the name.
	check(name string) error
	// open begins to read a file. The error is [errMissing] if there is none.
	open(ctx context.Context, name string) (io.ReadCloser, error)
	// text returns what is in a small file, with the same error.
	text(ctx context.Context, name string) ([]byte, error)
}

// errMissing says that a cache has no such file.
var errMissing = errors.New("there is no such file")

// errTooLong is the error of a file that should be short.
var errTooLong = fmt.Errorf("it has more than %d bytes", maxText)

// maxText is how long a narinfo file may be, in bytes: more than one with fifty
// thousand references is.
const maxText = 4 << 20

func readText(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if err == nil && len(text) > maxText {
		err = errTooLong
	}
	return text, err
}

// folder is a directory.
type folder struct{ dir string }

func (f folder) check(name string) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("%q is not in the cache", name)
	}
	return nil
}

func (f folder) open(_ context.Context, name string) (io.ReadCloser, error) {
	if err := f.check(name); err != nil {
		return nil, err
	}
	at := filepath.Join(f.dir, filepath.FromSlash(name))
	// A pipe would be waited for.
	switch info, err := os.Stat(at); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errMissing
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("'%s' is no regular file", at)
	}
	in, err := os.Open(at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errMissing
	}
	return in, err
}

func (f folder) text(ctx context.Context, name string) (_ []byte, err error) {
	in, err := f.open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return readText(in)
}

// web is a server.
type web struct {
	base    *url.URL      // ends with a slash and has no user
	user    *url.Userinfo // for base; nil if it told none
	netrc   *download.Netrc
	texts   *download.Client
	streams *download.Client
}

// quick is how often a server is asked for a small file, for there may be another
// cache.
const quick = 2

// request returns what is asked for a file. Its name may be a URL of its own, which
// others may have written.
func (w *web) request(name string) (download.Request, error) {
	u, err := w.base.Parse(name)
	if err != nil {
		return download.Request{}, fmt.Errorf("%q is no URL", name)
	}
	if u.Host == "" || u.Scheme != w.base.Scheme && u.Scheme != "https" {
		return download.Request{}, fmt.Errorf("it leads to '%s', which firn does not follow", u.Redacted())
	}
	r := download.Request{URL: u.String(), Header: w.netrc.Header(u.String())}
	if w.user != nil && u.Host == w.base.Host && u.Scheme == w.base.Scheme {
		password, _ := w.user.Password()
		r.Header = download.Login(w.user.Username(), password)
	}
	return r, nil
}

func (w *web) check(name string) error {
	_, err := w.request(name)
	return err
}

func (w *web) open(ctx context.Context, name string) (io.ReadCloser, error) {
	r, err := w.request(name)
	if err != nil {
		return nil, err
	}
	s, err := w.streams.Open(ctx, r)
	if err != nil {
		return nil, missing(err)
	}
	return answer{s.Body, s}, nil
}

// answer is the body of one.
type answer struct {
	io.Reader
	io.Closer
}

func (w *web) text(ctx context.Context, name string) (text []byte, err error) {
	r, err := w.request(name)
	if err != nil {
		return nil, err
	}
	r.Attempts = quick
	err = w.texts.Get(ctx, r, func(reply *download.Reply) error {
		text, err = readText(reply.Body)
		return err
	})
	return text, missing(err)
}

// missing makes errMissing of a status that says so. Like Nix it takes what is
// forbidden for missing, which is how a bucket of S3 speaks whose list is nobody's
// business.
func missing(err error) error {
	var status *download.StatusError
	if !errors.As(err, &status) {
		return err
	}
	switch status.Code {
	case http.StatusNotFound, http.StatusGone, http.StatusForbidden:
		return fmt.Errorf("%w: %w", errMissing, err)
	}
	return err
}
