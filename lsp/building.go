package lsp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"firn/eval"
	"firn/eval/realise"
	"firn/lsp/feature/expression"
	"firn/lsp/session"
	"firn/parser"
	"firn/store"
	"firn/store/build"
	"firn/store/path"
)

// buildParams are those of firn/build. Without a range all of the document is meant,
// which of a function is what that returns.
type buildParams struct {
	evaluateParams
	DryRun bool `json:"dryRun,omitempty"` // only say what would be done
}

// buildReport answers firn/build.
type buildReport struct {
	Range       protocol.Range `json:"range"`       // of the expression
	Plan        buildPlan      `json:"plan"`        // what was, or would be, done
	Derivations []builtReport  `json:"derivations"` // what the expression is; nothing was done if they have no status
	Error       string         `json:"error,omitempty"`
	Trace       []traceFrame   `json:"trace,omitempty"` // of an evaluation that failed
}

// buildPlan is what is done. Sizes are in bytes.
type buildPlan struct {
	Summary      string      `json:"summary"` // in words
	Build        []path.Path `json:"build"`   // derivations
	Fetch        []path.Path `json:"fetch"`   // store paths
	Unknown      []path.Path `json:"unknown"` // that are to be had nowhere
	DownloadSize int64       `json:"downloadSize"`
	NarSize      int64       `json:"narSize"`
}

// builtReport is what became of a derivation.
type builtReport struct {
	Attr        string               `json:"attr,omitempty"` // where it is in the expression
	DrvPath     path.Path            `json:"drvPath"`
	Status      string               `json:"status,omitempty"`
	Outputs     map[string]path.Path `json:"outputs,omitempty"`
	Locations   map[string]string    `json:"locations,omitempty"`   // where outputs are on this machine
	ClosureSize int64                `json:"closureSize,omitempty"` // of all outputs, in bytes
	Error       string               `json:"error,omitempty"`
	Phase       string               `json:"phase,omitempty"` // in which the builder failed
	Log         *protocol.Location   `json:"log,omitempty"`   // where that begins in the log
}

// errNoWorkshop is the error of a server that cannot build.
var errNoWorkshop = errors.New("this server has no store to build for")

// errUntrusted says what to do about a workspace that is not trusted.
var errUntrusted = errors.New("nothing of this workspace is built, because builders are programs that come with it; trust it by the setting eval.trust")

// construction is a build that somebody asked for.
type construction struct {
	server   *Server
	snapshot *session.Snapshot
	file     *session.File
	expr     parser.Node

	session *realise.Session
	tally   store.Tally
	report  *buildReport
	targets []build.Target

	failures []*build.Failure
}

// build answers firn/build.
func (s *Server) build(ctx context.Context, p *buildParams) (*buildReport, error) {
	c, err := s.construct(ctx, &p.evaluateParams)
	if err != nil {
		return nil, err
	}
	allow := func(context.Context) bool { return !p.DryRun }
	return c.report, c.run(ctx, allow)
}

// construct begins a build.
func (s *Server) construct(ctx context.Context, p *evaluateParams) (*construction, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	expr := expression.Whole(file.Tree())
	if p.Range != nil {
		expr = expression.At(file.Tree(), s.mapper(file).Span(*p.Range))
	}
	switch {
	case !file.Nix() || file.Path() == "":
		return nil, errNoFile
	case !expr.Valid():
		return nil, errNoExpression
	case s.workshop == nil:
		return nil, errNoWorkshop
	case !snapshot.ConfigFor(file.Path()).Eval.Trust:
		return nil, errUntrusted
	}
	c := &construction{server: s, snapshot: snapshot, file: file, expr: expr}
	c.report = &buildReport{Range: s.mapper(file).Range(expr.Span()), Derivations: []builtReport{}}
	return c, nil
}

// run builds, if somebody allows what is to be done. The error is that of ctx, or of
// the store; what went wrong with the derivations is in the report.
func (c *construction) run(ctx context.Context, allow func(context.Context) bool) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	finished := make(chan struct{})
	defer close(finished)
	c.server.background("progress", func(life context.Context) { c.show(life, cancel, finished) })
	c.session = realise.NewSession(path.DefaultDir, func(ctx context.Context) (*realise.Workshop, error) {
		return c.server.workshop.Open(ctx, c.event)
	})
	defer func() { err = errors.Join(err, c.session.Close()) }()
	if ok, err := c.evaluate(ctx); err != nil || !ok {
		return err
	}
	w, err := c.session.Workshop(ctx)
	if err != nil {
		return err
	}
	if err := c.plan(ctx, w); err != nil {
		return err
	}
	if !allow(ctx) {
		return ctx.Err()
	}
	c.server.constructions.show(c)
	results, err := w.Builder.Build(ctx, c.targets)
	if err != nil {
		return err
	}
	for i, r := range results {
		if err := c.describe(ctx, w, &c.report.Derivations[i], r); err != nil {
			return err
		}
	}
	return nil
}

