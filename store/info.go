package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"firn/store/hash"
	"firn/store/path"
)

// ErrNotFound says that a store or a cache does not have an object.
var ErrNotFound = errors.New("no such store object")

// Info is what is known of a store object beside its content (Nix manual, Store
// Object Info).
type Info struct {
	Path       path.Path
	Deriver    path.Path   // the derivation that it was built from; "" if that is not known
	NarHash    hash.Hash   // the SHA-256 of its archive
	NarSize    int64       // of its archive, in bytes
	References []path.Path // sorted, itself among them if it refers to itself
	Signatures []string    // each NAME:BASE64, of the fingerprint
	CA         string      // as path.ContentAddress writes it; "" if the path does not depend on the content
	Ultimate   bool        // whether it was built or added here, rather than copied from elsewhere
	Registered time.Time   // when it became part of the store that was asked
}

// Fingerprint returns the text that is signed for an object (Nix manual, Binary
// Cache, narinfo):
//
//	1;PATH;sha256:NIX32;SIZE;REFERENCE,REFERENCE
func (i *Info) Fingerprint() string {
	var b strings.Builder
	fmt.Fprintf(&b, "1;%s;%s;%d;", i.Path, i.NarHash, i.NarSize)
	for n, r := range i.References {
		if n > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(r))
	}
	return b.String()
}

// Refs returns the references as makers of store paths take them.
func (i *Info) Refs() path.Refs {
	var refs path.Refs
	for _, r := range i.References {
		if r == i.Path {
			refs.Self = true
		} else {
			refs.Paths = append(refs.Paths, r)
		}
	}
	return refs
}

// IsContentAddressed reports whether the path is the one that the content
// address makes, so that nobody need be trusted about it who gives the content.
func (i *Info) IsContentAddressed() bool {
	ca, err := path.ParseContentAddress(i.CA)
	if err != nil {
		return false
	}
	p, err := i.Path.Dir().Fixed(i.Path.Name(), ca, i.Refs())
	return err == nil && p == i.Path
}

// SetReferences takes references in any order.
func (i *Info) SetReferences(refs []path.Path) {
	i.References = slices.Compact(slices.Sorted(slices.Values(refs)))
}

// Source is a place that store objects can be copied from, such as a binary
// cache. Its methods may be called by several goroutines at once.
type Source interface {
	// Name returns what people call the source, most often a URL.
	Name() string

	// Find returns the offer of an object. [ErrNotFound] is what an answer says
	// that the source does not have it; any other error is about the source.
	Find(ctx context.Context, p path.Path) (*Offer, error)
}

// Offer is an object that a source has.
type Offer struct {
	Info
	From         string // the name of the source
	DownloadSize int64  // what is transferred for it, in bytes; 0 if that is not known

	// Open begins to read the archive, without any compression. Nothing of it is
	// verified, and what progress is called with is how many bytes of
	// DownloadSize have come; it may be nil.
	Open func(ctx context.Context, progress func(done int64)) (io.ReadCloser, error)
}
