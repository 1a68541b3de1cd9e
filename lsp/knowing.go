package lsp

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"firn/eval"
	"firn/lsp/feature/hover"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/lsp/knowledge"
	"firn/lsp/session"
	"firn/parser"
	"firn/parser/scope"
)

// knowing is what the server knows by evaluation.
type knowing struct {
	*knowledge.Base

	checked checked
	news    atomic.Uint64 // how often more was known than before

	mu sync.Mutex // guards what follows, and keeps texts in order
	entrances
	told map[string]bool // of which configurations it was told what is withheld
}

func newKnowing(s *Server) *knowing {
	k := &knowing{}
	var fetcher eval.Fetcher
	if s.fetcher != nil {
		fetcher = s.fetcher
	}
	k.Base = knowledge.New(knowledge.Options{
		Background: s.background,
		Log:        s.log.Sugar().Infow,
		Says:       func(msg string) { s.log.Debug("evaluation", zap.String("says", msg)) },
		SearchPath: s.searchPath(),
		Cache:      s.symbols.cache.Dir,
		Evaluating: evaluating,
		Channels:   channels(),
		Fetch:      fetcher,
		Changed: func() {
			k.news.Add(1)
			s.background("diagnostics", s.refreshDiagnostics)
			s.background("refresh", s.refreshShown)
		},
	})
	return k
}

// searchPath returns the entries of the search path.
func (s *Server) searchPath() []string {
	var list []string
	for _, e := range s.search {
		if e.Prefix == "" {
			list = append(list, e.Path)
		} else {
			list = append(list, e.Prefix+"="+e.Path)
		}
	}
	return list
}

// channels returns the directories in which the channels of the user and of the
// machine are (Nix manual, nix-channel).
func channels() []string {
	list := []string{"/nix/var/nix/profiles/per-user/root/channels"}
	if home, err := os.UserHomeDir(); err == nil {
		list = append(list, filepath.Join(home, ".nix-defexpr", "channels"), filepath.Join(home, ".local", "state", "nix", "profiles", "channels"))
	}
	return list
}

// learn takes notice of the text of a document, if it can be read as nixlang.
// Until it can again, the last text that could stands for it.
func (s *Server) learn(f *session.File) {
	if f.Path() == "" || !f.Nix() {
		return
	}
	s.background("knowledge", func(context.Context) {
		if f.Replaced().Err() == nil && readable(f) {
			s.teach(f)
		}
	})
}

// teach makes the text of a document, which can be evaluated, known, unless there
// is a later one.
func (s *Server) teach(f *session.File) {
	k := s.knowing
	k.mu.Lock()
	defer k.mu.Unlock()
	if f.Replaced().Err() == nil {
		k.SetText(f.Path(), f.Source())
		k.touch(f.Path())
	}
}

// readable reports whether a file can be evaluated.
func readable(f *session.File) bool {
	return f.SyntaxError() == nil && !slices.ContainsFunc(f.Errors(), func(e *parser.Error) bool { return e.Code != parser.AmbiguousOr })
}

// forget gives a document back to the file system.
func (s *Server) forget(f *session.File) {
	if f == nil || f.Path() == "" {
		return
	}
	k := s.knowing
	k.mu.Lock()
	defer k.mu.Unlock()
	k.Close(f.Path())
	k.touch(f.Path())
	k.checked.drop(f.Path())
}

// know returns what is known of a file, or nil. The caller closes it.
func (s *Server) know(ctx context.Context, snapshot *session.Snapshot, f *session.File) *knowledge.View {
	if f.Path() == "" || !f.Nix() {
		return nil
	}
	s.knowing.Allow(s.roots(snapshot, f))
	v := s.knowing.Ask(ctx, s.ownFile(f), s.knowing.entries(ctx, snapshot))
	if v != nil {
		s.tellWithheld(v.State().Withheld())
	}
	return v
}

// roots returns the directories that may be read: the folders of the workspace,
// and that of a file which is in none.
func (s *Server) roots(snapshot *session.Snapshot, f *session.File) []string {
	var list []string
	outside := true
	for _, folder := range snapshot.Folders() {
		if folder.Path != "" {
			list = append(list, folder.Path)
			outside = outside && !isBelow(folder.Path, f.Path())
		}
	}
	if outside {
		list = append(list, filepath.Dir(f.Path()))
	}
	return list
}

// roleOf says from its shape what a file is, and whether that is certain.
func roleOf(info *scope.Info) (role knowledge.Role, certain bool) {
	m, ok := module.Parse(info)
	switch {
	case ok && m.Shape == module.Certain:
		return knowledge.ModuleFile, !m.Lambda.Valid() || m.Lambda.Has(parser.KindFormals)
	case knowledge.IsOverlay(info):
		return knowledge.OverlayFile, false
	case ok && m.Shape == module.Possible:
		return knowledge.ModuleFile, false
	case knowledge.IsFunction(info):
		return knowledge.PackageFile, false
	}
	return knowledge.PlainFile, false
}

// asked is a file with what is known of it, for one request.
type asked struct {
	*infer.Space
	ctx  context.Context
	view *knowledge.View // nil for nothing
}

// ask returns a file with those that it imports and what is known by evaluation.
// The caller closes it.
func (s *Server) ask(ctx context.Context, snapshot *session.Snapshot, f *session.File) (asked, context.CancelFunc) {
	return s.askWithin(ctx, snapshot, f, s.patience)
}

// askWithin is ask with another patience.
func (s *Server) askWithin(ctx context.Context, snapshot *session.Snapshot, f *session.File, patience time.Duration) (asked, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	a := asked{Space: s.space(ctx, snapshot, f), ctx: ctx}
	a.view = s.know(ctx, snapshot, f)
	if a.view == nil {
		return a, cancel
	}
	a.With(a.view.Evaluated())
	return a, func() {
		a.view.Close()
		cancel()
	}
}

// config returns the options that the file can set.
func (a asked) config() option.View {
	if a.view == nil {
		return option.View{}
	}
	return a.view.Config(a.ctx)
}

// configAt returns the options that can be set at an offset of the file: of a flake,
// in a module that is written there.
func (a asked) configAt(file *session.File, off uint32) option.View {
	if c := a.config(); c.Valid() || a.view == nil {
		return c
	}
	if t := a.view.Inline(file.Scope().Tree().At(off)); t != nil {
		return option.NewView(a.ctx, t)
	}
	return option.View{}
}

// arguments returns what the function of the file can ask for, nil if that is not
// known.
func (a asked) arguments() infer.Known {
	if a.view == nil {
		return nil
	}
	k, ok := a.view.Arguments()
	if !ok {
		return nil
	}
	return k
}

// others returns the other configurations that the file belongs to. The caller closes
// them.
func (a asked) others() (list []hover.Other, done func()) {
	if a.view == nil {
		return nil, func() {}
	}
	views := a.view.Others(a.ctx)
	for _, v := range views {
		list = append(list, hover.Other{Name: v.State().Name(), Config: v.Config(a.ctx)})
	}
	return list, func() {
		for _, v := range views {
			v.Close()
		}
	}
}
