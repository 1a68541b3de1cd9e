package knowledge

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firn/lsp/feature/module"
	"firn/parser/scope"
)

// maxElsewhere is how many entries are looked at that are neither in the directory of
// a file nor in one above.
const maxElsewhere = 8

// rootFor returns the root that a file belongs to: of the entries that reach it
// the nearest, else the nearest that it may belong to. It has a state.
func (b *Base) rootFor(ctx context.Context, f File, entries []Entry) *root {
	var nearest *root
	elsewhere := 0
	for _, e := range near(f.Path, entries) {
		above := under(f.Path, filepath.Dir(e.Path))
		if !above {
			if elsewhere++; elsewhere > maxElsewhere {
				break
			}
		}
		list, err := b.rootsOf(ctx, e, f.Path)
		if err != nil {
			return nil
		}
		r, err := reaching(ctx, list, f.Path)
		if r != nil || err != nil {
			return r
		}
		if nearest == nil && above {
			nearest = list[0]
		}
	}
	return b.fallback(ctx, f, nearest)
}

// fallback returns the root for a file that belongs to no configuration, of which the
// nearest may be nil.
func (b *Base) fallback(ctx context.Context, f File, nearest *root) *root {
	system := b.root(Entry{Kind: NixOS})
	for _, r := range []*root{b.instead(nearest, f), nearest, system} {
		if r == nil {
			continue
		}
		s, err := r.await(ctx)
		if err != nil {
			return nil
		}
		if f.Role != ModuleFile || s.options != nil {
			return r
		}
	}
	return system
}

// reaching returns the first root that reaches a file, nil if there is none.
func reaching(ctx context.Context, list []*root, path string) (*root, error) {
	for _, r := range list {
		s, err := r.await(ctx)
		if err != nil {
			return nil, err
		}
		if s.reaches(path) {
			return r, nil
		}
	}
	return nil, nil
}

// rootsOf returns the roots that a file may belong to which an entry stands for, the
// likeliest first.
func (b *Base) rootsOf(ctx context.Context, e Entry, path string) ([]*root, error) {
	r := b.root(e)
	s, err := r.await(ctx)
	if err != nil {
		return nil, err
	}
	if len(s.members) == 0 || s.reaches(path) {
		return []*root{r}, nil
	}
	return append(b.members(s, path), r), nil
}

// instead returns the root for a file that belongs to no configuration, of which the
// nearest may be nil. What the file itself tells comes first.
func (b *Base) instead(nearest *root, f File) *root {
	if f.Role != ModuleFile {
		return nearest
	}
	if dir := homeTree(f.Path); dir != "" {
		return b.root(Entry{Kind: HomeManager, Path: dir, Name: aloneName})
	}
	if isForHome(f.Info) {
		return b.homeRoot(nearest)
	}
	if nearest == nil {
		return nil
	}
	s := nearest.latest()
	if s.wanted.Kind == Flake && s.wanted.Name == "" && s.options == nil && s.wanted.Path != f.Path {
		return b.root(s.member(aloneName)) // a system that the flake could have
	}
	return nearest
}

// homeTree returns the directory of the home-manager that a file is a part of, or "".
func homeTree(path string) string {
	for dir := filepath.Dir(path); dir != "/" && dir != "."; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "modules", "home-environment.nix")); err == nil {
			return dir
		}
	}
	return ""
}

// ofHome are options of home-manager at the top that NixOS does not have.
var ofHome = []string{"accounts", "home", "wayland", "xsession"}

// isForHome reports whether a module sets options that only home-manager has.
func isForHome(info *scope.Info) bool {
	m, ok := module.Parse(info)
	if !ok {
		return false
	}
	for d := range m.All() {
		if names := module.Names(d.Path()); slices.Contains(ofHome, names[0]) {
			return true
		}
	}
	return false
}

// homeRoot returns the root for a module of home-manager that belongs to no
// configuration: one of the flake around it, or home-manager alone.
func (b *Base) homeRoot(nearest *root) *root {
	if nearest == nil {
		return b.root(Entry{Kind: HomeManager})
	}
	if nearest.entry.Kind == HomeManager {
		return nearest
	}
	group := b.root(Entry{Kind: nearest.entry.Kind, Path: nearest.entry.Path})
	if s := group.latest(); s != nil {
		for _, name := range s.members {
			if strings.HasPrefix(name, "homeConfigurations.") {
				return b.root(s.member(name))
			}
		}
	}
	return b.root(Entry{Kind: HomeManager})
}
