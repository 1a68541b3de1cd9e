package lsp

import (
	"context"
	"maps"
	"slices"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// commands lists what a client can have executed.
var commands = map[string]func(*Server, context.Context, []protocol.LSPAny) (protocol.LSPAny, error){
	commandBuild:             (*Server).buildCommand,
	commandCompare:           (*Server).compareCommand,
	commandEvaluate:          (*Server).evaluateCommand,
	commandOpenDocumentation: (*Server).openDocumentation,
	commandShowLog:           (*Server).showLogCommand,
}

// ExecuteCommand implements [protocol.Server].
func (s *Server) ExecuteCommand(ctx context.Context, p *protocol.ExecuteCommandParams) (protocol.LSPAny, error) {
	execute, ok := commands[p.Command]
	if !ok {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "there is no command "+p.Command)
	}
	return execute(s, ctx, p.Arguments)
}

func offerCommands(_ *client, c *protocol.ServerCapabilities) {
	c.ExecuteCommandProvider = protocol.ExecuteCommandOptions{Commands: slices.Sorted(maps.Keys(commands))}
}
