package rpc

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.lsp.dev/jsonrpc2"
)

// The limits of a message. An editor sends whole documents, and nothing
// nearly as deep; what decodes the nesting is recursive.
const (
	maxMessage = 128 << 20
	maxHeader  = 8 << 10
	maxDepth   = 500
)

// maxQueue bounds what waits for a client that does not read.
const maxQueue = 256 << 20

// flushTime is how long a closed stream goes on sending what is queued.
const flushTime = time.Second

// errSlow is the error of a stream whose client does not read.
var errSlow = errors.New("the client does not read what it is sent")

// stream frames messages with Content-Length headers. What is not a message
// but properly framed is answered and skipped; what is not framed ends the
// stream. It implements [jsonrpc2.Stream].
//
// Writing never blocks: messages are queued and sent by one goroutine. So the
// read loop goes on while a client writes and does not read, as simple ones
// do.
type stream struct {
	rwc    io.ReadWriteCloser
	in     *bufio.Reader
	hangup context.CancelFunc // called at the end of input
	body   []byte             // reused for messages of ordinary size

	mu     sync.Mutex // guards what follows
	queue  []byte
	limit  int   // of queue
	err    error // why nothing more can be written
	closed bool
	wake   chan struct{} // holds one element while there is something to do
	done   chan struct{} // closed when the sending goroutine has ended
}

func newStream(rwc io.ReadWriteCloser, hangup context.CancelFunc) *stream {
	s := &stream{
		rwc: rwc, in: bufio.NewReader(rwc), hangup: hangup, limit: maxQueue,
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	go s.send()
	return s
}

// Read implements [jsonrpc2.Stream].
func (s *stream) Read(ctx context.Context) (jsonrpc2.Message, int64, error) {
	for {
		body, err := s.frame(ctx)
		if err != nil {
			s.hangup()
			return nil, 0, err
		}
		msg, answer := decode(body)
		if msg != nil {
			return msg, int64(len(body)), nil
		}
		if err := s.enqueue(answer); err != nil {
			s.hangup()
			return nil, 0, err
		}
	}
}

// decode reads one message. What is none has an answer for the sender.
func decode(body []byte) (jsonrpc2.Message, *jsonrpc2.Response) {
	msg, err := jsonrpc2.DecodeMessage(body)
	switch {
	case err == nil:
		return shallow(msg, depth(body))
	case bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")):
		return nil, refusal(jsonrpc2.ID{}, jsonrpc2.InvalidRequest, "batches are not part of the protocol")
	case errors.Is(err, jsonrpc2.ErrParse):
		return nil, refusal(jsonrpc2.ID{}, jsonrpc2.ParseError, "message is not JSON")
	}
	return nil, refusal(jsonrpc2.ID{}, jsonrpc2.InvalidRequest, "message is neither a request nor a response of JSON-RPC 2.0")
}

// shallow refuses a message that nests too deep. A response of the client that
// does counts as an error.
func shallow(msg jsonrpc2.Message, depth int) (jsonrpc2.Message, *jsonrpc2.Response) {
	if depth <= maxDepth {
		return msg, nil
	}
	id := jsonrpc2.ID{}
	switch m := msg.(type) {
	case *jsonrpc2.Call:
		id = m.ID()
	case *jsonrpc2.Response:
		return refusal(m.ID(), jsonrpc2.InvalidParams, "response nests too deep"), nil
	}
	return nil, refusal(id, jsonrpc2.InvalidRequest, fmt.Sprintf("message nests deeper than %d levels", maxDepth))
}

func refusal(id jsonrpc2.ID, code jsonrpc2.Code, message string) *jsonrpc2.Response {
	return jsonrpc2.NewResponse(id, nil, jsonrpc2.NewError(code, message))
}

// frame returns the body of the next message. It is valid until the next call.
func (s *stream) frame(ctx context.Context) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n, err := s.header()
	if err == nil && n > maxMessage {
		err = fmt.Errorf("message of %d bytes is longer than %d", n, maxMessage)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		// The client is told why the stream ends here; it may be gone.
		return nil, errors.Join(err, s.enqueue(refusal(jsonrpc2.ID{}, jsonrpc2.ParseError, err.Error())))
	}
	if err != nil {
		return nil, err
	}
	return s.read(n)
}

