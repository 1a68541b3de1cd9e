package session

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"weak"

	"go.lsp.dev/uri"

	"firn/lsp/settings"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/text"
)

// maxSteps is how many versions may wait for the incremental parser before it
// is cheaper to parse afresh than to remember how each came about.
const maxSteps = 1000

// maxFollowed is the largest text in bytes that the incremental parser follows.
// It takes two hundred times the memory of the text, and the strict engine
// reads one that is larger quickly enough.
const maxFollowed = 4 << 20

// document is a text that the client has open: its latest version, and the
// incremental parser that follows behind. Edits are queued, and parsed when
// someone asks for a tree.
type document struct {
	uri      uri.URI
	path     string
	nix      bool // whether it is in nixlang
	language settings.Language
	latest   *File // only the session touches it

	queueMu sync.Mutex // guards queue
	queue   []step     // the versions after the one in buffer, in order

	closed atomic.Bool
	mu     sync.Mutex      // guards what follows, and is held while parsing
	buffer *grammar.Buffer // nil until it is first needed, and when closed
	at     uint64          // the version that buffer holds, if there is one
}

// step is what leads to a version from the one before.
type step struct {
	seq   uint64
	file  weak.Pointer[File] // nobody asks for the tree of a version that is gone
	edits []text.Edit
	whole bool // the text was replaced; edits say nothing
}

func newDocument(u uri.URI, l settings.Language) *document {
	return &document{uri: u, path: Path(u), language: l}
}

// open makes the first version.
func (d *document) open(version int32, src string) *File {
	return d.add(version, changed{src: src, whole: true})
}

// change makes the version that follows the latest.
func (d *document) change(version int32, changes []Change, enc text.Encoding) (*File, error) {
	c, err := apply(d.latest.src, d.latest.lines, enc, changes)
	if err != nil {
		return nil, err
	}
	return d.add(version, c), nil
}

// reopen makes a version with the same text of another language.
func (d *document) reopen(l settings.Language) *File {
	d.language = l
	return d.add(d.latest.version, changed{src: d.latest.src})
}

func (d *document) add(version int32, c changed) *File {
	f := newFile(d.uri, d.path, c.src, d.language)
	f.doc, f.version = d, version
	f.replaced, f.replace = context.WithCancel(context.Background())
	if d.latest != nil {
		f.seq = d.latest.seq + 1
		d.latest.replace()
	}
	d.latest = f
	d.enqueue(step{seq: f.seq, file: weak.Make(f), edits: c.edits, whole: c.whole})
	return f
}

func (d *document) enqueue(next step) {
	d.queueMu.Lock()
	defer d.queueMu.Unlock()
	if next.whole || len(d.queue) >= maxSteps {
		next.whole, next.edits = true, nil
		d.queue = d.queue[:0]
	}
	d.queue = append(d.queue, next)
}

// close gives up the parser. It does not wait for a parse that runs.
func (d *document) close() {
	d.closed.Store(true)
	d.latest.replace()
	d.collect()
}

// collect frees the parser of a closed document. Whoever holds d.mu meanwhile
// calls it afterwards.
func (d *document) collect() {
	if d.closed.Load() && d.mu.TryLock() {
		defer d.mu.Unlock()
		if d.buffer != nil {
			d.buffer.Close()
			d.buffer = nil
		}
	}
}

// tree returns the tree of one version.
func (d *document) tree(f *File) *parser.Tree {
	if t := d.follow(f); t != nil {
		return t
	}
	return f.wholeTree()
}

// follow moves the parser on to f. It returns nil if there is no parser, or one
// that is past f already.
func (d *document) follow(f *File) *parser.Tree {
	defer d.collect()
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := f.parsed(); t != nil {
		return t
	}
	if d.buffer == nil || d.at > f.seq || d.closed.Load() {
		return nil
	}
	if len(f.src) > maxFollowed {
		d.buffer.Close()
		d.buffer = nil
		return nil
	}
	d.advance(f.seq)
	if d.buffer == nil {
		return nil
	}
	return d.buffer.Tree()
}

// advance applies the edits up to version seq. It stops at each version that a
// request has taken: a later look at it would have to parse it from scratch.
// Where it is not known how a version came about, the parser is given up.
func (d *document) advance(seq uint64) {
	steps := d.dequeue(seq)
	whole := func(s step) bool { return s.whole }
	if uint64(len(steps)) != seq-d.at || slices.ContainsFunc(steps, whole) {
		d.buffer.Close()
		d.buffer = nil
		return
	}
	var edits []text.Edit
	for _, s := range steps {
		edits = append(edits, s.edits...)
		f := s.file.Value()
		if s.seq != seq && (f == nil || !f.wanted.Load()) {
			continue
		}
		d.buffer.Edit(edits...)
		edits = edits[:0]
		if f != nil {
			f.settle(d.buffer.Tree())
		}
	}
	d.at = seq
}

// dequeue takes the steps up to version seq.
func (d *document) dequeue(seq uint64) []step {
	d.queueMu.Lock()
	defer d.queueMu.Unlock()
	n := 0
	for n < len(d.queue) && d.queue[n].seq <= seq {
		n++
	}
	steps := d.queue[:n:n]
	d.queue = d.queue[n:]
	return steps
}

// prepare makes the parser ready for the versions after f.
func (d *document) prepare(f *File) {
	defer d.collect()
	if d.ready() || len(f.src) > maxFollowed {
		return
	}
	b := grammar.Open(f.src)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.buffer != nil || d.closed.Load() {
		b.Close()
		return
	}
	d.buffer, d.at = b, f.seq
	d.dequeue(f.seq)
}

func (d *document) ready() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.buffer != nil || d.closed.Load()
}
