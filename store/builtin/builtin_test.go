package builtin

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ulikunitz/xz"

	"firn/store/download"
	"firn/store/drv"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
	"firn/store/unpack"
)

// plant makes a tree. A line is a file with its content, behind a colon and perhaps
// with a star if it can be executed, a link with an arrow, or a directory with a
// slash. Without a name it is the tree itself.
func plant(t testing.TB, dir, files string) {
	t.Helper()
	for line := range strings.Lines(files) {
		line = strings.TrimSuffix(line, "\n")
		name, target, isLink := strings.Cut(line, "-> ")
		at := filepath.Join(dir, strings.TrimSpace(name))
		var err error
		switch name, content, isFile := strings.Cut(line, ": "); {
		case line == "":
			continue
		case isLink:
			if err = os.MkdirAll(filepath.Dir(at), 0o755); err == nil {
				err = os.Symlink(target, at)
			}
		case isFile:
			at, mode := filepath.Join(dir, strings.TrimSuffix(name, "*")), os.FileMode(0o644)
			if strings.HasSuffix(name, "*") {
				mode = 0o755
			}
			if err = os.MkdirAll(filepath.Dir(at), 0o755); err == nil {
				err = os.WriteFile(at, []byte(content), mode)
			}
		default:
			err = os.MkdirAll(filepath.Join(dir, line), 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// listing returns what is in a tree as plant takes it, in order.
func listing(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(strings.TrimPrefix(p, dir), "/")
		switch {
		case e.IsDir():
			if entries, err := os.ReadDir(p); err != nil || len(entries) > 0 {
				return err
			}
			fmt.Fprintf(&b, "%s/\n", name)
		case e.Type() == fs.ModeSymlink:
			target, err := os.Readlink(p)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s -> %s\n", name, target)
		default:
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			x := ""
			if info.Mode()&0o100 != 0 {
				x = "*"
			}
			fmt.Fprintf(&b, "%s%s: %s\n", name, x, data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func compress(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := xz.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// object is the path of a store object in tests.
const object = "/nix/store/g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-"

// world is a store below a directory, as that of somebody who is not root.
type world struct {
	testing.TB
	root string
}

func (w world) real(p string) string { return filepath.Join(w.root, p) }

// job returns a job that makes the output x with the variables, NAME=VALUE.
func (w world) job(builder string, env ...string) Job {
	d := &drv.Derivation{Name: "x", Builder: builder, Outputs: []drv.Output{{Name: "out", Path: object + "x"}}}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		d.SetEnv(name, value)
	}
	return Job{
		Drv: d, Output: filepath.Join(w.TempDir(), "out"), Real: w.real, Client: &download.Client{},
		Say: func(line string) { w.Log(line) },
	}
}

// fails checks that a job fails with a message, and leaves nothing outside of the
// output.
func fails(t *testing.T, j Job, want string) {
	t.Helper()
	err := Run(t.Context(), j)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v, want %q", err, want)
	}
	if entries, err := os.ReadDir(filepath.Dir(j.Output)); err != nil || len(entries) > 1 {
		t.Errorf("beside the output there are %v, %v", entries, err)
	}
}

func makes(t *testing.T, j Job, want string) {
	t.Helper()
	if err := Run(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, listing(t, j.Output)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestIs(t *testing.T) {
	for builder, want := range map[string]bool{"builtin:fetchurl": true, "builtin:none": true, "/bin/sh": false, "builtin": false, "": false} {
		if got := Is(builder); got != want {
			t.Errorf("Is(%q) = %v", builder, got)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	w := world{t, t.TempDir()}
	change := func(do func(*drv.Derivation)) Job {
		j := w.job("builtin:buildenv", "derivations=", "manifest=/m")
		do(j.Drv)
		return j
	}
	for _, test := range []struct {
		name, want string
		job        Job
	}{
		{"unknown", "unsupported builtin builder 'none'; there are 'builtin:buildenv', ", w.job("builtin:none")},
		{"not builtin", "unsupported builtin builder '/bin/sh'", w.job("/bin/sh")},
		{"another output", "'builtin:buildenv' requires an 'out' output", change(func(d *drv.Derivation) { d.Outputs[0].Name = "dev" })},
		{"two outputs", "makes no output but 'out'", change(func(d *drv.Derivation) { d.Outputs = append(d.Outputs, drv.Output{Name: "p"}) })},
		{"path not known", "not known in advance", change(func(d *drv.Derivation) { d.Outputs[0].Path = "" })},
		{"structure", "cannot process __json attribute", change(func(d *drv.Derivation) { d.SetEnv("__json", "[]") })},
		{"no words left", "ends with 'true 5'", change(func(d *drv.Derivation) { d.SetEnv("derivations", "true 5") })},
		{"too few outputs", "'2' as the number of outputs where 1 words follow", change(func(d *drv.Derivation) { d.SetEnv("derivations", "true 5 2 /x") })},
		{"negative number of outputs", "'-1' as the number of outputs", change(func(d *drv.Derivation) { d.SetEnv("derivations", "true 5 -1 /x") })},
		{"huge number of outputs", "'99999999999' as the number", change(func(d *drv.Derivation) { d.SetEnv("derivations", "true 5 99999999999 /x") })},
		{"huge priority", "the priority '-99999999999': value out of range", change(func(d *drv.Derivation) { d.SetEnv("derivations", "true -99999999999 0") })},
		{"no priority", "the priority '-': a number has to be there", change(func(d *drv.Derivation) { d.SetEnv("derivations", "true - 0") })},
	} {
		t.Run(test.name, func(t *testing.T) { fails(t, test.job, test.want) })
	}
}

func TestStructuredAttributes(t *testing.T) {
	w := world{t, t.TempDir()}
	plant(t, w.real(object+"a"), "bin/a: a")
	plant(t, w.real(object+"b"), "bin/b: b")
	makes(t, w.job("builtin:buildenv", `__json={"derivations": [[true, 5, 1, "`+object+`a"], [false, 5, 1, "`+object+`b"]], "manifest": "/m"}`),
		"bin -> "+object+"a/bin\nmanifest.nix -> /m\n")
}

// TestView checks that what is read is below the store directory and visible, wherever
// links lead.
func TestView(t *testing.T) {
	w := world{t, t.TempDir()}
	plant(t, w.root, "secret/file: s")
	plant(t, w.real(object+"a"), "d/f: f")
	plant(t, w.real(object+"hidden"), "f: f")
	links := []string{
		"a1 -> d", "a2 -> /nix/store/../store/./" + filepath.Base(object+"a") + "//d/", "a3 -> ../../store/" + filepath.Base(object+"a") + "/d",
		"no1 -> " + w.real("/secret"), "no2 -> /secret", "no3 -> ../../../secret", "no4 -> ../../../../../../../../.." + w.root + "/secret",
		"no5 -> " + object + "hidden", "no6 -> " + w.real(object+"hidden"), "no7 -> d/f/", "no8 -> d/f/..", "no9 -> /nix/var",
	}
	plant(t, w.real(object+"a"), strings.Join(links, "\n"))
	j := w.job("builtin:buildenv", "manifest=/m", "derivations=true 5 1 "+object+"a")
	j.Visible = func(p path.Path) bool { return p.Name() != "hidden" }
	a := object + "a"
	makes(t, j, fmt.Sprintf("a1 -> %s/a1\na2 -> %s/a2\na3 -> %s/a3\nd -> %s/d\nmanifest.nix -> /m\n", a, a, a, a))

	for name, where := range map[string]string{
		"not visible": object + "hidden", "outside": "/secret", "on the machine": w.real("/secret"), "the store": "/nix/store",
		"above": "/", "no path of a store": "/nix/store/x", "relative": "secret", "up": a + "/../../../secret",
	} {
		t.Run(name, func(t *testing.T) {
			j := w.job("builtin:buildenv", "manifest=/m", "derivations=true 5 1 "+where)
			j.Visible = func(p path.Path) bool { return p.Name() != "hidden" }
			fails(t, j, "cannot read directory '"+where+"'")
		})
		t.Run("archive "+name, func(t *testing.T) {
			j := w.job("builtin:unpack-channel", "channelName=c", "src="+where+"/f")
			j.Visible = func(p path.Path) bool { return p.Name() != "hidden" }
			fails(t, j, "failed to open archive '"+where+"/f'")
		})
	}
}

// TestMerge checks directories that several packages have, where links lead out of
// one package into another.
func TestMerge(t *testing.T) {
	w := world{t, t.TempDir()}
	plant(t, w.real(object+"a"), "lib/x: x")
	plant(t, w.real(object+"b"), "lib -> "+object+"a/lib")
	plant(t, w.real(object+"c"), "lib/y: y")
	makes(t, w.job("builtin:buildenv", "manifest=/m", "derivations=true 5 1 "+object+"b true 5 1 "+object+"c/"),
		"lib/x -> "+object+"a/lib/x\nlib/y -> "+object+"c/lib/y\nmanifest.nix -> /m\n")
}

// TestEndless checks that packages end whose links lead back, or make twice as many
// files at each level.
func TestEndless(t *testing.T) {
	var double strings.Builder
	for i := range 30 {
		fmt.Fprintf(&double, "%d/x -> ../%d\n%d/y -> ../%d\n", i, i+1, i, i+1)
	}
	double.WriteString("30/")
	for _, test := range []struct{ name, files, want string }{
		{"back", "x -> .\ny -> .", "too many levels of symbolic links"},
		{"double", double.String(), "too many files"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := world{t, t.TempDir()}
			for _, name := range []string{"a", "b"} {
				plant(t, w.real(object+name), test.files)
			}
			j := w.job("builtin:buildenv", "manifest=/m", "derivations=true 5 1 "+object+"a true 5 1 "+object+"b")
			j.Limits.Entries = 1000
			fails(t, j, test.want)
		})
	}
}

func TestCancel(t *testing.T) {
	w := world{t, t.TempDir()}
	plant(t, w.real(object+"a"), "x: x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Run(ctx, w.job("builtin:buildenv", "manifest=/m", "derivations=true 5 1 "+object+"a")); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// fetch returns a job that fetches what a server has at a path, with a hash.
func (w world) fetch(url string, h hash.Hash, m path.Method, env ...string) Job {
	j := w.job("builtin:fetchurl", append(env, "url="+url)...)
	j.Drv.Outputs[0].Hash, j.Drv.Outputs[0].Method = h, m
	j.Client.Pause = 1
	return j
}

func TestMirrors(t *testing.T) {
	w := world{t, t.TempDir()}
	h := hash.SumString(hash.SHA256, "text")
	asked := ""
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked += r.URL.Path + "\n"
		switch r.URL.Path {
		case "/wrong/sha256/" + h.Hex():
			fmt.Fprint(rw, "another text, which is longer")
		case "/right/sha256/" + h.Hex(), "/text":
			fmt.Fprint(rw, "text")
		default:
			http.NotFound(rw, r)
		}
	}))
	defer server.Close()
	const hex = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"
	at := func(names ...string) (list []string) {
		for _, n := range names {
			list = append(list, server.URL+n)
		}
		return list
	}
	for _, test := range []struct {
		name    string
		mirrors []string
		job     Job
		asked   string
	}{
		{"none", nil, w.fetch(server.URL+"/text", h, path.Flat), "/text\n"},
		{"right", at("/right/", "/none"), w.fetch(server.URL+"/none", h, path.Flat), "/right/sha256/" + hex + "\n"},
		{"missing and wrong", at("/none", "/wrong"), w.fetch(server.URL+"/text", h, path.Flat), "/none/sha256/" + hex + "\n/wrong/sha256/" + hex + "\n/text\n"},
		{"hash of an archive", at("/right"), w.fetch(server.URL+"/text", h, path.NAR), "/text\n"},
		{"other URLs", nil, w.fetch(server.URL+"/none", h, path.Flat, "urls="+server.URL+"/none "+server.URL+"/text"), "/none\n/text\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked = ""
			test.job.Mirrors = test.mirrors
			makes(t, test.job, ": text\n")
			if diff := cmp.Diff(test.asked, asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
	j := w.fetch(server.URL+"/none", h, path.Flat, "urls="+server.URL+"/nothing")
	fails(t, j, "unable to download '"+server.URL+"/nothing': HTTP error 404")
}

func TestPasswords(t *testing.T) {
	w := world{t, t.TempDir()}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		fmt.Fprint(rw, user+":"+password)
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "netrc")
	if err := os.WriteFile(file, []byte("machine 127.0.0.1 login me password secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := hash.SumString(hash.SHA256, "")
	for name, test := range map[string]struct{ url, netrc, want string }{
		"none":    {server.URL, "", ": :\n"},
		"missing": {server.URL, file + "x", ": :\n"},
		"file":    {server.URL, file, ": me:secret\n"},
		"URL":     {strings.Replace(server.URL, "//", "//you:open@", 1), file, ": you:open\n"},
	} {
		t.Run(name, func(t *testing.T) {
			j := w.fetch(test.url, h, path.Flat)
			j.Netrc = test.netrc
			makes(t, j, test.want)
		})
	}
}

// TestAgain checks that what a first attempt left is not in the way of the next.
func TestAgain(t *testing.T) {
	w := world{t, t.TempDir()}
	attempt := 0
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		if attempt++; attempt == 1 {
			rw.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(rw, "text")
	}))
	defer server.Close()
	j := w.fetch(server.URL, hash.SumString(hash.SHA256, "text"), path.Flat)
	plant(t, j.Output, "left: l")
	makes(t, j, ": text\n")
	if attempt != 2 {
		t.Errorf("there were %d attempts", attempt)
	}
}

// archive returns the archive of files.
func archive(t testing.TB, files ...nar.Header) string {
	t.Helper()
	var m nar.Memory
	for _, h := range files {
		if err := m.Put(h, make([]byte, h.Size)); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := nar.Write(t.Context(), &b, nar.Tree{FS: &m, Root: "/"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFetchRefuses(t *testing.T) {
	w := world{t, t.TempDir()}
	dir := nar.Header{Path: "/", Info: nar.Info{Kind: nar.Directory}}
	file := func(p string, size int64) nar.Header {
		return nar.Header{Path: p, Info: nar.Info{Kind: nar.Regular, Size: size}}
	}
	server := serve(t, map[string]string{
		"/big": strings.Repeat("x", 101), "/just": strings.Repeat("x", 100), "/text.nar": "text", "/text.xz": "text",
		"/big.nar": archive(t, dir, file("/a", 60), file("/b", 60)), "/many.nar": archive(t, dir, file("/a", 0), file("/b", 0), file("/c", 0)),
		"/good.nar": archive(t, dir, file("/a", 50), file("/b", 50)), "/bomb.nar.xz": compress(t, archive(t, file("/", 1<<20))),
	})
	for _, test := range []struct{ name, env, want string }{
		{"/just", "", ""},
		{"/big", "", "the archive is too large: it has more than 100 bytes"},
		{"/good.nar", "unpack=1", ""},
		{"/big.nar", "unpack=1", "it has more than 100 bytes"},
		{"/many.nar", "unpack=1", "it has more than 3 entries"},
		{"/bomb.nar.xz", "unpack=1", "it has more than 100 bytes"},
		{"/text.nar", "unpack=1", "cannot unpack '" + server.URL + "/text.nar'"},
		{"/text.xz", "unpack=1", "cannot unpack '" + server.URL + "/text.xz'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := w.fetch(server.URL+test.name, hash.SumString(hash.SHA256, ""), path.NAR, test.env)
			j.Limits = unpack.Limits{Bytes: 100, Entries: 3}
			if test.want != "" {
				fails(t, j, test.want)
			} else if err := Run(t.Context(), j); err != nil {
				t.Error(err)
			}
		})
	}
	fails(t, w.job("builtin:fetchurl", "url="+server.URL+"/just"), "must be a fixed-output or impure derivation")
	j := w.fetch(server.URL, hash.SumString(hash.SHA256, ""), path.Flat)
	j.Drv.Env = nil
	fails(t, j, "attribute 'url' missing")
}

// TestExecutableLink checks that what a link leads to stays as it is.
func TestExecutableLink(t *testing.T) {
	w := world{t, t.TempDir()}
	victim := filepath.Join(t.TempDir(), "victim")
	plant(t, victim, ": v")
	server := serve(t, map[string]string{"/link.nar": archive(t, nar.Header{Path: "/", Info: nar.Info{Kind: nar.Symlink}, Target: victim})})
	makes(t, w.fetch(server.URL+"/link.nar", hash.SumString(hash.SHA256, ""), path.NAR, "unpack=1", "executable=1"), " -> "+victim+"\n")
	if info, err := os.Stat(victim); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the target is %v, %v", info.Mode(), err)
	}
}

func TestChannelRefuses(t *testing.T) {
	w := world{t, t.TempDir()}
	var b bytes.Buffer
	a := tar.NewWriter(&b)
	for _, name := range []string{"nixpkgs/default.nix", "nixpkgs/big"} {
		if err := a.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: 60}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Write(make([]byte, 60)); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(w.real("/nix/store"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.real(object+"tar"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a/b": "filesystem separators, got a/b", "c/": "filesystem separators, got c/", "": "name of a file, got ''", "..": "got '..'", ".": "got '.'"} {
		fails(t, w.job("builtin:unpack-channel", "src="+object+"tar", "channelName="+name), want)
	}
	j := w.job("builtin:unpack-channel", "src="+object+"tar", "channelName=c")
	j.Limits = unpack.Limits{Bytes: 100}
	fails(t, j, "too large")
	makes(t, w.job("builtin:unpack-channel", "src="+object+"tar", "channelName=c"), "c/big: "+string(make([]byte, 60))+"\nc/default.nix: "+string(make([]byte, 60))+"\n")
}

// FuzzPackages checks that any text of packages ends in an environment or an error.
func FuzzPackages(f *testing.F) {
	f.Add("true 5 1 " + object + "a false 5 0")
	f.Add("true 5.5 2 " + object + "a/x/.. " + object + "a/x")
	f.Fuzz(func(t *testing.T, text string) {
		w := world{t, t.TempDir()}
		plant(t, w.real(object+"a"), "x -> .\ny: y")
		j := w.job("builtin:buildenv", "manifest=/m")
		j.Drv.SetEnv("derivations", text)
		if err := Run(t.Context(), j); err != nil && err.Error() == "" {
			t.Error("the error has no message")
		}
		if entries, err := os.ReadDir(w.root); err != nil || len(entries) != 1 {
			t.Errorf("there are %v, %v", entries, err)
		}
	})
}
