package nar

import (
	"context"
	"fmt"
	"io"
	"slices"

	"firn/store/hash"
)

// Tree is what an archive is made of.
type Tree struct {
	FS     FS
	Root   string // a file of any kind that can be archived
	Filter Filter // nil takes everything
}

// Filter says whether a file becomes part of an archive; a directory that does
// not is not read. The root is not asked about. Files are asked about in the
// order in which they are archived: depth first, names bytewise.
type Filter func(path string, kind Kind) (bool, error)

// Write writes the archive of a tree to w. It stops early when ctx is done.
func Write(ctx context.Context, w io.Writer, t Tree) error {
	d := dumper{ctx: ctx, tree: t, out: sink{w: w}}
	d.out.string(magic)
	info, err := t.FS.Lstat(t.Root)
	if err != nil {
		return err
	}
	if err := d.node(t.Root, info, 0); err != nil {
		return err
	}
	return d.out.flush()
}

// Sum returns the hash and the size of the archive of a tree.
func Sum(ctx context.Context, a hash.Algorithm, t Tree) (hash.Hash, int64, error) {
	w := hash.New(a)
	if err := Write(ctx, w, t); err != nil {
		return hash.Hash{}, 0, err
	}
	return w.Sum(), w.Size(), nil
}

type dumper struct {
	ctx  context.Context
	tree Tree
	out  sink
}

func (d *dumper) node(path string, info Info, depth int) error {
	if d.out.err != nil {
		return d.out.err
	}
	if err := d.ctx.Err(); err != nil {
		return err
	}
	if depth >= MaxDepth {
		return fmt.Errorf("path '%s' exceeds maximum NAR directory depth of %d", path, MaxDepth)
	}
	d.out.string("(")
	d.out.string("type")
	err := d.body(path, info, depth)
	d.out.string(")")
	return err
}

// body writes what is special about a kind of files.
func (d *dumper) body(path string, info Info, depth int) error {
	switch info.Kind {
	case Regular:
		return d.regular(path, info)
	case Directory:
		return d.directory(path, depth)
	case Symlink:
		return d.symlink(path)
	default:
		return fmt.Errorf("file '%s' has an unsupported type", path)
	}
}

func (d *dumper) regular(path string, info Info) error {
	if info.Size < 0 {
		return fmt.Errorf("file '%s' has %d bytes", path, info.Size)
	}
	d.out.string("regular")
	if info.Executable {
		d.out.string("executable")
		d.out.string("")
	}
	d.out.string("contents")
	r, err := d.tree.FS.Open(path)
	if err != nil {
		return err
	}
	err = d.contents(path, r, info.Size)
	if e := r.Close(); err == nil {
		err = e
	}
	return err
}

// contents writes a string of n bytes that r yields.
func (d *dumper) contents(path string, r io.Reader, n int64) error {
	d.out.number(uint64(n))
	for left := n; left > 0; {
		if err := d.ctx.Err(); err != nil {
			return err
		}
		got, err := d.out.from(r, left)
		if d.out.err != nil {
			return d.out.err
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		left -= got
	}
	d.out.pad(uint64(n))
	return d.out.err
}

func (d *dumper) directory(path string, depth int) error {
	names, err := d.tree.FS.ReadDir(path)
	if err != nil {
		return err
	}
	if !slices.IsSorted(names) {
		names = slices.Sorted(slices.Values(names))
	}
	d.out.string("directory")
	for i, name := range names {
		if !validName(name) {
			return fmt.Errorf("directory '%s' has a file with the invalid name %q", path, name)
		}
		if i > 0 && name == names[i-1] {
			return fmt.Errorf("directory '%s' has two files '%s'", path, name)
		}
		if err := d.entry(join(path, name), name, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (d *dumper) entry(path, name string, depth int) error {
	info, err := d.tree.FS.Lstat(path)
	if err != nil {
		return err
	}
	if d.tree.Filter != nil {
		if ok, err := d.tree.Filter(path, info.Kind); err != nil || !ok {
			return err
		}
	}
	d.out.string("entry")
	d.out.string("(")
	d.out.string("name")
	d.out.string(name)
	d.out.string("node")
	err = d.node(path, info, depth)
	d.out.string(")")
	return err
}

func (d *dumper) symlink(path string) error {
	target, err := d.tree.FS.Readlink(path)
	if err != nil {
		return err
	}
	if !validTarget(target) {
		return fmt.Errorf("symlink '%s' has the invalid target %q", path, target)
	}
	d.out.string("symlink")
	d.out.string("target")
	d.out.string(target)
	return nil
}
