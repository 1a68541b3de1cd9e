// Package workspace finds the Nix files of a project.
//
// It leaves out what a version control system does not keep: hidden
// directories, and what .gitignore files exclude, those above the project
// included as far as the repository reaches. Symbolic links are not followed,
// so a walk ends and does not leave the project.
package workspace

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Extension is how the name of a Nix file ends.
const Extension = ".nix"

// IgnoreFile is the name of the files that say what to leave out.
const IgnoreFile = ".gitignore"

// Files returns the paths of all Nix files below root, sorted by directory.
// Directories that cannot be read are left out; an error means that root
// cannot, or that ctx has ended. The patterns of exclude are those of a
// .gitignore file in root, and come before what the files say.
func Files(ctx context.Context, root string, exclude []string) ([]string, error) {
	info, err := os.Lstat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{root}, nil
	}
	w, err := walk(ctx, root, exclude)
	return w.files, err
}

// Directories returns root and the directories below it that are searched for
// Nix files.
func Directories(ctx context.Context, root string, exclude []string) ([]string, error) {
	info, err := os.Lstat(root)
	if err != nil || !info.IsDir() {
		return nil, err
	}
	w, err := walk(ctx, root, exclude)
	return w.dirs, err
}

// walker collects what a walk comes by.
type walker struct {
	ctx         context.Context
	files, dirs []string
}

func walk(ctx context.Context, root string, exclude []string) (walker, error) {
	w := walker{ctx: ctx}
	rules := append(inherited(root), parseLines(root, exclude)...)
	if err := w.dir(root, rules); err != nil {
		return walker{}, err
	}
	return w, nil
}

// dir adds what is below path, to which the rules apply that were read on the
// way down.
func (w *walker) dir(path string, rules []rule) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil //nolint:nilerr // what cannot be read has no files
	}
	w.dirs = append(w.dirs, path)
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == IgnoreFile }) {
		rules = append(rules[:len(rules):len(rules)], readIgnoreFile(path, filepath.Join(path, IgnoreFile))...)
	}
	for _, e := range entries {
		child := filepath.Join(path, e.Name())
		switch {
		case e.IsDir() && !hidden(e) && !ignored(rules, child, e.IsDir()):
			if err := w.dir(child, rules); err != nil {
				return err
			}
		case e.Type().IsRegular() && filepath.Ext(e.Name()) == Extension && !ignored(rules, child, false):
			w.files = append(w.files, child)
		}
	}
	return nil
}

func hidden(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") }

// inherited returns the rules that repositories have for root from above it.
func inherited(root string) []rule {
	var chain []string
	for dir := root; ; dir = filepath.Dir(dir) {
		chain = append(chain, dir)
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			return nil // no repository; a .gitignore above root is none of ours
		}
	}
	top := chain[len(chain)-1]
	rules := readIgnoreFile(top, filepath.Join(top, ".git", "info", "exclude"))
	for i := len(chain) - 1; i > 0; i-- {
		rules = append(rules, readIgnoreFile(chain[i], filepath.Join(chain[i], IgnoreFile))...)
	}
	return rules
}
