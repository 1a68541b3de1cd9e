package knowledge_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"firn/eval"
	"firn/lsp/feature/option"
	"firn/lsp/knowledge"
	"firn/parser"
	"firn/parser/scope"
)

// patience is how long a test waits for what has to come.
const patience = time.Minute

// workspace is a directory with what is known of it.
type workspace struct {
	*testing.T
	*knowledge.Base
	dir  string
	ctx  context.Context
	news chan struct{} // has an element after something was evaluated
}

// open makes a workspace of files.
func open(t *testing.T, files map[string]string, o knowledge.Options) *workspace {
	t.Helper()
	w := &workspace{T: t, dir: t.TempDir(), news: make(chan struct{}, 1)}
	for name, src := range files {
		w.write(name, src)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	var tasks sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		tasks.Wait()
	})
	world, err := filepath.Abs("../testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	w.ctx = ctx
	o.SearchPath = []string{"nixpkgs=" + world}
	o.Background = func(_ string, work func(context.Context)) { tasks.Go(func() { work(ctx) }) }
	o.Changed = func() {
		select {
		case w.news <- struct{}{}:
		default:
		}
	}
	w.Base = knowledge.New(o)
	w.Allow([]string{w.dir})
	return w
}

func (w *workspace) path(name string) string { return filepath.Join(w.dir, name) }

func (w *workspace) write(name, src string) {
	w.Helper()
	if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o700); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(w.path(name), []byte(src), 0o600); err != nil {
		w.Fatal(err)
	}
}

// entries returns the entries among the files on disk.
func (w *workspace) entries() []knowledge.Entry {
	w.Helper()
	var files []string
	for _, pattern := range []string{"*.nix", "*/*.nix"} {
		list, err := filepath.Glob(w.path(pattern))
		if err != nil {
			w.Fatal(err)
		}
		files = append(files, list...)
	}
	return knowledge.Entries(files)
}

// ask returns what is known of a file with a text, until the test ends.
func (w *workspace) ask(name, src string, role knowledge.Role) *knowledge.View {
	w.Helper()
	v := w.askTree(name, parseTree(w.T, src), role)
	w.Cleanup(v.Close)
	return v
}

// askTree is ask for a file that is parsed. Whoever calls it closes the view.
func (w *workspace) askTree(name string, tree *parser.Tree, role knowledge.Role) *knowledge.View {
	w.Helper()
	v := w.Ask(w.ctx, knowledge.File{Path: w.path(name), Info: scope.Resolve(tree), Valid: true, Role: role}, w.entries())
	if v == nil {
		w.Fatal("nothing is known in time")
	}
	return v
}

// state returns what is known now.
func (w *workspace) state() *knowledge.State {
	w.Helper()
	v := w.askTree("other.nix", parseTree(w.T, "{ }"), knowledge.ModuleFile)
	v.Close()
	return v.State()
}

// await waits for a state that ok accepts.
func (w *workspace) await(ok func(*knowledge.State) bool) *knowledge.State {
	w.Helper()
	for {
		if s := w.state(); ok(s) {
			return s
		}
		select {
		case <-w.news:
		case <-w.ctx.Done():
			w.Fatal("what the test waits for does not come")
		}
	}
}

// setting returns the value of an option, as it is written.
func (w *workspace) setting(s *knowledge.State, path string) string {
	w.Helper()
	if s.Options() == nil {
		return ""
	}
	view := option.NewView(w.ctx, s.Options())
	set, _ := view.Setting(view.At(strings.Split(path, ".")...))
	return set.Value
}

func (w *workspace) hostIs(name string) func(*knowledge.State) bool {
	return func(s *knowledge.State) bool { return w.setting(s, "networking.hostName") == `"`+name+`"` }
}

const host = `{ networking.hostName = "first"; }`

