package lsp

import (
	"context"
	"path/filepath"
	"slices"

	"firn/lsp/convert"
	"firn/lsp/feature/navigate"
	"firn/lsp/feature/usage"
	"firn/lsp/session"
	"firn/parser"
)

// exportSearch looks for the places that name a binding in any file.
type exportSearch struct {
	search
	target usage.Export
	home   *session.File // that has the binding
}

// exportPlaces are the places of one file.
type exportPlaces struct {
	file   *session.File
	places []usage.Place
}

// exportsAt returns searches for what the name at off stands for, as far as that
// is or may be used in several files.
func (s *Server) exportsAt(ctx context.Context, snapshot *session.Snapshot, file *session.File, off uint32) []*exportSearch {
	if file.Path() == "" {
		return nil
	}
	q := navigate.Query{Space: s.space(ctx, snapshot, file), World: s.world(file.Path())}
	var list []*exportSearch
	for _, x := range q.Bindings(off) {
		if e := s.export(ctx, snapshot, file, x); e != nil && (e.home != file || usage.Public(x.Info, x.Binding)) {
			list = append(list, e)
		}
	}
	return list
}

// export returns a search for a binding, whose path is "" if it is in file. It is
// nil if the file of the binding is gone.
func (s *Server) export(ctx context.Context, snapshot *session.Snapshot, file *session.File, x usage.Export) *exportSearch {
	e := &exportSearch{search: search{server: s, snapshot: snapshot, file: file}, target: x, home: file}
	if x.Path == "" {
		e.target.Path = file.Path()
		return e
	}
	home, err := snapshot.FileAt(ctx, x.Path)
	if err != nil {
		return nil
	}
	e.home = home
	return e
}

// name returns the name of the binding.
func (e *exportSearch) name() string { return e.target.Info.Name(e.target.Binding) }

// maxVia is up to how many files that import the one with the binding are others
// looked for that import those in turn.
const maxVia = 16

// elsewhere returns the places in other files than that of the binding, in which
// it is reached by an import, or by one of a file that imports it.
func (e *exportSearch) elsewhere(ctx context.Context) ([]exportPlaces, error) {
	direct, err := e.leading(ctx, []string{e.home.Path()})
	if err != nil {
		return nil, err
	}
	via, files := []string{e.home.Path()}, direct
	if len(direct) <= maxVia {
		var paths []string
		for _, f := range direct {
			paths = append(paths, f.Path())
		}
		indirect, err := e.leading(ctx, paths)
		if err != nil {
			return nil, err
		}
		via, files = append(via, paths...), append(files, indirect...)
	}
	if !slices.Contains(files, e.file) {
		files = append(files, e.file) // it may have its own way
	}
	return e.in(ctx, files, via), ctx.Err()
}

// leading returns the files with paths in them that lead to one of some files.
func (e *exportSearch) leading(ctx context.Context, to []string) ([]*session.File, error) {
	if len(to) == 0 {
		return nil, nil
	}
	in := e.search
	in.wants = func(path, src string) bool {
		w := e.server.world(path)
		return slices.ContainsFunc(to, func(t string) bool { return w.MayLead(src, t) })
	}
	return lookInto(ctx, in, func(f *session.File) []*session.File {
		w := e.server.world(f.Path())
		if slices.ContainsFunc(to, func(t string) bool { return w.Leads(f.Tree(), t) }) {
			return []*session.File{f}
		}
		return nil
	})
}

// in returns the places in files, from which the binding is reached by way of
// others. Each file is looked into once.
func (e *exportSearch) in(ctx context.Context, files []*session.File, via []string) []exportPlaces {
	var list []exportPlaces
	seen := map[string]bool{e.home.Path(): true}
	for _, f := range files {
		if seen[f.Path()] || ctx.Err() != nil || !hasAll(e.name())(f.Path(), f.Source()) {
			continue
		}
		seen[f.Path()] = true
		s := e.server.space(ctx, e.snapshot, f).Only(func(path string) bool { return slices.Contains(via, filepath.Clean(path)) })
		if places := usage.Abroad(s, e.target); len(places) > 0 {
			list = append(list, exportPlaces{f, places})
		}
	}
	return list
}

// foreign returns a search for the binding of another file of the workspace that
// the name at off stands for, nil if it stands for none. A name in an inherit
// stands for the binding that it makes.
func (s *Server) foreign(ctx context.Context, snapshot *session.Snapshot, file *session.File, off uint32) *exportSearch {
	if usage.At(file.Tree(), off).Parent().Kind() == parser.KindInherit {
		return nil
	}
	for _, e := range s.exportsAt(ctx, snapshot, file, off) {
		if e.home != file && isIn(snapshot, e.home.Path()) {
			return e
		}
	}
	return nil
}

// rename returns the changes that give the binding another name, those of its file
// first.
func (e *exportSearch) rename(ctx context.Context, to string) ([]convert.Changes, error) {
	edits, err := renaming(e.snapshot, e.home).Binding(e.target.Binding, to)
	if err != nil {
		return nil, e.refusedIn(e.home, err)
	}
	changes := []convert.Changes{e.server.changes(e.home, edits, e.name())}
	list, err := e.elsewhere(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		edits, err := renaming(e.snapshot, p.file).Places(e.name(), to, p.places)
		if err != nil {
			return nil, e.refusedIn(p.file, err)
		}
		if len(edits) > 0 {
			changes = append(changes, e.server.changes(p.file, edits, e.name()))
		}
	}
	return changes, nil
}
