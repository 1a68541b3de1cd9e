package session

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"go.lsp.dev/uri"

	"firn/lsp/settings"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/scope"
	"firn/parser/text"
)

// File is one version of one document. It never changes; what is derived from
// it is computed once, on first use, and shared by all who ask.
type File struct {
	uri     uri.URI
	path    string
	version int32
	src     string
	doc     *document // nil for a file on disk
	seq     uint64    // the place of this version in the history of doc

	replaced context.Context // ends when the document has a later version or is closed
	replace  context.CancelFunc

	lines  func() *text.Lines
	scope  func() *scope.Info
	strict func() strictResult
	errors func() []*parser.Error
	fresh  func() *parser.Tree // parses without the help of earlier versions

	wanted atomic.Bool // a request has taken this version

	mu   sync.Mutex // guards what follows
	tree *parser.Tree
}

// strictResult is what the strict engine says of a file.
type strictResult struct {
	tree *parser.Tree // nil if there is an error
	err  *parser.Error
}

func newFile(u uri.URI, path, src string, l settings.Language) *File {
	f := &File{uri: u, path: path, src: src}
	f.lines = linesOf(src)
	f.scope = sync.OnceValue(func() *scope.Info { return scope.Resolve(f.Tree()) })
	f.errors = sync.OnceValue(f.findErrors)
	f.fresh = sync.OnceValue(func() *parser.Tree { return grammar.Parse(src) })
	f.strict = sync.OnceValue(func() strictResult {
		tree, err := parser.Parse(src, parser.PipeOperators(l.PipeOperators))
		return strictResult{tree, err}
	})
	return f
}

// URI returns the name by which the client knows the document.
func (f *File) URI() uri.URI { return f.uri }

// Path returns the path of the document in the file system, or "" if it has
// none, as a document that was never saved.
func (f *File) Path() string { return f.path }

// Version returns the version that the client gave; 0 for a file on disk.
func (f *File) Version() int32 { return f.version }

// Open reports whether the document is open in the client.
func (f *File) Open() bool { return f.doc != nil }

// Nix reports whether the document is in nixlang, as far as is known. Some
// clients open others, too.
func (f *File) Nix() bool { return f.doc == nil || f.doc.nix }

// Source returns the text.
func (f *File) Source() string { return f.src }

// Lines returns the line index.
func (f *File) Lines() *text.Lines { return f.lines() }

// Hold tells that someone will ask for the tree of f when the document may have
// later versions, from which there is no way back.
func (f *File) Hold() { f.wanted.Store(true) }

// Prepare makes the parser ready for the edits that follow f. It takes as long
// as parsing f afresh, once for a document, and is done in the background.
func (f *File) Prepare() {
	if f.doc != nil {
		f.doc.prepare(f)
	}
}

// Replaced ends when the document has a later version or is closed. For a file
// on disk it never ends.
func (f *File) Replaced() context.Context {
	if f.doc == nil {
		return context.Background()
	}
	return f.replaced
}

// Tree returns the syntax tree, which a broken file has, too.
func (f *File) Tree() *parser.Tree {
	if t := f.parsed(); t != nil {
		return t
	}
	if f.doc == nil {
		return f.settle(f.wholeTree())
	}
	return f.settle(f.doc.tree(f))
}

// SyntaxError returns what the strict engine rejects, or nil. It is quicker
// than Errors where a file is broken.
func (f *File) SyntaxError() *parser.Error { return f.strict().err }

// Errors returns what Nix rejects before it evaluates: the syntax error if
// there is one, and what is wrong with names. A broken file is searched as far
// as it was understood. The caller must not change them.
func (f *File) Errors() []*parser.Error { return f.errors() }

func (f *File) findErrors() []*parser.Error {
	result := f.strict()
	if result.err != nil {
		return append([]*parser.Error{result.err}, f.Scope().Errors()...)
	}
	tree := f.settle(result.tree)
	if f.doc == nil {
		// Nobody is likely to ask for the scope of a file that is not open.
		return append(scope.Check(tree), parser.Warnings(tree)...)
	}
	return append(slices.Clip(f.Scope().Errors()), parser.Warnings(tree)...)
}

// Scope returns what the names of the file mean.
func (f *File) Scope() *scope.Info { return f.scope() }

// wholeTree parses without the incremental engine unless the file is broken.
func (f *File) wholeTree() *parser.Tree {
	if result := f.strict(); result.err == nil {
		return result.tree
	}
	return f.fresh()
}

// parsed returns the tree if there is one already.
func (f *File) parsed() *parser.Tree {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tree
}

// settle makes t the tree of f unless there is one, and returns that one:
// nodes of different trees cannot be compared.
func (f *File) settle(t *parser.Tree) *parser.Tree {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.tree == nil {
		f.tree = t
	}
	return f.tree
}
