package fetch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"firn/eval"
	"firn/store/hash"
	"firn/store/path"
)

// alias notes which store path a tree has, so that what evaluations say of that can
// be found. Without it there is only less to be found.
func (f *Fetcher) alias(tree, name string) {
	sum, err := hash.Parse(filepath.Base(tree), hash.SHA256)
	if err != nil {
		return
	}
	p, err := path.Dir(eval.DefaultStoreDir).Fixed(name, path.ContentAddress{Method: path.NAR, Hash: sum}, path.Refs{})
	if err != nil {
		return
	}
	at := filepath.Join(f.o.Dir, aliases, p.Base())
	err = os.Symlink(filepath.Join("..", trees, filepath.Base(tree)), at)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		f.o.Warn("cannot note where it is: " + err.Error())
	}
}

// Locate returns where something is that an evaluation knows by a store path, but that
// is not in the store: below a tree that was fetched. It returns other paths as they
// are.
func (f *Fetcher) Locate(p string) string {
	s, below, err := path.Dir(eval.DefaultStoreDir).Split(filepath.Clean(p))
	if err != nil {
		return p
	}
	if _, err := os.Lstat(string(s)); err == nil {
		return p
	}
	tree, err := filepath.EvalSymlinks(filepath.Join(f.o.Dir, aliases, s.Base()))
	if err != nil {
		return p
	}
	return filepath.Join(tree, below)
}
