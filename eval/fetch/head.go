package fetch

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"firn/eval"
)

// Head is a host on which the files of a working tree of Git are as they are committed.
type Head struct {
	eval.Host
	Dir  string // of the working tree
	tree *object.Tree
}

// NewHead returns a host that differs from another one in the working tree around a
// directory, which it has as in the commit HEAD. Nothing of the repository is run.
func NewHead(h eval.Host, dir string) (*Head, error) {
	repo, err := gogit.PlainOpenWithOptions(dir, &gogit.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
	if err != nil {
		return nil, fmt.Errorf("'%s' is in no Git repository: %w", dir, err)
	}
	work, err := repo.Worktree()
	if err != nil {
		return nil, err
	}
	ref, err := repo.Head()
	if err != nil {
		return nil, fmt.Errorf("nothing is committed in '%s': %w", dir, err)
	}
	commit, err := repo.CommitObject(ref.Hash())
	if err != nil {
		return nil, err
	}
	tree, err := commit.Tree()
	if err != nil {
		return nil, err
	}
	return &Head{h, filepath.Clean(work.Filesystem.Root()), tree}, nil
}

// inside returns a path from the top of the working tree, "" for that. Git has nothing
// of its own directory.
func (h *Head) inside(p string) (string, bool) {
	if p == h.Dir {
		return "", true
	}
	rest, ok := strings.CutPrefix(p, h.Dir+"/")
	return rest, ok && rest != ".git" && !strings.HasPrefix(rest, ".git/")
}

// find returns what is committed at a path.
func (h *Head) find(op, p, rest string) (*object.TreeEntry, error) {
	e, err := h.tree.FindEntry(rest)
	if errors.Is(err, object.ErrEntryNotFound) || errors.Is(err, object.ErrDirectoryNotFound) || errors.Is(err, object.ErrFileNotFound) {
		return nil, &fs.PathError{Op: op, Path: p, Err: fs.ErrNotExist}
	}
	return e, err
}

// maxCommitted is the size of the largest file that is read, in bytes.
const maxCommitted = 64 << 20

// ReadFile implements [eval.Host].
func (h *Head) ReadFile(p string) (string, error) {
	in, err := h.Open(p)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(in, maxCommitted+1))
	if err == nil && len(text) > maxCommitted {
		err = fmt.Errorf("'%s' is larger than %d bytes", p, maxCommitted)
	}
	return string(text), errors.Join(err, in.Close())
}

// Open implements [eval.Host].
func (h *Head) Open(p string) (io.ReadCloser, error) {
	rest, ok := h.inside(p)
	if !ok {
		return h.Host.Open(p)
	}
	if _, err := h.find("open", p, rest); err != nil {
		return nil, err
	}
	f, err := h.tree.File(rest)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: p, Err: err}
	}
	return f.Reader()
}

// Lstat implements [eval.Host].
func (h *Head) Lstat(p string) (eval.FileInfo, error) {
	rest, ok := h.inside(p)
	switch {
	case !ok:
		return h.Host.Lstat(p)
	case rest == "":
		return eval.FileInfo{Kind: eval.Directory}, nil
	}
	e, err := h.find("lstat", p, rest)
	if err != nil {
		return eval.FileInfo{}, err
	}
	info := eval.FileInfo{Kind: committedKind(e.Mode), Executable: e.Mode == filemode.Executable}
	if info.Kind == eval.Regular {
		if info.Size, err = h.tree.Size(rest); err != nil {
			return eval.FileInfo{}, err
		}
	}
	return info, nil
}

func committedKind(m filemode.FileMode) eval.FileKind {
	switch m {
	case filemode.Dir, filemode.Submodule: // of which Git has an empty directory
		return eval.Directory
	case filemode.Symlink:
		return eval.Symlink
	}
	return eval.Regular
}

// ReadDir implements [eval.Host].
func (h *Head) ReadDir(p string) ([]eval.DirEntry, error) {
	rest, ok := h.inside(p)
	if !ok {
		return h.Host.ReadDir(p)
	}
	tree := h.tree
	if rest != "" {
		e, err := h.find("open", p, rest)
		if err != nil {
			return nil, err
		}
		if e.Mode == filemode.Submodule {
			return nil, nil
		}
		if tree, err = h.tree.Tree(rest); err != nil {
			return nil, err
		}
	}
	list := make([]eval.DirEntry, len(tree.Entries))
	for i, e := range tree.Entries {
		list[i] = eval.DirEntry{Name: e.Name, Kind: committedKind(e.Mode)}
	}
	return list, nil
}

// Readlink implements [eval.Host].
func (h *Head) Readlink(p string) (string, error) {
	rest, ok := h.inside(p)
	if !ok {
		return h.Host.Readlink(p)
	}
	if info, err := h.Lstat(p); err != nil || info.Kind != eval.Symlink {
		if err == nil {
			err = fs.ErrInvalid
		}
		return "", &fs.PathError{Op: "readlink", Path: p, Err: err}
	}
	f, err := h.tree.File(rest)
	if err != nil {
		return "", err
	}
	return f.Contents()
}
