package lsp

import (
	"context"
	"slices"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/module"
	"firn/lsp/feature/navigate"
	"firn/lsp/feature/usage"
	"firn/lsp/session"
	"firn/parser"
)

// References implements [protocol.Server]. Those of an option are all places of
// the workspace that declare, set or read it.
func (s *Server) References(ctx context.Context, p *protocol.ReferenceParams) ([]protocol.Location, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	r := references{server: s, snapshot: snapshot, file: file, declarations: p.Context.IncludeDeclaration}
	return r.to(ctx, s.mapper(file).Offset(p.Position))
}

// references collects the places that name what a request is about.
type references struct {
	server       *Server
	snapshot     *session.Snapshot
	file         *session.File
	declarations bool // they are wanted, too

	here  []parser.NodeID // of the file in question
	known []parser.NodeID // those in it that were decided about
	there []protocol.Location
}

// to returns the places that name what stands at off.
func (r *references) to(ctx context.Context, off uint32) ([]protocol.Location, error) {
	if err := r.option(ctx, off); err != nil {
		return nil, err
	}
	r.local(off)
	if err := r.elsewhere(ctx, off); err != nil {
		return nil, err
	}
	return r.locations(), nil
}

// local adds the places of the file that name the same thing.
func (r *references) local(off uint32) {
	for _, place := range navigate.References(r.file.Scope(), off) {
		if (place.Role != usage.Definition || r.declarations) && !slices.Contains(r.known, place.Node) {
			r.here = append(r.here, place.Node)
		}
	}
}

// elsewhere adds the places in other files that name the binding at off, and in
// this one if the binding is in another.
func (r *references) elsewhere(ctx context.Context, off uint32) error {
	for _, e := range r.server.exportsAt(ctx, r.snapshot, r.file, off) {
		if e.home != r.file {
			r.places(exportPlaces{e.home, usage.Of(e.target.Info, e.target.Binding)})
		}
		list, err := e.elsewhere(ctx)
		if err != nil {
			return err
		}
		for _, p := range list {
			r.places(p)
		}
	}
	return nil
}

func (r *references) places(list exportPlaces) {
	m, tree := r.server.mapper(list.file), list.file.Tree()
	for _, p := range list.places {
		switch {
		case p.Role == usage.Definition && !r.declarations:
		case list.file == r.file && !slices.Contains(r.here, p.Node):
			r.here = append(r.here, p.Node)
		case list.file != r.file:
			r.there = append(r.there, m.Location(tree.Span(p.Node)))
		}
	}
}

// option adds the places that mention the option at off, if there is one.
func (r *references) option(ctx context.Context, off uint32) error {
	a, done := r.server.ask(ctx, r.snapshot, r.file)
	defer done()
	o, err := r.server.optionAt(ctx, r.snapshot, a, r.file, off)
	if err != nil || o == nil {
		return err
	}
	places, err := o.places(ctx, module.Sets, module.Reads, module.Declares)
	if err != nil {
		return err
	}
	for _, p := range places {
		r.mention(p)
	}
	if r.declarations {
		list := slices.DeleteFunc(o.query.Declarations(o.option), func(l navigate.Location) bool {
			inFile := func(p optionPlace) bool { return o.location(p).Path == l.Path }
			return l.Name.Empty() && slices.ContainsFunc(places, inFile) // no more than the file is known
		})
		r.there = append(r.there, convert.Locations(r.server.placesOf(ctx, r.server.mapper(r.file), r.snapshot, list))...)
	}
	return ctx.Err()
}

func (r *references) mention(p optionPlace) {
	id := p.mention.Name.ID()
	if p.file == r.file {
		r.known = append(r.known, id)
	}
	switch {
	case p.mention.Role == module.Declares && !r.declarations:
	case p.file == r.file:
		r.here = append(r.here, id)
	default:
		r.there = append(r.there, r.server.mapper(p.file).Location(p.mention.Name.Span()))
	}
}

// locations returns all places, those of the file in question first.
func (r *references) locations() []protocol.Location {
	m, tree := r.server.mapper(r.file), r.file.Tree()
	slices.Sort(r.here)
	list := []protocol.Location{}
	for _, id := range r.here {
		list = append(list, m.Location(tree.Span(id)))
	}
	return unique(append(list, r.there...))
}

// unique returns locations without those that are there before.
func unique(list []protocol.Location) []protocol.Location {
	seen := map[protocol.Location]bool{}
	return slices.DeleteFunc(list, func(l protocol.Location) bool {
		before := seen[l]
		seen[l] = true
		return before
	})
}

// DocumentHighlight implements [protocol.Server].
func (s *Server) DocumentHighlight(ctx context.Context, p *protocol.DocumentHighlightParams) ([]protocol.DocumentHighlight, error) {
	file, off, err := s.at(ctx, p.TextDocumentPositionParams)
	if err != nil {
		return nil, err
	}
	return convert.Highlights(s.mapper(file), navigate.Highlights(file.Scope(), off)), nil
}

func offerReferences(_ *client, c *protocol.ServerCapabilities) {
	c.ReferencesProvider = protocol.Boolean(true)
	c.DocumentHighlightProvider = protocol.Boolean(true)
}
