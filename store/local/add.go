package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"

	"firn/store"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
	"firn/store/refs"
)

// Text is a file that is addressed by its text and its references, like a
// derivation or what builtins.toFile makes.
type Text struct {
	Path       path.Path
	Text       string
	References []path.Path // in any order
}

// AddText adds a file that is addressed by its text. See [Store.AddTexts].
func (s *Store) AddText(ctx context.Context, p path.Path, text string, references []path.Path) error {
	return s.AddTexts(ctx, []Text{{p, text, references}})
}

// batch is how many texts are added at once. Each takes an open file for its lock.
const batch = 256

// AddTexts adds files that are addressed by their texts, in order: what refers to
// others comes after them. It is much faster than to add them one by one. Those
// before the first that fails may have been added.
func (s *Store) AddTexts(ctx context.Context, texts []Text) error {
	for some := range slices.Chunk(texts, batch) {
		if err := s.addTexts(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) addTexts(ctx context.Context, texts []Text) error {
	infos := make([]store.Info, len(texts))
	trees := map[path.Path]nar.Tree{}
	for i, t := range texts {
		ca := path.ContentAddress{Method: path.Text, Hash: hash.SumString(hash.SHA256, t.Text)}
		want, err := s.o.Dir.Fixed(t.Path.Name(), ca, path.Refs{Paths: t.References})
		if err != nil {
			return err
		}
		if want != t.Path {
			return fmt.Errorf("the path of the text '%s' does not follow from it, that is '%s'", t.Path, want)
		}
		infos[i] = store.Info{Path: t.Path, CA: ca.String()}
		infos[i].SetReferences(t.References)
		m := &nar.Memory{}
		if err := m.Put(nar.Header{Path: "/", Info: nar.Info{Kind: nar.Regular}}, []byte(t.Text)); err != nil {
			return err
		}
		trees[t.Path] = nar.Tree{FS: m, Root: "/"}
	}
	return s.add(ctx, infos, func(info *store.Info) error { return s.copy(ctx, info, trees[info.Path]) })
}

// AddTree adds a tree of any file system. Of info the path, the references and the
// content address are set, and the latter is checked; hash and size are found out.
func (s *Store) AddTree(ctx context.Context, info *store.Info, t nar.Tree) (err error) {
	if valid, err := s.hold(ctx, info.Path); err != nil || valid {
		return err
	}
	_, end := s.o.Events.Start(store.Started{Kind: store.Adding, Path: info.Path, Text: fmt.Sprintf("copying '%s' to the store", info.Path)})
	defer func() { end(err) }()
	return s.add(ctx, []store.Info{*info}, func(info *store.Info) error {
		if err := s.copy(ctx, info, t); err != nil {
			return err
		}
		return s.checkContent(ctx, info)
	})
}

// AddArchive adds the object that an archive has. The hash and the size of the
// archive are those of info, and so is the content address if there is one. The
// archive is not read if the object is valid already.
//
// Whoever has the lock of the path calls [Lock.AddArchive] instead.
func (s *Store) AddArchive(ctx context.Context, info *store.Info, archive io.Reader) error {
	return s.add(ctx, []store.Info{*info}, s.unpacker(ctx, archive))
}

// AddArchive is like [Store.AddArchive] for a path that is locked.
func (l *Lock) AddArchive(ctx context.Context, info *store.Info, archive io.Reader) error {
	if !slices.ContainsFunc(l.held, func(h *held) bool { return h.path == info.Path }) {
		return fmt.Errorf("'%s' is not locked", info.Path)
	}
	if valid, err := l.store.hold(ctx, info.Path); err != nil || valid {
		return err
	}
	return l.store.addLocked(ctx, []store.Info{*info}, l.store.unpacker(ctx, archive))
}

// unpacker returns what makes an object of an archive.
func (s *Store) unpacker(ctx context.Context, archive io.Reader) func(*store.Info) error {
	return func(info *store.Info) error {
		sum := hash.New(hash.SHA256)
		// Whatever stands behind the archive is not of it, so the hash must not have it
		// either: the reader reads the archive and no byte more.
		if err := s.restore(ctx, info.Path, io.TeeReader(archive, sum)); err != nil {
			return fmt.Errorf("cannot unpack '%s': %w", info.Path, err)
		}
		if got := sum.Sum(); got != info.NarHash {
			return fmt.Errorf("hash mismatch importing path '%s';\n  specified: %s\n  got:       %s", info.Path, info.NarHash.SRI(), got.SRI())
		}
		if got := sum.Size(); got != info.NarSize {
			return fmt.Errorf("size mismatch importing path '%s';\n  specified: %d\n  got:       %d", info.Path, info.NarSize, got)
		}
		return s.checkContent(ctx, info)
	}
}

// hold holds a path and reports whether it is valid.
func (s *Store) hold(ctx context.Context, p path.Path) (valid bool, err error) {
	if err := s.Hold(ctx, p); err != nil {
		return false, err
	}
	found, err := s.Valid(ctx, []path.Path{p})
	return found[p], err
}

// add makes those objects that are not valid, by put, and registers them.
func (s *Store) add(ctx context.Context, infos []store.Info, put func(*store.Info) error) (err error) {
	paths := make([]path.Path, len(infos))
	for i := range infos {
		paths[i] = infos[i].Path
	}
	if err := s.Hold(ctx, paths...); err != nil {
		return err
	}
	missing, err := s.missing(ctx, paths)
	if err != nil || len(missing) == 0 {
		return err
	}
	lock, err := s.Lock(ctx, missing)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	// Others may have made some before they gave up the lock.
	if missing, err = s.missing(ctx, missing); err != nil {
		return err
	}
	var rest []store.Info
	for i := range infos {
		if at := slices.Index(missing, infos[i].Path); at >= 0 {
			rest = append(rest, infos[i])
			missing = slices.Delete(missing, at, at+1) // an object that is named twice is added once
		}
	}
	return s.addLocked(ctx, rest, put)
}

// missing returns those paths that are not valid, each once.
func (s *Store) missing(ctx context.Context, paths []path.Path) ([]path.Path, error) {
	valid, err := s.Valid(ctx, paths)
	if err != nil {
		return nil, err
	}
	var missing []path.Path
	for _, p := range paths {
		if !valid[p] {
			missing = append(missing, p)
			valid[p] = true
		}
	}
	return missing, nil
}

// addLocked makes objects whose paths are locked and held, by put, and registers
// them. Nothing of them stays if that fails.
func (s *Store) addLocked(ctx context.Context, infos []store.Info, put func(*store.Info) error) (err error) {
	begun := 0
	defer func() {
		if err == nil {
			return
		}
		for i := range begun {
			err = errors.Join(err, s.removeObject(infos[i].Path))
		}
		if errors.Is(err, syscall.ENOSPC) {
			err = fmt.Errorf("the disk of the store is full; collecting garbage makes room: %w", err)
		}
	}()
	for i := range infos {
		if err := s.removeObject(infos[i].Path); err != nil { // a leftover
			return err
		}
		begun = i + 1
		if err := put(&infos[i]); err != nil {
			return err
		}
		if s.o.Optimise {
			if _, err := s.optimise(ctx, infos[i].Path); err != nil {
				return err
			}
		}
	}
	return s.Register(ctx, infos)
}

// copy makes an object of a tree, and finds out its hash and its size.
func (s *Store) copy(ctx context.Context, info *store.Info, t nar.Tree) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in, out := io.Pipe()
	sum := hash.New(hash.SHA256)
	written := make(chan struct{})
	go func() {
		defer close(written)
		// The error of the writer is the one that the reader gets.
		out.CloseWithError(nar.Write(ctx, io.MultiWriter(out, sum), t))
	}()
	err := s.restore(ctx, info.Path, in)
	if err == nil {
		_, err = io.Copy(io.Discard, in) // up to the error of a last write
	}
	in.CloseWithError(err)
	<-written
	info.NarHash, info.NarSize = sum.Sum(), sum.Size()
	return err
}

// checkContent compares an object on the disk with the address that it claims to
// have. It may come from somebody who is not trusted because of that.
func (s *Store) checkContent(ctx context.Context, info *store.Info) error {
	if info.CA == "" {
		return nil
	}
	ca, err := path.ParseContentAddress(info.CA)
	if err != nil {
		return err
	}
	got, err := s.contentHash(ctx, info, ca)
	if err != nil {
		return err
	}
	if got != ca.Hash {
		return fmt.Errorf("ca hash mismatch importing path '%s';\n  specified: %s\n  got:       %s", info.Path, ca.Hash, got)
	}
	return nil
}

func (s *Store) contentHash(ctx context.Context, info *store.Info, ca path.ContentAddress) (hash.Hash, error) {
	tree := s.tree(info.Path)
	switch {
	case ca.Method == path.Git:
		return hash.Hash{}, fmt.Errorf("'%s' is addressed as Git does it, an experimental feature of Nix that firn cannot verify", info.Path)
	case ca.Method != path.NAR:
		return fileHash(tree.Root, ca.Hash.Algorithm())
	case !info.Refs().Self && ca.Hash.Algorithm() == info.NarHash.Algorithm():
		return info.NarHash, nil
	case !info.Refs().Self:
		h, _, err := nar.Sum(ctx, ca.Hash.Algorithm(), tree)
		return h, err
	}
	m, err := refs.NewModulo(ca.Hash.Algorithm(), info.Path.HashPart())
	if err != nil {
		return hash.Hash{}, err
	}
	if err := nar.Write(ctx, m, tree); err != nil {
		return hash.Hash{}, err
	}
	return m.Sum()
}

// tree returns an object as what archives are made of.
func (s *Store) tree(p path.Path) nar.Tree { return nar.Tree{FS: nar.OS{}, Root: s.Real(p)} }

// fileHash returns the hash of a file that is neither executable nor anything else.
func fileHash(name string, a hash.Algorithm) (h hash.Hash, err error) {
	info, err := os.Lstat(name)
	if err != nil {
		return h, err
	}
	if !info.Mode().IsRegular() || info.Mode()&0o100 != 0 {
		return h, fmt.Errorf("'%s' is addressed as a file, but it is not one, or an executable one", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := hash.New(a)
	_, err = io.Copy(sum, f)
	return sum.Sum(), err
}

// Archive begins to read the archive of a valid object. Errors of the object come
// from the reader, which must be closed.
func (s *Store) Archive(ctx context.Context, p path.Path) (io.ReadCloser, error) {
	valid, err := s.Valid(ctx, []path.Path{p})
	if err != nil {
		return nil, err
	}
	if !valid[p] {
		return nil, notFound(p)
	}
	in, out := io.Pipe()
	go func() { out.CloseWithError(nar.Write(ctx, out, s.tree(p))) }()
	return in, nil
}
