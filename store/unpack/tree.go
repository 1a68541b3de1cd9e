package unpack

import (
	"archive/tar"
	"archive/zip"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// tree is a directory that is being filled. It knows what it has put where, so
// that it never asks the file system, which could lead elsewhere.
type tree struct {
	dir    string
	limits Limits
	left   int64 // bytes
	count  int   // of entries
	nodes  map[string]*node
	newest int64
}

// node is a file of the tree. Its path is that in the tree, with a slash at the
// start; the root is "/".
type node struct {
	isDir    bool
	children int
	target   string // of a symbolic link
}

func newTree(dir string, l Limits) *tree {
	l.Bytes, l.Entries = cmp.Or(l.Bytes, DefaultBytes), cmp.Or(l.Entries, DefaultEntries)
	return &tree{dir: dir, limits: l, left: l.Bytes, nodes: map[string]*node{"/": {isDir: true}}}
}

// entry is one of an archive.
type entry struct {
	name    string
	mode    fs.FileMode
	link    string // what a hard link is another name of
	target  string // of a symbolic link
	seconds int64
	content io.Reader
}

func (t *tree) tar(ctx context.Context, r io.Reader) (Result, error) {
	a := tar.NewReader(r)
	for first := true; ; first = false {
		h, err := a.Next()
		if errors.Is(err, io.EOF) {
			return t.result(), nil
		}
		if err != nil {
			if first && errors.Is(err, tar.ErrHeader) {
				return Result{}, ErrUnknown
			}
			return Result{}, damaged(ctx, err)
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue // which is no file
		}
		e := entry{name: h.Name, mode: fs.FileMode(h.Mode) & fs.ModePerm, seconds: h.ModTime.Unix(), content: a}
		switch h.Typeflag {
		case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		case tar.TypeDir:
			e.mode |= fs.ModeDir
		case tar.TypeSymlink:
			e.mode, e.target = e.mode|fs.ModeSymlink, h.Linkname
		case tar.TypeLink:
			e.link = cmp.Or(h.Linkname, "/")
		default:
			return Result{}, fmt.Errorf("file '%s' in tarball has unsupported file type %q", h.Name, h.Typeflag)
		}
		if err := t.put(ctx, e); err != nil {
			return Result{}, err
		}
	}
}

func damaged(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("the archive is damaged: %w", err)
}

// maxTarget is how long the target of a symbolic link may be, in bytes.
const maxTarget = 1 << 16

func (t *tree) zip(ctx context.Context, r io.ReaderAt, size int64) (Result, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return Result{}, damaged(ctx, err)
	}
	for _, f := range z.File {
		e := entry{name: f.Name, mode: f.Mode(), seconds: zipTime(f)}
		content, err := f.Open()
		if err != nil {
			return Result{}, damaged(ctx, err)
		}
		e.content = content
		if e.mode&fs.ModeSymlink != 0 {
			target, err := io.ReadAll(io.LimitReader(content, maxTarget))
			if err != nil {
				return Result{}, damaged(ctx, err)
			}
			e.target = string(target)
		}
		err = t.put(ctx, e)
		if closing := content.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return Result{}, err
		}
	}
	return t.result(), nil
}

// zipTime returns the time of an entry. The old form of it is in the time zone of
// the machine (APPNOTE.TXT 4.4.6); a field of Info-ZIP, with the id 0x5455, has
// seconds.
func zipTime(f *zip.File) int64 {
	const field = 0x5455
	for x := f.Extra; len(x) >= 4; {
		id, size := binary.LittleEndian.Uint16(x), int(binary.LittleEndian.Uint16(x[2:]))
		if id == field {
			return f.Modified.Unix()
		}
		x = x[min(4+size, len(x)):]
	}
	m := f.Modified.UTC()
	return time.Date(m.Year(), m.Month(), m.Day(), m.Hour(), m.Minute(), m.Second(), 0, time.Local).Unix()
}

func (t *tree) result() Result {
	r := Result{Newest: t.newest}
	if t.nodes["/"].children != 1 {
		return r
	}
	for name, n := range t.nodes {
		if n.isDir && name != "/" && path.Dir(name) == "/" {
			r.Single = name[1:]
		}
	}
	return r
}

