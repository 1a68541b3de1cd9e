package store

import (
	"sync/atomic"
	"time"

	"firn/store/path"
)

// Event is something that happens while stores and builders work. It is one of
// [Planned], [Started], [Line], [Phase], [Progress], [Finished] and [Warning].
type Event interface{ event() }

// Activity numbers a piece of work. The zero value is none.
type Activity uint64

var activities atomic.Uint64

// NewActivity returns a number that this process has not used.
func NewActivity() Activity { return Activity(activities.Add(1)) }

// Kind is the kind of an activity.
type Kind string

// The kinds of activities.
const (
	Building    Kind = "build"      // a derivation is built
	Fetching    Kind = "substitute" // an object is copied from a source
	Downloading Kind = "download"   // a file is transferred
	Waiting     Kind = "wait"       // somebody else works on the same
	Adding      Kind = "add"        // a file or directory becomes a store object
	Collecting  Kind = "collect"    // garbage is removed
	Verifying   Kind = "verify"     // objects are compared with what is known of them
)

// Planned says what is going to be done. Its lists are in the order of the work.
type Planned struct {
	Build        []path.Path // derivations
	Fetch        []path.Path // objects
	Unknown      []path.Path // objects that nobody has and nothing says how to build
	DownloadSize int64       // of Fetch, in bytes, as far as sources tell
	NarSize      int64       // of Fetch when it is unpacked, in bytes
}

// Started says that work begins.
type Started struct {
	Activity
	Parent Activity // what it is part of
	Kind   Kind
	Path   path.Path // the derivation or object that it is about, if it is about one
	Text   string    // what is done, in a line for people
	Log    string    // of builds, the file that keeps what is printed; "" if none does
}

// Line is a line that a builder prints, without its end.
type Line struct {
	Activity
	Text string
}

// Phase says that a builder enters a phase.
type Phase struct {
	Activity
	Name string
}

// Progress says how much of an activity is done.
type Progress struct {
	Activity
	Done, Total int64 // bytes; Total is 0 if it is not known
}

// Finished says that work ended.
type Finished struct {
	Activity
	Err  error // nil if it succeeded
	Took time.Duration
}

// Warning is for people.
type Warning struct {
	Activity // what it is about, if it is about one
	Text     string
}

func (Planned) event()  {}
func (Started) event()  {}
func (Line) event()     {}
func (Phase) event()    {}
func (Progress) event() {}
func (Finished) event() {}
func (Warning) event()  {}

// Events takes events, in order, from several goroutines at once. It does not
// wait for anybody. A nil one takes none.
type Events func(Event)

// Send hands an event over.
func (e Events) Send(ev Event) {
	if e != nil {
		e(ev)
	}
}

// Start begins an activity, and returns its number and what ends it.
func (e Events) Start(s Started) (Activity, func(error)) {
	s.Activity = NewActivity()
	began := time.Now()
	e.Send(s)
	return s.Activity, func(err error) { e.Send(Finished{Activity: s.Activity, Err: err, Took: time.Since(began)}) }
}
