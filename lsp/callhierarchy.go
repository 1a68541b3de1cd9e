package lsp

import (
	"cmp"
	"context"
	"slices"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/callhierarchy"
	"firn/lsp/feature/usage"
	"firn/lsp/session"
	"firn/parser"
	"firn/parser/scope"
)

// PrepareCallHierarchy implements [protocol.Server].
func (s *Server) PrepareCallHierarchy(ctx context.Context, p *protocol.CallHierarchyPrepareParams) ([]protocol.CallHierarchyItem, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	i, ok := callhierarchy.At(s.navigation(a, file), s.mapper(file).Offset(p.Position))
	if !ok {
		return nil, ctx.Err()
	}
	h := hierarchy{search{server: s, snapshot: snapshot, file: file}}
	item, err := h.item(ctx, i)
	if err != nil {
		return nil, err
	}
	return []protocol.CallHierarchyItem{item}, ctx.Err()
}

// OutgoingCalls implements [protocol.Server].
func (s *Server) OutgoingCalls(ctx context.Context, p *protocol.CallHierarchyOutgoingCallsParams) ([]protocol.CallHierarchyOutgoingCall, error) {
	h, i, ok, err := s.hierarchyAt(ctx, p.Item)
	if err != nil || !ok {
		return nil, err
	}
	a, done := s.ask(ctx, h.snapshot, h.file)
	defer done()
	m := s.mapper(h.file)
	out := []protocol.CallHierarchyOutgoingCall{}
	for _, c := range callhierarchy.Outgoing(s.navigation(a, h.file), i) {
		to, err := h.item(ctx, c.Item)
		if err != nil {
			continue // its file is gone
		}
		out = append(out, protocol.CallHierarchyOutgoingCall{To: to, FromRanges: m.Ranges(c.Sites)})
	}
	return out, ctx.Err()
}

// IncomingCalls implements [protocol.Server].
func (s *Server) IncomingCalls(ctx context.Context, p *protocol.CallHierarchyIncomingCallsParams) ([]protocol.CallHierarchyIncomingCall, error) {
	h, i, ok, err := s.hierarchyAt(ctx, p.Item)
	if err != nil || !ok {
		return nil, err
	}
	sites, err := h.sites(ctx, i)
	if err != nil {
		return nil, err
	}
	out := []protocol.CallHierarchyIncomingCall{}
	for _, in := range sites {
		m := s.mapper(in.file)
		slices.SortFunc(in.nodes, func(a, b parser.Node) int { return cmp.Compare(a.Start(), b.Start()) })
		for _, c := range callhierarchy.Callers(in.file.Scope(), in.nodes) {
			item := h.itemIn(in.file, c.Item)
			out = append(out, protocol.CallHierarchyIncomingCall{From: item, FromRanges: m.Ranges(c.Sites)})
		}
	}
	return out, ctx.Err()
}

// hierarchy follows calls from an item of the file in question.
type hierarchy struct{ search }

// hierarchyAt returns the item that a client has, and false if that is gone.
func (s *Server) hierarchyAt(ctx context.Context, item protocol.CallHierarchyItem) (hierarchy, callhierarchy.Item, bool, error) {
	snapshot, file, err := s.view(ctx, item.URI)
	if err != nil {
		return hierarchy{}, callhierarchy.Item{}, false, err
	}
	h := hierarchy{search{server: s, snapshot: snapshot, file: file}}
	i := callhierarchy.Item{Info: file.Scope(), Binding: scope.NoBinding}
	if item.Kind != protocol.SymbolKindFile {
		off := s.mapper(file).Offset(item.SelectionRange.Start)
		i.Binding = file.Scope().Defines(usage.At(file.Tree(), off).ID())
		if i.IsFile() {
			return h, i, false, nil
		}
	}
	now := h.itemIn(file, i)
	return h, i, now.Name == item.Name, nil
}

