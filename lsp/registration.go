package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// register asks the client for what can only be asked for after initialize.
// A client that does not watch files leaves that to the server.
func (s *Server) register(ctx context.Context) {
	var list []protocol.Registration
	if is(s.client.Workspace.DidChangeConfiguration.DynamicRegistration) {
		list = append(list, s.registration(protocol.MethodWorkspaceDidChangeConfiguration, map[string]any{"section": section}))
	}
	watches := is(s.client.Workspace.DidChangeWatchedFiles.DynamicRegistration)
	if watches {
		list = append(list, s.registration(protocol.MethodWorkspaceDidChangeWatchedFiles, watchers()))
	}
	if len(list) > 0 {
		if err := s.remote.RegisterCapability(ctx, &protocol.RegistrationParams{Registrations: list}); err != nil {
			s.log.Warn("registration refused", zap.Error(err))
			watches = false
		}
	}
	if !watches {
		s.watch(ctx)
	}
}

func (s *Server) registration(method string, options any) protocol.Registration {
	raw, err := protocol.Marshal(options)
	if err != nil {
		s.log.Error("options of a registration", zap.String("method", method), zap.Error(err))
	}
	return protocol.Registration{ID: "firn/" + method, Method: method, RegisterOptions: raw}
}

// notify logs why a notification was not sent, which the end of a connection
// does to those on the way.
func (s *Server) notify(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		s.log.Warn("notification not sent", zap.String("about", what), zap.Error(err))
	}
}
