package local

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"firn/store/nar"
	"firn/store/path"
)

// restore makes an object of the archive that r begins with, where nothing is. All
// files get the metadata that files of a store have, whatever the umask is.
//
// Each directory is made by the restorer and kept open, and each file is new, so
// nothing is ever written through a link, whatever the archive says.
func (s *Store) restore(ctx context.Context, p path.Path, r io.Reader) (err error) {
	top, err := os.OpenRoot(s.real)
	if err != nil {
		return err
	}
	w := &restorer{ctx: ctx, in: nar.NewReader(r), dirs: []dir{{root: top, real: s.real}}}
	defer func() { err = errors.Join(err, w.close()) }()
	for {
		h, err := w.in.Next()
		if errors.Is(err, io.EOF) {
			return w.leave(1)
		}
		if err != nil {
			return err
		}
		if err := w.file(p, h); err != nil {
			return err
		}
	}
}

type restorer struct {
	ctx  context.Context
	in   *nar.Reader
	dirs []dir // that are open, the store directory first
}

type dir struct {
	root *os.Root
	real string
	path string // in the archive, with a slash at the end
}

// file makes the next file of the archive.
func (w *restorer) file(p path.Path, h nar.Header) error {
	if err := w.ctx.Err(); err != nil {
		return context.Cause(w.ctx)
	}
	name := p.Base()
	if h.Path != "/" {
		depth := len(w.dirs)
		for !strings.HasPrefix(h.Path, w.dirs[depth-1].path) {
			depth--
		}
		if err := w.leave(depth); err != nil {
			return err
		}
		name = h.Path[len(w.dirs[depth-1].path):]
	}
	in := w.dirs[len(w.dirs)-1]
	at := filepath.Join(in.real, name)
	switch h.Kind {
	case nar.Directory:
		if err := in.root.Mkdir(name, 0o700); err != nil {
			return err
		}
		root, err := in.root.OpenRoot(name)
		if err != nil {
			return err
		}
		w.dirs = append(w.dirs, dir{root, at, strings.TrimSuffix(h.Path, "/") + "/"})
		return nil
	case nar.Symlink:
		if err := in.root.Symlink(h.Target, name); err != nil {
			return err
		}
		return finish(at, h.Info)
	default: // a regular file, for the reader returns no others
		if err := w.content(in.root, name); err != nil {
			return err
		}
		return finish(at, h.Info)
	}
}

func (w *restorer) content(root *os.Root, name string) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, reader{w.ctx, w.in})
	return errors.Join(err, f.Close())
}

// reader ends when its context does.
type reader struct {
	ctx context.Context
	io.Reader
}

// Read implements [io.Reader].
func (r reader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.Reader.Read(p)
}

// leave closes the directories beyond a number of them. Nothing is added to them any
// more.
func (w *restorer) leave(depth int) error {
	for len(w.dirs) > depth {
		last := w.dirs[len(w.dirs)-1]
		w.dirs = w.dirs[:len(w.dirs)-1]
		if err := errors.Join(last.root.Close(), finish(last.real, nar.Info{Kind: nar.Directory})); err != nil {
			return err
		}
	}
	return nil
}

func (w *restorer) close() error {
	var errs []error
	for _, d := range w.dirs {
		errs = append(errs, d.root.Close())
	}
	return errors.Join(errs...)
}

// finish gives a new file the metadata that files of a store have.
func finish(name string, info nar.Info) error {
	if err := stripAttributes(name); err != nil {
		return err
	}
	if info.Kind != nar.Symlink {
		if err := os.Chmod(name, canonicalMode(info.Kind == nar.Directory || info.Executable)); err != nil {
			return err
		}
	}
	return setTime(name)
}
