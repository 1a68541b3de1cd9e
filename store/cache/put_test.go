package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"firn/store"
	"firn/store/hash"
	"firn/store/narinfo"
	"firn/store/path"
)

func TestPut(t *testing.T) {
	_, file := keyFile(t, "key-1")
	_, file2 := keyFile(t, "key-2")
	dir := filepath.Join(t.TempDir(), "a", "cache")
	c := open(t, "file://"+dir+"?priority=30&want-mass-query=1&write-nar-listing=1&secret-keys="+file2+","+file, Options{})
	base, baseArchive := object(t, "base", text)
	i, archive := object(t, "x", "hello", base.Path)
	i.SetReferences([]path.Path{base.Path, i.Path})
	i.Signatures = []string{"key-0:AAAA"}
	i.Deriver = "/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv"
	for _, o := range []struct {
		info    *store.Info
		archive string
	}{{base, baseArchive}, {i, archive}} {
		if err := c.Put(t.Context(), o.info, strings.NewReader(o.archive)); err != nil {
			t.Fatal(err)
		}
	}
	if len(i.Signatures) != 1 {
		t.Error("what was put has changed")
	}
	o, err := c.Find(t.Context(), i.Path)
	if err != nil {
		t.Fatal(err)
	}
	if read(t, o) != archive || o.Deriver != i.Deriver || !slices.Equal(o.References, i.References) {
		t.Errorf("got %+v", o)
	}
	var names []string
	for _, s := range o.Signatures {
		name, _, _ := strings.Cut(s, ":")
		names = append(names, name)
	}
	if want := []string{"key-0", "key-1", "key-2"}; !slices.Equal(names, want) {
		t.Errorf("it is signed by %v, want %v", names, want)
	}
	for name, want := range map[string]string{
		narinfo.CacheInfoName:                        "StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 30\n",
		i.Path.HashPart() + narinfo.ListingExtension: `{"root":{"narOffset":96,"size":5,"type":"regular"},"version":1}`,
	} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v, want %q", name, got, err, want)
		}
	}
	checkFiles(t, dir, 6+1)
	// What is there is not read again.
	if err := c.Put(t.Context(), i, nil); err != nil {
		t.Error(err)
	}
}

// checkFiles looks for so many files, which everybody may read.
func checkFiles(t *testing.T, dir string, want int) {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		names = append(names, name)
		info, err := e.Info()
		if err == nil && info.Mode().Perm() != 0o644 {
			t.Errorf("'%s' has the mode %v", name, info.Mode())
		}
		return err
	})
	if err != nil || len(names) != want {
		t.Errorf("there are %q, %v, want %d files", names, err, want)
	}
}

