package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/gitattributes"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/memory"
	"github.com/rogpeppe/go-internal/lockedfile"

	"firn/eval"
	"firn/eval/flakeref"
	"firn/store/download"
	"firn/store/hash"
)

// remoteReference asks a server for the commit of a branch or tag, by the whole
// name of it.
func remoteReference(ctx context.Context, c *checkout) (ref, rev string, err error) {
	remote := gogit.NewRemote(memory.NewStorage(), &config.RemoteConfig{Name: gogit.DefaultRemoteName, URLs: []string{c.url}})
	list, err := remote.ListContext(ctx, &gogit.ListOptions{PeelingOption: gogit.AppendPeeled})
	if err != nil {
		return "", "", err
	}
	all := map[string]*plumbing.Reference{}
	for _, r := range list {
		all[string(r.Name())] = r
	}
	if c.ref == "" {
		head := all[string(plumbing.HEAD)]
		if head == nil {
			return "", "", errors.New("it does not say which branch is the usual one")
		}
		ref = string(plumbing.HEAD)
		if head.Type() == plumbing.SymbolicReference {
			ref = string(head.Target())
		}
		if r := all[ref]; r != nil {
			return ref, r.Hash().String(), nil
		}
		return "", "", fmt.Errorf("it has no '%s'", ref)
	}
	name := wholeName(c.ref)
	for _, name := range []string{name + "^{}", name} { // of a tag, its commit
		if r := all[name]; r != nil && r.Type() == plumbing.HashReference {
			return c.ref, r.Hash().String(), nil
		}
	}
	return "", "", fmt.Errorf("it has no branch or tag '%s'", c.ref)
}

// wholeName returns the whole name of a branch, or of what is called so already.
func wholeName(ref string) string {
	if strings.HasPrefix(ref, "refs/") || ref == string(plumbing.HEAD) {
		return ref
	}
	return "refs/heads/" + ref
}

// checkOut gives the repository with the commit to a function.
func (f *Fetcher) checkOut(ctx context.Context, c *checkout, use func(*gogit.Repository) (string, error)) (string, error) {
	if c.dir != "" {
		repo, err := c.open()
		if err != nil {
			return "", err
		}
		if _, err := repo.CommitObject(plumbing.NewHash(c.rev)); err != nil {
			return "", c.missing()
		}
		return use(repo)
	}
	_, dated := c.attrs["lastModified"]
	_, counted := c.attrs["revCount"]
	if c.shallow || dated && counted { // then nothing is to be known of the history
		reached := false
		at, err := f.checkOutCopy(ctx, c, 1, func(r *gogit.Repository) (string, error) {
			reached = true
			return use(r)
		})
		if reached || ctx.Err() != nil {
			return at, err
		}
	}
	return f.checkOutCopy(ctx, c, 0, use)
}