// put lays out an entry.
func (t *tree) put(ctx context.Context, e entry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.count++; t.count > t.limits.Entries {
		return fmt.Errorf("%w: it has more than %d entries", ErrTooLarge, t.limits.Entries)
	}
	if strings.IndexByte(e.name, 0) >= 0 || len(e.name) > maxTarget {
		return fmt.Errorf("the archive has a file with the name %.100q", e.name)
	}
	t.newest = max(t.newest, e.seconds)
	at := path.Clean("/" + e.name)
	if e.mode.IsDir() && e.link == "" {
		if n := t.nodes[at]; n != nil && !n.isDir {
			if err := t.clear(at); err != nil {
				return err
			}
		}
		return t.mkdir(at)
	}
	if at == "/" {
		return errors.New("the archive has a file where its top should be")
	}
	to := path.Clean("/" + e.link)
	if e.link != "" && to == at && t.nodes[at] != nil {
		return nil
	}
	if err := t.mkdir(path.Dir(at)); err != nil {
		return err
	}
	if err := t.clear(at); err != nil {
		return err
	}
	switch {
	case e.link != "":
		return t.hardLink(at, to)
	case e.mode&fs.ModeSymlink != 0:
		return t.symlink(at, e.target)
	case e.mode.IsRegular():
		return t.regular(at, e)
	}
	return fmt.Errorf("file '%s' in the archive is neither a file, a directory nor a symbolic link", e.name)
}

// host returns where a path of the tree is.
func (t *tree) host(at string) string { return filepath.Join(t.dir, filepath.FromSlash(at)) }

// mkdir makes a directory, and those above it.
func (t *tree) mkdir(at string) error {
	if n := t.nodes[at]; n != nil && n.isDir {
		return nil
	} else if n != nil {
		return fmt.Errorf("parent of '%s' is not a directory", at[1:])
	}
	if err := t.mkdir(path.Dir(at)); err != nil {
		return err
	}
	if err := os.Mkdir(t.host(at), 0o777); err != nil {
		return err
	}
	t.add(at, &node{isDir: true})
	return nil
}

func (t *tree) add(at string, n *node) {
	t.nodes[at] = n
	t.nodes[path.Dir(at)].children++
}

// clear makes room for a file.
func (t *tree) clear(at string) error {
	n := t.nodes[at]
	if n == nil {
		return nil
	}
	if n.children > 0 {
		return fmt.Errorf("cannot create '%s', conflicting non-empty directory", at[1:])
	}
	if err := os.Remove(t.host(at)); err != nil {
		return err
	}
	delete(t.nodes, at)
	t.nodes[path.Dir(at)].children--
	return nil
}

func (t *tree) regular(at string, e entry) error {
	mode := fs.FileMode(0o666)
	if e.mode&0o100 != 0 {
		mode = 0o777
	}
	f, err := os.OpenFile(t.host(at), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(e.content, t.left+1))
	if closing := f.Close(); err == nil {
		err = closing
	}
	if t.left -= n; t.left < 0 {
		return t.tooLarge()
	}
	if err != nil {
		return fmt.Errorf("cannot unpack '%s': %w", e.name, err)
	}
	t.add(at, &node{})
	return nil
}

func (t *tree) tooLarge() error {
	return fmt.Errorf("%w: it has more than %d bytes", ErrTooLarge, t.limits.Bytes)
}

func (t *tree) symlink(at, target string) error {
	if target == "" || strings.IndexByte(target, 0) >= 0 {
		return fmt.Errorf("the archive has a symbolic link '%s' to %q", at[1:], target)
	}
	if err := os.Symlink(target, t.host(at)); err != nil {
		return err
	}
	t.add(at, &node{target: target})
	return nil
}

func (t *tree) hardLink(at, to string) error {
	n := t.nodes[to]
	switch {
	case n == nil:
		return fmt.Errorf("hard link '%s' in the archive leads to '%s', which is not there", at[1:], to[1:])
	case n.isDir:
		return fmt.Errorf("hard link '%s' in the archive leads to the directory '%s'", at[1:], to[1:])
	case n.target != "":
		return t.symlink(at, n.target)
	}
	if err := os.Link(t.host(to), t.host(at)); err != nil {
		return err
	}
	t.add(at, &node{})
	return nil
}