func TestOptions(t *testing.T) {
	w := open(t, nil, knowledge.Options{})
	view := w.ask("x.nix", "{ }", knowledge.ModuleFile).Config(w.ctx)
	for _, tt := range []struct{ path, want string }{
		{"services.openssh.enable", "bool: boolean = false"},
		{"networking.firewall.logLevel", `enum: one of "none", "refused", "all" = "refused" of "none" "refused" "all"`},
		{"networking.hosts", "attrsOf: attribute set of list of string = { } (listOf (str))"},
		{"services.nginx.logFormat", `unique: string = "combined" (str)`},
		{"services.nginx.workers", `either: positive integer, meaning >0 or value "auto" (singular enum) = "auto" [positiveInt enum]`},
		{"services.nginx.upstreams", "lazyAttrsOf: lazy attribute set of (attribute set) = { } (attrs)"},
		{"users.users.<name>.shell", "nullOr: null or package or absolute path = pkgs.bash (either [package path])"},
		{"users.users.<name>.openssh.authorizedKeys.keys", "listOf: list of string = [ ] (str)"},
		{"services.nginx.virtualHosts.any.locations.any.root", "nullOr: null or absolute path = null (path)"},
		{"services.nginx.virtualHosts.any.listen.*.port", "port: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = 80"},
		{"services.nginx.virtualHosts.any.basicAuth.realm", `str: string = "secret"`},
		{"swapDevices.*.randomEncryption.cipher", `str: string = "aes-xts-plain64"`},
		{"swapDevices.*.randomEncryption", "coercedTo: (submodule) or boolean convertible to it = false (submodule sub) [bool]"},
		{"services.postgresql.settings", "submodule: open submodule of attribute set of (boolean or floating point number or signed integer or string) = { } sub free"},
		{"services.postgresql.settings.port", "port: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = 5432"},
		{"services.postgresql.ensureUsers.*.ensureClauses.login", "nullOr: null or boolean = null (bool)"},
		{"services.postgresql.extraPlugins", "functionTo: function that evaluates to a(n) list of package = _: [ ] (listOf (package))"},
		{"services.backup.jobs.any.extra", "anything: anything = { }"},
		{"services.backup.hook", "deferredModule: module = { }"},
		{"networking.fqdn", `str: string = "${config.networking.hostName}.example.org" read-only`},
		{"assertions", "listOf: list of unspecified value = [ ] (unspecified) internal"},
		{"networking.firewall.allowedPorts", "listOf: list of 16 bit unsigned integer; between 0 and 65535 (both inclusive) (port) hidden"},
		{"services.nginx", "set"},
		{"services.nothing", "nothing"},
		{"environment.shellAliases.ll", "value: str"},
		{"services.openssh.settings.X11Forwarding", "free"},
	} {
		if got := describe(w.ctx, view, strings.Split(tt.path, ".")); got != tt.want {
			t.Errorf("%s is\n     %s\nnot  %s", tt.path, got, tt.want)
		}
	}
}

// describe says in a line what is at a path.
func describe(ctx context.Context, view option.View, path []string) string {
	found := view.At(path...)
	switch o := view.Option(found); {
	case o != nil:
		return describeOption(ctx, o)
	case len(found.Types) > 0:
		return "value: " + found.Types[0].Name
	case found.Free:
		return "free"
	case !found.Valid():
		return "nothing"
	}
	return "set"
}

func describeOption(ctx context.Context, o *option.Option) string {
	s := o.Type.Name + ": " + o.Type.Description
	if o.Default != "" {
		s += " = " + o.Default
	}
	if _, rest, ok := strings.Cut(describeType(ctx, o.Type), " "); ok {
		s += " " + rest
	}
	parts := []string{s}
	for _, flag := range []struct {
		is   bool
		text string
	}{{o.ReadOnly, "read-only"}, {o.Internal, "internal"}, {o.Hidden, "hidden"}} {
		if flag.is {
			parts = append(parts, flag.text)
		}
	}
	return strings.Join(parts, " ")
}

func describeType(ctx context.Context, t *option.Type) string {
	s := t.Name
	if t.Elem != nil {
		s += " (" + describeType(ctx, t.Elem) + ")"
	}
	if len(t.Either) > 0 {
		var names []string
		for _, e := range t.Either {
			names = append(names, e.Name)
		}
		s += " [" + strings.Join(names, " ") + "]"
	}
	if len(t.Values) > 0 && t.Name == "enum" && len(t.Values) > 1 {
		s += " of " + strings.Join(t.Values, " ")
	}
	if t.Sub != nil && len(t.Sub.Names(ctx)) > 0 {
		s += " sub"
	}
	if t.Free {
		s += " free"
	}
	return s
}

