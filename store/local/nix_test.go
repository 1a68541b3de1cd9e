//go:build !windows

package local

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/store"
	"firn/store/nar"
	"firn/store/path"
)

// nix runs a program of Nix on a store and returns the lines that it prints.
func nix(t *testing.T, root, name string, args ...string) []string {
	t.Helper()
	out, err := nixCommand(t, root, name, args...).Output()
	if err != nil {
		var e *exec.ExitError
		if ok := asExit(err, &e); ok {
			t.Fatalf("%s %q: %v: %s", name, args, err, e.Stderr)
		}
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func asExit(err error, e **exec.ExitError) bool {
	var ok bool
	*e, ok = err.(*exec.ExitError) //nolint:errorlint // as os/exec returns it
	return ok
}

// nixCommand returns a program of Nix, which works on a store. Tests are skipped where
// there is none.
func nixCommand(t *testing.T, root, name string, args ...string) *exec.Cmd {
	t.Helper()
	file, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no Nix to compare with: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), file, append([]string{"--store", root}, args...)...)
	cmd.Env = append(os.Environ(), "NIX_CONFIG=build-users-group =\nexperimental-features = nix-command\nsandbox = false", "NIX_REMOTE=", "HOME="+t.TempDir())
	return cmd
}

// dump returns the rows of the tables, without numbers and times, which differ.
func dump(t *testing.T, s *Store) []string {
	t.Helper()
	var lines []string
	for _, query := range []string{
		`select path || ' ' || hash || ' ' || quote(deriver) || quote(narSize) || quote(ultimate) || quote(sigs) || quote(ca) from ValidPaths order by path`,
		`select a.path || ' -> ' || b.path from Refs join ValidPaths a on a.id = referrer join ValidPaths b on b.id = reference order by 1`,
		`select a.path || '!' || d.id || ' ' || d.path from DerivationOutputs d join ValidPaths a on a.id = drv order by 1`,
	} {
		err := s.db.query(t.Context(), func(rows *sql.Rows) error {
			var line string
			lines = append(lines, "")
			err := rows.Scan(&line)
			lines[len(lines)-1] = line
			return err
		}, query)
		if err != nil {
			t.Fatal(err)
		}
	}
	return lines
}

// TestNixSchema compares the schema with that of Nix.
func TestNixSchema(t *testing.T) {
	theirs := t.TempDir()
	nix(t, theirs, "nix-store", "--gc", "--print-roots")
	read := func(s *Store) map[string]string {
		schema := map[string]string{}
		comments, space := regexp.MustCompile(`--.*`), regexp.MustCompile(`\s+`)
		err := s.db.query(t.Context(), func(rows *sql.Rows) error {
			var name, text string
			err := rows.Scan(&name, &text)
			schema[name] = space.ReplaceAllString(comments.ReplaceAllString(text, ""), " ")
			return err
		}, "select type || ' ' || name, coalesce(sql, '') from sqlite_master")
		if err != nil {
			t.Fatal(err)
		}
		return schema
	}
	want, got := read(open(t, Options{Root: theirs})), read(open(t, Options{}))
	for name, text := range got {
		// Nix 2.8 has no migrations, and those after 2.34 need no index for what the
		// primary key begins with.
		if _, ok := want[name]; !ok && (strings.Contains(name, "SchemaMigrations") || strings.Contains(name, "IndexReferrer")) {
			continue
		}
		if want[name] != text {
			t.Errorf("%s: %q, want %q", name, text, want[name])
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s is missing", name)
	}
}

// TestNixAdds adds the same with Nix and firn, to two stores and to one.
func TestNixAdds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "src")
	writeTree(t, sample(t), dir)
	expr := `let a = derivation { name = "a"; system = "x"; builder = "b"; outputs = [ "out" "dev" ]; };
		in derivation { name = "b"; system = "x"; builder = "b"; a = a.dev; src = ` + dir + `; text = builtins.toFile "t" "x"; }`
	theirs := t.TempDir()
	nix(t, theirs, "nix-instantiate", "-E", expr)
	from := open(t, Options{Root: theirs})
	ours := open(t, Options{})
	both := open(t, Options{})
	if n := len(copyAll(t, from, ours)); n != 4 {
		t.Errorf("Nix has made %d objects", n)
	}
	if diff := cmp.Diff(dump(t, from), dump(t, ours)); diff != "" {
		t.Errorf("the databases differ: -Nix +firn\n%s", diff)
	}
	// What firn has put there Nix finds, and the reverse.
	copyAll(t, from, both)
	nix(t, both.Root(), "nix-instantiate", "-E", expr)
	nix(t, both.Root(), "nix-instantiate", "-E", strings.ReplaceAll(expr, `"a"`, `"c"`))
	copyAll(t, both, ours)
	if diff := cmp.Diff(dump(t, both), dump(t, ours)); diff != "" {
		t.Errorf("the databases differ: -both +firn\n%s", diff)
	}
	for _, s := range []*Store{from, ours, both} {
		nix(t, s.Root(), "nix-store", "--verify", "--check-contents")
		if res := must(s.Verify(t.Context(), VerifyOptions{Contents: true}))(t); len(res.Faults) > 0 || res.Checked < 4 {
			t.Errorf("verifying: %+v", res)
		}
		for _, p := range must(s.All(t.Context()))(t) {
			compareObject(t, s, p)
		}
	}
}

