package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"firn/eval"
	"firn/store"
	"firn/store/path"
)

// watching says what of the work of stores and builders is told.
type watching struct {
	logs bool // what builders print
	json bool // everything, for machines
}

// watcher tells people what stores and builders do: before a terminal in a line that
// changes, elsewhere in a line for each thing that is done.
type watcher struct {
	watching
	cmd   *cobra.Command
	out   io.Writer
	tally store.Tally

	mu       sync.Mutex // guards what follows
	terminal bool
	shown    bool
	names    map[store.Activity]string // of builds
	done     chan struct{}
	once     sync.Once
	ended    sync.WaitGroup
}

func newWatcher(cmd *cobra.Command, how watching) *watcher {
	w := &watcher{watching: how, cmd: cmd, out: cmd.ErrOrStderr(), names: map[store.Activity]string{}, done: make(chan struct{})}
	w.terminal = colours(w.out) && !how.json
	if w.terminal {
		w.ended.Go(w.animate)
	}
	return w
}

// stop ends the line that changes.
func (w *watcher) stop() {
	w.once.Do(func() { close(w.done) })
	w.ended.Wait()
}

func (w *watcher) animate() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-w.done:
			w.mu.Lock()
			w.clear()
			w.terminal = false
			w.mu.Unlock()
			return
		case <-ticker.C:
		}
		w.mu.Lock()
		if s := w.tally.Summary(); len(s.Running) > 0 {
			fmt.Fprint(w.out, wipe+w.fit(eval.Plain(s.String(), false)))
			w.shown = true
		}
		w.mu.Unlock()
	}
}

// fit cuts a text to the width of the terminal.
func (w *watcher) fit(text string) string {
	const usual = 80
	width := usual
	if f, ok := w.out.(interface{ Fd() uintptr }); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil {
			width = n
		}
	}
	text = strings.ReplaceAll(text, "\n", " ")
	if r := []rune(text); len(r) >= width {
		return string(r[:max(width-1, 0)])
	}
	return text
}

// clear takes away what is shown; w.mu is held.
func (w *watcher) clear() {
	if w.shown {
		fmt.Fprint(w.out, wipe)
		w.shown = false
	}
}

// event takes an event.
func (w *watcher) event(ev store.Event) {
	w.tally.Event(ev)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.json {
		w.encode(ev)
		return
	}
	if line := w.line(ev); line != "" {
		w.clear()
		fmt.Fprintln(w.out, eval.Plain(line, w.terminal))
	}
}

// line returns what is told of an event, "" for nothing; w.mu is held.
func (w *watcher) line(ev store.Event) string {
	switch ev := ev.(type) {
	case store.Planned:
		if len(ev.Build)+len(ev.Fetch) > 0 {
			return "firn: " + ev.String()
		}
	case store.Started:
		if ev.Kind == store.Building {
			w.names[ev.Activity] = ev.Path.DrvName()
		}
		if !w.terminal && (ev.Kind == store.Building || ev.Kind == store.Fetching) {
			return ev.Text
		}
	case store.Line:
		if w.logs {
			return w.names[ev.Activity] + "> " + ev.Text
		}
	case store.Finished:
		delete(w.names, ev.Activity)
	case store.Warning:
		return "firn: warning: " + ev.Text
	}
	return ""
}

// jsonEvent is an event for machines.
type jsonEvent struct {
	Event    string     `json:"event"`
	Activity uint64     `json:"activity,omitempty"`
	Parent   uint64     `json:"parent,omitempty"`
	Kind     store.Kind `json:"kind,omitempty"`
	Path     path.Path  `json:"path,omitempty"`
	Text     string     `json:"text,omitempty"`
	Log      string     `json:"log,omitempty"`
	Done     int64      `json:"done,omitempty"`
	Total    int64      `json:"total,omitempty"`
	Seconds  float64    `json:"seconds,omitempty"`
	Error    string     `json:"error,omitempty"`
	Plan     *jsonPlan  `json:"plan,omitempty"`
}

// encode prints an event in JSON; w.mu is held.
func (w *watcher) encode(ev store.Event) {
	var j jsonEvent
	switch ev := ev.(type) {
	case store.Planned:
		j = jsonEvent{Event: "plan", Plan: &jsonPlan{base(ev.Build), base(ev.Fetch), base(ev.Unknown), ev.DownloadSize, ev.NarSize}}
	case store.Started:
		j = jsonEvent{Event: "start", Activity: uint64(ev.Activity), Parent: uint64(ev.Parent), Kind: ev.Kind, Path: ev.Path, Text: ev.Text, Log: ev.Log}
	case store.Line:
		j = jsonEvent{Event: "line", Activity: uint64(ev.Activity), Text: ev.Text}
	case store.Phase:
		j = jsonEvent{Event: "phase", Activity: uint64(ev.Activity), Text: ev.Name}
	case store.Progress:
		j = jsonEvent{Event: "progress", Activity: uint64(ev.Activity), Done: ev.Done, Total: ev.Total}
	case store.Finished:
		j = jsonEvent{Event: "stop", Activity: uint64(ev.Activity), Seconds: ev.Took.Seconds()}
		if ev.Err != nil {
			j.Error = ev.Err.Error()
		}
	case store.Warning:
		j = jsonEvent{Event: "warning", Activity: uint64(ev.Activity), Text: ev.Text}
	}
	text, err := json.Marshal(j)
	if err != nil {
		w.cmd.PrintErrln("firn: " + err.Error())
		return
	}
	fmt.Fprintln(w.out, string(text))
}
