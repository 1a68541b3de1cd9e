package lsp

import (
	"context"
	"fmt"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/parser/scope"
)

// commandOpenDocumentation opens the page about a function of lib or a builtin in a
// browser. Its argument is the path of the function, as lib.strings.toUpper.
const commandOpenDocumentation = "firn.openDocumentation"

// documentationSite has the pages about functions, by their paths.
const documentationSite = "https://noogle.dev/f/"

// openCommand is the command that opens the documentation of a function.
func openCommand(path []string) (protocol.Command, error) {
	name := strings.Join(path, ".")
	raw, err := protocol.Marshal(name)
	return protocol.Command{Title: "Open documentation", Command: commandOpenDocumentation, Arguments: []protocol.LSPAny{raw}}, err
}

// openDocumentation answers firn.openDocumentation. It is the client that opens
// the page; the server asks for none.
func (s *Server) openDocumentation(ctx context.Context, args []protocol.LSPAny) (protocol.LSPAny, error) {
	s.snapshot(ctx)
	address, err := documentationOf(args)
	if err != nil {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, fmt.Sprintf("%s takes the path of a function, as lib.strings.toUpper: %v", commandOpenDocumentation, err))
	}
	if !s.client.Window.ShowDocument.Support {
		return nil, jsonrpc2.NewError(jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed), "the editor opens no pages; this one is "+address)
	}
	yes := true
	_, err = s.remote.ShowDocument(ctx, &protocol.ShowDocumentParams{URI: uri.URI(address), External: &yes})
	return nil, err
}

// documentationOf returns the address of the page about a function.
func documentationOf(args []protocol.LSPAny) (string, error) {
	if len(args) != 1 {
		return "", fmt.Errorf("it got %d arguments", len(args))
	}
	var path string
	if err := protocol.Unmarshal(args[0], &path); err != nil {
		return "", err
	}
	names := strings.Split(path, ".")
	for i, name := range names {
		if !scope.IsIdentifier(name) || i == 0 && (len(names) < 2 || name != "lib" && name != "builtins") {
			return "", fmt.Errorf("there is no %q", path)
		}
	}
	return documentationSite + strings.Join(names, "/"), nil
}
