package local

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"firn/store"
)

// rootServer takes what processes begin to hold while garbage is collected. A
// process writes a path in a line, and gets a "1" when the path is not removed from
// then on, which may be because it has been.
type rootServer struct {
	s        *Store
	listener net.Listener
	dir      func() // ends the use of the socket's name
	wg       sync.WaitGroup

	mu      sync.Mutex
	ended   *sync.Cond      // a removal has ended
	held    map[string]bool // hash parts
	pending string          // the hash part that is being removed, or ""
	conns   map[net.Conn]bool
	closed  bool
}

// serveRoots begins to serve. This process has the lock on gc.lock.
func (s *Store) serveRoots() (*rootServer, error) {
	dir := filepath.Join(s.state, socketDir)
	if err := makeDir(dir, 0o755); err != nil {
		return nil, err
	}
	name, done, err := socketName(dir)
	if err != nil {
		return nil, err
	}
	// That of a collector that has died.
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		done()
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: name, Net: "unix"})
	if err != nil {
		done()
		return nil, fmt.Errorf("cannot listen for roots: %w", err)
	}
	r := &rootServer{s: s, listener: l, dir: done, held: map[string]bool{}, conns: map[net.Conn]bool{}}
	r.ended = sync.NewCond(&r.mu)
	// Whoever may write to the store may hold paths of it.
	if err := os.Chmod(name, 0o666); err != nil {
		return nil, errors.Join(err, r.close())
	}
	r.wg.Go(r.serve)
	return r, nil
}

func (r *rootServer) serve() {
	for {
		conn, err := r.listener.Accept()
		if err != nil {
			return // it is closed
		}
		r.mu.Lock()
		if r.closed {
			r.mu.Unlock()
			_ = conn.Close() // which tells the client to try the lock again
			return
		}
		r.conns[conn] = true
		r.mu.Unlock()
		r.wg.Go(func() { r.talk(conn) })
	}
}

// maxLine is longer than a line with a store path can be.
const maxLine = 4096

func (r *rootServer) talk(conn net.Conn) {
	defer func() {
		r.mu.Lock()
		delete(r.conns, conn)
		r.mu.Unlock()
		_ = conn.Close() // the client has gone, or learns from it that the server does
	}()
	lines := bufio.NewReaderSize(conn, maxLine)
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return
		}
		part, ok := r.parse(strings.TrimSuffix(string(line), "\n"))
		if !ok {
			r.s.o.Events.Send(store.Warning{Text: fmt.Sprintf("a process wants to hold %q, which is no store path", line)})
			return
		}
		r.hold(part)
		if _, err := conn.Write([]byte("1")); err != nil {
			return
		}
	}
}

// parse returns the hash part of a path.
func (r *rootServer) parse(line string) (part string, ok bool) {
	base, ok := strings.CutPrefix(line, r.s.o.Dir.String()+"/")
	part = hashPart(base)
	return part, ok && part != ""
}

// hold takes a hash part, and waits while it is being removed.
func (r *rootServer) hold(part string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[part] = true
	for r.pending == part && !r.closed {
		r.ended.Wait()
	}
}

// add takes what processes held before.
func (r *rootServer) add(parts map[string]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for part := range parts {
		r.held[part] = true
	}
}

// begin says that a hash part is going to be removed, unless somebody holds it.
func (r *rootServer) begin(part string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held[part] {
		return false
	}
	r.pending = part
	return true
}

// end says that the removal has ended.
func (r *rootServer) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending = ""
	r.ended.Broadcast()
}

// close ends all connections. Clients then find the lock on gc.lock free.
func (r *rootServer) close() error {
	r.mu.Lock()
	r.closed = true
	r.ended.Broadcast()
	for conn := range r.conns {
		_ = conn.Close() // the client may have closed it as well
	}
	r.mu.Unlock()
	err := r.listener.Close() // which removes the socket
	r.wg.Wait()
	r.dir()
	return err
}
