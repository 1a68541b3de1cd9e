package builtin

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"firn/store/download"
	"firn/store/drv"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
)

// nix is the Nix of the machine with a store of its own, in which it builds without a
// sandbox.
type nix struct {
	*testing.T
	root string
	dir  path.Dir
}

func newNix(t *testing.T) *nix {
	t.Helper()
	for _, tool := range []string{"nix-store", "nix-instantiate"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no Nix to compare with: %v", err)
		}
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &nix{t, root, path.Dir(root + "/store")}
}

// run returns what a program of Nix prints, and the messages if it fails.
func (n *nix) run(name string, args ...string) (string, error) {
	n.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(),
		"NIX_STORE_DIR="+n.dir.String(), "NIX_STATE_DIR="+n.root+"/state", "NIX_LOG_DIR="+n.root+"/log",
		"NIX_CONF_DIR="+n.root, "NIX_REMOTE=local", "HOME="+n.root, "XDG_CACHE_HOME="+n.root+"/cache",
		"NIX_CONFIG=build-users-group =\nsandbox = false\nsubstituters =\nhashed-mirrors =\nsandbox-paths =\n",
	)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(out.String()), nil
}

func (n *nix) must(name string, args ...string) string {
	n.Helper()
	out, err := n.run(name, args...)
	if err != nil {
		n.Fatal(err)
	}
	return out
}

// compare builds a derivation with Nix and with this package, and compares the
// results if both make one.
func (n *nix) compare(t *testing.T, attrs string) (want, got error) {
	t.Helper()
	p := path.Path(n.must("nix-instantiate", "-E", `derivation { name = "x"; system = "builtin"; preferLocalBuild = true; `+attrs+" }"))
	text, err := os.ReadFile(string(p))
	if err != nil {
		t.Fatal(err)
	}
	d, err := drv.Parse(p, string(text))
	if err != nil {
		t.Fatal(err)
	}
	theirs, want := n.run("nix-store", "--realise", string(p))
	ours := filepath.Join(t.TempDir(), "out")
	got = Run(t.Context(), Job{Drv: d, Output: ours, Client: &download.Client{}, Say: func(line string) { t.Log(line) }})
	if want == nil && got == nil && sumOf(t, ours) != sumOf(t, theirs) {
		t.Errorf("it is\n%s\nwant\n%s", listing(t, ours), listing(t, theirs))
	}
	return want, got
}

// both compares what comes of a derivation. If it fails, what is expected matches both
// messages; the words depend on the version of Nix.
func (n *nix) both(t *testing.T, attrs, fails string) {
	t.Helper()
	want, got := n.compare(t, attrs)
	if !says(want, fails) {
		t.Errorf("the error of Nix is %v, want %q", want, fails)
	}
	if !says(got, fails) {
		t.Errorf("the error is %v, want %q", got, fails)
	}
}

// says reports whether a pattern matches an error; the empty one is for none.
func says(err error, pattern string) bool {
	if err == nil || pattern == "" {
		return err == nil && pattern == ""
	}
	return regexp.MustCompile(pattern).MatchString(strings.ReplaceAll(err.Error(), `"`, "'"))
}