// read reads a body of n bytes. The buffer grows with what arrives and not
// with what was announced.
func (s *stream) read(n int) ([]byte, error) {
	const ordinary = 1 << 20
	if n <= ordinary {
		if cap(s.body) < n {
			s.body = make([]byte, n)
		}
		_, err := io.ReadFull(s.in, s.body[:n])
		return s.body[:n], unexpected(err)
	}
	var b bytes.Buffer
	_, err := io.CopyN(&b, s.in, int64(n))
	return b.Bytes(), unexpected(err)
}

// unexpected marks an end of input within a message.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// header reads a header and returns its Content-Length.
func (s *stream) header() (int, error) {
	length, left := -1, maxHeader
	for {
		line, err := s.line(&left)
		if err != nil {
			return 0, err
		}
		if line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return 0, fmt.Errorf("header line %.40q has no colon", line)
		}
		if strings.EqualFold(name, "Content-Length") {
			n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 62)
			if err != nil {
				return 0, fmt.Errorf("Content-Length %.40q is not a length", value)
			}
			length = int(n)
		}
	}
	if length < 0 {
		return 0, errors.New("header without Content-Length")
	}
	return length, nil
}

// line reads one line of a header without its end. It takes its length off
// left and fails when that is used up.
func (s *stream) line(left *int) (string, error) {
	var line []byte
	for {
		c, err := s.in.ReadByte()
		if err != nil {
			if *left < maxHeader {
				err = unexpected(err)
			}
			return "", err
		}
		if *left--; *left < 0 {
			return "", fmt.Errorf("header longer than %d bytes", maxHeader)
		}
		if c == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		line = append(line, c)
	}
}

// depth returns how deep the arrays and objects of a JSON text nest. Text that
// is not JSON gets some number at least as large.
func depth(body []byte) int {
	deepest, level, quoted := 0, 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			level++
			deepest = max(deepest, level)
		case c == ']' || c == '}':
			level = max(level-1, 0)
		}
	}
	return deepest
}

// Write implements [jsonrpc2.Stream]. The message is sent later; a failure to
// send is the error of the next Write.
func (s *stream) Write(ctx context.Context, msg jsonrpc2.Message) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return 0, s.enqueue(msg)
}

func (s *stream) enqueue(msg jsonrpc2.Message) error {
	body := jsonrpc2.AppendMessage(nil, msg)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil && len(s.queue) > s.limit {
		s.err = errSlow
		s.hangup()
	}
	if s.err != nil {
		return s.err
	}
	if s.closed {
		return io.ErrClosedPipe
	}
	s.queue = fmt.Appendf(s.queue, "Content-Length: %d\r\n\r\n", len(body))
	s.queue = append(s.queue, body...)
	s.signal()
	return nil
}

// signal wakes the sending goroutine; s.mu is held.
func (s *stream) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// send writes what is queued until the stream is closed and the queue empty.
func (s *stream) send() {
	defer close(s.done)
	for range s.wake {
		batch, last := s.take()
		if len(batch) > 0 {
			if _, err := s.rwc.Write(batch); err != nil {
				s.fail(err)
				return
			}
		}
		if last {
			return
		}
	}
}

// take returns what is queued and whether nothing more will come.
func (s *stream) take() (batch []byte, last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch, s.queue = s.queue, nil
	return batch, s.closed
}

func (s *stream) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	s.hangup()
}

// Close implements [jsonrpc2.Stream]. It returns when what is queued is sent
// or flushTime is over.
func (s *stream) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.signal()
	s.mu.Unlock()
	if !first {
		return nil
	}
	select {
	case <-s.done:
	case <-time.After(flushTime):
	}
	return s.rwc.Close()
}

// wait returns when the sending goroutine has ended, which a blocking output
// may delay for good.
func (s *stream) wait() {
	select {
	case <-s.done:
	case <-time.After(flushTime):
	}
}
