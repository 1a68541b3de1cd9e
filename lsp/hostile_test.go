//go:build unix

package lsp_test

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"firn/lsp/lsptest"
)

// ground is what a hostile workspace tries to get at: a file that is outside of
// it, a server that listens, and programs that must not be run.
type ground struct {
	t        *testing.T
	patience time.Duration // of requests, 0 for long
	dir      string        // of the workspace
	outside  string
	url      string
	contacts atomic.Int32
	ran      string // a file that each program in the search path makes
}

const secret = "the-secret-outside"

// newGround lays traps. Programs are only found where each is one.
func newGround(t *testing.T) *ground {
	t.Helper()
	g := &ground{t: t, dir: t.TempDir(), outside: t.TempDir()}
	g.write(filepath.Join(g.outside, "secret.txt"), secret)
	g.write(filepath.Join(g.outside, "secret.nix"), `"`+secret+`"`)
	g.write(filepath.Join(g.outside, "module.nix"), `{ networking.hostName = "`+secret+`"; }`)
	g.listen()
	g.ran = filepath.Join(t.TempDir(), "ran")
	bin := t.TempDir()
	for _, name := range []string{"git", "hg", "nix", "nix-build", "nix-store", "sh", "bash", "tar", "curl", "ssh"} {
		g.write(filepath.Join(bin, name), "#!/bin/sh\n: > "+g.ran+"\n")
		if err := os.Chmod(filepath.Join(bin, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	t.Setenv("FIRN_SECRET", secret)
	return g
}

func (g *ground) write(path, src string) {
	g.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		g.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
		g.t.Fatal(err)
	}
}

// listen counts who connects.
func (g *ground) listen() {
	g.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		g.t.Fatal(err)
	}
	g.url = "http://" + l.Addr().String()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			g.contacts.Add(1)
			c.Close()
		}
	}()
	g.t.Cleanup(func() {
		l.Close()
		<-done
	})
}

// expand writes the places of g into a source.
func (g *ground) expand(s string) string {
	return strings.NewReplacer("OUTSIDE", g.outside, "WORKSPACE", g.dir, "URL", g.url, "RAN", g.ran).Replace(s)
}

// start starts a server for the workspace, in which good.nix is a module that has
// nothing wrong with it.
func (g *ground) start(files map[string]string) *lsptest.Client {
	g.t.Helper()
	all := map[string]string{"good.nix": "{ services. }\n"}
	for name, src := range files {
		all[name] = g.expand(src)
	}
	return lsptest.Start(g.t, lsptest.Options{Files: all, Root: g.dir, NixPath: "nixpkgs=" + lsptest.World(g.t), Patience: g.patience})
}

// unharmed checks that the server still knows the options, and that nothing was
// fetched or run.
func (g *ground) unharmed(c *lsptest.Client) {
	g.t.Helper()
	document, err := c.Document("good.nix")
	if err != nil {
		g.t.Fatal(err)
	}
	var list struct{ Items []struct{ Label string } }
	params := map[string]any{"textDocument": document, "position": map[string]any{"line": 0, "character": len("{ services.")}}
	if err := c.Call("textDocument/completion", params, &list); err != nil {
		g.t.Fatal(err)
	}
	var labels []string
	for _, item := range list.Items {
		labels = append(labels, item.Label)
	}
	if !slices.Contains(labels, "openssh") {
		g.t.Errorf("behind services. there is no openssh but %v", labels)
	}
	if n := g.contacts.Load(); n > 0 {
		g.t.Errorf("%d connections", n)
	}
	if _, err := os.Stat(g.ran); err == nil {
		g.t.Error("a program was run")
	}
}

// hover returns what is said of the first place where a word is in a file.
func (g *ground) hover(c *lsptest.Client, file, word string) string {
	g.t.Helper()
	src := c.Source(file)
	off := strings.Index(src, word)
	if off < 0 {
		g.t.Fatalf("no %s in %s", word, file)
	}
	document, err := c.Document(file)
	if err != nil {
		g.t.Fatal(err)
	}
	h := hoverAt(g.t, c, document, src, uint32(off))
	if strings.Contains(h, secret) {
		g.t.Errorf("the secret is told: %s", h)
	}
	return strings.NewReplacer(g.dir, "WORKSPACE", g.outside, "OUTSIDE", g.url, "URL").Replace(h)
}

