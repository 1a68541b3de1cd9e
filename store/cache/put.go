package cache

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"firn/store"
	"firn/store/hash"
	"firn/store/narinfo"
)

// archives is the directory of a cache that has the archives.
const archives = "nar"

// Put adds an object to a cache in a directory, which is made if need be, and signs
// it with the keys of the URL. What the object refers to must be there before; if the
// object is, nothing is done. The archive is read to its end and must be the one that
// the info describes, otherwise nothing is added.
func (c *Cache) Put(ctx context.Context, info *store.Info, archive io.Reader) error {
	if err := c.put(ctx, info, archive); err != nil {
		return fmt.Errorf("cannot add '%s' to '%s': %w", info.Path, c.name, err)
	}
	return nil
}

func (c *Cache) put(ctx context.Context, info *store.Info, archive io.Reader) error {
	f, ok := c.at.(folder)
	if !ok {
		return errors.New("firn writes to caches in directories only, by file URLs")
	}
	m, err := methodOf(c.compression)
	if err != nil {
		return err
	}
	if err := m.checkLevel(c.level); err != nil {
		return err
	}
	if _, err := c.o.Dir.Parse(string(info.Path)); err != nil {
		return err
	}
	if err := c.found(ctx, f); err != nil {
		return err
	}
	there, err := f.has(nameOf(info.Path))
	if err != nil || there {
		return err
	}
	for _, r := range info.Refs().Paths {
		switch there, err := f.has(nameOf(r)); {
		case err != nil:
			return err
		case !there:
			return fmt.Errorf("it refers to '%s', which is not there; add that first", r)
		}
	}
	return c.add(ctx, f, &packing{method: m, level: c.level, info: info}, archive)
}

// found makes the directory a cache, or finds out that it is one.
func (c *Cache) found(ctx context.Context, f folder) error {
	if err := os.MkdirAll(filepath.Join(f.dir, archives), 0o777); err != nil {
		return err
	}
	switch there, err := f.has(narinfo.CacheInfoName); {
	case err != nil:
		return err
	case there:
		_, err := c.Settings(ctx)
		return err
	}
	s := narinfo.CacheInfo{StoreDir: c.o.Dir}
	if c.priority != nil {
		s.Priority = *c.priority
	}
	if c.mass != nil {
		s.WantMassQuery = *c.mass
	}
	c.health.well() // if there was a look at it before
	return replace(filepath.Join(f.dir, narinfo.CacheInfoName), s.Append(nil))
}

// add writes the files of an object, and the one last that says that it is there.
func (c *Cache) add(ctx context.Context, f folder, p *packing, archive io.Reader) (err error) {
	packed, err := create(filepath.Join(f.dir, archives))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, packed.discard()) }()
	listing, err := create(f.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, listing.discard()) }()
	p.out, p.listing = packed, listing
	out, err := p.pack(withContext{ctx, archive})
	if err != nil {
		return err
	}
	if err := packed.commit(filepath.Join(f.dir, filepath.FromSlash(out.URL))); err != nil {
		return err
	}
	switch {
	case c.listing && p.unlisted:
		c.warn(fmt.Sprintf("'%s' has no listing in '%s', as a name in it is not UTF-8", p.info.Path, c.name))
	case c.listing:
		if err := listing.commit(filepath.Join(f.dir, p.info.Path.HashPart()+narinfo.ListingExtension)); err != nil {
			return err
		}
	}
	for _, key := range c.keys {
		key.Add(&out.Info)
	}
	slices.Sort(out.Signatures)
	name := nameOf(p.info.Path)
	c.absent.drop(name)
	return replace(filepath.Join(f.dir, name), out.Append(nil))
}

// packing is an archive that is compressed.
type packing struct {
	method
	level    int
	info     *store.Info
	out      io.Writer
	listing  io.Writer
	unlisted bool // there can be no listing
}

// pack compresses the archive and returns what there is to be told of it.
func (p *packing) pack(archive io.Reader) (*narinfo.File, error) {
	sum, packed := hash.New(hash.SHA256), hash.New(hash.SHA256)
	z, err := p.write(io.MultiWriter(p.out, packed), p.level)
	if err != nil {
		return nil, err
	}
	// Archives are read in small pieces.
	in, out := bufio.NewReaderSize(archive, 1<<16), bufio.NewWriterSize(io.MultiWriter(sum, z), 1<<16)
	err = narinfo.WriteListing(p.listing, io.TeeReader(in, out))
	if errors.Is(err, narinfo.ErrNotUTF8) {
		p.unlisted, err = true, nil
	}
	if err == nil {
		err = nothing(in)
	}
	if err := errors.Join(err, out.Flush(), z.Close()); err != nil {
		return nil, err
	}
	if sum.Sum() != p.info.NarHash || sum.Size() != p.info.NarSize {
		return nil, fmt.Errorf("the archive has %d bytes and the hash '%s' where %d and '%s' were to be expected", sum.Size(), sum.Sum(), p.info.NarSize, p.info.NarHash)
	}
	f := &narinfo.File{Info: *p.info, Compression: p.name, FileHash: packed.Sum(), FileSize: packed.Size()}
	f.URL = archives + "/" + f.FileHash.Nix32() + ".nar" + p.extension
	f.Signatures = slices.Clone(f.Signatures)
	return f, nil
}

// nothing returns an error unless a reader is at its end.
func nothing(r io.ByteReader) error {
	_, err := r.ReadByte()
	switch {
	case err == nil:
		return errors.New("there is something behind the archive")
	case errors.Is(err, io.EOF):
		return nil
	}
	return err
}

// withContext is a reader that ends with a context.
type withContext struct {
	ctx context.Context
	r   io.Reader
}

// Read implements [io.Reader].
func (w withContext) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.r.Read(p)
}

func (f folder) has(name string) (bool, error) {
	_, err := os.Lstat(filepath.Join(f.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