func TestPutFails(t *testing.T) {
	i, archive := object(t, "x", text)
	changed := func(change func(*store.Info)) *store.Info {
		i := *i
		change(&i)
		return &i
	}
	other, _ := object(t, "other", "")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name, params string
		info         *store.Info
		archive      string
		ctx          context.Context
		err          string
	}{
		{name: "another hash", info: changed(func(i *store.Info) { i.NarHash = hash.Zero(hash.SHA256) }), archive: archive, err: "the archive has 200112 bytes and the hash"},
		{name: "another size", info: changed(func(i *store.Info) { i.NarSize++ }), archive: archive, err: "the archive has 200112 bytes and the hash"},
		{name: "cut off", info: i, archive: archive[:1000], err: "archive breaks off at byte 1000"},
		{name: "more", info: i, archive: archive + "x", err: "there is something behind the archive"},
		{name: "no archive", info: i, archive: "hello", err: "doesn't look like a Nix archive"},
		{name: "a reference that is not there", info: changed(func(i *store.Info) { i.References = []path.Path{other.Path} }), archive: archive, err: "it refers to '" + string(other.Path) + "', which is not there; add that first"},
		{name: "a path of another store", info: changed(func(i *store.Info) { i.Path = "/gnu/store/" + path.Path(i.Path.Base()) }), archive: archive, err: "is not in the Nix store"},
		{name: "a method that firn only reads", params: "?compression=bzip2", info: i, archive: archive, err: "firn can read bzip2, but not write it"},
		{name: "an unknown method", params: "?compression=lzip", info: i, archive: archive, err: "firn does not know the compression method 'lzip'"},
		{name: "an unknown level", params: "?compression=gzip&compression-level=99", info: i, archive: archive, err: "level"},
		{name: "a level of xz", params: "?compression=xz&compression-level=5", info: i, archive: archive, err: "leave out compression-level"},
		{name: "cancelled", info: i, archive: archive, ctx: cancelled, err: "context canceled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			ctx := c.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			err := open(t, "file://"+dir+c.params, Options{}).Put(ctx, c.info, strings.NewReader(c.archive))
			if err == nil || !strings.Contains(err.Error(), c.err) || !strings.HasPrefix(err.Error(), "cannot add '"+string(c.info.Path)+"' to 'file://"+dir+"': ") {
				t.Errorf("the error is %v, want %s", err, c.err)
			}
			left, err := filepath.Glob(filepath.Join(dir, "nar", "*"))
			hidden, err2 := filepath.Glob(filepath.Join(dir, "*", ".tmp*"))
			infos, err3 := filepath.Glob(filepath.Join(dir, "*.narinfo"))
			if err := errors.Join(err, err2, err3); err != nil || len(left)+len(hidden)+len(infos) > 0 {
				t.Errorf("there are left %q %q %q, %v", left, hidden, infos, err)
			}
		})
	}
	s := newSite(t)
	if err := open(t, s.URL, Options{}).Put(t.Context(), i, strings.NewReader(archive)); err == nil || !strings.Contains(err.Error(), "in directories only") {
		t.Errorf("the error is %v", err)
	}
	for name, text := range map[string]string{"for another store": "StoreDir: /gnu/store\n", "damaged": "Priority: x\n"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, narinfo.CacheInfoName), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := open(t, "file://"+dir, Options{}).Put(t.Context(), i, strings.NewReader(archive)); err == nil {
			t.Errorf("something is put into a cache that is %s", name)
		}
	}
}

// TestPutAfterLooking: a directory becomes a cache though it was none a moment ago.
func TestPutAfterLooking(t *testing.T) {
	i, archive := object(t, "x", text)
	var l log
	c := open(t, "file://"+filepath.Join(t.TempDir(), "cache"), Options{Events: l.event})
	if _, err := c.Find(t.Context(), i.Path); err == nil || len(l.take()) != 1 {
		t.Errorf("the error is %v", err)
	}
	if err := c.Put(t.Context(), i, strings.NewReader(archive)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Find(t.Context(), i.Path); err != nil {
		t.Error(err)
	}
}

// TestPutNames: an archive whose names no listing can have is put all the same.
func TestPutNames(t *testing.T) {
	const archive = "\x0d\x00\x00\x00\x00\x00\x00\x00nix-archive-1\x00\x00\x00" +
		"\x01\x00\x00\x00\x00\x00\x00\x00(\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00type\x00\x00\x00\x00" +
		"\x07\x00\x00\x00\x00\x00\x00\x00symlink\x00\x06\x00\x00\x00\x00\x00\x00\x00target\x00\x00" +
		"\x01\x00\x00\x00\x00\x00\x00\x00\xff\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00)\x00\x00\x00\x00\x00\x00\x00"
	i, _ := object(t, "x", "")
	i.NarHash, i.NarSize = hash.SumString(hash.SHA256, archive), int64(len(archive))
	var l log
	dir := t.TempDir()
	c := open(t, "file://"+dir+"?write-nar-listing=1", Options{Events: l.event})
	if err := c.Put(t.Context(), i, strings.NewReader(archive)); err != nil {
		t.Fatal(err)
	}
	if w := l.take(); len(w) != 1 || !strings.Contains(w[0], "has no listing") {
		t.Errorf("the warnings are %q", w)
	}
	o, err := c.Find(t.Context(), i.Path)
	if err != nil {
		t.Fatal(err)
	}
	if read(t, o) != archive {
		t.Error("the archive is another one")
	}
	checkFiles(t, dir, 3)
}

// TestPutTogether: several put the same at once.
func TestPutTogether(t *testing.T) {
	i, archive := object(t, "x", text)
	dir := t.TempDir()
	c := open(t, "file://"+dir, Options{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := c.Put(t.Context(), i, strings.NewReader(archive)); err != nil {
				t.Error(err)
			}
			if o, err := c.Find(t.Context(), i.Path); err != nil || read(t, o) != archive {
				t.Error(o, err)
			}
		})
	}
	wg.Wait()
	checkFiles(t, dir, 3)
}
