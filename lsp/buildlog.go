package lsp

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"firn/lsp/feature/building"
	"firn/lsp/session"
	"firn/store/path"
)

// isLog reports whether a document is the log of a build.
func (s *Server) isLog(f *session.File) bool {
	return s.workshop != nil && f.Path() != "" && isBelow(filepath.Join(s.workshop.Root, "nix", "var", "log", "nix"), f.Path())
}

// logSymbols returns the phases in a log as symbols of it.
func (s *Server) logSymbols(f *session.File) protocol.DocumentSymbolResult {
	m := s.mapper(f)
	phases := building.Phases(f.Source())
	if !is(s.client.TextDocument.DocumentSymbol.HierarchicalDocumentSymbolSupport) {
		list := protocol.SymbolInformationSlice{}
		for _, p := range phases {
			list = append(list, protocol.SymbolInformation{
				BaseSymbolInformation: protocol.BaseSymbolInformation{Name: p.Name, Kind: protocol.SymbolKindEvent}, Location: m.Location(p.Span),
			})
		}
		return list
	}
	list := protocol.DocumentSymbolSlice{}
	for _, p := range phases {
		list = append(list, protocol.DocumentSymbol{Name: p.Name, Kind: protocol.SymbolKindEvent, Range: m.Range(p.Span), SelectionRange: m.Range(p.Head)})
	}
	return list
}

// logFolds returns the phases in a log as what can be folded.
func (s *Server) logFolds(f *session.File) []protocol.FoldingRange {
	list := []protocol.FoldingRange{}
	lines := f.Lines()
	for _, p := range building.Phases(f.Source()) {
		first, last := lines.Line(p.Head.Start), lines.Line(max(p.Span.End, p.Head.End+1)-1)
		if last > first {
			list = append(list, protocol.FoldingRange{StartLine: first, EndLine: last})
		}
	}
	return list
}

// logDefinition returns what a place of a log is about: what the phase does, in the
// expression that was built, or that expression.
func (s *Server) logDefinition(f *session.File, at protocol.Position) protocol.DefinitionResult {
	c := s.constructions.of(f.Path())
	if c == nil {
		return nil
	}
	span := c.expr.Span()
	off := s.mapper(f).Offset(at)
	phases := building.Phases(f.Source())
	i := slices.IndexFunc(phases, func(p building.Phase) bool { return p.Span.Start <= off && off < max(p.Span.End, p.Span.Start+1) })
	if i >= 0 {
		if setting, ok := building.Setting(c.expr, phases[i].Name); ok {
			span = setting
		}
	}
	return protocol.LocationSlice{s.mapper(c.file).Location(span)}
}

// commandShowLog shows the log of a derivation that was built, or is being built, since
// the server began. Its argument is the store path of the derivation.
const commandShowLog = "firn.showLog"

// errNoLog is the error for a derivation of which there is no log.
var errNoLog = errors.New("nothing was printed for it since the server began; build it first")

// showLogCommand answers firn.showLog.
func (s *Server) showLogCommand(ctx context.Context, args []protocol.LSPAny) (protocol.LSPAny, error) {
	s.snapshot(ctx)
	var drv path.Path
	if len(args) != 1 || protocol.Unmarshal(args[0], &drv) != nil {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, commandShowLog+" takes the store path of a derivation")
	}
	file := s.constructions.logOf(drv)
	if file == "" {
		return nil, fmt.Errorf("%s: %w", drv, errNoLog)
	}
	if !s.client.Window.ShowDocument.Support {
		return nil, jsonrpc2.NewError(jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed), "the editor opens no files; this one is "+file)
	}
	if at := s.logLocation(file); at != nil {
		s.showLog(ctx, at)
	}
	return nil, nil
}