// writeTree writes a tree to the disk.
func writeTree(t *testing.T, m *nar.Memory, dir string) {
	t.Helper()
	s := open(t, Options{})
	info, archive := describe(t, s.Dir(), "src", nar.Tree{FS: m, Root: "/"})
	if err := s.AddArchive(t.Context(), info, bytes.NewReader(archive)); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(s.Real(info.Path))); err != nil {
		t.Fatal(err)
	}
}

// copyAll copies all objects of a store to another one: texts and sources as such.
func copyAll(t *testing.T, from, to *Store) []path.Path {
	t.Helper()
	all := must(from.Closure(t.Context(), must(from.All(t.Context()))(t)))(t)
	for _, p := range all {
		info := must(from.Info(t.Context(), p))(t)
		var err error
		if strings.HasPrefix(info.CA, "text:") {
			err = to.AddText(t.Context(), p, string(must(os.ReadFile(from.Real(p)))(t)), info.References)
		} else {
			err = to.AddTree(t.Context(), &store.Info{Path: p, CA: info.CA, References: info.References}, from.tree(p))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// compareObject compares what Nix and firn know of an object.
func compareObject(t *testing.T, s *Store, p path.Path) {
	t.Helper()
	info := must(s.Info(t.Context(), p))(t)
	sorted := func(flag string) []string {
		return slices.Sorted(slices.Values(nix(t, s.Root(), "nix-store", "-q", flag, string(p))))
	}
	got := []string{
		info.NarHash.String(), fmt.Sprint(info.NarSize), join(info.References),
		join(slices.Sorted(slices.Values(must(s.Closure(t.Context(), []path.Path{p}))(t)))), join(must(s.Referrers(t.Context(), p))(t)),
	}
	want := []string{
		sorted("--hash")[0], sorted("--size")[0], strings.Join(sorted("--references"), " "),
		strings.Join(sorted("--requisites"), " "), strings.Join(sorted("--referrers"), " "),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: -Nix +firn\n%s", p, diff)
	}
	theirs, err := nixCommand(t, s.Root(), "nix-store", "--dump", s.Real(p)).Output()
	if err != nil {
		t.Fatal(err)
	}
	r := must(s.Archive(t.Context(), p))(t)
	ours, err := io.ReadAll(r)
	if err != nil || r.Close() != nil || !bytes.Equal(ours, theirs) {
		t.Errorf("%s: the archives differ, %v", p, err)
	}
}

func join(paths []path.Path) string {
	var b []string
	for _, p := range paths {
		b = append(b, string(p))
	}
	return strings.Join(b, " ")
}

// TestNixMetadata compares the metadata of files that Nix and firn add.
func TestNixMetadata(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "src")
	writeTree(t, sample(t), dir)
	s := open(t, Options{})
	p := path.Path(nix(t, s.Root(), "nix-store", "--add", dir)[0])
	if diff := cmp.Diff(sampleMetadata, metadata(t, s.Real(p))); diff != "" {
		t.Errorf("-firn +Nix\n%s", diff)
	}
}

// TestNixRoots has Nix and firn make roots, and lists them with both.
func TestNixRoots(t *testing.T) {
	s := open(t, Options{})
	work := t.TempDir()
	a, b, c := addText(t, s, "a", "a"), addText(t, s, "b", "b"), addText(t, s, "c", "c")
	ours, theirs := filepath.Join(work, "ours"), filepath.Join(work, "theirs")
	if err := s.AddRoot(t.Context(), ours, a); err != nil {
		t.Fatal(err)
	}
	nix(t, s.Root(), "nix-store", "--add-root", theirs, "--indirect", "-r", string(b))
	nix(t, s.Root(), "nix-env", "-p", filepath.Join(s.state, "profiles", "p"), "--set", string(c))
	direct := filepath.Join(s.state, "gcroots", "direct")
	if err := s.AddRoot(t.Context(), direct, c); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range must(s.Roots(t.Context()))(t) {
		if r.Kind != Temporary {
			got = append(got, r.Link+" -> "+string(r.Path))
		}
	}
	var want []string
	for _, line := range nix(t, s.Root(), "nix-store", "--gc", "--print-roots") {
		if !strings.Contains(line, "{temp:") {
			want = append(want, strings.ReplaceAll(line, `"`, ""))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 4 {
		t.Errorf("-Nix +firn\n%s", diff)
	}
	for name, p := range map[string]path.Path{ours: a, theirs: b} {
		if target := must(os.Readlink(name))(t); target != string(p) {
			t.Errorf("%s leads to %s", name, target)
		}
	}
}

// TestNixCollects has both remove garbage from equal stores.
func TestNixCollects(t *testing.T) {
	for _, keep := range []CollectOptions{{KeepDerivations: true}, {KeepOutputs: true, KeepDerivations: true}, {}} {
		var removed [2][]string
		for i := range removed {
			s := open(t, Options{})
			work := t.TempDir()
			fillForCollection(t, s, work)
			// Otherwise this process holds all of it.
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				nix(t, s.Root(), "nix-store", "--gc", "--option", "keep-outputs", fmt.Sprint(keep.KeepOutputs),
					"--option", "keep-derivations", fmt.Sprint(keep.KeepDerivations))
			}
			s = open(t, Options{Root: s.Root()})
			if i == 1 {
				must(s.Collect(t.Context(), keep))(t)
			}
			for _, e := range must(os.ReadDir(s.real))(t) {
				removed[i] = append(removed[i], e.Name())
			}
			removed[i] = append(removed[i], dump(t, s)...)
		}
		if diff := cmp.Diff(removed[0], removed[1]); diff != "" {
			t.Errorf("%+v: what is left: -Nix +firn\n%s", keep, diff)
		}
	}
}

// fillForCollection makes an object that is kept, with what it needs, garbage that
// needs some of that, derivations, and leftovers.
func fillForCollection(t *testing.T, s *Store, work string) {
	t.Helper()
	low := addText(t, s, "low", "low")
	top := addText(t, s, "top", "top", low)
	addText(t, s, "dead", "dead", low, addText(t, s, "deader", "deader"))
	kept, text1, d1 := derivation(t, s, "kept")
	dead, text2, d2 := derivation(t, s, "dead")
	for p, text := range map[path.Path]string{kept: text1, dead: text2} {
		if err := s.AddText(t.Context(), p, text, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range []struct {
		d   path.Path
		out path.Path
	}{{kept, d1.Output("out").Path}, {kept, d1.Output("dev").Path}, {dead, d2.Output("out").Path}} {
		info := build(t, s, o.out, low)
		info.Deriver = o.d
		if err := s.Register(t.Context(), []store.Info{info}); err != nil {
			t.Fatal(err)
		}
	}
	for name, p := range map[string]path.Path{"top": top, "out": d1.Output("out").Path} {
		if err := s.AddRoot(t.Context(), filepath.Join(work, name), p); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"stray", "00000000000000000000000000000000-x", "00000000000000000000000000000000-y.lock"} {
		if err := os.WriteFile(filepath.Join(s.real, name), nil, 0o444); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(s.real, "tmp-2", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
}

// TestNixCollectsMeanwhile holds objects while Nix collects garbage: it is told of them.
func TestNixCollectsMeanwhile(t *testing.T) {
	s := open(t, Options{})
	held, dead := addText(t, s, "held", "held"), addText(t, s, "dead", "dead")
	if err := s.Close(); err != nil { // which gives up what is held
		t.Fatal(err)
	}
	s = open(t, Options{Root: s.Root()})
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := nixCommand(t, s.Root(), "nix-store", "--gc")
	// Nix reads from there when it has found the roots, for its own tests.
	cmd.Env = append(cmd.Env, "_NIX_TEST_GC_SYNC="+fifo, "_NIX_TEST_GC_SYNC_2="+fifo)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	reached := make(chan *os.File, 1)
	go func() {
		f, err := os.OpenFile(fifo, os.O_WRONLY, 0) // which waits for a reader
		if err != nil {
			t.Error(err)
		}
		reached <- f
	}()
	select {
	case err := <-ended:
		t.Fatalf("Nix does not wait: %v: %s", err, &stderr)
	case f := <-reached:
		if err := s.Hold(t.Context(), held); err != nil {
			t.Error(err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := <-ended; err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	if valid := must(s.Valid(t.Context(), []path.Path{held, dead}))(t); !valid[held] || valid[dead] {
		t.Errorf("valid: %v", valid)
	}
}

// TestNixAddsMeanwhile has Nix add something while firn collects garbage.
func TestNixAddsMeanwhile(t *testing.T) {
	s := open(t, Options{})
	gc, err := openLock(t.Context(), filepath.Join(s.state, "gc.lock"), exclusive, s.waiting("nobody", ""))
	if err != nil {
		t.Fatal(err)
	}
	server := must(s.serveRoots())(t)
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := path.Path(nix(t, s.Root(), "nix-store", "--add", file)[0])
	if server.begin(p.HashPart()) {
		t.Errorf("'%s' would be removed", p)
	}
	if err := server.close(); err != nil {
		t.Error(err)
	}
	if err := gc.Close(); err != nil {
		t.Error(err)
	}
	if res := must(s.Collect(t.Context(), CollectOptions{}))(t); !slices.Equal(res.Paths, []string{string(p)}) {
		t.Errorf("removed %q", res.Paths)
	}
}

// TestNixLog has Nix read a log of firn.
func TestNixLog(t *testing.T) {
	s := open(t, Options{})
	p, text, _ := derivation(t, s, "one")
	if err := s.AddText(t.Context(), p, text, nil); err != nil {
		t.Fatal(err)
	}
	w := must(s.CreateLog(p))(t)
	if _, err := io.WriteString(w, "hello\n"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := nix(t, s.Root(), "nix-store", "--read-log", string(p)); !slices.Equal(got, []string{"hello"}) {
		t.Errorf("Nix reads %q", got)
	}
}

// TestNixOptimises has both link the same files.
func TestNixOptimises(t *testing.T) {
	var links [2][]string
	for i := range links {
		s := open(t, Options{})
		m := sample(t)
		if err := m.Put(nar.Header{Path: "/copy", Info: nar.Info{Kind: nar.Regular}}, []byte("x")); err != nil {
			t.Fatal(err)
		}
		tree := nar.Tree{FS: m, Root: "/"}
		info, _ := describe(t, s.Dir(), "src", tree)
		if err := s.AddTree(t.Context(), info, tree); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			nix(t, s.Root(), "nix-store", "--optimise")
		} else if res := must(s.Optimise(t.Context()))(t); res != (OptimiseResult{2, 2}) {
			t.Errorf("linked %+v", res)
		}
		for _, e := range must(os.ReadDir(filepath.Join(s.real, linksName)))(t) {
			link := must(e.Info())(t)
			links[i] = append(links[i], fmt.Sprintf("%s %v %d", e.Name(), link.Mode(), stat(link).links))
		}
		links[i] = append(links[i], metadata(t, s.Real(info.Path))...)
		nix(t, s.Root(), "nix-store", "--verify", "--check-contents")
	}
	if diff := cmp.Diff(links[0], links[1]); diff != "" {
		t.Errorf("-Nix +firn\n%s", diff)
	}
}

// TestNixAndFirn has both add to one store at once.
func TestNixAndFirn(t *testing.T) {
	s := open(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dir := t.TempDir()
	const n = 10
	var want []path.Path
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), []byte{byte(i)}, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	go func() {
		for i := 0; ctx.Err() == nil; i++ {
			info, archive := describe(t, s.Dir(), "n"+fmt.Sprint(i%n), nar.Tree{FS: nar.OS{}, Root: filepath.Join(dir, fmt.Sprint(i%n))})
			if err := s.AddArchive(context.WithoutCancel(ctx), info, bytes.NewReader(archive)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for i := range n {
		want = append(want, path.Path(nix(t, s.Root(), "nix-store", "--add", filepath.Join(dir, fmt.Sprint(i)))[0]))
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if valid := must(s.Valid(t.Context(), want))(t); len(valid) != n {
		t.Errorf("%d of %d are valid", len(valid), n)
	}
	nix(t, s.Root(), "nix-store", "--verify", "--check-contents")
}