func sumOf(t *testing.T, at string) hash.Hash {
	t.Helper()
	h, _, err := nar.Sum(t.Context(), hash.SHA256, nar.Tree{FS: nar.OS{}, Root: at})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// add puts a tree into the store.
func (n *nix) add(files string) string {
	n.Helper()
	dir := filepath.Join(n.TempDir(), "p")
	plant(n.T, dir, files)
	return n.must("nix-store", "--add", dir)
}

// environment returns the attributes of an environment of packages that are described
// in turn; {0} in one is the path of the first.
func (n *nix) environment(trees []string, derivations string) string {
	n.Helper()
	fill := strings.NewReplacer()
	var known []string
	for i, files := range trees {
		if !strings.HasPrefix(files, "->") {
			files += fmt.Sprintf("\n.name: %d", i) // keeps packages apart that have the same files
		}
		known = append(known, fmt.Sprintf("{%d}", i), n.add(fill.Replace(files)))
		fill = strings.NewReplacer(known...)
	}
	return fmt.Sprintf(`builder = "builtin:buildenv"; manifest = "/manifest"; derivations = %q;`, fill.Replace(derivations))
}

func TestNixEnvironments(t *testing.T) {
	n := newNix(t)
	const conflict, missing = "conflict for the following files|have the same priority", "cannot read directory|opening directory"
	for _, test := range []struct {
		name, derivations string
		trees             []string
		fails             string
	}{
		{"nothing", "", nil, ""},
		{"one", "true 5 1 {0}", []string{"bin/a: a\nshare/doc/x: x\n.hidden: h\nempty/"}, ""},
		{"two in a directory", "true 5 1 {0} true 5 1 {1}", []string{"bin/a: a\nlib/x/y: y", "bin/b: b\nlib/x/z: z"}, ""},
		{"three", "true 5 1 {0} true 5 2 {1} {2}", []string{"a/b/c/d: 1", "a/b/c/e: 2", "a/b/f: 3\na/b/c/g: 3"}, ""},
		{"inactive", "true 5 1 {0} false 5 1 {1}", []string{"bin/a: a", "bin/b: b"}, ""},
		{"the same twice", "true 5 1 {0} true 5 1 {0}", []string{"bin/a: a"}, ""},
		{"conflict", "true 5 1 {0} true 5 1 {1}", []string{"bin/a: a", "bin/a: b"}, conflict},
		{"conflict of links", "true 5 1 {0} true 5 1 {1}", []string{"bin/a: a", "bin/a -> ../../x"}, ""},
		{"priority", "true 6 1 {0} true 5 1 {1}", []string{"bin/a: a\nbin/c: c", "bin/a: b"}, ""},
		{"priority the other way round", "true 4 1 {0} true 5 1 {1}", []string{"bin/a: a\nbin/c: c", "bin/a: b"}, ""},
		{"negative priority", "true -10 1 {0} true -11 1 {1}", []string{"bin/a: a", "bin/a: b"}, ""},
		{"priority with a fraction", "true 5.500000 1 {0} true 6 1 {1}", []string{"bin/a: a", "bin/a: b"}, ""},
		{"priority that is no number", "true x 1 {0}", []string{"a: a"}, "stoi|a number has to be there"},
		{"file and directory", "true 5 1 {0} true 6 1 {1}", []string{"a: a", "a/b: b"}, "collision between '"},
		{"directory and file", "true 5 1 {0} true 6 1 {1} true 7 1 {2}", []string{"a/c: a", "a/b: b", "a: a"}, "collision between non-directory '"},
		{"link to a directory and file", "true 5 1 {0} true 6 1 {1}", []string{"a/c: a", "a: a"}, ""},
		{"same priority", "true 5 1 {0} true 5 1 {1}", []string{"a/c: a", "a: a"}, conflict + "|collision between"},
		{"links to directories", "true 5 1 {0} true 5 1 {1}", []string{"lib64 -> lib\nlib/x: x", "lib64/y: y\nlib -> lib64"}, ""},
		{"links to other packages", "true 5 1 {1} true 5 1 {2}", []string{"d/x: x\nf: f", "e -> {0}/d\ng -> {0}/f", "e/y: y\nd -> ../x"}, ""},
		{"dangling", "true 5 1 {0}", []string{"a -> nowhere\nb -> c/d\nc: c\nlog -> nothing"}, ""},
		{"a link as a package", "true 5 1 {1} true 5 1 {2}", []string{"d/x: x", "-> {0}/d", "y: y"}, ""},
		{"a part of a package", "true 5 1 {0}/d true 5 1 {1}", []string{"d/x: x\ny: y", "d/z: z"}, ""},
		{"a file as a package", "true 5 1 {0}/x true 5 1 {0}", []string{"x: x"}, ""},
		{"a package that is missing", "true 5 1 {0}/none", []string{"x: x"}, missing},
		{"loop", "true 5 1 {0}", []string{"a -> b\nb -> a"}, "oo many levels"},
		{"links that lead back", "true 5 1 {0} true 6 1 {1}", []string{"a -> .", "a -> ."}, "oo many levels"},
		{
			"what is left out", "true 5 1 {0} true 5 1 {1}",
			[]string{
				"propagated-build-inputs: p\nnix-support/x: x\nperllocal.pod: p\ninfo/dir: d\nlog/x: x\nmanifest.nix: m\nmanifest.json: m\nx/manifest.nix: m\nshare/info/dir: d\ndir: d\nx-log: l",
				"lib/perllocal.pod: p\ninfo/x: x\nlib/log: l\nx/y: y\nnix-support/z: z",
			},
			"",
		},
		{
			"propagated", "true 5 1 {2} true 5 1 {3}",
			[]string{
				"bin/0: 0\nbin/x: 0", "bin/1: 1\nbin/x: 1\nnix-support/propagated-user-env-packages: {0}",
				"bin/2: 2\nnix-support/propagated-user-env-packages: {1} {0}", "bin/3: 3\nnix-support/propagated-user-env-packages: {0}",
			},
			"",
		},
		{"propagated and missing", "true 5 1 {0}", []string{"nix-support/propagated-user-env-packages: {0}/none"}, missing},
		{"propagated by what is installed", "true 5 1 {1} true 5 1 {0}", []string{"bin/0: 0", "bin/1: 1\nnix-support/propagated-user-env-packages: {0}"}, ""},
		{"propagated conflict", "true 1000 1 {1}", []string{"bin/0: 0", "bin/0: 1\nnix-support/propagated-user-env-packages: {0}"}, conflict},
		{"propagated directory", "true 5 1 {0}", []string{"nix-support/propagated-user-env-packages/x: x"}, "reading|Is a directory"},
	} {
		t.Run(test.name, func(t *testing.T) { n.both(t, n.environment(test.trees, test.derivations), test.fails) })
	}
	for _, attrs := range []string{`manifest = "/x";`, `derivations = "";`} {
		n.both(t, `builder = "builtin:buildenv"; `+attrs, "' missing")
	}
	n.both(t, `builder = "builtin:buildenv"; derivations = []; manifest = "";`, "creating symlink")
	n.both(t, `builder = "builtin:none";`, "unsupported builtin")
}

// TestNixRandomEnvironments compares environments of packages with few names, so that
// they meet in all ways.
func TestNixRandomEnvironments(t *testing.T) {
	n := newNix(t)
	r := rand.New(rand.NewPCG(7, 8))
	var failed int
	for i := range 30 {
		var trees, list []string
		for k := range 2 + r.IntN(3) {
			trees = append(trees, randomPackage(r, k))
			list = append(list, fmt.Sprintf("true %d 1 {%d}", r.IntN(20), k))
		}
		attrs := n.environment(trees, strings.Join(list, " "))
		want, got := n.compare(t, attrs)
		if (want == nil) != (got == nil) { // which of several faults is found depends on the order of a directory
			t.Errorf("environment %d fails with %v, want %v; it has\n%s", i, got, want, strings.Join(trees, "\n\n"))
		}
		if want != nil {
			failed++
		}
	}
	t.Logf("30 environments compared, of which %d fail", failed)
}

// randomPackage describes a package that may lead to those before it. Files have names
// that directories rarely have.
func randomPackage(r *rand.Rand, before int) string {
	var lines []string
	taken := map[string]bool{} // also directories
	dir := func() string { return string("abcd"[r.IntN(4)]) }
	for range 2 + r.IntN(6) {
		parts := []string{dir()}
		for range r.IntN(3) {
			parts = append(parts, dir())
		}
		at := strings.Join(parts, "/")
		kind := r.IntN(10)
		if kind > 3 && r.IntN(20) > 0 {
			at += "/" + string("uvwxyz"[r.IntN(6)])
		}
		free := !taken[at]
		for dir := at; dir != "."; dir = filepath.Dir(dir) {
			free = free && !slices.ContainsFunc(lines, func(l string) bool {
				return strings.HasPrefix(l, dir+":") || strings.HasPrefix(l, dir+" ->")
			})
		}
		if !free {
			continue
		}
		for dir := at; dir != "."; dir = filepath.Dir(dir) {
			taken[dir] = true
		}
		switch {
		case kind == 0:
			lines = append(lines, at+" -> "+dir())
		case kind <= 2 && before > 0:
			lines = append(lines, fmt.Sprintf("%s -> {%d}/%s", at, r.IntN(before), dir()))
		case kind == 3:
			lines = append(lines, at+"/")
		default:
			lines = append(lines, at+": x")
		}
	}
	if before > 0 && r.IntN(4) == 0 {
		lines = append(lines, fmt.Sprintf("nix-support/propagated-user-env-packages: {%d}", r.IntN(before)))
	}
	return strings.Join(lines, "\n")
}

func TestNixFetches(t *testing.T) {
	n := newNix(t)
	tree := filepath.Join(n.root, "tree")
	plant(t, tree, "a: a\nb*: b\nc -> a\nd/e: e")
	archive := func(at string) string {
		var b bytes.Buffer
		if err := nar.Write(t.Context(), &b, nar.Tree{FS: nar.OS{}, Root: at}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	files := map[string]string{
		"/text": "text", "/tree.nar": archive(tree), "/tree.nar.xz": compress(t, archive(tree)), "/junk.nar": archive(tree) + "junk",
		"/file.nar": archive(tree + "/a"), "/program.nar": archive(tree + "/b"), "/link.nar": archive(tree + "/c"),
		"/cut.nar": archive(tree)[:300], "/plain.xz": archive(tree), "/tree.xyz": compress(t, archive(tree)), "/empty": "",
	}
	server := serve(t, files)
	sum := func(at string) string { return sumOf(t, at).SRI() }
	flat := func(s string) string { return hash.SumString(hash.SHA256, s).SRI() }
	const exact, recursive, unpacked = `outputHashMode = "flat";`, `outputHashMode = "recursive";`, `unpack = true; outputHashMode = "recursive";`
	executable := filepath.Join(n.root, "executable")
	plant(t, executable, "text*: text\n\na*: a")
	for _, test := range []struct{ name, url, hash, attrs, fails string }{
		{"file", "/text", flat("text"), exact, ""},
		{"empty file", "/empty", flat(""), exact, ""},
		{"program", "/text", sum(executable + "/text"), recursive + "executable = true;", ""},
		{"archive", "/tree.nar", sum(tree), unpacked, ""},
		{"archive in xz", "/tree.nar.xz", sum(tree), unpacked, ""},
		{"archive with something behind it", "/junk.nar", sum(tree), unpacked, ""},
		{"archive of a file", "/file.nar", sum(tree + "/a"), unpacked, ""},
		{"archive of a file as a program", "/file.nar", sum(executable + "/a"), unpacked + "executable = true;", ""},
		{"archive of a program", "/program.nar", sum(tree + "/b"), unpacked, ""},
		{"archive of a link", "/link.nar", sum(tree + "/c"), unpacked, ""},
		{"archive of a directory as a program", "/tree.nar", sum(tree), unpacked + "executable = true;", ""},
		{"missing", "/none", flat("x"), exact, "unable to download '"},
		{"no hash", "/text", "", "", "'builtin:fetchurl' must be a fixed-output or impure derivation|attribute 'outputHashMode' missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			attrs := fmt.Sprintf(`builder = "builtin:fetchurl"; url = %q; %s`, server.URL+test.url, test.attrs)
			if test.hash != "" {
				attrs += fmt.Sprintf("outputHash = %q;", test.hash)
			}
			n.both(t, attrs, test.fails)
		})
	}
	for i, url := range []string{"/cut.nar", "/plain.xz", "/tree.xyz"} {
		t.Run(url, func(t *testing.T) {
			attrs := fmt.Sprintf(`builder = "builtin:fetchurl"; url = %q; outputHash = %q; %s`, server.URL+url, flat(strings.Repeat("x", i)), unpacked)
			n.both(t, attrs, "coroutine has finished|not recognized|doesn't look like|cannot unpack")
		})
	}
}

func TestNixChannels(t *testing.T) {
	n := newNix(t)
	tree := filepath.Join(n.root, "t")
	plant(t, tree, "default.nix: 1\nrun*: r\nlink -> run\nd/e: e\n.git: g")
	pack := func(args ...string) string {
		out, err := exec.Command("tar", append([]string{"-C", n.root}, args...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(n.root, "channel.tar")
		if err := os.WriteFile(file, out, 0o644); err != nil {
			t.Fatal(err)
		}
		return n.must("nix-store", "--add", file)
	}
	plain := pack("-c", "t")
	text := n.add("text: no archive")
	for _, test := range []struct{ name, src, channel, fails string }{
		{"directory", plain, "c", ""},
		{"as it is called", plain, "t", ""},
		{"with a space", plain, "a b", ""},
		{"with a dot", pack("-c", "./t"), ".c", ""},
		{"gzip", pack("-cz", "t"), "c", ""},
		{"bzip2", pack("-cj", "t"), "c", ""},
		{"xz", pack("-cJ", "t"), "c", ""},
		{"a file", pack("-c", "-C", "t", "run"), "c", ""},
		{"a link", pack("-c", "-C", "t", "link"), "c", ""},
		{"a hidden file", pack("-c", "-C", "t", ".git"), "c", ""},
		{"several files", pack("-c", "-C", "t", "link", "run"), "c", "contains more than one file"},
		{"a part of a name", plain, "a/b", "channelName is not allowed to contain filesystem separators, got a/b|renaming channel directory"},
		{"an archive that is missing", plain + "/none", "c", "ailed to open"},
		{"no archive", text + "/text", "c", "ailed to"},
		{"a directory as an archive", text, "c", "ailed to open"},
		{"no name", plain, "", "e"},
		{"itself", plain, ".", "e"},
		{"above", plain, "..", "e"},
	} {
		t.Run(test.name, func(t *testing.T) {
			n.both(t, fmt.Sprintf(`builder = "builtin:unpack-channel"; src = %q; channelName = %q;`, test.src, test.channel), test.fails)
		})
	}
	n.both(t, `builder = "builtin:unpack-channel"; src = "/";`, "attribute 'channelName' missing")
	n.both(t, `builder = "builtin:unpack-channel"; channelName = "c";`, "attribute 'src' missing")
}

// serve serves files.
func serve(t *testing.T, files map[string]string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, text)
	}))
	t.Cleanup(server.Close)
	return server
}
