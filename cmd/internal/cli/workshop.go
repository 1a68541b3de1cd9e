package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"firn/eval/realise"
	"firn/store"
	"firn/store/build"
	"firn/store/cache"
	"firn/store/local"
	"firn/store/path"
	"firn/store/sandbox"
	"firn/store/sign"
)

// storeRoot returns the directory of the store that a user has.
func storeRoot(given string) (string, error) {
	if given != "" {
		return filepath.Abs(given)
	}
	data := os.Getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(data) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("there is no place for a store; name one by --store: %w", err)
		}
		data = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(data, "firn", "root"), nil
}

// workshop opens the store in a directory, and returns it with who builds for it.
func (s *nixSettings) workshop(ctx context.Context, root string, events store.Events) (*realise.Workshop, error) {
	st, err := local.Open(ctx, local.Options{Root: root, Dir: path.Dir(s.StoreDir), Events: events, Optimise: s.build.optimise})
	if err != nil {
		return nil, err
	}
	b, err := s.builder(st, events)
	if err != nil {
		return nil, cmp.Or(err, st.Close())
	}
	return &realise.Workshop{Store: st, Builder: b}, nil
}

func (s *nixSettings) builder(st *local.Store, events store.Events) (*build.Builder, error) {
	o := build.Options{
		Store: st, Jobs: s.build.jobs, Cores: s.build.cores, Systems: append(build.Systems(), s.build.platforms...),
		Features: features(s.build.features), Limits: s.build.limits, SandboxPaths: s.build.sandboxPaths, Mirrors: s.build.mirrors, Netrc: s.build.netrc,
		Getenv: os.Getenv, Policy: s.build.policy, Events: events,
	}
	if o.SandboxPaths == nil {
		o.SandboxPaths = sandbox.Shell()
	}
	if !s.build.noSubstitutes {
		offer, err := s.offers(st.Dir(), events)
		if err != nil {
			return nil, err
		}
		o.Offer = offer
	}
	return build.New(o), nil
}

// offers returns what finds objects in the binary caches.
func (s *nixSettings) offers(dir path.Dir, events store.Events) (func(context.Context, path.Path) (*store.Offer, error), error) {
	trusted, err := sign.NewTrusted(s.build.keys)
	if err != nil {
		return nil, fmt.Errorf("setting 'trusted-public-keys': %w", err)
	}
	if s.build.anySignature {
		trusted = nil
	}
	var caches []*cache.Cache
	o := cache.Options{Dir: dir, Netrc: s.build.netrc, Events: events}
	if at := cacheDir(); at != "" {
		o.Keep = filepath.Join(at, "narinfo")
	}
	for _, url := range s.build.substituters {
		c, err := cache.Open(url, o)
		if err != nil {
			return nil, fmt.Errorf("setting 'substituters': %w", err)
		}
		caches = append(caches, c)
	}
	return cache.Select(caches, trusted, events), nil
}

// features leaves out of what a machine may have what this one has not.
func features(list []string) []string {
	var have []string
	for _, f := range list {
		if f == "kvm" {
			if _, err := os.Stat("/dev/kvm"); err != nil {
				continue
			}
		}
		have = append(have, f)
	}
	return have
}
