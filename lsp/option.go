package lsp

import (
	"context"
	"slices"

	"firn/lsp/feature/module"
	"firn/lsp/feature/navigate"
	"firn/lsp/session"
)

// optionSearch looks for the places that mention an option.
type optionSearch struct {
	search
	query  navigate.Query
	option navigate.Option
}

// optionPlace is a place that mentions an option.
type optionPlace struct {
	file    *session.File
	mention module.Mention
}

// location returns a place as seen from the file in question.
func (s *optionSearch) location(p optionPlace) navigate.Location {
	path := p.file.Path()
	if p.file == s.file {
		path = ""
	}
	return navigate.Named(path, p.mention.Name)
}

// optionAt returns a search for the option that the name at off mentions, nil if
// it mentions none. It looks into the workspace for a declaration, unless the
// option was evaluated.
func (s *Server) optionAt(ctx context.Context, snapshot *session.Snapshot, a asked, file *session.File, off uint32) (*optionSearch, error) {
	o := &optionSearch{
		search: search{server: s, snapshot: snapshot, file: file},
		query:  s.navigation(a, file),
	}
	var ok bool
	if o.option, ok = o.query.Option(off); !ok {
		return nil, nil //nolint:nilnil // there is no option
	}
	if o.option.Known == nil {
		found, err := o.declared(ctx, o.option.Path)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			o.option.Declare(d.Declaration)
		}
	}
	if !o.option.Valid() {
		return nil, nil //nolint:nilnil // there is no option
	}
	o.wants = hasAll(o.option.Words()...)
	return o, nil
}

// optionDeclaration is a declaration of an option in a file.
type optionDeclaration struct {
	file *session.File
	module.Declaration
}

// declared returns what the workspace declares at a path.
func (s *optionSearch) declared(ctx context.Context, path []string) ([]optionDeclaration, error) {
	in := s.search
	in.wants = hasAll("options")
	if last := path[len(path)-1]; !module.FitsAny(last) {
		in.wants = hasAll("options", last)
	}
	return lookInto(ctx, in, func(f *session.File) []optionDeclaration {
		var list []optionDeclaration
		if s.isApart(f) {
			return nil
		}
		for _, d := range module.Declaring(f.Scope(), path) {
			list = append(list, optionDeclaration{f, d})
		}
		return list
	})
}

// isApart reports whether a file is known to set other options than the file in
// question does.
func (s *optionSearch) isApart(f *session.File) bool {
	return s.server.knowing.Apart(s.file.Path(), f.Path())
}

// places returns the places in the workspace that mention the option in one of
// some ways, in source order.
func (s *optionSearch) places(ctx context.Context, ways ...module.Mentioning) ([]optionPlace, error) {
	return lookInto(ctx, s.search, func(f *session.File) []optionPlace {
		var list []optionPlace
		if s.isApart(f) {
			return nil
		}
		for _, m := range s.option.In(f.Scope()) {
			if slices.Contains(ways, m.Role) {
				list = append(list, optionPlace{f, m})
			}
		}
		slices.SortFunc(list, func(a, b optionPlace) int { return int(a.mention.Name.ID() - b.mention.Name.ID()) })
		return slices.CompactFunc(list, func(a, b optionPlace) bool { return a.mention.Name == b.mention.Name })
	})
}

// setters returns the places that set the option: in the workspace, and in other
// files of which the configuration says so.
func (s *optionSearch) setters(ctx context.Context) ([]navigate.Location, error) {
	places, err := s.places(ctx, module.Sets)
	if err != nil {
		return nil, err
	}
	var list []navigate.Location
	for _, p := range places {
		list = append(list, s.location(p))
	}
	for _, l := range s.query.Setters(s.option) {
		if !slices.ContainsFunc(list, func(o navigate.Location) bool { return o.Path == l.Path && o.Name == l.Name }) {
			list = append(list, l)
		}
	}
	return list, nil
}
