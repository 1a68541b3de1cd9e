package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"firn/store"
	"firn/store/drv"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
)

// open opens a store in a new directory, or in that of the options.
func open(t testing.TB, o Options) *Store {
	t.Helper()
	if !canLock {
		t.Skip("this system has no locks")
	}
	if o.Root == "" {
		o.Root = t.TempDir()
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		_ = removable(s.real)
	})
	return s
}

// removable makes directories of a store such that others than root can remove them.
func removable(dir string) error {
	return filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			return os.Chmod(name, 0o700)
		}
		return err
	})
}

// must returns a value that comes without an error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// addText adds a text that refers to others.
func addText(t *testing.T, s *Store, name, text string, refs ...path.Path) path.Path {
	t.Helper()
	for _, r := range refs {
		text += "\n" + string(r)
	}
	p := must(s.Dir().Text(name, hash.SumString(hash.SHA256, text), refs))(t)
	if err := s.AddText(t.Context(), p, text, refs); err != nil {
		t.Fatal(err)
	}
	return p
}

// sample is a tree with a file of every kind.
func sample(t testing.TB) *nar.Memory {
	t.Helper()
	m := &nar.Memory{}
	for _, f := range []struct {
		nar.Header
		content string
	}{
		{nar.Header{Path: "/", Info: nar.Info{Kind: nar.Directory}}, ""},
		{nar.Header{Path: "/bin", Info: nar.Info{Kind: nar.Directory}}, ""},
		{nar.Header{Path: "/bin/run", Info: nar.Info{Kind: nar.Regular, Executable: true}}, "#!/bin/sh\n"},
		{nar.Header{Path: "/bin.d", Info: nar.Info{Kind: nar.Directory}}, ""},
		{nar.Header{Path: "/bin.d/x", Info: nar.Info{Kind: nar.Regular}}, "x"},
		{nar.Header{Path: "/data", Info: nar.Info{Kind: nar.Regular}}, strings.Repeat("0123456789abcdef", 1<<14)},
		{nar.Header{Path: "/deep", Info: nar.Info{Kind: nar.Directory}}, ""},
		{nar.Header{Path: "/deep/er", Info: nar.Info{Kind: nar.Directory}}, ""},
		{nar.Header{Path: "/deep/er/empty", Info: nar.Info{Kind: nar.Regular}}, ""},
		{nar.Header{Path: "/link", Info: nar.Info{Kind: nar.Symlink}, Target: "../../etc"}, ""},
		{nar.Header{Path: "/x", Info: nar.Info{Kind: nar.Regular}}, "x"},
	} {
		if err := m.Put(f.Header, []byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// describe returns the archive of a tree with what is known of it as a source.
func describe(t testing.TB, dir path.Dir, name string, tree nar.Tree) (*store.Info, []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := nar.Write(t.Context(), &b, tree); err != nil {
		t.Fatal(err)
	}
	h := hash.Sum(hash.SHA256, b.Bytes())
	ca := path.ContentAddress{Method: path.NAR, Hash: h}
	p := must(dir.Fixed(name, ca, path.Refs{}))(t)
	return &store.Info{Path: p, NarHash: h, NarSize: int64(b.Len()), CA: ca.String()}, b.Bytes()
}

// metadata lists the files below a directory with what a store fixes of them.
func metadata(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(name)
		if err != nil {
			return err
		}
		mode := info.Mode()
		if mode&fs.ModeSymlink != 0 {
			mode = fs.ModeSymlink // the rest differs by system
		}
		rel, err := filepath.Rel(dir, name)
		list = append(list, fmt.Sprintf("%s %v %d", rel, mode, info.ModTime().Unix()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var sampleMetadata = []string{
	". dr-xr-xr-x 1",
	"bin dr-xr-xr-x 1",
	"bin/run -r-xr-xr-x 1",
	"bin.d dr-xr-xr-x 1",
	"bin.d/x -r--r--r-- 1",
	"data -r--r--r-- 1",
	"deep dr-xr-xr-x 1",
	"deep/er dr-xr-xr-x 1",
	"deep/er/empty -r--r--r-- 1",
	"link L--------- 1",
	"x -r--r--r-- 1",
}

// left lists what is in the store directory besides objects.
func left(t testing.TB, s *Store) []string {
	t.Helper()
	var names []string
	for _, e := range must(os.ReadDir(s.real))(t) {
		if valid := must(s.Valid(t.Context(), []path.Path{path.Path(s.Dir().String() + "/" + e.Name())}))(t); len(valid) == 0 && e.Name() != linksName {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestAdd(t *testing.T) {
	s := open(t, Options{})
	tree := nar.Tree{FS: sample(t), Root: "/"}
	info, archive := describe(t, s.Dir(), "src", tree)
	flat := path.ContentAddress{Method: path.Flat, Hash: hash.SumString(hash.SHA1, "x")}
	flatTree := nar.Tree{FS: sample(t), Root: "/x"}
	flatPath := must(s.Dir().Fixed("flat", flat, path.Refs{}))(t)
	text := path.ContentAddress{Method: path.Text, Hash: hash.SumString(hash.SHA256, "x")}
	textPath := must(s.Dir().Text("text", text.Hash, []path.Path{info.Path}))(t)
	cases := []struct {
		name string
		add  func() error
		want store.Info
	}{
		{"a tree", func() error { return s.AddTree(t.Context(), &store.Info{Path: info.Path, CA: info.CA}, tree) }, *info},
		{"an archive", func() error { return s.AddArchive(t.Context(), info, bytes.NewReader(archive)) }, *info},
		{"a file", func() error {
			return s.AddTree(t.Context(), &store.Info{Path: flatPath, CA: flat.String()}, flatTree)
		}, store.Info{Path: flatPath, CA: flat.String()}},
		{
			"a text", func() error { return s.AddText(t.Context(), textPath, "x", []path.Path{info.Path}) },
			store.Info{Path: textPath, CA: text.String(), References: []path.Path{info.Path}},
		},
	}
	fileHash, fileSize, err := nar.Sum(t.Context(), hash.SHA256, flatTree)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if err := c.add(); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if c.want.NarSize == 0 {
			c.want.NarHash, c.want.NarSize = fileHash, fileSize
		}
		got := must(s.Info(t.Context(), c.want.Path))(t)
		c.want.Registered = got.Registered
		sameHash := cmp.Comparer(func(a, b hash.Hash) bool { return a == b })
		if diff := cmp.Diff(&c.want, got, sameHash, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
		if got.Registered.IsZero() {
			t.Errorf("%s: it is not known when it was registered", c.name)
		}
		if found := must(s.FromHashPart(t.Context(), c.want.Path.HashPart()))(t); found != c.want.Path {
			t.Errorf("%s: its hash part leads to %s", c.name, found)
		}
	}
	if diff := cmp.Diff(sampleMetadata, metadata(t, s.Real(info.Path))); diff != "" {
		t.Errorf("metadata: -want +got\n%s", diff)
	}
	r := must(s.Archive(t.Context(), info.Path))(t)
	if got := must(io.ReadAll(r))(t); !bytes.Equal(got, archive) {
		t.Error("the archive differs from what was added")
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if names := left(t, s); len(names) > 0 {
		t.Errorf("left in the store: %q", names)
	}
}

// TestAddBad adds what is not what it claims to be. Nothing stays.
func TestAddBad(t *testing.T) {
	s := open(t, Options{})
	tree := nar.Tree{FS: sample(t), Root: "/"}
	info, archive := describe(t, s.Dir(), "src", tree)
	with := func(change func(*store.Info)) *store.Info {
		i := *info
		change(&i)
		return &i
	}
	other := must(s.Dir().Text("other", hash.SumString(hash.SHA256, ""), nil))(t)
	fixed := func(name string, ca path.ContentAddress) *store.Info {
		return &store.Info{Path: must(s.Dir().Fixed(name, ca, path.Refs{}))(t), CA: ca.String(), NarHash: info.NarHash, NarSize: info.NarSize}
	}
	cases := []struct {
		name    string
		info    *store.Info
		archive string
		want    string
	}{
		{"another hash", with(func(i *store.Info) { i.NarHash = hash.SumString(hash.SHA256, "") }), string(archive), "hash mismatch importing path"},
		{"another size", with(func(i *store.Info) { i.NarSize++ }), string(archive), "size mismatch importing path"},
		{"cut off", info, string(archive[:len(archive)/2]), "archive breaks off"},
		{"no archive", info, "x", "archive breaks off|doesn't look like"},
		{"another path", with(func(i *store.Info) { i.Path = other }), string(archive), "claims to be content-addressed"},
		{"a missing reference", with(func(i *store.Info) { i.CA, i.References = "", []path.Path{other} }), string(archive), "which is not valid"},
		{"another content address", fixed("src", path.ContentAddress{Method: path.NAR, Hash: hash.SumString(hash.SHA512, "")}), string(archive), "ca hash mismatch"},
		{"a directory as a file", fixed("src", path.ContentAddress{Method: path.Flat, Hash: info.NarHash}), string(archive), "is addressed as a file"},
		{"that of Git", fixed("src", path.ContentAddress{Method: path.Git, Hash: hash.SumString(hash.SHA1, "")}), string(archive), "cannot verify"},
		{"no store path", with(func(i *store.Info) { i.Path = "/nix/store/../x" }), string(archive), ""},
		{"a bad content address", with(func(i *store.Info) { i.CA = "fixed:x" }), string(archive), "content address"},
		{"no derivation", with(func(i *store.Info) { i.CA, i.Path = "", i.Path+".drv" }), string(archive), "is a directory"},
	}
	for _, c := range cases {
		err := s.AddArchive(t.Context(), c.info, strings.NewReader(c.archive))
		if err == nil || !slices.ContainsFunc(strings.Split(c.want, "|"), func(w string) bool { return strings.Contains(err.Error(), w) }) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if names := left(t, s); len(names) > 0 {
			t.Errorf("%s: left in the store: %q", c.name, names)
		}
	}
	if all := must(s.All(t.Context()))(t); len(all) > 0 {
		t.Errorf("valid: %q", all)
	}
}

// failing is a file system that fails at a file.
type failing struct{ *nar.Memory }

func (failing) Open(string) (io.ReadCloser, error) { return nil, fs.ErrPermission }

func TestAddTreeFails(t *testing.T) {
	s := open(t, Options{})
	info, _ := describe(t, s.Dir(), "src", nar.Tree{FS: sample(t), Root: "/"})
	err := s.AddTree(t.Context(), &store.Info{Path: info.Path, CA: info.CA}, nar.Tree{FS: failing{sample(t)}, Root: "/"})
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v, want %v", err, fs.ErrPermission)
	}
	// What was evaluated has changed since.
	changed := nar.Tree{FS: sample(t), Root: "/", Filter: func(p string, _ nar.Kind) (bool, error) { return p != "/x", nil }}
	if err := s.AddTree(t.Context(), &store.Info{Path: info.Path, CA: info.CA}, changed); err == nil || !strings.Contains(err.Error(), "ca hash mismatch") {
		t.Errorf("a changed tree: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.AddTree(ctx, &store.Info{Path: info.Path, CA: info.CA}, changed); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
	if names := left(t, s); len(names) > 0 {
		t.Errorf("left in the store: %q", names)
	}
}

func TestSelfReference(t *testing.T) {
	s := open(t, Options{})
	// The address of an object that refers to itself is that of the object with zeros
	// in the place of its hash part.
	zeros := strings.Repeat("\x00", path.HashLen)
	content := func(part string) nar.Tree {
		m := &nar.Memory{}
		if err := m.Put(nar.Header{Path: "/", Info: nar.Info{Kind: nar.Regular}}, []byte("see "+part+"-self")); err != nil {
			t.Fatal(err)
		}
		return nar.Tree{FS: m, Root: "/"}
	}
	var b bytes.Buffer
	if err := nar.Write(t.Context(), &b, content(zeros)); err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b.Bytes(), []byte("see ")) + 4
	fmt.Fprintf(&b, "|%d", at)
	ca := path.ContentAddress{Method: path.NAR, Hash: hash.Sum(hash.SHA256, b.Bytes())}
	p := must(s.Dir().Fixed("self", ca, path.Refs{Self: true}))(t)
	info := store.Info{Path: p, References: []path.Path{p}, CA: ca.String()}
	if err := s.AddTree(t.Context(), &info, content(p.HashPart())); err != nil {
		t.Fatal(err)
	}
	if got := must(s.Info(t.Context(), p))(t); !slices.Equal(got.References, info.References) {
		t.Errorf("references %q", got.References)
	}
	if got := must(s.Referrers(t.Context(), p))(t); !slices.Equal(got, info.References) {
		t.Errorf("referrers %q", got)
	}
	if got := must(s.Closure(t.Context(), []path.Path{p}))(t); !slices.Equal(got, info.References) {
		t.Errorf("closure %q", got)
	}
	res := must(s.Collect(t.Context(), CollectOptions{Paths: []path.Path{p}}))(t)
	if len(res.Alive) != 1 || res.Alive[0].Root == nil || res.Alive[0].Root.Kind != Temporary {
		t.Errorf("collecting what is held: %+v", res)
	}
}

// derivation returns a derivation that has the inputs.
func derivation(t *testing.T, s *Store, name string, inputs ...path.Path) (path.Path, string, *drv.Derivation) {
	t.Helper()
	d := &drv.Derivation{
		Name: name, System: "x", Builder: "/bin/sh", Outputs: []drv.Output{{Name: "dev"}, {Name: "out"}},
		Env: []drv.Var{{Name: "name", Value: name}, {Name: "dev"}, {Name: "out"}},
	}
	for _, in := range inputs {
		d.Inputs = append(d.Inputs, drv.Input{Drv: in, Node: drv.Node{Outputs: []string{"out"}}})
	}
	p, text, err := drv.NewHashes(s.Dir(), s.read).Complete(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p, string(text), d
}

func TestDerivations(t *testing.T) {
	s := open(t, Options{})
	p1, text1, d1 := derivation(t, s, "one")
	if err := s.AddText(t.Context(), p1, text1, d1.Refs()); err != nil {
		t.Fatal(err)
	}
	p2, text2, d2 := derivation(t, s, "two", p1)
	// The same twice in one batch is added once.
	if err := s.AddTexts(t.Context(), []Text{{p2, text2, d2.Refs()}, {p2, text2, d2.Refs()}}); err != nil {
		t.Fatal(err)
	}
	want := map[string]path.Path{"dev": d2.Output("dev").Path, "out": d2.Output("out").Path}
	if diff := cmp.Diff(want, must(s.OutputsOf(t.Context(), p2))(t)); diff != "" {
		t.Errorf("outputs: -want +got\n%s", diff)
	}
	if got := must(s.Derivers(t.Context(), want["dev"]))(t); !slices.Equal(got, []path.Path{p2}) {
		t.Errorf("derivers %q", got)
	}
	if got := must(s.Derivation(t.Context(), p2))(t); got.String() != text2 {
		t.Errorf("read %q", got)
	}
	if got := must(s.Closure(t.Context(), []path.Path{p2}))(t); !slices.Equal(got, []path.Path{p1, p2}) {
		t.Errorf("closure %q", got)
	}
	for name, err := range map[string]error{
		"a closure":    second(s.Closure(t.Context(), []path.Path{want["out"]})),
		"information":  second(s.Info(t.Context(), want["out"])),
		"outputs":      second(s.OutputsOf(t.Context(), want["out"])),
		"a derivation": second(s.Derivation(t.Context(), want["out"])),
		"an archive":   second(s.Archive(t.Context(), want["out"])),
		"a hash part":  second(s.FromHashPart(t.Context(), want["out"].HashPart())),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s of what is not there: %v", name, err)
		}
	}
	if _, err := s.FromHashPart(t.Context(), "x%"); err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("a bad hash part: %v", err)
	}
	// Somebody claims that a derivation makes what another one does.
	lie := strings.ReplaceAll(text1, string(d1.Output("out").Path), string(want["out"]))
	p := must(s.Dir().Text("one.drv", hash.SumString(hash.SHA256, lie), nil))(t)
	if err := s.AddText(t.Context(), p, lie, nil); err == nil {
		t.Error("a derivation with the output of another one was added")
	}
}

func second[T any](_ T, err error) error { return err }

// build makes a file at the place of an object as a builder would.
func build(t *testing.T, s *Store, p path.Path, refs ...path.Path) store.Info {
	t.Helper()
	at := filepath.Join(s.real, p.Base()+".chroot")
	if err := os.Mkdir(at, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(at, "file"), fmt.Append(nil, p, refs), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Canonicalize(t.Context(), at, os.Getuid()), s.Take(t.Context(), at, p)); err != nil {
		t.Fatal(err)
	}
	h, size, err := nar.Sum(t.Context(), hash.SHA256, s.tree(p))
	if err != nil {
		t.Fatal(err)
	}
	info := store.Info{Path: p, NarHash: h, NarSize: size, Ultimate: true}
	info.SetReferences(refs)
	return info
}

func TestRegister(t *testing.T) {
	s := open(t, Options{})
	p, text, d := derivation(t, s, "one")
	if err := s.AddText(t.Context(), p, text, nil); err != nil {
		t.Fatal(err)
	}
	dev, out := d.Output("dev").Path, d.Output("out").Path
	a, b := build(t, s, dev, out), build(t, s, out, dev)
	a.Deriver, b.Deriver = p, p
	var cycle *CycleError
	if err := s.Register(t.Context(), []store.Info{a, b}); !errors.As(err, &cycle) {
		t.Errorf("a cycle: %v", err)
	}
	if err := s.Register(t.Context(), []store.Info{a}); err == nil || !strings.Contains(err.Error(), string(out)) {
		t.Errorf("a reference that is not valid: %v", err)
	}
	if valid := must(s.Valid(t.Context(), []path.Path{dev, out}))(t); len(valid) > 0 {
		t.Errorf("valid: %v", valid)
	}
	b.References = []path.Path{out}
	b.Signatures = []string{"b:eA==", "a:eA=="}
	if err := s.Register(t.Context(), []store.Info{a, b}); err != nil {
		t.Fatal(err)
	}
	got := must(s.Info(t.Context(), out))(t)
	if got.Deriver != p || !got.Ultimate || !slices.Equal(got.Signatures, []string{"a:eA==", "b:eA=="}) || !slices.Equal(got.References, b.References) {
		t.Errorf("registered %+v", got)
	}
	if err := s.Take(t.Context(), s.Real(dev), out); err == nil {
		t.Error("something was moved over a valid object")
	}
	gone := a
	gone.Path = dev + "x"
	if err := s.Register(t.Context(), []store.Info{gone}); err == nil || !strings.Contains(err.Error(), "not on the disk") {
		t.Errorf("an object that is not there: %v", err)
	}
}

func TestOpen(t *testing.T) {
	s := open(t, Options{})
	p := addText(t, s, "x", "x")
	schema := filepath.Join(s.state, "db", "schema")
	for _, c := range []struct{ name, text, want string }{
		{"newer", "11", "a newer one may know it"},
		{"older", "9", "open the store once with Nix"},
		{"damaged", "x", "is damaged"},
	} {
		if err := os.WriteFile(schema, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Options{Root: s.Root()}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if err := os.WriteFile(schema, []byte("10"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Root: t.TempDir(), ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading where nothing is: %v", err)
	}
	r := open(t, Options{Root: s.Root(), ReadOnly: true})
	if valid := must(r.Valid(t.Context(), []path.Path{p}))(t); !valid[p] {
		t.Error("a reader does not see what is there")
	}
	for name, err := range map[string]error{
		"AddText":    r.AddText(t.Context(), must(s.Dir().Text("y", hash.SumString(hash.SHA256, ""), nil))(t), "", nil),
		"Lock":       second(r.Lock(t.Context(), []path.Path{p})),
		"Register":   r.Register(t.Context(), []store.Info{{Path: p}}),
		"Take":       r.Take(t.Context(), "x", p),
		"AddRoot":    r.AddRoot(t.Context(), filepath.Join(t.TempDir(), "result"), p),
		"Collect":    second(r.Collect(t.Context(), CollectOptions{})),
		"Optimise":   second(r.Optimise(t.Context())),
		"CreateLog":  second(r.CreateLog(p)),
		"forgetting": second(r.Verify(t.Context(), VerifyOptions{Forget: true})),
	} {
		if !errors.Is(err, errReadOnly) {
			t.Errorf("%s in a store that is only read: %v", name, err)
		}
	}
	if res := must(r.Collect(t.Context(), CollectOptions{DryRun: true}))(t); !slices.Equal(res.Paths, []string{string(p)}) {
		t.Errorf("garbage in a store that is only read: %q", res.Paths)
	}
	linked := t.TempDir()
	if err := os.Mkdir(filepath.Join(linked, "nix"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(linked, "nix", "store")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Root: linked}); err == nil || !strings.Contains(err.Error(), "is a symlink") {
		t.Errorf("a linked store: %v", err)
	}
}

func TestReal(t *testing.T) {
	s := open(t, Options{})
	p := path.Path("/nix/store/00000000000000000000000000000000-x")
	for logical, want := range map[string]string{
		string(p):            filepath.Join(s.Root(), string(p)),
		string(p) + "/bin/x": filepath.Join(s.Root(), string(p), "bin", "x"),
		"/nix/store":         filepath.Join(s.Root(), "nix", "store"),
		"/nix/storex/y":      "/nix/storex/y",
		"/etc/passwd":        "/etc/passwd",
	} {
		if got := s.RealOf(logical); got != want {
			t.Errorf("%s is at %s, want %s", logical, got, want)
		}
	}
	if got := s.Real(p); got != s.RealOf(string(p)) {
		t.Errorf("%s is at %s", p, got)
	}
	for _, root := range []string{"", "/"} {
		m, err := locate(Options{Root: root, Dir: "/other/store"})
		if err != nil || m.Root() != "/" || m.real != "/other/store" {
			t.Errorf("root %q: %+v, %v", root, m, err)
		}
	}
}
