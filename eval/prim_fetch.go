package eval

import (
	"context"
	"errors"

	"firn/eval/flakeref"
	"firn/store/hash"
	"firn/store/path"
)

var fetcherPrims = table{
	"fetchClosure":   primFetchClosure,
	"fetchGit":       primFetchGit,
	"fetchMercurial": primFetchMercurial,
	"fetchTarball":   primFetchTarball,
	"fetchTree":      primFetchTree,
	"fetchurl":       primFetchurl,
}

// Fetcher brings what an evaluation wants from elsewhere. It is called by one
// goroutine at a time, and may be asked for the same thing again.
type Fetcher interface {
	Fetch(context.Context, Request) (Fetched, error)
}

// FetchKind is a sort of things to fetch.
type FetchKind uint8

// The kinds of things to fetch.
const (
	FetchFile      FetchKind = iota // a file, as it is
	FetchArchive                    // an archive, unpacked; a single directory in it is the tree
	FetchGit                        // a commit of a repository, or its working tree
	FetchMercurial                  // the same of Mercurial
	FetchForge                      // a commit that GitHub, GitLab or SourceHut hands out
	FetchRegistry                   // the input that an indirect one stands for
	FetchClosure                    // a store path and what it refers to, from a binary cache
)

// Request is one thing to fetch.
type Request struct {
	Kind FetchKind
	URL  string // of the file, the archive, the repository or the binary cache
	Name string // in the store
	Rev  string // the commit; "" for that of Ref
	Ref  string // the branch or tag; "" for the usual one

	// Hash is the one expected: of the file for FetchFile, of the archive of the
	// tree for others. It may be none. Whoever asks checks it, too.
	Hash hash.Hash

	// Input has all that is known of a tree. It is the zero value for
	// FetchClosure, and where fetchurl asks.
	Input flakeref.Input

	// Of FetchClosure:
	Path           path.Path // in the cache
	Rewrite        bool      // it becomes a path that is named by its content
	ToPath         path.Path // that path, if it is known
	InputAddressed bool      // it keeps its name, though that is not by its content
}

// Fetched is what was fetched.
type Fetched struct {
	// At is where the file or directory can be read: anywhere on the host. Its
	// store path is computed from that. For FetchClosure it is a store path.
	At string
	// Attrs are the attributes of the input and those that are known now: rev,
	// revCount, lastModified, dirtyRev. If narHash is there, it is believed. For
	// FetchRegistry they are all that the answer has.
	Attrs flakeref.Attrs
}

// ErrUnreachable is the error of a [Fetcher] that may succeed another time, when there
// is a network again, or somebody answers.
var ErrUnreachable = errors.New("nobody answers")

// ErrLater is the error of a [Fetcher] that has nothing yet. What is not evaluated
// for that is evaluated again when somebody asks.
var ErrLater = errors.New("it is not there yet")

// fetching is a machine that fetches.
type fetching struct{ *machine }

const noFetcher = "nothing may be fetched during this evaluation"

// fetch asks for something from elsewhere.
func (m fetching) fetch(r Request) (Fetched, *failure) {
	if m.settings.Fetch == nil {
		if r.Kind == FetchGit {
			return Fetched{}, fail(Forbidden, 0, "Failed to fetch git repository '%s': %s", r.URL, noFetcher)
		}
		return Fetched{}, fail(Forbidden, 0, "unable to download '%s': %s", r.URL, noFetcher)
	}
	got, err := m.settings.Fetch.Fetch(m.ctx, r)
	switch {
	case err == nil:
		m.admit(got.At)
		return got, nil
	case m.ctx.Err() != nil:
		v := m.interrupted()
		return Fetched{}, failed(&v)
	case errors.Is(err, ErrLater):
		return Fetched{}, fail(Interrupted, 0, "%v", err)
	case errors.Is(err, ErrUnreachable):
		return Fetched{}, fail(Unreachable, 0, "%v", err)
	case errors.Is(err, ErrForbidden):
		return Fetched{}, fail(Forbidden, 0, "%v", err)
	}
	return Fetched{}, fail(EvalError, 0, "%v", err)
}

// refOptions say how flake references are read.
func (m fetching) refOptions() flakeref.Options {
	return flakeref.Options{Features: m.settings.Features, Warn: m.warn}
}

func (m fetching) warn(msg string) { m.host.Warn("warning: " + msg) }

// wrong is the failure that an error is.
func wrong(err error) *failure { return fail(EvalError, 0, "%v", err) }

// exists reports whether a store path is there, and lets it be read. It may come
// to be later, so that is not remembered.
func (m fetching) exists(p path.Path) bool {
	if _, err := m.host.Lstat(string(p)); err == nil {
		return true
	}
	if _, err := m.unguarded.Lstat(string(p)); err != nil {
		return false
	}
	m.admit(string(p))
	return true
}
