package lsp

import (
	"context"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/session"
)

// DidChangeWorkspaceFolders implements [protocol.Server].
func (s *Server) DidChangeWorkspaceFolders(_ context.Context, p *protocol.DidChangeWorkspaceFoldersParams) error {
	folders := slices.Clone(s.session.Snapshot().Folders())
	for _, f := range p.Event.Removed {
		folders = slices.DeleteFunc(folders, func(g session.Folder) bool { return session.Key(g.URI) == session.Key(f.URI) })
	}
	for _, f := range p.Event.Added {
		folders = append(folders, folder(f.URI, f.Name))
	}
	s.session.SetFolders(folders)
	s.background("configuration", s.config.reload)
	return nil
}

func offerFolders(_ *client, c *protocol.ServerCapabilities) {
	yes := true
	if c.Workspace == nil {
		c.Workspace = &protocol.WorkspaceOptions{}
	}
	c.Workspace.WorkspaceFolders = &protocol.WorkspaceFoldersServerCapabilities{
		Supported: &yes, ChangeNotifications: protocol.Boolean(true),
	}
}

// initialFolders returns the folders that the client begins with. Older ones
// name a single root, and in two ways.
func initialFolders(p *protocol.InitializeParams) []session.Folder {
	var out []session.Folder
	folders, ok := p.WorkspaceFolders.Get()
	for _, f := range folders {
		out = append(out, folder(f.URI, f.Name))
	}
	if ok {
		return out
	}
	if p.RootURI != nil { //nolint:staticcheck // clients without folders have it
		return []session.Folder{folder(*p.RootURI, "")} //nolint:staticcheck // as above
	}
	if path, ok := p.RootPath.Get(); ok && path != "" { //nolint:staticcheck // still older clients have it
		return []session.Folder{folder(uri.File(path), "")}
	}
	return nil
}

func folder(u uri.URI, name string) session.Folder {
	if name == "" {
		name = uri.Basename(u)
	}
	return session.Folder{URI: u, Name: name, Path: session.Path(u)}
}
