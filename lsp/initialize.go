package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// Initialize implements [protocol.Server].
func (s *Server) Initialize(_ context.Context, p *protocol.InitializeParams) (*protocol.InitializeResult, error) {
	s.client = newClient(p.Capabilities)
	s.session.SetEncoding(s.client.encoding)
	s.session.SetFolders(initialFolders(p))
	s.config.begin(p.InitializationOptions)
	if p.ProcessID != nil {
		s.follow(int(*p.ProcessID))
	}
	s.log.Info("initialize", zap.String("client", p.ClientInfo.Name))
	return &protocol.InitializeResult{
		Capabilities: s.capabilities(),
		ServerInfo:   protocol.ServerInfo{Name: "firn", Version: protocol.NewOptional(s.version)},
	}, nil
}

// Initialized implements [protocol.Server].
func (s *Server) Initialized(context.Context, *protocol.InitializedParams) error {
	s.begun.Do(func() {
		s.background("index", s.indexWorkspace)
		s.background("registration", s.register)
		s.background("configuration", s.config.pull)
	})
	return nil
}

// Shutdown implements [protocol.Server].
func (s *Server) Shutdown(context.Context) error {
	s.session.Shutdown()
	return nil
}
