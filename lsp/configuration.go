package lsp

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"firn/lsp/knowledge"
	"firn/lsp/session"
	"firn/lsp/settings"
)

// section is the part of an editor's configuration that is firn's.
const section = "firn"

// configurer puts the configuration together and keeps it up to date.
type configurer struct {
	server *Server

	mu       sync.Mutex // guards what follows, and is held while loading
	sources  settings.Sources
	reported map[uri.URI]bool // the files that problems were sent about
	logged   map[string]bool  // problems that are nowhere to be shown
	asking   func()           // ends the last pull
}

// DidChangeConfiguration implements [protocol.Server]. A client that can be
// asked says only that something has changed.
func (s *Server) DidChangeConfiguration(_ context.Context, p *protocol.DidChangeConfigurationParams) error {
	s.background("configuration", func(ctx context.Context) {
		if is(s.client.Workspace.Configuration) {
			s.config.pull(ctx)
			return
		}
		s.config.editor(ctx, p.Settings)
	})
	return nil
}

// begin loads the configuration as far as it is known before the client can be
// asked. Some clients give their settings as initialization options.
func (c *configurer) begin(options protocol.LSPAny) {
	c.remember(options)
	c.load()
}

// pull asks the client for its settings, if it can be asked, and reloads. It
// gives up when it is called again: some clients never answer.
func (c *configurer) pull(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.supersede(cancel)
	answer, err := c.ask(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		c.server.log.Warn("configuration not answered", zap.Error(err))
	}
	c.editor(ctx, answer)
}

// supersede ends the pull before this one.
func (c *configurer) supersede(cancel context.CancelFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asking != nil {
		c.asking()
	}
	c.asking = cancel
}

// ask returns the section of the client's configuration, or nothing if there
// is no asking it.
func (c *configurer) ask(ctx context.Context) (protocol.LSPAny, error) {
	if !is(c.server.client.Workspace.Configuration) {
		return nil, nil
	}
	name := section
	answer, err := c.server.remote.Configuration(ctx, &protocol.ConfigurationParams{Items: []protocol.ConfigurationItem{{Section: &name}}})
	if err != nil || len(answer) != 1 {
		return nil, err
	}
	return answer[0], nil
}

// editor takes the settings of the client, the section alone or within all.
// Null and what is no object leave the settings as they are.
func (c *configurer) editor(ctx context.Context, raw protocol.LSPAny) {
	c.remember(raw)
	c.reload(ctx)
}

func (c *configurer) remember(raw protocol.LSPAny) {
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil || all == nil {
		return
	}
	if inner, ok := all[section].(map[string]any); ok {
		all = inner
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sources.Editor = all
}

// reload reads the configuration again and tells what is wrong with it.
func (c *configurer) reload(ctx context.Context) {
	problems := c.load()
	c.report(ctx, problems)
	c.server.refreshDiagnostics(ctx)
	c.server.background("refresh", c.server.refreshShown)
}

// load reads the files of the folders, and makes what comes out the
// configuration of the session.
func (c *configurer) load() []settings.Problem {
	c.mu.Lock()
	defer c.mu.Unlock()
	base, problems := settings.Load(c.sources)
	var roots []knowledge.Entry
	config := session.Config{Base: base, Folders: make(map[string]*settings.Settings)}
	for _, f := range c.server.session.Snapshot().Folders() {
		from := c.sources
		from.Project = settings.FindProject(f.Path)
		own, more := settings.Load(from)
		config.Folders[f.Path] = own
		roots = append(roots, rootsOf(own.Eval.Roots, from.Project.Path, f.Path)...)
		problems = append(problems, more...)
	}
	c.server.session.SetConfig(config)
	c.server.knowing.configure(base.Eval, roots)
	return problems
}

// report shows problems where they are: those of files in the files, the
// others once in the log of the client.
func (c *configurer) report(ctx context.Context, problems []settings.Problem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	files := make(map[uri.URI][]protocol.Diagnostic)
	for u := range c.reported {
		files[u] = []protocol.Diagnostic{}
	}
	c.reported = make(map[uri.URI]bool)
	for _, p := range problems {
		if !strings.HasSuffix(p.Source, settings.FileName) {
			c.tell(ctx, p)
			continue
		}
		u := uri.File(p.Source)
		c.reported[u] = true
		if d := configurationProblem(p); !slices.ContainsFunc(files[u], func(e protocol.Diagnostic) bool { return reflect.DeepEqual(d, e) }) {
			files[u] = append(files[u], d)
		}
	}
	for u, list := range files {
		c.server.notify(ctx, "configuration", c.server.remote.PublishDiagnostics(ctx, &protocol.PublishDiagnosticsParams{URI: u, Diagnostics: list}))
	}
}

// tell logs a problem, here and at the client; c.mu is held.
func (c *configurer) tell(ctx context.Context, p settings.Problem) {
	if c.logged[p.String()] {
		return
	}
	if c.logged == nil {
		c.logged = make(map[string]bool)
	}
	c.logged[p.String()] = true
	c.server.log.Warn("configuration", zap.Stringer("problem", p))
	err := c.server.remote.LogMessage(ctx, &protocol.LogMessageParams{Type: protocol.MessageTypeWarning, Message: p.String()})
	c.server.notify(ctx, "configuration", err)
}

// configurationProblem covers the rest of the line.
func configurationProblem(p settings.Problem) protocol.Diagnostic {
	line := uint32(max(p.Line, 1) - 1)
	return protocol.Diagnostic{
		Range: protocol.Range{
			Start: protocol.Position{Line: line, Character: uint32(max(p.Column, 1) - 1)},
			End:   protocol.Position{Line: line + 1},
		},
		Severity: protocol.DiagnosticSeverityWarning,
		Source:   protocol.NewOptional("firn"),
		Code:     protocol.String("configuration"),
		Message:  protocol.String(p.Msg),
	}
}