// checkOutCopy is checkOut for a copy of a repository that has only so many commits
// of each branch, or all.
func (f *Fetcher) checkOutCopy(ctx context.Context, c *checkout, depth int, use func(*gogit.Repository) (string, error)) (string, error) {
	dir := filepath.Join(f.o.Dir, repos, hash.SumString(hash.SHA256, c.url).Nix32())
	if depth > 0 {
		dir += "-shallow"
	}
	unlock, err := lock(ctx, dir+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	repo, err := gogit.PlainOpen(dir)
	if errors.Is(err, gogit.ErrRepositoryNotExists) {
		repo, err = gogit.PlainInit(dir, true)
	}
	if err != nil {
		return "", err
	}
	f.use(dir)
	if err := f.fetchCommit(ctx, c, repo, depth); err != nil {
		return "", err
	}
	return use(repo)
}

// lock waits until no other process uses a repository.
func lock(ctx context.Context, name string) (unlock func(), err error) {
	type result struct {
		unlock func()
		err    error
	}
	got := make(chan result, 1)
	go func() {
		unlock, err := lockedfile.MutexAt(name).Lock()
		got <- result{unlock, err}
	}()
	select {
	case r := <-got:
		return r.unlock, r.err
	case <-ctx.Done():
		go func() {
			if r := <-got; r.err == nil {
				r.unlock()
			}
		}()
		return nil, ctx.Err()
	}
}

// fetchCommit brings a commit into a repository that may have it: just that if the
// server gives it, or else what is around it.
func (f *Fetcher) fetchCommit(ctx context.Context, c *checkout, repo *gogit.Repository, depth int) error {
	id := plumbing.NewHash(c.rev)
	if _, err := repo.CommitObject(id); err == nil {
		return nil
	}
	watched := f.client.Begin(ctx, c.url)
	defer watched.Done()
	o := gogit.FetchOptions{RemoteURL: c.url, Tags: gogit.NoTags, Force: true, Depth: depth, Progress: &chunks{watched: watched}}
	exact := config.RefSpec(c.rev + ":refs/firn/" + c.rev)
	wide := config.RefSpec("+refs/*:refs/*")
	if !c.allRefs {
		name := wholeName(c.ref)
		wide = config.RefSpec("+" + name + ":refs/firn/" + path.Base(name))
	}
	var err error
	for _, spec := range []config.RefSpec{exact, wide} {
		o.RefSpecs = []config.RefSpec{spec}
		err = fetchInto(ctx, repo, &o)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, missing := repo.CommitObject(id); missing == nil {
			return nil
		}
	}
	if err != nil {
		return err
	}
	return c.missing()
}

func fetchInto(ctx context.Context, repo *gogit.Repository, o *gogit.FetchOptions) error {
	remote := gogit.NewRemote(repo.Storer, &config.RemoteConfig{Name: gogit.DefaultRemoteName, URLs: []string{o.RemoteURL}})
	err := remote.FetchContext(ctx, o)
	if errors.Is(err, gogit.NoErrAlreadyUpToDate) {
		return nil
	}
	return err
}

// chunks is told what a server of Git says meanwhile.
type chunks struct{ watched download.Activity }

// Write implements [io.Writer].
func (c *chunks) Write(p []byte) (int, error) {
	c.watched.Progress(0, 0)
	return len(p), nil
}

// ancestors counts the commits that a commit has behind it, and itself.
func ancestors(ctx context.Context, repo *gogit.Repository, rev string) (uint64, error) {
	shallow, err := repo.Storer.Shallow()
	if err != nil {
		return 0, err
	}
	if len(shallow) > 0 {
		return 0, errors.New("it is a shallow Git repository, so 'revCount' is not available")
	}
	seen := map[plumbing.Hash]bool{}
	for todo := []plumbing.Hash{plumbing.NewHash(rev)}; len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		commit, err := repo.CommitObject(id)
		if err != nil {
			return 0, err
		}
		todo = append(todo, commit.ParentHashes...)
	}
	return uint64(len(seen)), nil
}

// layOutCommit makes the tree of a commit.
func (f *Fetcher) layOutCommit(ctx context.Context, c *checkout, repo *gogit.Repository) (a answer, at string, err error) {
	commit, err := repo.CommitObject(plumbing.NewHash(c.rev))
	if err != nil {
		return a, "", err
	}
	tree, err := commit.Tree()
	if err != nil {
		return a, "", err
	}
	err = f.inDir(func(dir string) error {
		l := layOut{f: f, ctx: ctx, c: c, storer: repo.Storer, dir: filepath.Join(dir, "tree")}
		if c.submodules {
			if l.modules, err = modulesOf(tree); err != nil {
				return err
			}
		}
		if err := l.tree(tree, nil, nil); err != nil {
			return err
		}
		var h hash.Hash
		at, h, err = f.keepTree(ctx, l.dir)
		a = answer{Sum: h.SRI(), LastModified: commit.Committer.When.Unix()}
		return err
	})
	return a, at, err
}

// layOut writes the files of a commit.
type layOut struct {
	f       *Fetcher
	ctx     context.Context
	c       *checkout
	storer  storer.EncodedObjectStorer
	dir     string
	modules map[string]*config.Submodule // by path
}

// maxDepth is how deep directories may be in one another.
const maxDepth = 1000

// tree writes what is in a directory, with the attributes that those around it
// give.
func (l *layOut) tree(t *object.Tree, below []string, rules []gitattributes.MatchAttribute) error {
	if len(below) > maxDepth {
		return fmt.Errorf("its directories are more than %d deep", maxDepth)
	}
	if err := os.Mkdir(filepath.Join(append([]string{l.dir}, below...)...), 0o777); err != nil {
		return err
	}
	if l.c.exportIgnore {
		more, err := attributesOf(t, below)
		if err != nil {
			return err
		}
		rules = append(rules[:len(rules):len(rules)], more...)
	}
	for _, e := range t.Entries {
		if err := l.ctx.Err(); err != nil {
			return err
		}
		if !isFileName(e.Name) {
			return fmt.Errorf("it has a file with the name %q", e.Name)
		}
		name := append(below[:len(below):len(below)], e.Name)
		if ignored(rules, name) {
			continue
		}
		if err := l.entry(t, e, name, rules); err != nil {
			return err
		}
	}
	return nil
}