// evaluate finds out which derivations the expression is. It reports whether it is
// some.
func (c *construction) evaluate(ctx context.Context) (bool, error) {
	s := c.server
	s.knowing.Allow(s.roots(c.snapshot, c.file))
	s.teachAll(c.snapshot)
	base := s.knowing.Fork(func(settings *eval.Settings, host eval.Host) eval.Host {
		c.session.Watch(settings)
		return realise.Host(host, s.workshop.Root, path.DefaultDir)
	})
	defer base.End()
	found, err := base.Derivations(ctx, s.ownFile(c.file), s.knowing.entries(ctx, c.snapshot), c.expr)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		c.report.Error, c.report.Trace = s.failure(ctx, c.snapshot, err)
		return false, nil
	}
	for _, d := range found {
		same := func(t build.Target) bool { return t.Path == d.Drv }
		if i := slices.IndexFunc(c.targets, same); i >= 0 {
			c.targets[i].Outputs = append(c.targets[i].Outputs, d.Output)
			continue
		}
		c.targets = append(c.targets, build.Target{Path: d.Drv, Outputs: []string{d.Output}})
		c.report.Derivations = append(c.report.Derivations, builtReport{Attr: d.Attr, DrvPath: d.Drv})
	}
	return true, c.session.Prepare(ctx, c.targets)
}

// plan finds out what is to be done.
func (c *construction) plan(ctx context.Context, w *realise.Workshop) error {
	plan, err := w.Builder.Plan(ctx, c.targets)
	if err != nil {
		return err
	}
	c.tally.Event(*plan)
	c.report.Plan = buildPlan{
		Summary: plan.String(), Build: list(plan.Build), Fetch: list(plan.Fetch), Unknown: list(plan.Unknown),
		DownloadSize: plan.DownloadSize, NarSize: plan.NarSize,
	}
	return nil
}

// list returns paths that are no null in JSON.
func list(paths []path.Path) []path.Path { return append([]path.Path{}, paths...) }

// describe tells what became of a derivation.
func (c *construction) describe(ctx context.Context, w *realise.Workshop, out *builtReport, r build.Result) error {
	out.Status = r.Status.String()
	if r.Err != nil {
		out.Error = r.Err.Error()
		if f, ok := errors.AsType[*build.Failure](r.Err); ok {
			c.failures = append(c.failures, f)
			out.Phase, out.Log = rootOf(f).Phase, c.server.logLocation(rootOf(f).Log)
		}
		return nil
	}
	out.Outputs, out.Locations = r.Outputs, map[string]string{}
	for name, p := range r.Outputs {
		out.Locations[name] = w.Store.Real(p)
	}
	closure, err := w.Store.Closure(ctx, slices.Collect(maps.Values(r.Outputs)))
	if err != nil {
		return err
	}
	for _, p := range closure {
		info, err := w.Store.Info(ctx, p)
		if err != nil {
			return err
		}
		out.ClosureSize += info.NarSize
	}
	return nil
}

// event takes what happens while something is built.
func (c *construction) event(ev store.Event) {
	c.tally.Event(ev)
	switch ev := ev.(type) {
	case store.Warning:
		c.server.log.Warn("building: " + ev.Text)
	case store.Started:
		if ev.Kind == store.Building {
			c.server.constructions.began(c, ev)
			if slices.ContainsFunc(c.targets, func(t build.Target) bool { return t.Path == ev.Path }) {
				c.server.background("lenses", c.server.refreshLenses) // there is a log to show
			}
		}
	}
}

// show shows how far the build is. People can stop it, which calls cancel.
func (c *construction) show(ctx context.Context, cancel context.CancelFunc, finished <-chan struct{}) {
	shown, p := c.server.begin(ctx, "Building")
	defer p.end()
	defer context.AfterFunc(shown, cancel)()
	ticker := time.NewTicker(progressInterval)
	defer ticker.Stop()
	last := ""
	for {
		select {
		case <-ticker.C:
		case <-finished:
			return
		case <-ctx.Done():
			return
		}
		sum := c.tally.Summary()
		message, percent := eval.Plain(sum.String(), true), uint32(sum.Percent())
		if message != "" && message != last {
			p.send(&protocol.WorkDoneProgressReport{Kind: "report", Message: &message, Percentage: &percent})
			last = message
		}
	}
}

