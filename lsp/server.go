package lsp

import (
	"cmp"
	"context"
	"hash/maphash"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"firn/eval/fetch"
	"firn/eval/realise"
	"firn/lsp/convert"
	"firn/lsp/feature/link"
	"firn/lsp/feature/semantic"
	"firn/lsp/rpc"
	"firn/lsp/session"
	"firn/lsp/settings"
	"firn/store"
)

// Options are what a server is given from outside.
type Options struct {
	// Version is the version of firn that the client is told.
	Version string
	// Log takes what the client is not told. Nil means nowhere.
	Log *zap.Logger
	// Settings are what the configuration begins with: the user's file, the
	// environment and flags. The server adds the editor's section and the
	// files of the workspace folders.
	Settings settings.Sources
	// Cache is the directory for what can be made again, but is kept to start
	// faster: the index of a workspace. "" keeps nothing.
	Cache string
	// Parent is a process with which the server ends, or 0. Clients may name
	// one, too.
	Parent int
	// NixPath is the search path, as the variable of that name has it. "" takes
	// that of the environment.
	NixPath string
	// Include are entries of the search path that come before all others.
	Include []string
	// Fetch says how things are fetched for workspaces that the user trusts. With nil
	// nothing is.
	Fetch *fetch.Options
	// Workshop opens a store to build for, where the user asks for that. With nil
	// nothing is built.
	Workshop *Workshop
	// Patience is how long a request waits for what is evaluated. What is not known
	// by then is left out of the answer. 0 is DefaultPatience.
	Patience time.Duration
}

// Workshop is where the server has things built.
type Workshop struct {
	Root string // the directory of the store
	// Open opens the store. The caller closes it.
	Open func(context.Context, store.Events) (*realise.Workshop, error)
}

// DefaultPatience is the default of [Options.Patience].
const DefaultPatience = 5 * time.Second

// Server answers one client. Its methods are those of the protocol.
type Server struct {
	protocol.UnimplementedServer

	version string
	log     *zap.Logger
	remote  rpc.Client
	session *session.Session
	config  *configurer
	pusher  *pusher
	known   knownFiles
	seed    maphash.Seed // of result ids
	works   works
	trace   tracer
	begun   sync.Once // by initialized, which should come once
	client  client    // set by initialize, then constant
	tokens  semantic.Cache
	symbols *symbolIndex
	knowing *knowing
	search  link.SearchPath
	later   later // of hints

	laterLenses later
	fetcher     *fetcher // nil to fetch nothing

	workshop      *Workshop // nil to build nothing
	constructions constructions

	ctx   context.Context    // ends with the connection
	leave context.CancelFunc // ends the connection
	tasks sync.WaitGroup     // what runs in the background

	patience       time.Duration // of requests with evaluations
	parentInterval time.Duration // between looks for the parent process
}

// Serve answers the client on rwc until it leaves. The error is nil if it said
// goodbye as the protocol wants it.
func Serve(ctx context.Context, rwc io.ReadWriteCloser, opts Options) error {
	ctx, cancel := context.WithCancel(ctx)
	s := newServer(ctx, opts)
	s.leave = cancel
	defer s.tasks.Wait()
	defer s.session.Shutdown()
	defer cancel()
	s.follow(opts.Parent)
	return rpc.Serve(ctx, rwc, rpc.Options{
		Log:     s.log,
		Observe: s.observeMessage,
		Server: func(c rpc.Client) protocol.Server {
			s.remote = c
			return s
		},
	})
}

func newServer(ctx context.Context, opts Options) *Server {
	s := &Server{
		version: opts.Version,
		log:     opts.Log,
		session: session.New(ctx, session.Config{Base: settings.Default()}),
		seed:    maphash.MakeSeed(),
		search:  searchPath(opts.Include, opts.NixPath),
		ctx:     ctx,

		patience:       cmp.Or(opts.Patience, DefaultPatience),
		parentInterval: parentInterval,
	}
	s.config = &configurer{server: s, sources: opts.Settings}
	s.pusher = newPusher(s)
	if s.log == nil {
		s.log = zap.NewNop()
	}
	s.fetcher = newFetcher(s, opts.Fetch)
	s.workshop = opts.Workshop
	s.session.Locate = s.locate
	s.symbols = newSymbolIndex(s.log, opts.Cache)
	s.knowing = newKnowing(s)
	return s
}

// background runs work beside the input loop, until it returns or the
// connection ends, which ends its context.
func (s *Server) background(name string, work func(context.Context)) {
	s.tasks.Go(func() {
		s.guard(name, func() { work(s.ctx) })
	})
}

// guard does work and logs a panic. Whoever starts a goroutine by other means
// than background runs it under guard: nobody else would catch what it panics
// with.
func (s *Server) guard(name string, work func()) { guard(s.log, name, work) }

func guard(log *zap.Logger, name string, work func()) {
	defer func() {
		if r := recover(); r != nil {
			log.Error("panic", zap.String("task", name), zap.Any("value", r), zap.ByteString("stack", debug.Stack()))
		}
	}()
	work()
}

// mapper converts the places of a file to what the client calls them.
func (s *Server) mapper(f *session.File) convert.Mapper {
	m := convert.Mapper{URI: f.URI(), Lines: f.Lines(), Encoding: s.client.encoding}
	if f.Open() {
		v := f.Version()
		m.Version = &v
	}
	return m
}