func (l *layOut) entry(t *object.Tree, e object.TreeEntry, name []string, rules []gitattributes.MatchAttribute) (err error) {
	at := filepath.Join(append([]string{l.dir}, name...)...)
	switch e.Mode {
	case filemode.Dir:
		sub, err := object.GetTree(l.storer, e.Hash)
		if err != nil {
			return err
		}
		return l.tree(sub, name, rules)
	case filemode.Submodule:
		return l.submodule(path.Join(name...), at, e.Hash)
	}
	file, err := t.TreeEntryFile(&e)
	if err != nil {
		return err
	}
	in, err := file.Reader()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if e.Mode == filemode.Symlink {
		target, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		return os.Symlink(string(target), at)
	}
	mode := os.FileMode(0o666)
	if e.Mode == filemode.Executable {
		mode = 0o777
	}
	return create(at, mode, in)
}

// create writes a file that must not be there yet.
func create(at string, mode os.FileMode, in io.Reader) (err error) {
	out, err := os.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}

// isFileName reports whether a name is that of a file in a directory.
func isFileName(s string) bool {
	return s != "" && s != "." && s != ".." && !strings.ContainsAny(s, "/\x00")
}

// textOf returns the text of a file of a tree, "" if there is none.
func textOf(t *object.Tree, name string) (string, error) {
	file, err := t.File(name)
	if errors.Is(err, object.ErrFileNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return file.Contents()
}

// modulesOf returns what the submodules of a tree are, by their paths.
func modulesOf(t *object.Tree) (map[string]*config.Submodule, error) {
	text, err := textOf(t, ".gitmodules")
	if err != nil {
		return nil, err
	}
	m := config.NewModules()
	if err := m.Unmarshal([]byte(text)); err != nil {
		return nil, fmt.Errorf("cannot read .gitmodules: %w", err)
	}
	byPath := map[string]*config.Submodule{}
	for _, s := range m.Submodules {
		byPath[s.Path] = s
	}
	return byPath, nil
}

// submodule writes the files of a submodule; without an address it is an empty
// directory.
func (l *layOut) submodule(name, at string, id plumbing.Hash) error {
	s := l.modules[name]
	if s == nil {
		return os.Mkdir(at, 0o777)
	}
	u, err := l.c.moduleURL(s.URL)
	if err != nil {
		return err
	}
	attrs := flakeref.Attrs{"type": "git", "url": u, "rev": id.String(), "submodules": true, "allRefs": true}
	switch s.Branch {
	case "":
	case ".":
		attrs["ref"] = l.c.ref
	default:
		attrs["ref"] = s.Branch
	}
	_, err = l.f.insert(l.ctx, attrs, at)
	return err
}

// insert copies the tree of an input into another one, where there must be nothing
// yet.
func (f *Fetcher) insert(ctx context.Context, attrs flakeref.Attrs, at string) (eval.Fetched, error) {
	in, err := flakeref.NewInput(attrs, flakeref.Options{Warn: f.o.Warn})
	if err != nil {
		return eval.Fetched{}, err
	}
	got, err := f.git(ctx, eval.Request{Kind: eval.FetchGit, Input: in})
	if err != nil {
		return eval.Fetched{}, err
	}
	if err := os.Mkdir(at, 0o777); err != nil { // which a link would not be
		return eval.Fetched{}, err
	}
	return got, os.CopyFS(at, os.DirFS(got.At))
}

// moduleURL returns the URL of a submodule, which may be relative to that of the
// repository (git-submodule, "add").
func (c *checkout) moduleURL(s string) (string, error) {
	if strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../") {
		scheme, rest, _ := strings.Cut(c.url, "://")
		host, below, _ := strings.Cut(rest, "/")
		return scheme + "://" + host + path.Join("/"+below, s), nil
	}
	return flakeref.GitURL(s, flakeref.Options{})
}

// attributesOf returns the attributes that a directory gives (gitattributes).
func attributesOf(t *object.Tree, below []string) ([]gitattributes.MatchAttribute, error) {
	text, err := textOf(t, ".gitattributes")
	if err != nil {
		return nil, err
	}
	return gitattributes.ReadAttributes(strings.NewReader(text), below, len(below) == 0)
}

// ignored reports whether a file is not for those who get an archive. The last rule
// that says anything of it counts.
func ignored(rules []gitattributes.MatchAttribute, name []string) bool {
	for i := len(rules) - 1; i >= 0; i-- {
		if r := rules[i]; r.Pattern != nil && r.Pattern.Match(name) {
			for _, a := range r.Attributes {
				if a.Name() == "export-ignore" {
					return a.IsSet()
				}
				if a.IsSet() && isMacro(rules, a.Name()) {
					return true
				}
			}
		}
	}
	return false
}

// isMacro reports whether an attribute stands for others, with export-ignore among
// them (gitattributes, "Defining macro attributes").
func isMacro(rules []gitattributes.MatchAttribute, name string) bool {
	for _, r := range rules {
		if r.Pattern != nil || r.Name != name {
			continue
		}
		for _, a := range r.Attributes {
			if a.Name() == "export-ignore" && a.IsSet() {
				return true
			}
		}
	}
	return false
}