// commandBuild builds what an expression is, when the user has agreed to what that
// takes, and tells what came of it. Its arguments are those of firn.evaluate.
const commandBuild = "firn.build"

// buildCommand answers firn.build.
func (s *Server) buildCommand(ctx context.Context, args []protocol.LSPAny) (protocol.LSPAny, error) {
	params, err := evaluateArguments(args)
	if err != nil {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, fmt.Sprintf("%s takes the URI of a document and, if not all of it is meant, a range: %v", commandBuild, err))
	}
	c, err := s.construct(ctx, params)
	if err != nil {
		s.showBuildError(ctx, err)
		return nil, err
	}
	allowed := true
	err = c.run(ctx, func(ctx context.Context) bool {
		allowed = c.ask(ctx)
		return allowed
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.Canceled):
		allowed = false // it was stopped
	case err != nil:
		s.showBuildError(ctx, err)
		return nil, err
	}
	if allowed {
		c.keepFailures()
		c.tell(ctx)
	}
	return protocol.Marshal(c.report)
}

func (s *Server) showBuildError(ctx context.Context, err error) {
	p := &protocol.ShowMessageParams{Type: protocol.MessageTypeError, Message: err.Error()}
	s.notify(ctx, "building", s.remote.ShowMessage(ctx, p))
}

// ask asks the user whether to do what the plan says, unless there is nothing to do.
func (c *construction) ask(ctx context.Context) bool {
	plan := c.report.Plan
	if len(plan.Build)+len(plan.Fetch)+len(plan.Unknown) == 0 {
		return true
	}
	const yes = "Build"
	got, err := c.server.remote.ShowMessageRequest(ctx, &protocol.ShowMessageRequestParams{
		Type: protocol.MessageTypeInfo, Message: fmt.Sprintf("To build %s, %s.", c.name(), plan.Summary),
		Actions: []protocol.MessageActionItem{{Title: yes}, {Title: "Cancel"}},
	})
	c.server.notify(ctx, "plan", err)
	return err == nil && got != nil && got.Title == yes
}

// name returns what is built, for people.
func (c *construction) name() string {
	names := make([]string, 0, maxNamed)
	for _, d := range c.report.Derivations[:min(len(c.report.Derivations), maxNamed)] {
		names = append(names, d.DrvPath.DrvName())
	}
	text := strings.Join(names, ", ")
	if more := len(c.report.Derivations) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// tell tells the user what came of the build, and offers the log of what failed.
func (c *construction) tell(ctx context.Context) {
	const showLog = "Show log"
	message, kind := c.outcome()
	p := &protocol.ShowMessageRequestParams{Type: kind, Message: message}
	at := c.firstLog()
	if at != nil && c.server.client.Window.ShowDocument.Support {
		p.Actions = []protocol.MessageActionItem{{Title: showLog}}
	}
	if len(p.Actions) == 0 {
		c.server.notify(ctx, "built", c.server.remote.ShowMessage(ctx, &protocol.ShowMessageParams{Type: p.Type, Message: p.Message}))
		return
	}
	// The build is done, whenever the user answers.
	c.server.background("built", func(ctx context.Context) {
		got, err := c.server.remote.ShowMessageRequest(ctx, p)
		c.server.notify(ctx, "built", err)
		if err == nil && got != nil && got.Title == showLog {
			c.server.showLog(ctx, at)
		}
	})
}

// outcome says in a message what came of the build.
func (c *construction) outcome() (string, protocol.MessageType) {
	if c.report.Error != "" {
		return "error: " + c.report.Error, protocol.MessageTypeError
	}
	var lines []string
	kind := protocol.MessageTypeInfo
	for _, d := range c.report.Derivations {
		if d.Error != "" {
			kind = protocol.MessageTypeError
			first, _, _ := strings.Cut(d.Error, "\n")
			lines = append(lines, first)
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(d.Locations)) {
			const mega = 1e6
			lines = append(lines, fmt.Sprintf("%s (closure %.1f MB)", d.Locations[name], float64(d.ClosureSize)/mega))
		}
	}
	text := strings.Join(lines, "\n")
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + " …"
	}
	return text, kind
}

// firstLog returns where the log of the first failure is, or nil.
func (c *construction) firstLog() *protocol.Location {
	for _, d := range c.report.Derivations {
		if d.Log != nil {
			return d.Log
		}
	}
	return nil
}

// showLog has the client show the log of a build.
func (s *Server) showLog(ctx context.Context, at *protocol.Location) {
	focus := true
	_, err := s.remote.ShowDocument(ctx, &protocol.ShowDocumentParams{URI: at.URI, TakeFocus: &focus, Selection: &at.Range})
	s.notify(ctx, "log", err)
}
