package lsp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/eval"
	"firn/lsp/feature/expression"
	"firn/lsp/session"
	"firn/parser"
	"firn/parser/text"
)

// evaluationTime is how long an evaluation may take that somebody asked for.
const evaluationTime = 10 * time.Second

// evaluateParams are those of firn/evaluate. Without a range all of the document
// is meant, which of a function is what that returns.
type evaluateParams struct {
	TextDocument protocol.TextDocumentIdentifier `json:"textDocument"`
	Range        *protocol.Range                 `json:"range,omitempty"`
}

// evaluation answers firn/evaluate: the value of an expression, or why it has
// none.
type evaluation struct {
	Range protocol.Range `json:"range"`           // of the expression
	Kind  string         `json:"kind,omitempty"`  // as builtins.typeOf has it, or derivation
	Type  string         `json:"type,omitempty"`  // what it is, in words
	Text  string         `json:"text,omitempty"`  // the value in nixlang
	Error string         `json:"error,omitempty"` // why there is none
	Trace []traceFrame   `json:"trace,omitempty"` // the innermost first
}

// traceFrame is what was going on when an evaluation failed.
type traceFrame struct {
	Message  string             `json:"message"`
	Location *protocol.Location `json:"location,omitempty"`
}

// errNoExpression is the error for a range in which there is nothing to evaluate.
var errNoExpression = errors.New("there is no expression in the range; select one, or put the cursor on a name")

// errNoFile is the error for a document that no names can be looked up for.
var errNoFile = errors.New("the document is no file of nixlang; save it under a name that ends in .nix")

// evaluate answers firn/evaluate.
func (s *Server) evaluate(ctx context.Context, p *evaluateParams) (*evaluation, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	expr := expression.Whole(file.Tree())
	if p.Range != nil {
		expr = expression.At(file.Tree(), s.mapper(file).Span(*p.Range))
	}
	switch {
	case !file.Nix() || file.Path() == "":
		return nil, errNoFile
	case !expr.Valid():
		return nil, errNoExpression
	}
	return s.evaluateExpr(ctx, snapshot, file, expr)
}

func (s *Server) evaluateExpr(ctx context.Context, snapshot *session.Snapshot, file *session.File, expr parser.Node) (*evaluation, error) {
	most := max(evaluationTime, s.patience)
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	finished := make(chan struct{})
	defer close(finished)
	s.background("progress", func(ctx context.Context) { s.showLong(ctx, cancel, "Evaluating", finished) })
	s.knowing.Allow(s.roots(snapshot, file))
	out := &evaluation{Range: s.mapper(file).Range(expr.Span())}
	r, err := s.knowing.Evaluate(limited, s.ownFile(file), s.knowing.entries(limited, snapshot), expr)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(limited.Err(), context.DeadlineExceeded):
		out.Error = fmt.Sprintf("the evaluation takes longer than %v and was ended", most)
	case limited.Err() != nil:
		out.Error = "the evaluation was stopped"
	case err != nil:
		out.Error, out.Trace = s.failure(ctx, snapshot, err)
	default:
		out.Kind, out.Type, out.Text = r.Kind, r.Type, r.Text
	}
	return out, nil
}

// maxTrace is how many frames of a trace are told. An endless recursion has many
// thousands.
const maxTrace = 100

// failure says why an evaluation failed, and what was going on, the innermost
// first.
func (s *Server) failure(ctx context.Context, snapshot *session.Snapshot, err error) (string, []traceFrame) {
	e, ok := errors.AsType[*eval.Error](err)
	if !ok {
		return err.Error(), nil
	}
	trace := []traceFrame{{e.Msg, s.whereabouts(ctx, snapshot, e.Pos)}}
	for _, f := range slices.Backward(e.Frames) {
		if len(trace) > maxTrace {
			trace = append(trace, traceFrame{Message: fmt.Sprintf("%d more", len(e.Frames)+1-len(trace))})
			break
		}
		trace = append(trace, traceFrame{f.Msg, s.whereabouts(ctx, snapshot, f.Pos)})
	}
	for i := range trace {
		trace[i].Message = eval.Plain(trace[i].Message, true)
	}
	return eval.Plain(e.Msg, true), trace
}

// whereabouts converts a place in a file, and returns nil for another one.
func (s *Server) whereabouts(ctx context.Context, snapshot *session.Snapshot, at *eval.Position) *protocol.Location {
	if at == nil || !strings.HasPrefix(at.File, "/") {
		return nil
	}
	file, err := snapshot.FileAt(ctx, at.File)
	if err != nil {
		return nil
	}
	m := s.mapper(file)
	off := m.Lines.Offset(text.Position{Line: max(at.Line, 1) - 1, Column: max(at.Column, 1) - 1}, text.UTF8)
	location := m.Location(text.Span{Start: off, End: off})
	return &location
}

// commandEvaluate evaluates an expression and shows the value. Its arguments are
// the URI of a document and, unless all of that is meant, a range.
const commandEvaluate = "firn.evaluate"

// evaluateCommand answers firn.evaluate.
func (s *Server) evaluateCommand(ctx context.Context, args []protocol.LSPAny) (protocol.LSPAny, error) {
	params, err := evaluateArguments(args)
	if err != nil {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, fmt.Sprintf("%s takes the URI of a document and, if not all of it is meant, a range: %v", commandEvaluate, err))
	}
	e, err := s.evaluate(ctx, params)
	if err != nil {
		return nil, err
	}
	s.showEvaluation(ctx, e)
	if e.Error != "" {
		return protocol.Marshal("error: " + e.Error)
	}
	return protocol.Marshal(e.Text)
}

// evaluateArguments reads the arguments of firn.evaluate. In place of a range there
// may be a position.
func evaluateArguments(args []protocol.LSPAny) (*evaluateParams, error) {
	if len(args) == 0 || len(args) > 2 {
		return nil, fmt.Errorf("it got %d arguments", len(args))
	}
	var name string
	if err := protocol.Unmarshal(args[0], &name); err != nil {
		return nil, err
	}
	u, err := uri.Parse(name)
	if err != nil {
		return nil, err
	}
	p := &evaluateParams{TextDocument: protocol.TextDocumentIdentifier{URI: u}}
	if len(args) == 1 || string(args[1]) == "null" {
		return p, nil
	}
	var place struct {
		Start     *protocol.Position `json:"start"`
		End       *protocol.Position `json:"end"`
		Line      uint32             `json:"line"`
		Character uint32             `json:"character"`
	}
	if err := protocol.Unmarshal(args[1], &place); err != nil {
		return nil, err
	}
	at := protocol.Position{Line: place.Line, Character: place.Character}
	p.Range = &protocol.Range{Start: at, End: at}
	if place.Start != nil && place.End != nil {
		p.Range = &protocol.Range{Start: *place.Start, End: *place.End}
	}
	return p, nil
}

// maxMessage is how much of a value a message shows, in bytes.
const maxMessage = 2000

// showEvaluation shows a value to the user, since most clients do nothing with what
// a command returns.
func (s *Server) showEvaluation(ctx context.Context, e *evaluation) {
	p := &protocol.ShowMessageParams{Type: protocol.MessageTypeInfo, Message: e.Text}
	if e.Error != "" {
		p.Type, p.Message = protocol.MessageTypeError, "error: "+e.Error
	}
	if len(p.Message) > maxMessage {
		p.Message = strings.ToValidUTF8(p.Message[:maxMessage], "") + " …"
	}
	s.notify(ctx, "evaluation", s.remote.ShowMessage(ctx, p))
}
