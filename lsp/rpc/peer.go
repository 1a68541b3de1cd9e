package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// The phases of a connection (specification 3.17, Server lifecycle).
const (
	phaseFresh       int32 = iota // only initialize is welcome
	phaseInitialized              // all but initialize is
	phaseShutdown                 // only exit is
)

// errRequestFailed is the error of a request that was understood and could not
// be answered (specification 3.17, RequestFailed).
const errRequestFailed = jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed)

// peer handles the messages of one connection.
type peer struct {
	server   protocol.Server
	dispatch jsonrpc2.Handler
	log      *zap.Logger
	observe  func(Event)
	hangup   context.CancelFunc

	phase atomic.Int32 // changed by the read loop only

	mu      sync.Mutex                              // guards running
	running map[jsonrpc2.ID]context.CancelCauseFunc // the requests that can be cancelled
}

func newPeer(opts Options, client Client, hangup context.CancelFunc) *peer {
	p := &peer{
		server:  opts.Server(client),
		log:     opts.Log,
		observe: opts.Observe,
		hangup:  hangup,
		running: make(map[jsonrpc2.ID]context.CancelCauseFunc),
	}
	if p.log == nil {
		p.log = zap.NewNop()
	}
	if p.observe == nil {
		p.observe = func(Event) {}
	}
	p.dispatch = protocol.ServerHandler(p.server, jsonrpc2.MethodNotFoundHandler)
	return p
}

func (p *peer) handle(ctx context.Context, req *jsonrpc2.Request) (any, error) {
	start := time.Now()
	if req.IsCall() {
		result, err := p.call(ctx, req)
		p.observe(Event{Method: strings.Clone(req.Method()), Call: true, Took: time.Since(start), Err: err})
		return result, err
	}
	err := p.notify(ctx, req)
	p.observe(Event{Method: strings.Clone(req.Method()), Took: time.Since(start), Err: err})
	if err != nil {
		// jsonrpc2 closes the stream when a notification fails, so this is
		// as far as the error goes.
		p.log.Warn("notification failed", zap.String("method", req.Method()), zap.Error(err))
	}
	return nil, nil
}

func (p *peer) notify(ctx context.Context, req *jsonrpc2.Request) (err error) {
	// A notification may start work that outlives it, so it gets the context
	// of the connection and not its own, which is reused.
	ctx = jsonrpc2.DetachContext(ctx)
	defer p.recover(req.Method(), &err)
	switch method := req.Method(); {
	case method == protocol.MethodExit:
		defer p.hangup()
		return p.server.Exit(ctx)
	case p.phase.Load() != phaseInitialized:
		return nil // so says the specification
	case method == protocol.MethodCancelRequest:
		return p.cancel(req)
	case !isNotification[method]:
		return nil // an unknown one, `$/` or not, or a request without an id
	case method == protocol.MethodInitialized && len(req.Params()) == 0:
		return p.server.Initialized(ctx, &protocol.InitializedParams{}) // some clients leave out the empty object
	}
	_, err = p.dispatch(ctx, req)
	return err
}

func (p *peer) call(ctx context.Context, req *jsonrpc2.Request) (result any, err error) {
	if err := p.welcome(req); err != nil {
		return nil, err
	}
	child, r := newRequest(ctx, req)
	if !p.start(req.ID(), r.cancel) {
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "%s: a request with id %q is still running", req.Method(), req.ID())
	}
	defer p.finish(req.ID(), r.cancel)
	method := strings.Clone(req.Method()) // it is part of the message, whose memory is used again
	defer p.recover(method, &err)
	result, err = p.dispatch(child, req)
	if err != nil {
		return nil, wireError(child, method, err)
	}
	p.advance(method)
	return result, nil
}

// welcome returns the error that the protocol wants for a request that cannot
// be handled in this phase or at all.
func (p *peer) welcome(req *jsonrpc2.Request) error {
	method := req.Method()
	switch phase := p.phase.Load(); {
	case phase == phaseFresh && method != protocol.MethodInitialize:
		return jsonrpc2.Errorf(jsonrpc2.ServerNotInitialized, "%s: the server is not initialized", method)
	case phase == phaseInitialized && method == protocol.MethodInitialize:
		return jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "initialize: the server is initialized already")
	case phase == phaseShutdown:
		return jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "%s: the server is shut down", method)
	case isNotification[method]:
		return jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "%s is a notification and has no id", method)
	case len(req.Params()) > 0 || method == protocol.MethodShutdown:
		return nil
	case isRequest[method]:
		return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%s: params missing", method)
	}
	return jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "%s: unknown method", method)
}

// advance moves to the phase that begins when the request named was answered.
// Neither of the two that matter is ever released, so this is the read loop.
func (p *peer) advance(method string) {
	switch method {
	case protocol.MethodInitialize:
		p.phase.Store(phaseInitialized)
	case protocol.MethodShutdown:
		p.phase.Store(phaseShutdown)
	}
}

// cancel decodes the id by itself: protocol reads ids of 32 bits only.
func (p *peer) cancel(req *jsonrpc2.Request) error {
	var params struct {
		ID any `json:"id"`
	}
	decoder := json.NewDecoder(bytes.NewReader(req.Params()))
	decoder.UseNumber()
	if err := decoder.Decode(&params); err != nil {
		return err
	}
	var id jsonrpc2.ID
	switch v := params.ID.(type) {
	case string:
		id = jsonrpc2.NewStringID(v)
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return err
		}
		id = jsonrpc2.NewNumberID(n)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if cancel, ok := p.running[id]; ok {
		cancel(protocol.ErrRequestCancelled)
	}
	return nil
}

// start reports whether no request with this id runs yet.
func (p *peer) start(id jsonrpc2.ID, cancel context.CancelCauseFunc) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, taken := p.running[id]; taken {
		return false
	}
	p.running[id] = cancel
	return true
}

func (p *peer) finish(id jsonrpc2.ID, cancel context.CancelCauseFunc) {
	cancel(nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, id)
}

// recover turns a panic into an error: one broken feature must not take the
// editor's connection with it.
func (p *peer) recover(method string, err *error) {
	if r := recover(); r != nil {
		p.log.Error("panic", zap.String("method", method), zap.Any("value", r), zap.ByteString("stack", debug.Stack()))
		*err = jsonrpc2.Errorf(jsonrpc2.InternalError, "%s: internal error", method)
	}
}

// wireError gives err the code that the protocol has for it.
func wireError(ctx context.Context, method string, err error) error {
	var coded *jsonrpc2.Error
	switch {
	case errors.Is(err, context.Canceled):
		if errors.As(context.Cause(ctx), &coded) {
			return coded
		}
		return protocol.ErrRequestCancelled
	case errors.Is(err, jsonrpc2.ErrParse):
		// So says protocol of params that it cannot decode; the message as
		// such was JSON.
		return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%s: %s", method, strings.TrimPrefix(err.Error(), jsonrpc2.ErrParse.Error()+": "))
	case errors.Is(err, jsonrpc2.ErrMethodNotFound):
		return jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "%s: unknown method", method)
	case errors.As(err, &coded):
		return err
	}
	return jsonrpc2.Errorf(errRequestFailed, "%s: %v", method, err)
}

// isRequest and isNotification hold the methods of the protocol that a client
// may send.
var isRequest, isNotification = methods("request"), methods("notification")

func methods(kind string) map[string]bool {
	m := make(map[string]bool)
	for _, info := range protocol.Methods {
		if info.Kind == kind && info.Direction != protocol.DirectionServerToClient {
			m[info.Method] = true
		}
	}
	return m
}