// TestHostileValues sets an option to what must not be evaluated as it is meant,
// and asks for its value.
func TestHostileValues(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"absolute path", `builtins.readFile "/etc/passwd"`, "access to absolute path '/etc/passwd' is forbidden in restricted mode"},
		{"path outside", `builtins.readFile OUTSIDE/secret.txt`, "access to absolute path 'OUTSIDE/secret.txt' is forbidden in restricted mode"},
		{"path with dots", `builtins.readFile (./. + "/../../../../../etc/passwd")`, "forbidden in restricted mode"},
		{"link to a file", `builtins.readFile ./link.txt`, "access to absolute path 'OUTSIDE/secret.txt' is forbidden in restricted mode"},
		{"link to a directory", `builtins.readFile ./links/secret.txt`, "forbidden in restricted mode"},
		{"import over a link", `import ./links/secret.nix`, "forbidden in restricted mode"},
		{"directory outside", `toString (builtins.attrNames (builtins.readDir OUTSIDE))`, "forbidden in restricted mode"},
		{"copy to the store", `"${OUTSIDE/secret.txt}"`, "forbidden in restricted mode"},
		{"copy of a link", `"${./link.txt}"`, "The value fails: A definition for option"},
		{"hash of a file", `builtins.hashFile "sha256" OUTSIDE/secret.txt`, "forbidden in restricted mode"},
		{"source by a filter", `builtins.filterSource (_: _: true) OUTSIDE`, "forbidden in restricted mode"},
		{"source by a path", `builtins.path { path = OUTSIDE; }`, "forbidden in restricted mode"},
		{"found in a search path", `builtins.readFile (builtins.findFile [ { prefix = ""; path = OUTSIDE; } ] "secret.txt")`, "The value fails: file 'secret.txt' was not found"},
		{"own import", `builtins.scopedImport { } OUTSIDE/secret.nix`, "forbidden in restricted mode"},
		{"environment", `builtins.getEnv "FIRN_SECRET"`, "Value: `\"\"`"},
		{"fetched URL", `builtins.readFile (builtins.fetchurl "URL/x")`, "access to URI 'URL/x' is forbidden in restricted mode"},
		{"fetched archive", `import (fetchTarball "URL/x.tar.gz")`, "forbidden in restricted mode"},
		{"fetched repository", `toString (builtins.fetchGit "URL/x.git")`, "forbidden in restricted mode"},
		{"fetched by ssh", `toString (builtins.fetchGit "ssh://127.0.0.1/x.git")`, "forbidden in restricted mode"},
		{"fetched repository outside", `toString (builtins.fetchGit OUTSIDE)`, "The value fails"},
		{"fetched repository here", `toString (builtins.fetchGit ./.)`, "The value fails"},
		{"fetched by Mercurial", `toString (builtins.fetchMercurial "URL/x")`, "The value fails"},
		{"fetched tree", `toString (builtins.fetchTree { type = "tarball"; url = "URL/x.tar.gz"; })`, "The value fails"},
		{"flake", `toString (builtins.getFlake "tarball+URL/x.tar.gz")`, "The value fails"},
		{"flake of an indirection", `toString (builtins.getFlake "nixpkgs")`, "The value fails"},
		{"import from a derivation", `import (derivation { name = "x"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" ": > RAN" ]; })`, "The value fails: cannot build"},
		{"text of a derivation", `builtins.readFile (derivation { name = "x"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" ": > RAN" ]; })`, "The value fails: cannot build"},
		{"program", `builtins.exec [ "/bin/sh" "-c" ": > RAN" ]`, "The value fails: attribute 'exec' missing"},
		{"library of code", `builtins.importNative ./x.so "init"`, "The value fails: attribute 'importNative' missing"},
		{"value of itself", `let x = x; in x`, "The value fails: infinite recursion encountered"},
		{"call of itself", `let f = x: 1 + f (x + 1); in f 0`, "The value fails: stack overflow"},
		{"list without end", `builtins.head (builtins.genList (x: x) 1000000000000)`, "The value fails"},
		{"computation without end", `let loop = f: builtins.foldl' (a: _: builtins.seq (f a) a) 0 (builtins.genList (x: x) 10000); in loop (_: loop (_: loop (_: 1)))`, "took too long"},
		{"pipe", `builtins.readFile ./pipe`, "not a regular file"},
		{"device over a link", `builtins.readFile ./zero`, "forbidden in restricted mode"},
		{"links in a circle", `builtins.readFile ./circle`, "The value fails"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGround(t)
			g.links()
			if tt.name == "computation without end" {
				g.patience = 5 * time.Second
			}
			c := g.start(map[string]string{
				"configuration.nix": "{ lib, ... }:\nlet\n  x = " + tt.value + ";\nin\n{\n  services.openssh.enable = true;\n  networking.hostName = lib.mkForce (" + tt.value + ");\n}\n",
			})
			got := g.hover(c, "configuration.nix", "hostName")
			if !strings.Contains(got, tt.want) {
				t.Errorf("the option is described by\n%s\nwithout %q", got, tt.want)
			}
			g.hover(c, "configuration.nix", "x =")
			if set := g.hover(c, "configuration.nix", "enable"); !strings.Contains(set, "Value: `true`") {
				t.Errorf("another option is described by\n%s", set)
			}
			g.unharmed(c)
		})
	}
}