func TestSettings(t *testing.T) {
	src := `{ lib, ... }: {
  imports = [ ./more.nix ];
  services.openssh.enable = true;
  networking.hostName = lib.mkForce "forced";
  networking.useDHCP = lib.mkDefault false;
  networking.firewall.allowedTCPPorts = [ 80 ];
  networking.fqdn = "own";
  services.openssh.settings.LogLevel = "SHOUT";
  boot.loader.timeout = lib.mkOverride 70 1;
  services.nginx.workers = throw "no workers";
}`
	w := open(t, map[string]string{
		"configuration.nix": src,
		"more.nix":          `{ lib, ... }: { networking.hostName = "weak"; networking.firewall.allowedTCPPorts = lib.mkBefore [ 443 ]; }`,
	}, knowledge.Options{})
	v := w.ask("configuration.nix", src, knowledge.ModuleFile)
	if err := v.State().Err(); err != nil {
		t.Fatal(err)
	}
	view := v.Config(w.ctx)
	for _, tt := range []struct {
		path, value, err string
		priority         int
		files            []string
		isDefault        bool
	}{
		{path: "services.openssh.enable", value: "true", priority: 100, files: []string{"configuration.nix"}},
		{path: "networking.hostName", value: `"forced"`, priority: 50, files: []string{"configuration.nix"}},
		{path: "networking.useDHCP", value: "false", priority: 1000, files: []string{"configuration.nix"}},
		{path: "boot.loader.timeout", value: "1", priority: 70, files: []string{"configuration.nix"}},
		{path: "networking.firewall.enable", value: "true", priority: 1500, isDefault: true},
		{path: "networking.fqdn", priority: 100, files: []string{"configuration.nix"}, err: "The option `networking.fqdn' is read-only, but it's set multiple times. Definition values:"},
		{path: "services.nginx.workers", err: "no workers", isDefault: true},
		{path: "system.stateVersion", value: `"26.11"`, priority: 1500, isDefault: true},
	} {
		s, ok := view.Setting(view.At(strings.Split(tt.path, ".")...))
		if !ok {
			t.Errorf("%s has no setting", tt.path)
			continue
		}
		var files []string
		for _, f := range s.Files {
			if rel, ok := strings.CutPrefix(f, w.dir+"/"); ok {
				files = append(files, rel)
			}
		}
		message := ""
		if s.Err != nil {
			message = s.Err.Error()
		}
		if s.Value != tt.value || message != tt.err || tt.err == "" && s.Priority != tt.priority || s.Default != tt.isDefault || !slices.Equal(files, tt.files) {
			t.Errorf("%s is %q (%q) with priority %d, default %v, in %v", tt.path, s.Value, message, s.Priority, s.Default, files)
		}
	}
	ports, _ := view.Setting(view.At("networking", "firewall", "allowedTCPPorts"))
	if got := strings.Join(strings.Fields(ports.Value), " "); got != "[ 443 22 80 ]" && got != "[ 443 80 22 ]" {
		t.Errorf("ports are %s", got)
	}
	level, ok := view.Setting(view.At("services", "openssh", "settings", "LogLevel"))
	if !ok || level.Value != "" || level.Err != nil {
		t.Errorf("an option of a submodule has the setting %+v", level)
	}
}

func TestArguments(t *testing.T) {
	w := open(t, map[string]string{
		"configuration.nix": `{ _module.args.role = "server"; networking.hostName = "first"; }`,
	}, knowledge.Options{})
	for _, tt := range []struct {
		name, src string
		role      knowledge.Role
		want      map[string]string
	}{
		{
			"module", "{ config, options, lib, pkgs, modulesPath, role, unheard, ... }: { }", knowledge.ModuleFile,
			map[string]string{"config": "networking", "options": "networking", "lib": "mkIf", "pkgs": "hello", "role": "Value: `\"server\"`", "modulesPath": "/nixos/modules", "unheard": ""},
		},
		{"package", "{ lib, stdenv, openssl, pkgs, unheard }: stdenv", knowledge.PackageFile, map[string]string{"lib": "mkIf", "openssl": "drvPath", "pkgs": "hello", "stdenv": "mkDerivation", "unheard": ""}},
		{"overlay", "final: prev: { }", knowledge.OverlayFile, map[string]string{"final": "hello", "prev": "hello"}},
		{"expression", "{ lib, pkgs }: pkgs", knowledge.PlainFile, map[string]string{"lib": "", "pkgs": ""}},
		{"function within", "{ lib, ... }: { x = pkgs: pkgs; }", knowledge.ModuleFile, map[string]string{"pkgs": ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tree := parseTree(t, tt.src)
			v := w.askTree("x.nix", tree, tt.role)
			defer v.Close()
			for name, want := range tt.want {
				got := argument(v, tree, name)
				if (want == "") != (got == "") || !strings.Contains(got, want) {
					t.Errorf("%s is %.300q, without %q", name, got, want)
				}
			}
		})
	}
}

func parseTree(t *testing.T, src string) *parser.Tree {
	t.Helper()
	tree, perr := parser.Parse(src)
	if perr != nil {
		t.Fatal(perr)
	}
	return tree
}

