package lsp

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"firn/lsp/feature/index"
	"firn/lsp/session"
	"firn/parser"
	"firn/parser/grammar"
)

// fresh is how long the index is taken to be as the disk is. Looking at every
// file of a large workspace takes a good part of what a search may, and people
// type a query character by character. What is open is never stale.
const fresh = 2 * time.Second

// symbolIndex keeps the symbols of the workspace in step with its files. They
// are checked when somebody asks, so that nothing depends on being told of
// every change.
type symbolIndex struct {
	index.Index

	log   *zap.Logger
	cache index.Cache
	turn  chan struct{} // holds one element while nobody is at the fields below

	patience time.Duration // before people are shown how far the index is
	hurry    time.Duration // how long a search waits for the first check of what was kept
	kept     atomic.Bool   // all that is indexed was kept, and is not checked yet
	read     chan struct{} // closed once what was kept has been read
	once     sync.Once

	loaded  map[string]bool // the folders whose cache was looked at
	files   []string        // of the last check
	checked time.Time
	saved   uint64 // the changes of Index that the cache has
}

func newSymbolIndex(log *zap.Logger, cache string) *symbolIndex {
	x := &symbolIndex{log: log, turn: make(chan struct{}, 1), read: make(chan struct{}), loaded: make(map[string]bool), patience: 300 * time.Millisecond, hurry: 100 * time.Millisecond}
	if cache != "" {
		x.cache.Dir = filepath.Join(cache, "index")
	}
	x.turn <- struct{}{}
	return x
}

// indexWorkspace builds the index, and when ctx ends keeps it for the next
// start.
func (s *Server) indexWorkspace(ctx context.Context) {
	x, start := s.symbols, time.Now()
	work, cancel := context.WithCancel(ctx)
	var count counter
	finished := make(chan struct{})
	s.background("progress", func(ctx context.Context) { s.showIndexing(ctx, cancel, &count, finished) })
	err := x.sync(work, s.session.Snapshot(), count.set)
	close(finished)
	cancel()
	if err == nil {
		files, symbols := x.Len()
		s.log.Info("workspace indexed", zap.Int("files", files), zap.Int("symbols", symbols), zap.Duration("took", time.Since(start)))
		x.save(s.session.Snapshot().Folders())
	}
	<-ctx.Done()
	x.save(s.session.Snapshot().Folders())
}

// counter says how far a work is.
type counter struct{ done, whole atomic.Int64 }

func (c *counter) set(done, whole int) {
	c.done.Store(int64(done))
	c.whole.Store(int64(whole))
}

// showIndexing shows how far the index is once it has taken so long that people
// may wonder. It runs beside the work, which is not to wait for the client.
func (s *Server) showIndexing(ctx context.Context, cancel context.CancelFunc, count *counter, finished <-chan struct{}) {
	select {
	case <-time.After(s.symbols.patience):
	case <-finished:
		return
	case <-ctx.Done():
		return
	}
	shown, p := s.begin(ctx, "Indexing")
	defer p.end()
	defer context.AfterFunc(shown, cancel)()
	tick := time.NewTicker(progressInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			p.report(int(count.done.Load()), int(count.whole.Load()))
		case <-finished:
			return
		case <-ctx.Done():
			return
		}
	}
}

