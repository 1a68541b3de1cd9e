package lsp

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"firn/lsp/convert"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/lsp/feature/rename"
	"firn/lsp/feature/usage"
	"firn/lsp/session"
	"firn/parser/scope"
)

// optionToRename returns a search for the option whose name at off is to be
// changed, nil if that is the name of something else. The error is a
// [rename.Refusal] if the option has its name from elsewhere.
func (s *Server) optionToRename(ctx context.Context, snapshot *session.Snapshot, a asked, file *session.File, off uint32) (*optionSearch, error) {
	o, err := s.optionAt(ctx, snapshot, a, file, off)
	if err != nil || o == nil {
		return nil, err
	}
	if other, err := o.isOther(ctx); other || err != nil {
		return nil, err
	}
	found, err := o.declared(ctx, o.option.Path)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(d optionDeclaration) bool { return !isIn(snapshot, d.file.Path()) })
	return o, o.renamable(found)
}

// isOther reports whether a name is rather that of an attribute than the one of an
// option: it is in the value of an option, or used in the file.
func (s *optionSearch) isOther(ctx context.Context) (bool, error) {
	switch {
	case module.FitsAny(s.name()), s.query.IsInside(s.option):
		return true, nil
	case s.option.Declared:
		return false, nil
	case s.isUsedHere():
		return true, nil
	}
	in := s.search
	in.wants = hasAll("options")
	around, err := lookInto(ctx, in, func(f *session.File) []module.Declaration {
		var list []module.Declaration
		for i := 1; i < len(s.option.Path); i++ {
			list = append(list, module.Declaring(f.Scope(), s.option.Path[:i])...)
		}
		return list
	})
	return slices.ContainsFunc(around, func(d module.Declaration) bool { return d.Option }), err
}

// name returns the name of the option.
func (s *optionSearch) name() string { return s.option.Path[len(s.option.Path)-1] }

// isUsedHere reports whether the attribute that sets the option has other uses in
// the file, which may be why somebody wants to rename it.
func (s *optionSearch) isUsedHere() bool {
	info := s.file.Scope()
	id := info.Defines(s.option.Name.ID())
	if id == scope.NoBinding {
		return false
	}
	isUse := func(p usage.Place) bool { return p.Role != usage.Definition }
	return slices.ContainsFunc(usage.Of(info, id), isUse)
}

// renamable refuses an option that the workspace does not declare in so many
// words, and a set of options unless all of them are.
func (s *optionSearch) renamable(found []optionDeclaration) error {
	shown := option.Path(s.option.Path)
	var evaluated []option.Place
	switch isSet := !slices.ContainsFunc(found, func(d optionDeclaration) bool { return d.Option }); {
	case s.option.Known != nil:
		evaluated = s.option.Known.Declared
	case len(found) > 0 && isSet:
		var ok bool
		if evaluated, ok = s.query.DeclaredBelow(s.option); !ok {
			return &rename.Refusal{Reason: fmt.Sprintf("'%s' is a set of options, to which files outside of the workspace may add", shown)}
		}
	}
	for _, p := range evaluated {
		if !slices.ContainsFunc(found, func(d optionDeclaration) bool { return d.file.Path() == p.Path }) {
			return &rename.Refusal{Reason: fmt.Sprintf("'%s' is declared in %s, %s", shown, s.shown(p.Path), s.reason(p.Path))}
		}
	}
	if len(found) == 0 {
		return &rename.Refusal{Reason: fmt.Sprintf("the option '%s' is not declared in this workspace", shown)}
	}
	return nil
}

// reason says why a declaration in a file cannot be changed.
func (s *optionSearch) reason(path string) string {
	if isIn(s.snapshot, path) {
		return "where its name is not written out"
	}
	return "outside of the workspace"
}

// rename returns the changes that give the option another name.
func (s *optionSearch) rename(ctx context.Context, typed string) ([]convert.Changes, error) {
	name, err := rename.ReadName(typed)
	if err != nil || name == s.name() {
		return nil, err
	}
	if err := s.free(ctx, s.option.Sibling(name)); err != nil {
		return nil, err
	}
	type planned struct {
		file  *session.File
		edits []rename.Edit
		err   error
	}
	plans, err := lookInto(ctx, s.search, func(f *session.File) []planned {
		if s.isApart(f) {
			return nil
		}
		q := renaming(s.snapshot, f)
		edits, err := q.Option(s.name(), typed, s.option.In(q.Info))
		return []planned{{f, edits, err}}
	})
	if err != nil {
		return nil, err
	}
	var changes []convert.Changes
	for _, p := range plans {
		if p.err != nil {
			return nil, s.refusedIn(p.file, p.err)
		}
		if len(p.edits) > 0 {
			changes = append(changes, s.server.changes(p.file, p.edits, s.name()))
		}
	}
	return changes, nil
}

// free refuses a path at which something is declared.
func (s *optionSearch) free(ctx context.Context, path []string) error {
	found, err := s.declared(ctx, path)
	if err != nil {
		return err
	}
	for _, d := range found {
		line := d.Name.Tree().Lines().Line(d.Name.Start()) + 1
		return &rename.Refusal{Reason: fmt.Sprintf("'%s' is declared already, in line %d of %s", option.Path(path), line, s.shown(d.file.Path()))}
	}
	if s.query.IsDeclared(path) {
		return &rename.Refusal{Reason: fmt.Sprintf("'%s' is declared already", option.Path(path))}
	}
	return nil
}

// refusedIn says of a refusal in which file its reason is.
func (s search) refusedIn(f *session.File, err error) error {
	r := (*rename.Refusal)(nil)
	if f == s.file || !errors.As(err, &r) {
		return err
	}
	return &rename.Refusal{Reason: fmt.Sprintf("in %s: %s", s.shown(f.Path()), r.Reason)}
}

// shown returns a path as people are told of it: from the folder that it is in.
func (s search) shown(path string) string {
	for _, folder := range s.snapshot.Folders() {
		if isBelow(folder.Path, path) {
			return strings.TrimPrefix(strings.TrimPrefix(path, folder.Path), string(filepath.Separator))
		}
	}
	return path
}

// isIn reports whether a file is in the workspace, or open where there is none.
func isIn(snapshot *session.Snapshot, path string) bool {
	folders := snapshot.Folders()
	return len(folders) == 0 || slices.ContainsFunc(folders, func(f session.Folder) bool { return isBelow(f.Path, path) })
}