// argument says what a function that has an argument of a name is called with: the
// attributes of a set, or a description.
func argument(v *knowledge.View, tree *parser.Tree, name string) string {
	for n := range tree.Nodes() {
		if n.Kind() != parser.KindLambda || !strings.Contains(n.FirstChild().Text(), name) {
			continue
		}
		k, ok := v.Evaluated().Argument(n, name)
		if !ok {
			continue
		}
		if names := k.Names(); len(names) > 0 {
			return strings.Join(names, " ")
		}
		return k.Describe()
	}
	return ""
}

func TestValues(t *testing.T) {
	w := open(t, map[string]string{"configuration.nix": host}, knowledge.Options{})
	for _, tt := range []struct {
		name, src string
		role      knowledge.Role
		want      string
	}{
		{"argument", "{ config, ... }: { x = [ config.networking.hostName ]; }", knowledge.ModuleFile, `"first"`},
		{"package", "{ stdenv, openssl }: stdenv.mkDerivation { name = [ openssl.version ]; }", knowledge.PackageFile, `"3.3.2"`},
		{"overlay", "final: prev: { x = [ prev.jq.name ]; }", knowledge.OverlayFile, `"jq-1.7.1"`},
		{"library", "{ lib, ... }: let f = lib.concatMapStrings (x: x + x); in { x = [ (f [ \"a\" \"b\" ]) ]; }", knowledge.ModuleFile, `"aabb"`},
		{"other file", "{ x = [ (import ./configuration.nix).networking.hostName ]; }", knowledge.PlainFile, `"first"`},
		{"failure", "{ x = [ (throw \"no\") ]; }", knowledge.PlainFile, "no"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tree := parseTree(t, tt.src)
			v := w.askTree("x.nix", tree, tt.role)
			defer v.Close()
			for n := range tree.Nodes() {
				if n.Kind() != parser.KindList {
					continue
				}
				if got := valueOf(w.ctx, v, n); !strings.Contains(got, tt.want) {
					t.Errorf("%s is %s, not %s", n.Text(), got, tt.want)
				}
				return
			}
			t.Error("the source has no list")
		})
	}
}

// valueOf returns the value of the element of a list.
func valueOf(ctx context.Context, v *knowledge.View, list parser.Node) string {
	for e := range list.Exprs() {
		x, ok := v.Value(e)
		if !ok {
			return "unknown"
		}
		s, err := x.Pretty(ctx, eval.Pretty{})
		if err != nil {
			return err.Error()
		}
		return s
	}
	return "nothing"
}

// TestChanges edits and saves files that a configuration consists of.
func TestChanges(t *testing.T) {
	w := open(t, map[string]string{
		"configuration.nix": `{ imports = [ ./part.nix ]; }`,
		"part.nix":          host,
		"apart.nix":         host,
	}, knowledge.Options{})
	first := w.await(w.hostIs("first"))

	w.SetText(w.path("apart.nix"), `{ networking.hostName = "apart"; }`)
	if s := w.state(); s != first {
		t.Error("a file that nobody imports changed what is known")
	}
	w.SetText(w.path("part.nix"), `{ networking.hostName = "edited"; }`)
	w.await(w.hostIs("edited"))
	if got := w.setting(first, "networking.hostName"); got != `"first"` {
		t.Errorf("what was known before has changed to %s", got)
	}
	w.Base.Close(w.path("part.nix"))
	w.await(w.hostIs("first"))

	w.write("part.nix", `{ networking.hostName = "saved"; }`)
	w.Changed(w.path("part.nix"))
	w.await(w.hostIs("saved"))

	w.SetText(w.path("configuration.nix"), `{ imports = [ ./part.nix ./new.nix ]; }`)
	w.await(func(s *knowledge.State) bool { return s.Err() != nil })
	w.write("new.nix", `{ networking.useDHCP = false; }`)
	w.Changed(w.path("new.nix"))
	w.await(func(s *knowledge.State) bool { return w.setting(s, "networking.useDHCP") == "false" })

	if err := os.Remove(w.path("new.nix")); err != nil {
		t.Fatal(err)
	}
	w.Changed(w.path("new.nix"))
	s := w.await(func(s *knowledge.State) bool { return s.Err() != nil })
	if got := w.setting(s, "networking.hostName"); got != `"saved"` {
		t.Errorf("with a file missing the last value is %s", got)
	}
}

// TestNewDirectory lets more be read than before.
func TestNewDirectory(t *testing.T) {
	w := open(t, nil, knowledge.Options{})
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "part.nix"), []byte(host), 0o600); err != nil {
		t.Fatal(err)
	}
	w.write("configuration.nix", "{ imports = [ "+other+"/part.nix ]; }")
	if s := w.state(); s.Err() == nil || !strings.Contains(s.Err().Error(), "forbidden in restricted mode") {
		t.Fatalf("a file outside can be read: %v", s.Err())
	}
	w.Allow([]string{other})
	w.await(w.hostIs("first"))
}

