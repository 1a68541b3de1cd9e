package knowledge

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
)

// Others returns the views of other configurations that a file belongs to, too, as
// far as they are evaluated. Those of the same flake or network are evaluated in the
// background when somebody first asks. The caller closes the views.
func (v *View) Others(ctx context.Context) []*View {
	f := File{Path: v.path, Info: v.info, Valid: v.valid, Role: v.role}
	b := v.state.base
	if b == nil || v.isGroup() {
		return nil
	}
	b.evaluateSiblings(v.state)
	var list []*View
	for _, s := range b.States() {
		if s.wanted != v.state.wanted && s.err == nil && s.options != nil && len(s.members) == 0 && s.reaches(v.path) {
			list = append(list, s.View(ctx, f))
		}
	}
	slices.SortFunc(list, func(a, b *View) int { return strings.Compare(a.state.Name(), b.state.Name()) })
	return list
}

// maxSiblings is how many configurations of a file are evaluated for the sake of a
// comparison.
const maxSiblings = 8

// evaluateSiblings begins to evaluate the other configurations of a file.
func (b *Base) evaluateSiblings(s *State) {
	if s.wanted.Name == "" {
		return
	}
	group := b.root(Entry{Kind: s.wanted.Kind, Path: s.wanted.Path}).latest()
	if group == nil {
		return
	}
	for _, name := range group.members[:min(len(group.members), maxSiblings)] {
		b.root(group.member(name)).begin()
	}
}

// Name returns what people call the configuration: the machine, or the directory and
// the file.
func (s *State) Name() string {
	if name := s.wanted.Name; name != "" && name != aloneName {
		return name[strings.LastIndexByte(name, '.')+1:]
	}
	return filepath.Join(filepath.Base(filepath.Dir(s.wanted.Path)), filepath.Base(s.wanted.Path))
}
