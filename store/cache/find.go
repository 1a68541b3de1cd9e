package cache

import (
	"context"
	"errors"
	"fmt"
	"io"

	"firn/store"
	"firn/store/narinfo"
	"firn/store/path"
)

// Name returns the URL of the cache, without parameters and passwords.
func (c *Cache) Name() string { return c.name }

func (c *Cache) warn(msg string) { c.o.Events.Send(store.Warning{Text: msg}) }

// Settings returns what the cache says of itself in nix-cache-info, or what the
// parameters of the URL say instead. The file is read once. An error is one of the
// cache, which is left alone for a while then.
func (c *Cache) Settings(ctx context.Context) (narinfo.CacheInfo, error) {
	select {
	case <-c.setup:
	case <-ctx.Done():
		return narinfo.CacheInfo{}, context.Cause(ctx)
	}
	defer func() { c.setup <- struct{}{} }()
	if c.settings != nil {
		return *c.settings, nil
	}
	s, err := c.readSettings(ctx)
	if err != nil {
		return s, err
	}
	if c.priority != nil {
		s.Priority = *c.priority
	}
	if c.mass != nil {
		s.WantMassQuery = *c.mass
	}
	c.settings = &s
	return s, nil
}

func (c *Cache) readSettings(ctx context.Context) (narinfo.CacheInfo, error) {
	text := c.recall(narinfo.CacheInfoName)
	if s, err := c.parseSettings(text); err == nil && text != nil {
		return s, nil
	}
	text, err := c.text(ctx, narinfo.CacheInfoName)
	var down *downError
	switch {
	case errors.As(err, &down) || ctx.Err() != nil:
		return narinfo.CacheInfo{}, err
	case errors.Is(err, errMissing):
		return narinfo.CacheInfo{}, c.fail(fmt.Errorf("it does not appear to be a binary cache: %s: %w", narinfo.CacheInfoName, err))
	case err != nil:
		return narinfo.CacheInfo{}, c.fail(fmt.Errorf("%s: %w", narinfo.CacheInfoName, err))
	}
	s, err := c.parseSettings(text)
	if err != nil {
		return s, c.fail(err)
	}
	c.remember(narinfo.CacheInfoName, text)
	return s, nil
}

func (c *Cache) parseSettings(text []byte) (narinfo.CacheInfo, error) {
	s, err := narinfo.ParseCacheInfo(text)
	if err == nil && s.StoreDir != "" && s.StoreDir != c.o.Dir {
		err = fmt.Errorf("its objects are for '%s', and not for '%s'", s.StoreDir, c.o.Dir)
	}
	return s, err
}

// text returns a small file of the cache.
func (c *Cache) text(ctx context.Context, name string) (text []byte, err error) {
	err = c.try(ctx, func() (err error) {
		text, err = c.at.text(ctx, name)
		return err
	})
	return text, err
}

// recall returns a file as it was, nil if it is not known any more. What is wrong
// with the directory must not keep anybody from asking the cache.
func (c *Cache) recall(name string) []byte {
	age := keepPresent
	if name == narinfo.CacheInfoName {
		age = keepSettings
	}
	text, err := c.keep.read(name, age, c.now())
	c.forgetful(err)
	return text
}

func (c *Cache) remember(name string, text []byte) {
	c.absent.drop(name)
	c.forgetful(c.keep.write(name, text, c.now()))
}

// forgetful tells once that answers cannot be kept.
func (c *Cache) forgetful(err error) {
	if err != nil {
		c.cannotKeep.Do(func() { c.warn(fmt.Sprintf("cannot remember what '%s' has: %v", c.name, err)) })
	}
}

// Forget makes the cache be asked again for an object.
func (c *Cache) Forget(p path.Path) {
	name := nameOf(p)
	c.absent.drop(name)
	c.forgetful(c.keep.drop(name))
}

func nameOf(p path.Path) string { return p.HashPart() + narinfo.Extension }

// Find implements [store.Source].
func (c *Cache) Find(ctx context.Context, p path.Path) (*store.Offer, error) {
	if _, err := c.Settings(ctx); err != nil {
		return nil, err
	}
	if o, err := c.known(p); o != nil || err != nil {
		return o, err
	}
	name := nameOf(p)
	text, err := c.text(ctx, name)
	var down *downError
	switch {
	case errors.Is(err, errMissing):
		c.absent.add(name, c.now())
		return nil, c.lacks(p)
	case errors.As(err, &down) || ctx.Err() != nil:
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("binary cache '%s': %s: %w", c.name, name, err)
	}
	o, err := c.offer(p, text)
	if err != nil {
		return nil, fmt.Errorf("binary cache '%s': %s: %w", c.name, name, err)
	}
	c.remember(name, text)
	return o, nil
}

// known is Find without asking anybody. It returns neither an offer nor an error if
// the cache has to be asked.
func (c *Cache) known(p path.Path) (*store.Offer, error) {
	if _, err := c.o.Dir.Parse(string(p)); err != nil {
		return nil, err
	}
	name := nameOf(p)
	if c.absent.has(name, c.now()) {
		return nil, c.lacks(p)
	}
	text := c.recall(name)
	if text == nil {
		return nil, nil
	}
	o, err := c.offer(p, text)
	if err != nil {
		return nil, nil //nolint:nilerr // what is kept is of no use, so the cache is asked
	}
	return o, nil
}

func (c *Cache) lacks(p path.Path) error {
	return fmt.Errorf("binary cache '%s' does not have '%s': %w", c.name, p, store.ErrNotFound)
}

// offer reads a narinfo file of an object.
func (c *Cache) offer(p path.Path, text []byte) (*store.Offer, error) {
	f, err := narinfo.Parse(c.o.Dir, text)
	if err != nil {
		return nil, err
	}
	if f.Path != p {
		return nil, fmt.Errorf("it describes '%s' where '%s' was asked for", f.Path, p)
	}
	m, err := methodOf(f.Compression)
	if err != nil {
		return nil, err
	}
	if err := c.at.check(f.URL); err != nil {
		return nil, err
	}
	o := &store.Offer{Info: f.Info, From: c.name, DownloadSize: f.FileSize}
	o.Open = func(ctx context.Context, progress func(int64)) (io.ReadCloser, error) {
		return c.archive(ctx, f, m, progress)
	}
	return o, nil
}