// item converts an item. The error is that its file is gone.
func (h hierarchy) item(ctx context.Context, i callhierarchy.Item) (protocol.CallHierarchyItem, error) {
	file := h.file
	if i.Path != "" {
		var err error
		if file, err = h.snapshot.FileAt(ctx, i.Path); err != nil {
			return protocol.CallHierarchyItem{}, err
		}
	}
	return h.itemIn(file, i), nil
}

func (h hierarchy) itemIn(file *session.File, i callhierarchy.Item) protocol.CallHierarchyItem {
	return convert.CallItem(h.server.mapper(file), i, file.Path(), h.shown(file.Path()))
}

// siteList are the places of a file at which something is called.
type siteList struct {
	file  *session.File
	nodes []parser.Node
}

// maxNames is how many names of a function are followed.
const maxNames = 20

// named is a binding that may be another name of a function.
type named struct {
	file    *session.File
	binding scope.BindingID
}

// sites returns where an item is called, by its own name and by others that it is
// given.
func (h hierarchy) sites(ctx context.Context, i callhierarchy.Item) ([]siteList, error) {
	f := &callSearch{hierarchy: h, at: map[string]int{}, seen: map[namedKey]bool{}}
	if i.IsFile() {
		if err := f.callsOfFile(ctx); err != nil {
			return nil, err
		}
	} else {
		f.name(h.file, i.Binding)
	}
	for n := 0; len(f.queue) > 0 && n < maxNames; n++ {
		next := f.queue[0]
		f.queue = f.queue[1:]
		if err := f.calls(ctx, next); err != nil {
			return nil, err
		}
	}
	return f.list, ctx.Err()
}

// callSearch collects the sites at which something is called.
type callSearch struct {
	hierarchy
	queue []named // names whose places are to be looked at
	seen  map[namedKey]bool
	list  []siteList
	at    map[string]int // in list, by path
}

type namedKey struct {
	path    string
	binding scope.BindingID
}

// name adds a name, unless it was there.
func (f *callSearch) name(file *session.File, id scope.BindingID) {
	k := namedKey{file.Path(), id}
	if !f.seen[k] {
		f.seen[k] = true
		f.queue = append(f.queue, named{file, id})
	}
}

func (f *callSearch) add(file *session.File, sites []parser.Node, aliases []scope.BindingID) {
	for _, id := range aliases {
		f.name(file, id)
	}
	if len(sites) == 0 {
		return
	}
	i, ok := f.at[file.Path()]
	if !ok {
		i = len(f.list)
		f.at[file.Path()] = i
		f.list = append(f.list, siteList{file: file})
	}
	f.list[i].nodes = append(f.list[i].nodes, sites...)
}

// callsOfFile adds the calls of the file in question.
func (f *callSearch) callsOfFile(ctx context.Context) error {
	path := f.file.Path()
	if path == "" {
		return nil // nothing can import it
	}
	e := exportSearch{search: f.search, home: f.file}
	files, err := e.leading(ctx, []string{path})
	if err != nil {
		return err
	}
	for _, file := range files {
		sites, aliases := callhierarchy.CalledFile(f.server.space(ctx, f.snapshot, file), f.server.world(file.Path()), path)
		f.add(file, sites, aliases)
	}
	return nil
}

// calls adds the calls of a binding.
func (f *callSearch) calls(ctx context.Context, n named) error {
	info := n.file.Scope()
	sites, aliases := callhierarchy.Called(info, usage.Of(info, n.binding))
	f.add(n.file, sites, aliases)
	if n.file.Path() == "" || !usage.Public(info, n.binding) {
		return nil
	}
	in := f.search
	in.file = n.file
	e := exportSearch{search: in, home: n.file, target: usage.Export{Path: n.file.Path(), Info: info, Binding: n.binding}}
	list, err := e.elsewhere(ctx)
	for _, p := range list {
		sites, aliases := callhierarchy.Called(p.file.Scope(), p.places)
		f.add(p.file, sites, aliases)
	}
	return err
}

func offerCallHierarchy(_ *client, c *protocol.ServerCapabilities) {
	c.CallHierarchyProvider = protocol.Boolean(true)
}
