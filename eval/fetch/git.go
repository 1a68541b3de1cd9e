package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"

	"firn/eval"
	"firn/eval/flakeref"
)

// checkout is what is wanted of a repository.
type checkout struct {
	url   string
	dir   string // of a repository of this machine, or ""
	ref   string // as the input has it, or ""
	rev   string // of the commit, or "" for that of ref
	attrs flakeref.Attrs

	shallow, submodules, exportIgnore, allRefs bool
}

// git fetches a commit of a repository, or the files of a working tree that it
// has.
func (f *Fetcher) git(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	c, err := newCheckout(r.Input)
	if err != nil {
		return eval.Fetched{}, err
	}
	if c.dir != "" && c.ref == "" && c.rev == "" && exists(filepath.Join(c.dir, gogit.GitDirName)) {
		return f.worktree(ctx, c)
	}
	return f.commit(ctx, c)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func newCheckout(in flakeref.Input) (*checkout, error) {
	c := &checkout{attrs: with(in.Attrs, nil)}
	for name, to := range map[string]*string{"url": &c.url, "ref": &c.ref, "rev": &c.rev} {
		if s, ok := in.Attrs[name].(string); ok {
			*to = s
		}
	}
	c.rev = strings.ToLower(c.rev)
	lfs, verify := false, false
	for name, to := range map[string]*bool{
		"shallow": &c.shallow, "submodules": &c.submodules, "exportIgnore": &c.exportIgnore, "allRefs": &c.allRefs, "lfs": &lfs, "verifyCommit": &verify,
	} {
		if b, ok := in.Attrs[name].(bool); ok {
			*to = b
		}
	}
	_, key := in.Attrs["publicKey"]
	_, keys := in.Attrs["publicKeys"]
	switch {
	case c.exportIgnore && c.submodules:
		return nil, errors.New("exportIgnore and submodules are not supported together yet")
	case lfs:
		return nil, fmt.Errorf("cannot fetch '%s': firn does not fetch what Git LFS keeps elsewhere", c.url)
	case verify || key || keys:
		return nil, fmt.Errorf("cannot fetch '%s': firn does not verify the signatures of commits", c.url)
	}
	switch s := flakeref.Scheme(c.url); s {
	case "file":
		dir, err := flakeref.FilePath(c.url)
		if err != nil {
			return nil, err
		}
		if c.dir, err = filepath.Abs(dir); err != nil {
			return nil, err
		}
	case "http", "https", "ssh", "git":
	default:
		return nil, fmt.Errorf("cannot fetch Git repository '%s': firn speaks http, https, ssh and git", c.url)
	}
	return c, nil
}

// What Nix says of repositories.
const (
	failedText  = "Failed to fetch git repository '%s': %w"
	missingText = "Cannot find Git revision '%s' in ref '%s' of repository '%s'! " +
		"Please make sure that the rev exists on the ref you've specified or add allRefs = true; to fetchGit."
	namelessText = "Git input '%s' has a commit hash but no branch/tag name"
)

// failed is the error of the repository.
func (c *checkout) failed(err error) error {
	return fmt.Errorf(failedText, c.url, err) //nolint:staticcheck // the text is Nix's
}

// missing is the error of a commit that the repository does not have.
func (c *checkout) missing() error {
	return fmt.Errorf(missingText, c.rev, c.ref, c.url) //nolint:staticcheck // the text is Nix's
}

// open opens a repository of this machine.
func (c *checkout) open() (*gogit.Repository, error) {
	return gogit.PlainOpenWithOptions(c.dir, &gogit.PlainOpenOptions{EnableDotGitCommonDir: true})
}

// key is what the tree of a commit is kept under.
func (c *checkout) key() string {
	key := "git " + c.rev
	if c.exportIgnore {
		key += " exportIgnore"
	}
	if c.submodules {
		key += " submodules of " + c.url
	}
	return key
}

// commit fetches a commit.
func (f *Fetcher) commit(ctx context.Context, c *checkout) (eval.Fetched, error) {
	if c.ref == "" || c.rev == "" {
		if err := f.resolve(ctx, c); err != nil {
			return eval.Fetched{}, c.failed(err)
		}
	}
	c.attrs["ref"], c.attrs["rev"] = c.ref, c.rev
	done, err := f.alone(ctx, c.key())
	if err != nil {
		return eval.Fetched{}, err
	}
	defer done()
	counted := "git revCount " + c.rev
	known, count := f.recall(c.key()), f.recall(counted)
	at, _, ok := f.known(trees, known.Sum)
	_, given := c.attrs["revCount"]
	needsCount := !c.shallow && !given && count.Asked.IsZero()
	if !ok || needsCount {
		at, err = f.checkOut(ctx, c, func(repo *gogit.Repository) (at string, err error) {
			if needsCount {
				if count.Count, err = ancestors(ctx, repo, c.rev); err != nil {
					return "", err
				}
				f.note(counted, count)
			}
			known, at, err = f.layOutCommit(ctx, c, repo)
			return at, err
		})
		if err != nil {
			return eval.Fetched{}, c.failed(err)
		}
		f.note(c.key(), known)
	}
	if _, dated := c.attrs["lastModified"]; !dated {
		c.attrs["lastModified"] = uint64(max(known.LastModified, 0))
	}
	if !c.shallow && !given {
		c.attrs["revCount"] = count.Count
	}
	c.attrs["narHash"] = known.Sum
	return eval.Fetched{At: at, Attrs: c.attrs}, nil
}

// resolve finds the branch that nobody has named, and the commit that it has.
func (f *Fetcher) resolve(ctx context.Context, c *checkout) error {
	if c.dir != "" {
		repo, err := c.open()
		if err != nil {
			return err
		}
		if c.ref == "" {
			head, err := repo.Reference(plumbing.HEAD, false)
			if err != nil {
				return err
			}
			c.ref = cmp.Or(string(head.Target()), string(plumbing.HEAD))
		}
		if c.rev == "" {
			id, err := repo.ResolveRevision(plumbing.Revision(c.ref))
			if err != nil {
				return fmt.Errorf("there is no '%s': %w", c.ref, err)
			}
			c.rev = id.String()
		}
		return nil
	}
	key := "git reference " + c.url + " " + c.ref
	known := f.recall(key)
	if known.Rev == "" || !f.fresh(known) && c.rev == "" {
		var err error
		if known.Ref, known.Rev, err = remoteReference(ctx, c); err != nil {
			return err
		}
		f.note(key, known)
	}
	c.ref, c.rev = known.Ref, cmp.Or(c.rev, known.Rev)
	return nil
}
