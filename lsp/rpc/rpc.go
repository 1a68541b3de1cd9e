// Package rpc runs a language server over one byte stream.
//
// Messages are handled on the read loop, in wire order, until the method of a
// request calls [Release]; the rest of that method then runs beside the loop.
// Notifications never release it, so the state that they change has one
// writer. The package also keeps the rules of the base protocol (life cycle,
// cancellation, error codes) so that a method is only its own work: it returns
// a result or an error, and may panic without harm to the connection.
//
// It stands in for protocol.NewServer, which starts a goroutine per message
// and so may apply edits out of order.
package rpc

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// ErrNoShutdown is the error of [Serve] when the client left without asking
// for a shutdown first.
var ErrNoShutdown = errors.New("the client left without a shutdown request")

// grace is how long Serve waits for running requests once the client is gone.
// Requests end at once where they heed their context; standard input may not
// even notice that it was closed.
const grace = 2 * time.Second

// Options say what is served.
type Options struct {
	// Server makes the server that answers, given the way back to its client.
	Server func(Client) protocol.Server
	// Log takes what the client is not told. Nil means nowhere.
	Log *zap.Logger
	// Observe, if set, is called after each message; requests that were
	// released call it from their own goroutine.
	Observe func(Event)
}

// Event is a message that was handled.
type Event struct {
	Method string
	Call   bool // whether it wanted an answer
	Took   time.Duration
	Err    error // what the client was told, or for a notification would have been
}

// Serve answers the peer on rwc until it hangs up, sends exit, or ctx ends.
// Requests that still run then are cancelled. The error is nil after an
// orderly shutdown.
func Serve(ctx context.Context, rwc io.ReadWriteCloser, opts Options) error {
	ctx, hangup := context.WithCancel(ctx)
	defer hangup()
	stream := newStream(rwc, hangup)
	conn := jsonrpc2.NewConn(stream, jsonrpc2.WithCodec(codec{}))
	p := newPeer(opts, Client{Client: protocol.ClientDispatcher(conn), conn: conn}, hangup)
	conn.Go(ctx, p.handle)
	<-ctx.Done()
	// Closing the stream unblocks the read loop, which otherwise waits for the
	// next message of a client that has sent exit.
	closing := stream.Close()
	select {
	case <-conn.Done():
	case <-time.After(grace):
		p.log.Warn("requests still run after the client left")
	}
	stream.wait()
	switch err := conn.Err(); {
	case p.phase.Load() >= phaseShutdown:
		return nil
	case err != nil:
		return err
	case closing != nil:
		return closing
	}
	return ErrNoShutdown
}

// Client is the way back to the client: the requests and notifications of the
// protocol, and with Call and Notify any other.
type Client struct {
	protocol.Client
	conn jsonrpc2.Conn
}

// Call sends a request that the protocol does not know and decodes its result.
func (c Client) Call(ctx context.Context, method string, params, result any) error {
	return protocol.Call(ctx, c.conn, method, params, result)
}

// Notify sends a notification that the protocol does not know.
func (c Client) Notify(ctx context.Context, method string, params any) error {
	return c.conn.Notify(ctx, method, params)
}

// Release lets the read loop go on to the next message. A method calls it once
// it has taken the snapshot it works on; without it the method runs in order.
// It must come before any request to the client, whose answer the read loop
// could not deliver. Outside a request it does nothing.
func Release(ctx context.Context) {
	if r := requestOf(ctx); r != nil {
		r.release()
	}
}

// Abort ends the request that ctx belongs to early: its context is cancelled,
// and if it then fails for that, cause is what the client is told.
func Abort(ctx context.Context, cause error) {
	if r := requestOf(ctx); r != nil {
		r.cancel(cause)
	}
}

// Method returns the method of the request that ctx belongs to, or "".
func Method(ctx context.Context) string {
	if r := requestOf(ctx); r != nil {
		return r.method
	}
	return ""
}

// request is what a context knows of the request it belongs to.
type request struct {
	method  string
	release func()
	cancel  context.CancelCauseFunc
}

type requestKey struct{}

func requestOf(ctx context.Context) *request {
	r, _ := ctx.Value(requestKey{}).(*request)
	return r
}

// newRequest makes the context in which req is answered. It hangs off the
// connection and not off ctx, since jsonrpc2 reuses ctx once an unreleased
// request is answered, and a child of it would race with the next one.
func newRequest(ctx context.Context, req *jsonrpc2.Request) (context.Context, *request) {
	child, cancel := context.WithCancelCause(jsonrpc2.DetachContext(ctx))
	r := &request{
		method:  strings.Clone(req.Method()), // req's own borrows the read buffer
		release: sync.OnceFunc(func() { jsonrpc2.Async(ctx) }),
		cancel:  cancel,
	}
	return context.WithValue(child, requestKey{}, r), r
}

// codec encodes payloads with the functions of protocol, which know its unions.
type codec struct{}

// Marshal implements [jsonrpc2.Codec].
func (codec) Marshal(v any) ([]byte, error) {
	if raw, ok := v.(jsonrpc2.RawMessage); ok {
		return raw, nil
	}
	return protocol.Marshal(v)
}

// Unmarshal implements [jsonrpc2.Codec].
func (codec) Unmarshal(data []byte, v any) error {
	if raw, ok := v.(*jsonrpc2.RawMessage); ok {
		*raw = append(jsonrpc2.RawMessage(nil), data...)
		return nil
	}
	return protocol.Unmarshal(data, v)
}