// links makes what leads out of the workspace, and what does not end.
func (g *ground) links() {
	g.t.Helper()
	for from, to := range map[string]string{
		"link.txt": g.outside + "/secret.txt", "links": g.outside, "zero": "/dev/zero", "circle": "circle", "self": ".",
	} {
		if err := os.Symlink(to, filepath.Join(g.dir, from)); err != nil {
			g.t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(g.dir, "pipe"), 0o600); err != nil {
		g.t.Fatal(err)
	}
}

// TestHostileFiles has a workspace of files that cannot be read, that do not end,
// or that want to be evaluated for ever.
func TestHostileFiles(t *testing.T) {
	const module = "{ networking.hostName = \"fine\"; }\n"
	for _, tt := range []struct {
		name  string
		files map[string]string
		links map[string]string // what is a symbolic link, and where it leads
		pipe  string            // what is a pipe
	}{
		{name: "pipe", pipe: "configuration.nix"},
		{name: "device", links: map[string]string{"configuration.nix": "/dev/zero"}},
		{name: "link to itself", links: map[string]string{"configuration.nix": "configuration.nix"}},
		{name: "links in a circle", links: map[string]string{"configuration.nix": "a.nix", "a.nix": "configuration.nix"}},
		{name: "link out", links: map[string]string{"configuration.nix": "OUTSIDE/module.nix"}},
		{name: "directory", files: map[string]string{"configuration.nix/default.nix": module}},
		{name: "directories in a circle", files: map[string]string{"configuration.nix": module}, links: map[string]string{"more": "."}},
		{name: "rules in a pipe", pipe: ".gitignore"},
		{name: "rules without end", links: map[string]string{".gitignore": "/dev/zero"}},
		{name: "settings in a pipe", pipe: "firn.toml"},
		{name: "import of a pipe", pipe: "pipe.nix", files: map[string]string{"configuration.nix": "{ imports = [ ./pipe.nix ]; }\n"}},
		{name: "import of itself", files: map[string]string{"configuration.nix": "{ imports = [ ./configuration.nix ]; }\n"}},
		{name: "import of what is outside", files: map[string]string{"configuration.nix": "{ imports = [ OUTSIDE/module.nix ]; }\n"}},
		{name: "import of what is fetched", files: map[string]string{"configuration.nix": "{ imports = [ \"${builtins.fetchTarball \"URL/x.tar.gz\"}/x.nix\" ]; }\n"}},
		{name: "import of what is built", files: map[string]string{
			"configuration.nix": "{ imports = [ (import (derivation { name = \"x\"; system = builtins.currentSystem; builder = \"/bin/sh\"; args = [ \"-c\" \": > RAN\" ]; })) ]; }\n",
		}},
		{name: "imports that depend on themselves", files: map[string]string{"configuration.nix": "{ config, ... }: { imports = config.networking.imports; }\n"}},
		{name: "many imports", files: map[string]string{"configuration.nix": "{ imports = builtins.genList (i: { networking.hosts.\"h${toString i}\" = [ ]; }) 3000; }\n"}},
		{name: "failing import", files: map[string]string{"configuration.nix": "{ imports = throw \"no\"; }\n"}},
		{name: "abort", files: map[string]string{"configuration.nix": "abort \"no\"\n"}},
		{name: "no module", files: map[string]string{"configuration.nix": "x: y: z: 1\n"}},
		{name: "own package set", files: map[string]string{"configuration.nix": "{ nixpkgs.pkgs = throw \"no\"; }\n"}},
		{name: "broken text", files: map[string]string{"configuration.nix": "{ a = ; }}}} \x00\xff''"}},
		{name: "deep text", files: map[string]string{"configuration.nix": "{ a = " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "; }\n"}},
		{name: "deep sets", files: map[string]string{"configuration.nix": "{ " + strings.Repeat("a = { ", 3000) + strings.Repeat("}; ", 3000) + "}\n"}},
		{name: "long path", files: map[string]string{"configuration.nix": "{ " + strings.Repeat("a.", 5000) + "a = 1; }\n"}},
		{name: "large text", files: map[string]string{"configuration.nix": "{ a = \"" + strings.Repeat("x", 6<<20) + "\"; }\n"}},
		{name: "flake with inputs", files: map[string]string{
			"flake.nix": "{ inputs.a.url = \"URL/a.tar.gz\"; inputs.b.url = \"git+URL/b\"; inputs.c.url = \"path:OUTSIDE\"; outputs = { a, b, c, ... }: { nixosConfigurations.m = a.lib.nixosSystem { modules = [ ]; }; }; }\n",
		}},
		{name: "flake with a lock", files: map[string]string{
			"flake.nix":  "{ inputs.a.url = \"URL/a.tar.gz\"; outputs = { a, ... }: { nixosConfigurations.m = a.x; }; }\n",
			"flake.lock": `{"nodes":{"a":{"locked":{"type":"tarball","url":"URL/a.tar.gz","narHash":"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},"original":{"type":"tarball","url":"URL/a.tar.gz"}},"root":{"inputs":{"a":"a"}}},"root":"root","version":7}`,
		}},
		{name: "lock in a pipe", pipe: "flake.lock", files: map[string]string{"flake.nix": "{ outputs = _: { }; }\n"}},
		{name: "home", files: map[string]string{"home/home.nix": "{ home.file.x.source = OUTSIDE/secret.txt; }\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGround(t)
			for from, to := range tt.links {
				if err := os.Symlink(g.expand(to), filepath.Join(g.dir, from)); err != nil {
					t.Fatal(err)
				}
			}
			if tt.pipe != "" {
				if err := syscall.Mkfifo(filepath.Join(g.dir, tt.pipe), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c := g.start(tt.files)
			for name, src := range tt.files {
				g.visit(c, name, src)
			}
			if err := c.Call("workspace/symbol", map[string]any{"query": "hostName"}, nil); err != nil {
				t.Error(err)
			}
			g.unharmed(c)
		})
	}
}

// visit opens a file and asks for what it may be slow to answer. Any answer will do
// that does not tell the secret.
func (g *ground) visit(c *lsptest.Client, name, src string) {
	g.t.Helper()
	if !strings.HasSuffix(name, ".nix") {
		return
	}
	document, err := c.Document(name)
	if err != nil {
		g.t.Fatal(err)
	}
	column := strings.IndexAny(src, ".=")
	for _, method := range []string{"textDocument/completion", "textDocument/hover", "textDocument/definition"} {
		var answer json.RawMessage
		params := map[string]any{"textDocument": document, "position": map[string]any{"line": 0, "character": max(column, 0)}}
		if err := c.Call(method, params, &answer); err != nil {
			g.t.Errorf("%s: %v", method, err)
		}
		if strings.Contains(string(answer), secret) {
			g.t.Errorf("%s tells the secret: %s", method, answer)
		}
	}
}
