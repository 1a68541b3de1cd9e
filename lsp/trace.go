package lsp

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"firn/lsp/rpc"
)

// tracer tells the client what was handled, if it wants to know.
type tracer struct {
	level atomic.Value // a protocol.TraceValue
}

// SetTrace implements [protocol.Server].
func (s *Server) SetTrace(_ context.Context, p *protocol.SetTraceParams) error {
	s.trace.level.Store(p.Value)
	return nil
}

// observeMessage is called after each message.
func (s *Server) observeMessage(e rpc.Event) {
	s.log.Debug("handled", zap.String("method", e.Method), zap.Duration("took", e.Took), zap.Error(e.Err))
	level, _ := s.trace.level.Load().(protocol.TraceValue)
	if level != protocol.TraceValueMessages && level != protocol.TraceValueVerbose {
		return
	}
	kind := "notification"
	if e.Call {
		kind = "request"
	}
	p := &protocol.LogTraceParams{Message: fmt.Sprintf("handled %s '%s' in %s", kind, e.Method, e.Took.Round(time.Microsecond))}
	if level == protocol.TraceValueVerbose && e.Err != nil {
		verbose := "error: " + e.Err.Error()
		p.Verbose = &verbose
	}
	s.notify(s.ctx, "trace", s.remote.LogTrace(s.ctx, p))
}
