package fetch

import (
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

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/gitattributes"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"

	"firn/eval"
	"firn/eval/flakeref"
	"firn/store/hash"
)

// worktree is the files of a working tree that Git knows of.
type worktree struct {
	f     *Fetcher
	c     *checkout
	repo  *gogit.Repository
	index *index.Index
	head  *object.Commit // nil before the first
	files []tracked
	dirs  map[string]bool // whether they are directories, and all around them are
	dirty bool            // it is not what is committed
}

// tracked is a file that Git knows of, and that is there.
type tracked struct {
	*index.Entry
	info fs.FileInfo
}

// worktree fetches the files of a working tree.
func (f *Fetcher) worktree(ctx context.Context, c *checkout) (eval.Fetched, error) {
	w, err := f.openWorktree(ctx, c)
	if err != nil {
		return eval.Fetched{}, c.failed(err)
	}
	key := w.key()
	done, err := f.alone(ctx, key)
	if err != nil {
		return eval.Fetched{}, err
	}
	defer done()
	known := f.recall(key)
	at, _, ok := f.known(trees, known.Sum)
	if !ok || c.submodules { // what has changed in those, the key does not say
		if known, at, err = w.copy(ctx); err != nil {
			return eval.Fetched{}, c.failed(err)
		}
		f.note(key, known)
	}
	if err := w.describe(ctx); err != nil {
		return eval.Fetched{}, c.failed(err)
	}
	c.attrs["narHash"] = known.Sum
	return eval.Fetched{At: at, Attrs: c.attrs}, nil
}

// openWorktree looks at a working tree.
func (f *Fetcher) openWorktree(ctx context.Context, c *checkout) (*worktree, error) {
	repo, err := c.open()
	if err != nil {
		return nil, err
	}
	w := &worktree{f: f, c: c, repo: repo, dirs: map[string]bool{".": true}}
	if w.index, err = repo.Storer.Index(); err != nil {
		return nil, err
	}
	committed := map[string]object.TreeEntry{}
	head, err := repo.Head()
	switch {
	case errors.Is(err, plumbing.ErrReferenceNotFound):
	case err != nil:
		return nil, err
	default:
		if w.head, err = repo.CommitObject(head.Hash()); err != nil {
			return nil, err
		}
		if committed, err = entriesOf(ctx, w.head); err != nil {
			return nil, err
		}
	}
	return w, w.compare(ctx, committed)
}

// entriesOf returns all files of a commit by their paths.
func entriesOf(ctx context.Context, commit *object.Commit) (map[string]object.TreeEntry, error) {
	tree, err := commit.Tree()
	if err != nil {
		return nil, err
	}
	all := map[string]object.TreeEntry{}
	walker := object.NewTreeWalker(tree, true, nil)
	defer walker.Close()
	for {
		name, e, err := walker.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		if e.Mode != filemode.Dir {
			all[name] = e
		}
	}
}

// compare finds the files that are there, and whether they are those of the commit.
func (w *worktree) compare(ctx context.Context, committed map[string]object.TreeEntry) error {
	for _, e := range w.index.Entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !fs.ValidPath(e.Name) || e.Name == "." {
			return fmt.Errorf("it has a file with the name %q", e.Name)
		}
		was, ok := committed[e.Name]
		delete(committed, e.Name)
		w.dirty = w.dirty || !ok || was.Hash != e.Hash || was.Mode != e.Mode
		at := w.path(e.Name)
		info, err := os.Lstat(at)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && w.isDir(path.Dir(e.Name)) {
			return err
		}
		if err != nil || !w.isDir(path.Dir(e.Name)) {
			w.dirty = w.dirty || !e.SkipWorktree && e.Mode != filemode.Submodule
			continue
		}
		if e.Mode != filemode.Submodule {
			same, err := unchanged(at, e, info)
			if err != nil {
				return err
			}
			w.dirty = w.dirty || !same
		}
		w.files = append(w.files, tracked{e, info})
	}
	w.dirty = w.dirty || len(committed) > 0
	return nil
}

// path returns where a file of the working tree is.
func (w *worktree) path(name string) string { return filepath.Join(w.c.dir, filepath.FromSlash(name)) }

// isDir reports whether something is a directory of the working tree. What is behind a
// symbolic link is not: it may be anywhere.
func (w *worktree) isDir(name string) bool {
	is, known := w.dirs[name]
	if !known {
		info, err := os.Lstat(w.path(name))
		is = err == nil && info.IsDir() && w.isDir(path.Dir(name))
		w.dirs[name] = is
	}
	return is
}

// unchanged reports whether a file is as the index has it.
func unchanged(at string, e *index.Entry, info fs.FileInfo) (bool, error) {
	if modeOf(info) != e.Mode {
		return false, nil
	}
	if uint32(info.Size()) == e.Size && info.ModTime().Equal(e.ModifiedAt) {
		return true, nil
	}
	var content []byte
	var err error
	if e.Mode == filemode.Symlink {
		var target string
		target, err = os.Readlink(at)
		content = []byte(target)
	} else {
		content, err = os.ReadFile(at)
	}
	return err == nil && plumbing.ComputeHash(plumbing.BlobObject, content) == e.Hash, err
}

