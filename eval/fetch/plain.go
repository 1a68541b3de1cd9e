package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"firn/eval"
	"firn/eval/flakeref"
	"firn/store/download"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/unpack"
)

// file fetches a file as it is.
func (f *Fetcher) file(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	flat := len(r.Input.Attrs) == 0 // then the hash is that of the bytes
	if flat {
		if at, ok := f.place(files, r.Hash); ok {
			return eval.Fetched{At: at}, nil
		}
	}
	at, err := f.download(ctx, ask{Request: download.Request{URL: r.URL}}, func(at string) bool {
		if flat || r.Hash.IsNone() {
			return false
		}
		sum, _, err := nar.Sum(ctx, hash.SHA256, nar.Tree{FS: nar.OS{}, Root: at})
		return err == nil && sum == r.Hash
	})
	return eval.Fetched{At: at, Attrs: r.Input.Attrs}, err
}

// maxText is how long a file may be that is asked for in passing, in bytes.
const maxText = 64 << 20

// text fetches a file that is asked for in passing.
func (f *Fetcher) text(ctx context.Context, a ask) ([]byte, error) {
	at, err := f.download(ctx, a, func(string) bool { return false })
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(at)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxText {
		return nil, fmt.Errorf("'%s' has %d bytes, which is too much for what it should be", a.URL, info.Size())
	}
	return os.ReadFile(at)
}

// download returns where the file of a URL is. One that was fetched before is taken
// if it is fresh, or if it is the one that is wanted.
func (f *Fetcher) download(ctx context.Context, a ask, wanted func(at string) bool) (string, error) {
	key := a.key("file")
	done, err := f.alone(ctx, key)
	if err != nil {
		return "", err
	}
	defer done()
	old := f.recall(key)
	at, _, ok := f.known(files, old.Sum)
	if ok && (f.fresh(old) || wanted(at)) {
		return at, nil
	}
	if ok {
		a.Version = old.Version
	}
	err = f.inDir(func(dir string) error {
		return f.client.Get(ctx, a.Request, func(r *download.Reply) error {
			if r.Unchanged {
				f.note(key, old)
				return nil
			}
			h, err := write(filepath.Join(dir, "file"), r.Body)
			if err != nil {
				return err
			}
			if at, err = f.keep(files, filepath.Join(dir, "file"), h); err == nil {
				f.note(key, answer{Sum: h.SRI(), Version: r.Version})
			}
			return err
		})
	})
	return at, err
}

// write writes a new file and returns its hash.
func write(at string, r io.Reader) (h hash.Hash, err error) {
	out, err := os.Create(at)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := hash.New(hash.SHA256)
	if _, err := io.Copy(io.MultiWriter(out, w), r); err != nil {
		return h, err
	}
	return w.Sum(), nil
}

// archive fetches an archive and unpacks it.
func (f *Fetcher) archive(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	if _, dated := r.Input.Attrs["lastModified"]; dated {
		if at, ok := f.place(trees, r.Hash); ok {
			return eval.Fetched{At: at, Attrs: with(r.Input.Attrs, flakeref.Attrs{"narHash": r.Hash.SRI()})}, nil
		}
	}
	at, a, err := f.unpacked(ctx, ask{Request: download.Request{URL: r.URL}}, r.Hash)
	if err != nil {
		return eval.Fetched{}, err
	}
	attrs := with(r.Input.Attrs, nil)
	if a.Immutable != "" {
		in, err := flakeref.ParseInput(a.Immutable, flakeref.Options{Warn: f.o.Warn})
		if err != nil {
			return eval.Fetched{}, fmt.Errorf("'%s' has a header Link with something that is no URL of an archive: %w", r.URL, err)
		}
		if in.Type() != "tarball" {
			return eval.Fetched{}, errors.New("tarball 'Link' headers that redirect to non-tarball URLs are not supported")
		}
		attrs = with(in.Attrs, nil)
	}
	if _, dated := attrs["lastModified"]; !dated && a.LastModified > 0 {
		attrs["lastModified"] = uint64(a.LastModified)
	}
	attrs["narHash"] = a.Sum
	return eval.Fetched{At: at, Attrs: attrs}, nil
}

// unpacked returns where the tree of an archive is. If it has the hash that is
// wanted, nobody is asked again.
func (f *Fetcher) unpacked(ctx context.Context, a ask, want hash.Hash) (at string, now answer, err error) {
	key := a.key("archive")
	done, err := f.alone(ctx, key)
	if err != nil {
		return "", answer{}, err
	}
	defer done()
	old := f.recall(key)
	at, h, ok := f.known(trees, old.Sum)
	if ok && (h == want || want.IsNone() && (f.fresh(old) || a.commit != "")) {
		return at, old, nil
	}
	if ok {
		a.Version = old.Version
	}
	err = f.client.Get(ctx, a.Request, func(r *download.Reply) error {
		if r.Unchanged {
			now = old
		} else if at, now, err = f.unpack(ctx, r); err != nil {
			return fmt.Errorf("cannot unpack '%s': %w", a.URL, err)
		}
		f.note(key, now)
		return nil
	})
	return at, now, err
}

// unpack lays out an archive as a tree that is kept.
func (f *Fetcher) unpack(ctx context.Context, r *download.Reply) (at string, a answer, err error) {
	err = f.inDir(func(dir string) error {
		top := filepath.Join(dir, "tree")
		if err := os.Mkdir(top, 0o777); err != nil {
			return err
		}
		got, err := unpack.Reader(ctx, r.Body, top, f.o.Limits)
		if err != nil {
			return err
		}
		var h hash.Hash
		at, h, err = f.keepTree(ctx, filepath.Join(top, got.Single))
		a = answer{Sum: h.SRI(), LastModified: got.Newest, Version: r.Version, Immutable: r.Immutable}
		return err
	})
	return at, a, err
}
