package local

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"firn/store/path"
)

// Hold keeps objects from being collected as garbage until this process ends or has
// closed all its stores in the directory. What is not there yet can be held as well:
// whoever wants to make or to find an object holds it first, then asks whether it is
// valid. What the objects refer to is kept with them once they are valid.
//
// While garbage is collected, Hold waits for as long as one of the paths is just
// being removed. In a store that is only read it does nothing.
func (s *Store) Hold(ctx context.Context, paths ...path.Path) error {
	if s.o.ReadOnly {
		return nil
	}
	return s.temp.hold(ctx, paths)
}

// tempRoots are the temporary roots of this process in one store. They are in a
// file that is locked for as long as they are in force: the file of a process that
// has died is not, and counts for nothing. Several stores that are open in one
// directory have it in common.
type tempRoots struct {
	state string
	users int // guarded by processRoots

	turn chan struct{} // guards what follows
	file *os.File
	size int64
	held map[path.Path]bool
}

// processRoots are those of this process by their state directories.
var processRoots = struct {
	sync.Mutex
	m map[string]*tempRoots
}{m: map[string]*tempRoots{}}

// useTempRoots returns the temporary roots in a state directory.
func useTempRoots(state string) (*tempRoots, error) {
	state, err := filepath.EvalSymlinks(state)
	if err != nil {
		return nil, err
	}
	processRoots.Lock()
	defer processRoots.Unlock()
	t := processRoots.m[state]
	if t == nil {
		t = &tempRoots{state: state, turn: make(chan struct{}, 1), held: map[path.Path]bool{}}
		processRoots.m[state] = t
	}
	t.users++
	return t, nil
}

// leave ends the use by one store. With the last one the roots go.
func (t *tempRoots) leave() error {
	processRoots.Lock()
	defer processRoots.Unlock()
	if t.users--; t.users > 0 {
		return nil
	}
	delete(processRoots.m, t.state)
	if t.file == nil {
		return nil
	}
	return removeLock(t.file)
}

func (t *tempRoots) hold(ctx context.Context, paths []path.Path) error {
	select {
	case t.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-t.turn }()
	var news []path.Path
	for _, p := range paths {
		if !t.held[p] {
			news = append(news, p)
		}
	}
	if len(news) == 0 {
		return nil
	}
	if t.file == nil {
		if err := t.create(); err != nil {
			return fmt.Errorf("cannot hold '%s': %w", news[0], err)
		}
	}
	release, err := t.admit(ctx, news)
	if err != nil {
		return fmt.Errorf("cannot hold '%s': %w", news[0], err)
	}
	return errors.Join(t.record(news), release())
}

// record writes paths to the file, all or none.
func (t *tempRoots) record(paths []path.Path) error {
	var b bytes.Buffer
	for _, p := range paths {
		b.WriteString(string(p))
		b.WriteByte(0)
	}
	if _, err := t.file.WriteAt(b.Bytes(), t.size); err != nil {
		return errors.Join(err, t.file.Truncate(t.size))
	}
	t.size += int64(b.Len())
	for _, p := range paths {
		t.held[p] = true
	}
	return nil
}

// create makes the file. Its name is the number of this process, with which Nix
// begins to read it. A process with the same number can be in another namespace, and
// then there is something behind it.
func (t *tempRoots) create() error {
	name := filepath.Join(t.state, "temproots", strconv.Itoa(os.Getpid()))
	for i := 0; ; i++ {
		try := name
		if i > 0 {
			try += "-" + strconv.Itoa(i)
		}
		f, err := os.OpenFile(try, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		ok, err := tryLock(f, exclusive)
		if err != nil {
			return errors.Join(err, f.Close())
		}
		if !ok {
			if err := f.Close(); err != nil {
				return err
			}
			continue
		}
		fresh, err := isFresh(f)
		if err == nil && fresh {
			t.file, t.size = f, 0
			return nil
		}
		// That of a process that has died, or one that the collector has just removed.
		if err := errors.Join(err, discard(f)); err != nil {
			return err
		}
		i--
	}
}

// admit makes sure that the paths are not removed from now on. Either nobody
// collects garbage, which stays so until release is called, or whoever does so has
// been told of the paths.
func (t *tempRoots) admit(ctx context.Context, paths []path.Path) (release func() error, err error) {
	gc, err := os.OpenFile(filepath.Join(t.state, "gc.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		if ok, err := tryLock(gc, shared); err != nil || ok {
			if err != nil {
				return nil, errors.Join(err, gc.Close())
			}
			return gc.Close, nil
		}
		err := t.tell(ctx, paths)
		if err == nil {
			return gc.Close, nil
		}
		if !isGone(err) {
			return nil, errors.Join(err, gc.Close())
		}
		// The collector does not listen yet, or no more.
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, errors.Join(context.Cause(ctx), gc.Close())
		}
	}
}

// pause is between tries to reach a collector that begins or ends.
const pause = 10 * time.Millisecond

// isGone reports whether an error says that a collector does not listen.
func isGone(err error) bool {
	for _, e := range []error{
		fs.ErrNotExist, io.EOF, io.ErrUnexpectedEOF,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// tell tells the collector of paths: each in a line, and it answers each with a
// "1" when it does not remove it, or has done so.
func (t *tempRoots) tell(ctx context.Context, paths []path.Path) error {
	name, done, err := socketName(filepath.Join(t.state, socketDir))
	if err != nil {
		return err
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", name)
	done()
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	err = converse(conn, paths)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return errors.Join(err, conn.Close())
}

func converse(conn net.Conn, paths []path.Path) error {
	in := bufio.NewReader(conn)
	for _, p := range paths {
		if _, err := conn.Write([]byte(string(p) + "\n")); err != nil {
			return err
		}
		answer, err := in.ReadByte()
		if err != nil {
			return err
		}
		if answer != '1' {
			return fmt.Errorf("whoever collects garbage answers %q instead of \"1\" to a root", answer)
		}
	}
	return nil
}

// socketDir is where the collector's socket is in the state directory, with this
// name.
const (
	socketDir = "gc-socket"
	socket    = "socket"
)

// maxSocket is the length of names of sockets that all systems take.
const maxSocket = 100

// socketName returns a name for the socket in a directory, for as long as done is not
// called. Names of sockets are short, but Linux has another name for each open
// directory.
func socketName(dir string) (name string, done func(), err error) {
	name = filepath.Join(dir, socket)
	if len(name) <= maxSocket {
		return name, func() {}, nil
	}
	if runtime.GOOS != "linux" {
		return "", nil, fmt.Errorf("the name of the socket '%s' is too long for this system; choose a shorter directory for the store", name)
	}
	f, err := os.Open(dir)
	if err != nil {
		return "", nil, err
	}
	name = filepath.Join("/proc/self/fd", strconv.FormatUint(uint64(f.Fd()), 10), socket)
	return name, func() { _ = f.Close() }, nil // it was only read
}

// parseTempRoots returns the paths in a file of temporary roots. One at its end that
// is not complete does not count, since whoever writes it does not rely on it yet.
func parseTempRoots(b []byte) []path.Path {
	var roots []path.Path
	for {
		root, rest, ok := bytes.Cut(b, []byte{0})
		if !ok {
			return roots
		}
		roots = append(roots, path.Path(root))
		b = rest
	}
}
