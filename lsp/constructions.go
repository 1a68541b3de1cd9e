package lsp

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/convert"
	"firn/lsp/feature/building"
	"firn/lsp/feature/problem"
	"firn/lsp/session"
	"firn/parser/text"
	"firn/store"
	"firn/store/build"
	"firn/store/path"
)

// constructions is what is left of builds: what failed in which versions of documents,
// and the logs.
type constructions struct {
	mu     sync.Mutex // guards what follows
	failed map[*session.File][]problem.Problem
	logs   map[path.Path]string     // files, by derivation
	built  map[string]*construction // by the file of a log
	shown  map[*session.File][]*construction
}

// maxLogs is how many logs are known at a time.
const maxLogs = 10_000

// began notes where the log of a derivation is.
func (k *constructions) began(c *construction, ev store.Started) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.logs == nil || len(k.logs) >= maxLogs {
		k.logs, k.built = map[path.Path]string{}, map[string]*construction{}
	}
	k.logs[ev.Path], k.built[ev.Log] = ev.Log, c
}

// logOf returns the file with the log of a derivation, "" if none is known.
func (k *constructions) logOf(drv path.Path) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.logs[drv]
}

// of returns the build that wrote a log, or nil.
func (k *constructions) of(log string) *construction {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.built[log]
}

// show notes that a build is about an expression of a version of a document.
func (k *constructions) show(c *construction) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c.file.Replaced().Err() != nil {
		return
	}
	if k.shown == nil {
		k.shown = map[*session.File][]*construction{}
	}
	if k.shown[c.file] == nil {
		context.AfterFunc(c.file.Replaced(), func() {
			k.mu.Lock()
			defer k.mu.Unlock()
			delete(k.shown, c.file)
		})
	}
	k.shown[c.file] = append(k.shown[c.file], c)
}

// logged returns the derivations of the last build of an expression that have a log.
func (k *constructions) logged(f *session.File, expr text.Span) []path.Path {
	k.mu.Lock()
	defer k.mu.Unlock()
	var list []path.Path
	for _, c := range k.shown[f] {
		if c.expr.Span() != expr {
			continue
		}
		list = nil
		for _, t := range c.targets {
			if k.logs[t.Path] != "" {
				list = append(list, t.Path)
			}
		}
	}
	return list
}

// problems returns what failed in a version of a document.
func (k *constructions) problems(f *session.File) []problem.Problem {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.failed[f])
}

// replace puts problems in place of those that begin where they would, until the
// document is replaced.
func (k *constructions) replace(f *session.File, span text.Span, problems []problem.Problem) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f.Replaced().Err() != nil {
		return
	}
	if k.failed == nil {
		k.failed = map[*session.File][]problem.Problem{}
	}
	if _, known := k.failed[f]; !known {
		context.AfterFunc(f.Replaced(), func() {
			k.mu.Lock()
			defer k.mu.Unlock()
			delete(k.failed, f)
		})
	}
	left := slices.DeleteFunc(k.failed[f], func(p problem.Problem) bool { return p.Span.Start == span.Start })
	k.failed[f] = append(left, problems...)
}

// keepFailures makes problems of the document of what failed, in place of those of the
// build before.
func (c *construction) keepFailures() {
	var list []problem.Problem
	for _, f := range c.failures {
		list = append(list, c.problem(f))
	}
	s := c.server
	s.constructions.replace(c.file, c.expr.Span(), list)
	s.knowing.news.Add(1)
	s.background("diagnostics", s.refreshDiagnostics)
}

// problem returns what a failure is a problem of.
func (c *construction) problem(f *build.Failure) problem.Problem {
	root := rootOf(f)
	msg := "cannot build " + f.Drv.DrvName() + ": " + root.Err.Error()
	if root != f {
		msg = "cannot build " + f.Drv.DrvName() + ", since " + root.Drv.DrvName() + " cannot be built: " + root.Err.Error()
	}
	if root.Phase != "" {
		msg += " in " + root.Phase
	}
	if n := len(root.Tail); n > 0 {
		const shown = 10
		msg += "\n> " + strings.Join(root.Tail[max(0, n-shown):], "\n> ")
	}
	p := problem.Problem{Span: c.expr.Span(), Severity: problem.Error, Code: "build-failed", Msg: msg}
	if span, ok := building.Setting(c.expr, root.Phase); ok && root.Phase != "" {
		p.Related = append(p.Related, problem.Related{Span: span, Msg: "what " + root.Phase + " does"})
	}
	if l, ok := readLog(root.Log); ok {
		p.Related = append(p.Related, problem.Related{Document: l.document(), Span: l.last, Msg: "the log of " + root.Drv.DrvName()})
	}
	if wrong, ok := errors.AsType[*build.HashMismatchError](f); ok {
		if edits := building.Rehash(c.file.Tree(), wrong.Specified, wrong.Got); len(edits) > 0 {
			p.Fixes = append(p.Fixes, problem.Fix{Title: "Use the hash of what came: " + wrong.Got.SRI(), Edits: edits, Preferred: true})
			p.Span = edits[0].Span
		}
	}
	return p
}

// rootOf returns the failure of what failed first, of which f is a consequence.
func rootOf(f *build.Failure) *build.Failure {
	for {
		next, ok := errors.AsType[*build.Failure](f.Err)
		if !ok {
			return f
		}
		f = next
	}
}

// buildLog is the log of a build that failed.
type buildLog struct {
	file  string
	lines *text.Lines
	last  text.Span // the line at which the last phase begins, or the last line
}

// maxLog is how much of a log is read to find phases, in bytes.
const maxLog = 64 << 20

// readLog reads a log, if there is one.
func readLog(file string) (buildLog, bool) {
	if file == "" {
		return buildLog{}, false
	}
	in, err := os.Open(file)
	if err != nil {
		return buildLog{}, false
	}
	defer in.Close() //nolint:errcheck // it is only read
	src, err := io.ReadAll(io.LimitReader(in, maxLog))
	if err != nil {
		return buildLog{}, false
	}
	l := buildLog{file: file, lines: text.NewLines(string(src))}
	if phases := building.Phases(string(src)); len(phases) > 0 {
		l.last = phases[len(phases)-1].Head
	} else {
		l.last = l.lines.Span(l.lines.Count() - 1)
	}
	return l, true
}

func (l buildLog) document() *problem.Document {
	return &problem.Document{URI: string(uri.File(l.file)), Path: l.file, Lines: l.lines}
}

// logLocation returns where in a log its last phase is, or nil.
func (s *Server) logLocation(file string) *protocol.Location {
	l, ok := readLog(file)
	if !ok {
		return nil
	}
	m := convert.Mapper{URI: uri.File(l.file), Lines: l.lines, Encoding: s.client.encoding}
	location := m.Location(l.last)
	return &location
}
