package realise

import (
	"errors"
	"io"
	gopath "path"
	"path/filepath"
	"strings"
	"syscall"

	"firn/eval"
	"firn/store/path"
)

// host is a host on which objects of a store that is elsewhere can be read at their
// store paths.
type host struct {
	eval.Host
	root string // where the store is
	dir  path.Dir
}

var (
	_ eval.StampedHost = (*host)(nil)
	_ eval.TimedHost   = (*host)(nil)
)

// Host returns a host that has the objects of a store with the root at their store
// paths. Links of objects to others lead there, too.
func Host(h eval.Host, root string, dir path.Dir) eval.Host {
	if filepath.Clean(root) == "/" {
		return h
	}
	return &host{h, root, dir}
}

// maxLinks is how many links a path may lead over, as in Linux.
const maxLinks = 40

// locate returns where a path is on this machine. A last link is followed only if
// that is asked for.
func (h *host) locate(p string, follow bool) (string, error) {
	for range maxLinks {
		if !h.dir.Contains(p) {
			return p, nil
		}
		next, err := h.step(p, follow)
		if err != nil {
			return "", err
		}
		if next == p {
			return filepath.Join(h.root, p), nil
		}
		p = next
	}
	return "", syscall.ELOOP
}

// step returns a path with the first link in it followed.
func (h *host) step(p string, follow bool) (string, error) {
	for at := len(h.dir.String()) + 1; at < len(p); at++ {
		end := strings.IndexByte(p[at:], '/')
		last := end < 0
		if last {
			end = len(p) - at
		}
		at += end
		if last && !follow {
			return p, nil
		}
		info, err := h.Host.Lstat(filepath.Join(h.root, p[:at]))
		if err != nil || info.Kind != eval.Symlink {
			if err != nil {
				return p, nil //nolint:nilerr // whoever reads it finds that out
			}
			continue
		}
		target, err := h.Host.Readlink(filepath.Join(h.root, p[:at]))
		if err != nil {
			return "", err
		}
		if !strings.HasPrefix(target, "/") {
			target = gopath.Dir(p[:at]) + "/" + target
		}
		return gopath.Clean(target) + p[at:], nil
	}
	return p, nil
}

// ReadFile implements [eval.Host].
func (h *host) ReadFile(p string) (string, error) {
	at, err := h.locate(p, true)
	if err != nil {
		return "", err
	}
	return h.Host.ReadFile(at)
}

// Lstat implements [eval.Host].
func (h *host) Lstat(p string) (eval.FileInfo, error) {
	at, err := h.locate(p, false)
	if err != nil {
		return eval.FileInfo{}, err
	}
	return h.Host.Lstat(at)
}

// ReadDir implements [eval.Host].
func (h *host) ReadDir(p string) ([]eval.DirEntry, error) {
	at, err := h.locate(p, true)
	if err != nil {
		return nil, err
	}
	return h.Host.ReadDir(at)
}

// Readlink implements [eval.Host].
func (h *host) Readlink(p string) (string, error) {
	at, err := h.locate(p, false)
	if err != nil {
		return "", err
	}
	return h.Host.Readlink(at)
}

// Open implements [eval.Host].
func (h *host) Open(p string) (io.ReadCloser, error) {
	at, err := h.locate(p, true)
	if err != nil {
		return nil, err
	}
	return h.Host.Open(at)
}

// Stamp implements [eval.StampedHost].
func (h *host) Stamp(p string) (eval.Stamp, error) {
	below, ok := h.Host.(eval.StampedHost)
	if !ok {
		return eval.Stamp{}, errors.ErrUnsupported
	}
	at, err := h.locate(p, false)
	if err != nil {
		return eval.Stamp{}, err
	}
	return below.Stamp(at)
}

// ModTime implements [eval.TimedHost].
func (h *host) ModTime(p string) (int64, error) {
	below, ok := h.Host.(eval.TimedHost)
	if !ok {
		return 0, errors.ErrUnsupported
	}
	at, err := h.locate(p, false)
	if err != nil {
		return 0, err
	}
	return below.ModTime(at)
}
