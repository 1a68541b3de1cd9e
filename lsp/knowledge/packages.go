package knowledge

import (
	"context"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"firn/lsp/feature/catalogue"
)

// Catalogue returns what the packages of the search path say of themselves, or nil
// as long as that is not known. The first to ask has it found out in the
// background, from what was kept if nothing has changed since.
func (b *Base) Catalogue() *catalogue.Catalogue {
	b.catalogue.start.Do(func() { b.background("packages", b.findPackages) })
	return b.catalogue.found.Load()
}

// lull is how long all packages wait, so that what was asked for comes first.
const lull = 3 * time.Second

// findPackages makes the catalogue. Its evaluation is one of its own, which leaves
// nothing behind.
func (b *Base) findPackages(ctx context.Context) {
	store := catalogue.Store{Dir: b.options.Cache}
	key := strings.Join(append(slices.Clone(b.options.SearchPath), system()), "\n")
	kept, err := store.Load(key)
	if err != nil {
		b.log("packages not read from the cache", err)
	}
	if kept == nil && pause(ctx, lull) {
		kept = b.evaluatePackages(ctx, store, key)
	}
	if kept != nil {
		b.catalogue.found.Store(kept)
	}
}

// evaluatePackages makes the catalogue by evaluation, and keeps it. It is nil if
// that takes too much.
func (b *Base) evaluatePackages(ctx context.Context, store catalogue.Store, key string) *catalogue.Catalogue {
	defer debug.FreeOSMemory()
	begun := time.Now()
	ctx, cancel := context.WithTimeout(ctx, b.options.Patience)
	defer cancel()
	s, err := b.Once(ctx, Entry{Kind: Nixpkgs})
	if err != nil || s.Err() != nil {
		return nil // others say that there is no nixpkgs
	}
	var list []catalogue.Package
	add := func(i Item) {
		if i.Kind == PackageItem {
			p := i.Package
			list = append(list, catalogue.Package{Attr: i.Attr, Version: p.Version, Description: p.Description, Program: p.MainProgram})
		}
	}
	if err := s.Packages(ctx, nil, func(string) bool { return true }, add); err != nil {
		b.log("packages not evaluated", err)
		return nil
	}
	made := catalogue.New(list)
	if err := store.Save(key, made, s.e.Imported(), begun); err != nil {
		b.log("packages not kept", err)
	}
	return made
}

func (b *Base) log(what string, err error) { b.options.Log(what, "error", err.Error()) }