// settle waits until the index is up to date. Right after the start it may end
// early: with the index of the last time there is an answer at once, however
// slow the disk is, and the check goes on behind it.
func (x *symbolIndex) settle(ctx context.Context, snapshot *session.Snapshot) error {
	soon := time.NewTimer(x.hurry)
	defer soon.Stop()
	for wait, read := soon.C, (chan struct{})(nil); ; {
		select {
		case <-x.turn:
			x.turn <- struct{}{}
			return x.sync(ctx, snapshot, nil)
		case <-wait:
			wait, read = nil, x.read
		case <-read:
			if x.kept.Load() {
				return nil
			}
			read = nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// sync brings the index up to date, unless it is fresh. One goroutine does it
// for all that wait.
func (x *symbolIndex) sync(ctx context.Context, snapshot *session.Snapshot, progress func(done, total int)) error {
	select {
	case <-x.turn:
		defer func() { x.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	var loading sync.WaitGroup
	loading.Go(func() {
		guard(x.log, "load symbols", func() { x.load(snapshot.Folders()) })
	})
	files, err := snapshot.Files(ctx)
	loading.Wait()
	if err != nil {
		return err
	}
	if slices.Equal(files, x.files) && time.Since(x.checked) < fresh {
		return nil
	}
	err = x.Sync(ctx, files, index.Options{Parse: parseAny, Skipped: x.skipped, Progress: progress})
	if err == nil {
		x.kept.Store(false)
		x.files, x.checked = files, time.Now()
	}
	return err
}

// load reads what is kept of folders that are new.
func (x *symbolIndex) load(folders []session.Folder) {
	for _, f := range folders {
		if x.cache.Dir == "" || f.Path == "" || x.loaded[f.Path] {
			continue
		}
		x.loaded[f.Path] = true
		if err := x.cache.Load(f.Path, &x.Index); err != nil {
			x.log.Info("the cache of symbols is not used", zap.Error(err))
		}
	}
	if len(x.files) == 0 {
		x.saved = x.Changes()
		n, _ := x.Len()
		x.kept.Store(n > 0)
	}
	x.once.Do(func() { close(x.read) })
}

// save keeps the index if it has changed.
func (x *symbolIndex) save(folders []session.Folder) {
	<-x.turn
	defer func() { x.turn <- struct{}{} }()
	if x.cache.Dir == "" || x.Changes() == x.saved {
		return
	}
	for _, f := range folders {
		if f.Path == "" {
			continue
		}
		if err := x.cache.Save(f.Path, &x.Index); err != nil {
			x.log.Warn("the symbols are not kept for the next start", zap.Error(err))
			return
		}
	}
	x.saved = x.Changes()
}

func (x *symbolIndex) skipped(path string, reason error) {
	if p, ok := errors.AsType[*index.PanicError](reason); ok {
		x.log.Error("panic", zap.String("task", "index"), zap.String("path", path), zap.Any("value", p.Value), zap.ByteString("stack", p.Stack))
		return
	}
	x.log.Info("file not indexed", zap.String("path", path), zap.Error(reason))
}

// maxBroken is the size in bytes up to which a file with a syntax error is
// read. The incremental engine may take some hundred times as much memory as
// the text, and any file can have the name of a Nix file.
const maxBroken = 256 << 10

var errBroken = fmt.Errorf("it has a syntax error and more than %d bytes", maxBroken)

// parseAny returns the tree of a text. What some setting forbids has symbols
// all the same.
func parseAny(src string) (*parser.Tree, error) {
	t, err := parser.Parse(src, parser.PipeOperators(true))
	switch {
	case err == nil:
		return t, nil
	case err.Code == parser.TooDeep:
		return nil, err // for the incremental engine, too
	case len(src) > maxBroken:
		return nil, errBroken
	default:
		return grammar.Parse(src), nil
	}
}

// openFiles returns the open documents that lie in the workspace, or all that
// are files if there is none.
func openFiles(snapshot *session.Snapshot) []index.Open {
	var open []index.Open
	for f := range snapshot.Open() {
		inside := func(folder session.Folder) bool { return isBelow(folder.Path, f.Path()) }
		if f.Path() == "" || len(snapshot.Folders()) > 0 && !slices.ContainsFunc(snapshot.Folders(), inside) {
			continue
		}
		open = append(open, index.Open{Path: f.Path(), Tree: f.Tree()})
	}
	return open
}

func isBelow(folder, path string) bool {
	return folder != "" && strings.HasPrefix(path, strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator))
}