func modeOf(info fs.FileInfo) filemode.FileMode {
	switch {
	case info.IsDir():
		return filemode.Dir
	case info.Mode()&fs.ModeSymlink != 0:
		return filemode.Symlink
	case !info.Mode().IsRegular():
		return filemode.Empty
	case info.Mode()&0o100 != 0:
		return filemode.Executable
	}
	return filemode.Regular
}

// key tells this state of the files from others.
func (w *worktree) key() string {
	sum := hash.New(hash.SHA256)
	add := func(data []byte) {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(data)))
		for _, part := range [][]byte{n[:], data} {
			if _, err := sum.Write(part); err != nil {
				panic(err) // which a hash never gives
			}
		}
	}
	for _, t := range w.files {
		add([]byte(t.Name))
		add(fmt.Appendf(nil, "%v %d %d", modeOf(t.info), t.info.Size(), t.info.ModTime().UnixNano()))
	}
	key := "git working tree " + w.c.dir + " " + sum.Sum().Nix32()
	if w.c.exportIgnore {
		key += " exportIgnore"
	}
	if w.c.submodules {
		key += " submodules"
	}
	return key
}

// copy makes a tree of the files.
func (w *worktree) copy(ctx context.Context) (a answer, at string, err error) {
	rules, err := w.rules()
	if err != nil {
		return a, "", err
	}
	var modules map[string]bool
	if w.c.submodules {
		modules = map[string]bool{}
		for _, t := range w.files {
			modules[t.Name] = t.Mode == filemode.Submodule && exists(filepath.Join(w.path(t.Name), gogit.GitDirName))
		}
	}
	err = w.f.inDir(func(dir string) error {
		top := filepath.Join(dir, "tree")
		if err := os.Mkdir(top, 0o777); err != nil {
			return err
		}
		for _, t := range w.files {
			if err := ctx.Err(); err != nil {
				return err
			}
			if ignoredWithin(rules, t.Name) {
				continue
			}
			if err := w.copyFile(ctx, t, top, modules[t.Name]); err != nil {
				return err
			}
		}
		var h hash.Hash
		at, h, err = w.f.keepTree(ctx, top)
		a = answer{Sum: h.SRI()}
		return err
	})
	return a, at, err
}

func (w *worktree) copyFile(ctx context.Context, t tracked, top string, module bool) (err error) {
	from := w.path(t.Name)
	to := filepath.Join(top, filepath.FromSlash(t.Name))
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	switch modeOf(t.info) {
	case filemode.Dir:
		if !module {
			return os.MkdirAll(to, 0o777)
		}
		attrs := flakeref.Attrs{"type": "git", "url": "file://" + from, "submodules": true}
		got, err := w.f.insert(ctx, attrs, to)
		if _, committed := got.Attrs["rev"]; err == nil && !committed {
			w.dirty = true
		}
		return err
	case filemode.Symlink:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case filemode.Empty:
		return fmt.Errorf("'%s' is neither a file, a directory nor a symbolic link", from)
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return create(to, 0o666|t.info.Mode()&0o111, in)
}

// rules returns the attributes that files of the tree give, if they count.
func (w *worktree) rules() ([]gitattributes.MatchAttribute, error) {
	var all []gitattributes.MatchAttribute
	if !w.c.exportIgnore {
		return nil, nil
	}
	for _, t := range w.files { // in the order of their paths
		if path.Base(t.Name) != ".gitattributes" || !t.info.Mode().IsRegular() {
			continue
		}
		var below []string
		if dir := path.Dir(t.Name); dir != "." {
			below = strings.Split(dir, "/")
		}
		in, err := os.Open(w.path(t.Name))
		if err != nil {
			return nil, err
		}
		more, err := gitattributes.ReadAttributes(in, below, len(below) == 0)
		if err := errors.Join(err, in.Close()); err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// ignoredWithin is ignored for a file, or a directory that it is in.
func ignoredWithin(rules []gitattributes.MatchAttribute, name string) bool {
	parts := strings.Split(name, "/")
	for i := range parts {
		if ignored(rules, parts[:i+1]) {
			return true
		}
	}
	return false
}

// describe says in the attributes what the tree is.
func (w *worktree) describe(ctx context.Context) error {
	attrs := w.c.attrs
	attrs["lastModified"] = uint64(0)
	rev := plumbing.ZeroHash.String()
	if w.head != nil {
		rev = w.head.Hash.String()
		attrs["lastModified"] = uint64(max(w.head.Committer.When.Unix(), 0))
	}
	if w.dirty {
		if w.head != nil {
			attrs["dirtyRev"], attrs["dirtyShortRev"] = rev+"-dirty", rev[:7]+"-dirty"
		}
		w.f.o.Warn(fmt.Sprintf("Git tree '%s' is dirty", w.c.dir))
		return nil
	}
	if ref, err := w.repo.Reference(plumbing.HEAD, false); err == nil && ref.Type() == plumbing.SymbolicReference {
		attrs["ref"] = string(ref.Target())
	}
	attrs["rev"] = rev
	if w.c.shallow {
		return nil
	}
	count := answer{}
	if w.head != nil {
		key := "git revCount " + rev
		if count = w.f.recall(key); count.Asked.IsZero() {
			var err error
			if count.Count, err = ancestors(ctx, w.repo, rev); err != nil {
				return err
			}
			w.f.note(key, count)
		}
	}
	attrs["revCount"] = count.Count
	return nil
}