// TestFailures evaluates configurations that cannot be, and mends them.
func TestFailures(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		o         knowledge.Options
		want      string // of the error
	}{
		{name: "throw", src: `{ imports = [ (throw "no") ]; }`, want: "no"},
		{name: "abort", src: `abort "no"`, want: "no"},
		{name: "no module", src: `1`, want: "does not look like a module"},
		{name: "missing file", src: `{ imports = [ ./gone.nix ]; }`, want: "does not exist"},
		{name: "recursion", src: `{ config, ... }: { imports = config.networking.x; }`, want: "infinite recursion"},
		{name: "recursion of a function", src: `let f = x: 1 + f x; in { imports = builtins.seq (f 0) [ ]; }`, want: "stack overflow"},
		{name: "computation without end", src: `let f = i: if i < 0 then [ ] else builtins.seq (builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 1000)) (f (i + 1)); in { imports = builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; }; }`, o: knowledge.Options{Patience: 3 * time.Second}, want: "deadline"},
		{name: "memory without end", src: `{ imports = builtins.foldl' (a: _: a ++ a) [ { } { } ] (builtins.genList (x: x) 60); }`, o: knowledge.Options{Memory: 160 << 20}, want: "memory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := open(t, map[string]string{"configuration.nix": tt.src}, tt.o)
			s := w.state()
			if s.Err() == nil || !strings.Contains(s.Err().Error(), tt.want) {
				t.Errorf("the error is %v, not %q", s.Err(), tt.want)
			}
			if got := w.setting(s, "networking.hostName"); got != `"nixos"` {
				t.Errorf("without the configuration the name is %s", got)
			}
			w.SetText(w.path("configuration.nix"), host)
			if s = w.await(w.hostIs("first")); s.Err() != nil {
				t.Errorf("after the cure: %v", s.Err())
			}
		})
	}
}

// TestFailingValue has a value that takes all memory in a configuration that is
// fine.
func TestFailingValue(t *testing.T) {
	src := `{ networking.hostName = toString (builtins.length (builtins.foldl' (a: _: a ++ a) [ 1 2 ] (builtins.genList (x: x) 60))); }`
	w := open(t, map[string]string{"configuration.nix": src}, knowledge.Options{Memory: 100 << 20})
	view := w.ask("configuration.nix", src, knowledge.ModuleFile).Config(w.ctx)
	s, ok := view.Setting(view.At("networking", "hostName"))
	if !ok || s.Err == nil {
		t.Errorf("the value is %+v", s)
	}
	s, ok = view.Setting(view.At("networking", "useDHCP"))
	if !ok || s.Value != "true" {
		t.Errorf("another value is %+v", s)
	}
}

// TestNearest has files that belong to different configurations.
func TestNearest(t *testing.T) {
	w := open(t, map[string]string{
		"a/configuration.nix": `{ networking.hostName = "a"; imports = [ ../shared.nix ]; }`,
		"b/configuration.nix": `{ networking.hostName = "b"; imports = [ ./inner/part.nix ]; }`,
		"b/inner/part.nix":    `{ }`,
		"shared.nix":          `{ }`,
	}, knowledge.Options{})
	for file, want := range map[string]string{
		"a/configuration.nix": "a", "a/new.nix": "a", "shared.nix": "a", "b/inner/part.nix": "b", "b/inner/new.nix": "b", "elsewhere.nix": "nixos",
	} {
		v := w.ask(file, "{ }", knowledge.ModuleFile)
		if got := w.setting(v.State(), "networking.hostName"); got != `"`+want+`"` {
			t.Errorf("%s belongs to %s, not to %s", file, got, want)
		}
	}
}

// TestManyEdits types for long, and asks what is left of it in memory.
func TestManyEdits(t *testing.T) {
	w := open(t, map[string]string{"configuration.nix": host}, knowledge.Options{})
	w.await(w.hostIs("first"))
	edit := func(i int) {
		w.SetText(w.path("configuration.nix"), strings.Replace(host, "first", "n"+strings.Repeat("x", i%50), 1))
	}
	const edits, every = 2000, 20
	var after uint64
	for i := range edits {
		edit(i)
		if i%every == every-1 {
			w.await(w.hostIs("n" + strings.Repeat("x", i%50)))
		}
		if i == edits/4 {
			after = heap()
		}
	}
	const bound = 64 << 20
	if end := heap(); end > after+bound {
		t.Errorf("the heap has grown from %d to %d bytes", after, end)
	}
}

// heap returns how much memory is in use, in bytes.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
