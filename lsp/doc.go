// Package lsp is the language server.
//
// A method of the protocol is a method of [Server], in a file named for it. It
// finds out what it is about, calls a function of lsp/feature/<name> that
// takes and returns plain data (trees, offsets, spans), and converts the
// result by lsp/convert:
//
//	// Hover implements protocol.Server.
//	func (s *Server) Hover(ctx context.Context, p *protocol.HoverParams) (*protocol.Hover, error) {
//		file, off, err := s.at(ctx, p.TextDocumentPositionParams)
//		if err != nil {
//			return nil, err
//		}
//		return convert.Hover(s.mapper(file), hover.At(file.Tree(), off)), nil
//	}
//
//	func offerHover(_ *client, c *protocol.ServerCapabilities) {
//		c.HoverProvider = protocol.Boolean(true)
//	}
//
// The offer goes into the table in capabilities.go. [Server.SelectionRange] is
// a worked example, with its feature in lsp/feature/selection and its test in
// testdata/selectionrange.txtar.
//
// Rules that keep the server quick and alive:
//
//   - The first thing a request does is to call one of at, file, view and
//     snapshot. They take the snapshot that the request sees and then let the
//     next message be read. Nothing before that call may take time: it holds
//     up the input. After it the method has a goroutine of its own.
//   - A request answers from its snapshot, whatever is changed meanwhile. Its
//     context ends when the client cancels it; a loop over files looks at it.
//     When the document has changed, requests that the client says it would
//     repeat end with ContentModified; others are answered, since editors use
//     a completion or a hover that is one keystroke old.
//   - No answer is nil and no error: editors show errors to people.
//   - A notification runs on the input loop from beginning to end. What takes
//     time is handed to [Server.background].
//   - A panic ends the request with an internal error, not the server. A
//     goroutine that a request or task starts runs under [Server.guard].
package lsp
