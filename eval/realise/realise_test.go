package realise

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"firn/eval"
	"firn/store"
	"firn/store/build"
	"firn/store/local"
	"firn/store/path"
	"firn/store/sandbox"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}

// busybox is a shell that needs no libraries, as builders in sandboxes need it.
const busybox = "/bin/busybox"

// shell skips a test where nothing can be built.
func shell(t *testing.T) []sandbox.Mount {
	t.Helper()
	if _, err := os.Stat(busybox); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("install busybox-static: %v", err)
		}
		t.Skipf("there is no static shell (package busybox-static): %v", err)
	}
	if err := sandbox.Check(t.Context()); err != nil {
		t.Skip(err)
	}
	return []sandbox.Mount{{Source: busybox, Target: "/bin/sh"}}
}

// yard is a store, with who builds for it and what was told.
type yard struct {
	*Session
	root string
	dir  string // where files of expressions are

	mu     sync.Mutex
	events []store.Event
}

func newYard(t *testing.T, change func(*build.Options)) *yard {
	t.Helper()
	y := &yard{root: t.TempDir(), dir: t.TempDir()}
	mounts := shell(t)
	y.Session = NewSession(path.DefaultDir, func(ctx context.Context) (*Workshop, error) {
		s, err := local.Open(ctx, local.Options{Root: y.root, Dir: path.DefaultDir, NoSync: true, Events: y.event})
		if err != nil {
			return nil, err
		}
		o := build.Options{Store: s, Jobs: 2, SandboxPaths: mounts, Events: y.event}
		if change != nil {
			change(&o)
		}
		return &Workshop{Store: s, Builder: build.New(o)}, nil
	})
	t.Cleanup(func() {
		if err := y.Close(); err != nil {
			t.Error(err)
		}
		if err := sandbox.Remove(y.root); err != nil { // files of a store cannot be written to
			t.Error(err)
		}
	})
	return y
}

func (y *yard) event(ev store.Event) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.events = append(y.events, ev)
}

func (y *yard) workshop(t *testing.T) *Workshop {
	t.Helper()
	w, err := y.Workshop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// prelude makes derivations of scripts.
const prelude = `let
  sh = name: script: extra: derivation ({
    inherit name; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" script ];
  } // extra);
  sum = builtins.hashString "sha256";
  fixed = text: { outputHash = sum text; outputHashAlgo = "sha256"; };
  a = sh "a" "echo a > $out; echo $out > $dev" { outputs = [ "out" "dev" ]; };
in `

// evaluate returns the derivations that an expression is.
func (y *yard) evaluate(t *testing.T, expr string) ([]build.Target, error) {
	t.Helper()
	settings := eval.Settings{System: build.Systems()[0], StoreDir: eval.DefaultStoreDir}
	y.Watch(&settings)
	e := eval.New(eval.Options{Host: Host(eval.OS{}, y.root, path.DefaultDir), Settings: settings})
	v, err := e.Text(t.Context(), "test", y.dir, prelude+expr)
	if err != nil {
		return nil, err
	}
	list, err := v.Derivations(t.Context(), nil)
	var targets []build.Target
	for _, d := range list {
		targets = append(targets, build.Target{Path: d.Drv, Outputs: []string{d.Output}})
	}
	return targets, err
}

// build builds the derivations that an expression is.
func (y *yard) build(t *testing.T, expr string) []build.Result {
	t.Helper()
	targets, err := y.evaluate(t, expr)
	if err != nil {
		t.Fatal(err)
	}
	if err := y.Prepare(t.Context(), targets); err != nil {
		t.Fatal(err)
	}
	results, err := y.workshop(t).Builder.Build(t.Context(), targets)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// content returns what is in an output: a file, or the names and the texts of the files
// in a directory.
func (y *yard) content(t *testing.T, p path.Path) string {
	t.Helper()
	at := y.workshop(t).Store.Real(p)
	if info, err := os.Stat(at); err != nil || !info.IsDir() {
		text, err := os.ReadFile(at)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var b strings.Builder
	entries, err := os.ReadDir(at)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(at, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(e.Name() + ": " + string(text))
	}
	return b.String()
}

// builds are expressions that can be built, and what comes of them.
var builds = []struct{ name, expr, want string }{
	{"a text", `sh "x" "echo hello > $out" { }`, "hello\n"},
	{"an output of several", `a.dev`, "/nix/store/v98wi1r6xn2k46rnm74dv61i7zfirs65-a\n"},
	{"an input", `sh "x" "read -r l < ${a.dev}; echo $l > $out" { }`, "/nix/store/v98wi1r6xn2k46rnm74dv61i7zfirs65-a\n"},
	{"its own path", `sh "x" "echo \${out#/nix/store/*-} > $out" { }`, "x\n"},
	{"a source", `sh "x" "while read -r l; do echo $l; done < $src > $out" { src = builtins.toFile "src" "one\ntwo\n"; }`, "one\ntwo\n"},
	{
		"the environment", `sh "x" "echo $PATH $HOME $NIX_STORE $NIX_BUILD_TOP $TMPDIR $PWD $TERM $NIX_LOG_FD $foo $name > $out" { foo = "bar"; }`,
		"/path-not-set /homeless-shelter /nix/store /build /build /build xterm-256color 2 bar x\n",
	},
	{"a variable instead", `sh "x" "echo $PATH $TMPDIR > $out" { PATH = "/p"; TMPDIR = "/t"; }`, "/p /build\n"},
	{
		"passed as a file", `sh "x" "read -r l < $textPath; echo \"$l\" \${textPath##*/} \${text-none} > $out" { passAsFile = [ "text" ]; text = "long\n"; }`,
		"long .attr-1lf969yddshzhld7sr1vbagr07bnygg99lgl6gk5kxcnp4z9wbcq none\n",
	},
	{"a fixed output", `sh "x" "echo $NIX_OUTPUT_CHECKED > $out" (fixed "1\n")`, "1\n"},
	{"a fixed tree", `sh "x" "echo a > $out" { outputHashMode = "recursive"; outputHash = "sha256-knb9U7Sdy/YWj4gjrvFIevLuTiMEt+5kEtunmYK5CoY="; }`, "a\n"},
	{
		"a graph", `sh "x" "while read -r l; do echo \"$l\"; done < g > $out" { exportReferencesGraph = [ "g" a.dev ]; }`,
		"/nix/store/ddamxmy2f3mjc19cxi2b4272dw7p4vdf-a-dev\n\n1\n/nix/store/v98wi1r6xn2k46rnm74dv61i7zfirs65-a\n/nix/store/v98wi1r6xn2k46rnm74dv61i7zfirs65-a\n\n0\n",
	},
	{
		"structured attributes", `sh "x" ''
			while read -r l; do
				case "$l" in
				"declare -A outputs="*) o=''${l#*"]='"}; out=''${o%%"'"*};;
				*args=* | *builder=* | *system=*) ;;
				*) text="$text$l;";;
				esac
			done < .attrs.sh
			echo "$text" > $out
		'' { __structuredAttrs = true; list = [ 1 "two" null true false ]; set.a = "b'c"; number = 2; nested.a.b = 1; no-name = 1; }`,
		"declare -a list=(1 'two' '' 1  );declare name='x';declare number=2;declare -A set=(['a']='b'\\''c' );\n",
	},
	{"a reference to another output", `sh "x" "echo $lib > $out; echo > $lib" { outputs = [ "out" "lib" ]; }`, ""},
	{"a builtin builder", `derivation { name = "x"; system = "builtin"; builder = "builtin:fetchurl"; url = "file://${toString ./file}"; outputHash = sum "content"; outputHashAlgo = "sha256"; }`, "content"},
	{"allowed references", `sh "x" "echo ${a.dev} > $out" { allowedReferences = [ a.dev ]; allowedRequisites = [ a.dev a ]; }`, ""},
	{"itself as a requisite", `sh "x" "echo $out > $out" { allowedRequisites = [ ]; }`, ""},
	{"import from derivation", `sh "x" "echo ${import (sh "y" "echo '\"imported\"' > $out" { })} > $out" { }`, "imported\n"},
	{"what an output has, read", `sh "x" "echo ${builtins.substring 0 1 (builtins.readFile a)} > $out" { }`, "a\n"},
}

func TestBuild(t *testing.T) {
	y := newYard(t, nil)
	if err := os.WriteFile(filepath.Join(y.dir, "file"), []byte("content"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range builds {
		t.Run(test.name, func(t *testing.T) {
			for _, r := range y.build(t, test.expr) {
				if r.Err != nil {
					t.Fatal(r.Err)
				}
				for _, p := range r.Outputs {
					if got := y.content(t, p); test.want != "" && got != test.want {
						t.Errorf("got %q, want %q", got, test.want)
					}
				}
			}
		})
	}
	result, err := y.workshop(t).Store.Verify(t.Context(), local.VerifyOptions{Contents: true})
	if err != nil || len(result.Faults) > 0 {
		t.Errorf("the store has faults: %v, %v", result.Faults, err)
	}
}

// TestFailures checks what is said of what cannot be built.
func TestFailures(t *testing.T) {
	tests := []struct {
		name, expr string
		status     build.Status
		want       string
	}{
		{"the builder fails", `sh "x" "echo one; echo two >&2; exit 3" { }`, build.PermanentFailure, "the builder exited with code 3; its last lines:\n  > one\n  > two\n"},
		{"in a phase", `sh "x" "echo '@nix { \"action\": \"setPhase\", \"phase\": \"buildPhase\" }'; exit 1" { }`, build.PermanentFailure, "exited with code 1 in buildPhase"},
		{"an input fails", `sh "x" "echo ${sh "y" "exit 1" { }} > $out" { }`, build.DependencyFailed, "it needs something that failed: cannot build '"},
		{"no output", `sh "x" "true" { }`, build.OutputRejected, "failed to produce output path for output 'out'"},
		{"another hash", `sh "x" "echo b > $out" (fixed "a\n")`, build.OutputRejected, "hash mismatch in fixed-output derivation"},
		{"references with a hash", `sh "x" "echo ${a} > $out" (fixed "${a}\n")`, build.OutputRejected, "must not reference store paths"},
		{"references that are not allowed", `sh "x" "echo ${a} > $out" { allowedReferences = [ ]; }`, build.OutputRejected, "is not allowed to refer to the following paths:\n  /nix/store/v98wi1r6xn2k46rnm74dv61i7zfirs65-a"},
		{"requisites that are not allowed", `sh "x" "echo ${a.dev} > $out" { disallowedRequisites = [ a ]; }`, build.OutputRejected, "is not allowed to refer"},
		{"a reference to itself", `sh "x" "echo $out > $out" { allowedReferences = [ ]; }`, build.OutputRejected, "is not allowed to refer"},
		{"another system", `sh "x" "echo > $out" { system = "vax-ultrix"; }`, build.InputRejected, "a 'vax-ultrix' with features {} is required"},
		{"a feature", `sh "x" "echo > $out" { requiredSystemFeatures = [ "quantum" ]; }`, build.InputRejected, "with features {quantum} is required"},
		{"no such builder", `derivation { name = "x"; system = builtins.currentSystem; builder = "/bin/nothing"; }`, build.PermanentFailure, "executing builder '/bin/nothing'"},
		{"no such builtin", `derivation { name = "x"; system = "builtin"; builder = "builtin:nothing"; }`, build.PermanentFailure, "unsupported builtin builder 'nothing'"},
		{"what the machine has", `sh "x" "read -r l < /etc/hostname || exit 1; echo $l > $out" { }`, build.PermanentFailure, "can't open /etc/hostname"},
		{"addressed by its content", `sh "x" "echo > $out" { __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; }`, build.MiscFailure, "an experimental feature"},
	}
	y := newYard(t, nil)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			targets, err := y.evaluate(t, test.expr)
			if err == nil {
				err = y.Prepare(t.Context(), targets)
			}
			if err != nil {
				if !strings.Contains(err.Error(), "experimental") {
					t.Fatal(err)
				}
				return
			}
			results, err := y.workshop(t).Builder.Build(t.Context(), targets)
			if err != nil {
				t.Fatal(err)
			}
			r := results[0]
			if r.Err == nil || !strings.Contains(r.Err.Error(), test.want) || r.Status != test.status {
				t.Errorf("got status %s, error %v; want %s, %s", r.Status, r.Err, test.status, test.want)
			}
		})
	}
	left, err := filepath.Glob(filepath.Join(y.root, "nix/var/nix/builds/*"))
	chroots, _ := filepath.Glob(filepath.Join(y.root, "nix/store/*.chroot"))
	if err != nil || len(left)+len(chroots) > 0 {
		t.Errorf("left behind: %v %v %v", left, chroots, err)
	}
}

// TestMismatch checks that what has another hash than it should have need not be made
// again.
func TestMismatch(t *testing.T) {
	y := newYard(t, nil)
	r := y.build(t, `sh "x" "echo b > $out" (fixed "a\n")`)[0]
	wrong, ok := errors.AsType[*build.HashMismatchError](r.Err)
	if !ok {
		t.Fatal(r.Err)
	}
	if got := y.content(t, wrong.Kept); got != "b\n" {
		t.Errorf("got %q", got)
	}
	again := y.build(t, `sh "x" "exit 1" (fixed "b\n")`)[0]
	if again.Err != nil || again.Status != build.AlreadyValid {
		t.Errorf("got %s, %v", again.Status, again.Err)
	}
}

// TestPlan checks that the plan is what is done then.
func TestPlan(t *testing.T) {
	y := newYard(t, nil)
	targets, err := y.evaluate(t, `sh "x" "read -r l < ${a.dev}; echo $l > $out" { }`)
	if err != nil {
		t.Fatal(err)
	}
	if err := y.Prepare(t.Context(), targets); err != nil {
		t.Fatal(err)
	}
	b := y.workshop(t).Builder
	plan, err := b.Plan(t.Context(), targets)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Build) != 2 || plan.Build[1] != targets[0].Path || len(plan.Fetch)+len(plan.Unknown) > 0 {
		t.Errorf("got %+v", plan)
	}
	if _, err := b.Build(t.Context(), targets); err != nil {
		t.Fatal(err)
	}
	var built []path.Path
	for _, ev := range y.events {
		if s, ok := ev.(store.Started); ok && s.Kind == store.Building {
			built = append(built, s.Path)
		}
	}
	if !slices.Equal(built, plan.Build) {
		t.Errorf("built %v, planned %v", built, plan.Build)
	}
	if plan, err = b.Plan(t.Context(), targets); err != nil || plan.String() != "everything is there" {
		t.Errorf("got %v, %v", plan, err)
	}
}

// TestCheck builds something again that is not the same each time.
func TestCheck(t *testing.T) {
	for name, test := range map[string]struct {
		script string
		want   build.Status
	}{
		"the same":  {"echo x > $out", build.Built},
		"different": {"read -r l < /proc/sys/kernel/random/uuid; echo $l > $out", build.NotDeterministic},
	} {
		t.Run(name, func(t *testing.T) {
			y := newYard(t, nil)
			expr := `sh "x" "` + test.script + `" { }`
			first := y.build(t, expr)[0]
			if first.Err != nil {
				t.Fatal(first.Err)
			}
			w := y.workshop(t)
			b := build.New(build.Options{Store: w.Store, SandboxPaths: shell(t), Policy: build.Policy{Check: true}})
			results, err := b.Build(t.Context(), []build.Target{first.Target})
			if err != nil {
				t.Fatal(err)
			}
			if results[0].Status != test.want {
				t.Errorf("got %s, %v", results[0].Status, results[0].Err)
			}
		})
	}
}

// TestKeepGoing checks what is done after a failure.
func TestKeepGoing(t *testing.T) {
	const expr = `[ (sh "bad" "exit 1" { }) (sh "late" "echo ${a} ${sh "b" "echo > $out" { }} > $out" { }) ]`
	y := newYard(t, func(o *build.Options) { o.Policy.KeepGoing = true })
	results := y.build(t, expr)
	if results[0].Status != build.PermanentFailure || results[1].Status != build.Built {
		t.Errorf("got %s, %s (%v)", results[0].Status, results[1].Status, results[1].Err)
	}
}

// TestCancel ends a build that would not end by itself.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	started := make(chan struct{})
	y := newYard(t, func(o *build.Options) {
		o.Events = func(ev store.Event) {
			if _, ok := ev.(store.Line); ok {
				close(started)
			}
		}
	})
	targets, err := y.evaluate(t, `sh "x" "echo begun; while :; do :; done" { }`)
	if err != nil {
		t.Fatal(err)
	}
	if err := y.Prepare(ctx, targets); err != nil {
		t.Fatal(err)
	}
	go func() {
		<-started
		cancel()
	}()
	if _, err := y.workshop(t).Builder.Build(ctx, targets); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestSubstitute copies from another store instead of building.
func TestSubstitute(t *testing.T) {
	from := newYard(t, nil)
	const expr = `sh "x" "echo ${a.dev} > $out" { }`
	built := from.build(t, expr)[0]
	if built.Err != nil {
		t.Fatal(built.Err)
	}
	other := from.workshop(t).Store
	offer := func(ctx context.Context, p path.Path) (*store.Offer, error) {
		info, err := other.Info(ctx, p)
		if err != nil {
			return nil, err
		}
		return &store.Offer{Info: *info, From: "another store", Open: openFrom(other, p)}, nil
	}
	t.Run("all", func(t *testing.T) {
		y := newYard(t, func(o *build.Options) { o.Offer = offer })
		r := y.build(t, expr)[0]
		if r.Err != nil || r.Status != build.Substituted {
			t.Fatalf("got %s, %v", r.Status, r.Err)
		}
		if got, want := y.content(t, r.Outputs["out"]), from.content(t, r.Outputs["out"]); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
	t.Run("not those that do not want it", func(t *testing.T) {
		y := newYard(t, func(o *build.Options) { o.Offer = offer })
		r := y.build(t, `sh "x" "echo ${a.dev} > $out" { allowSubstitutes = false; }`)[0]
		if r.Err != nil || r.Status != build.Built {
			t.Fatalf("got %s, %v", r.Status, r.Err)
		}
	})
	t.Run("a circle", func(t *testing.T) {
		y := newYard(t, func(o *build.Options) {
			o.Offer = func(ctx context.Context, p path.Path) (*store.Offer, error) {
				got, err := offer(ctx, p)
				if err == nil && len(got.References) == 0 {
					got.References = []path.Path{built.Outputs["out"]}
				}
				return got, err
			}
			o.Policy.FetchOnly = true
		})
		if r := y.build(t, expr)[0]; r.Err == nil || !strings.Contains(r.Err.Error(), "in a circle") {
			t.Errorf("got %s, %v", r.Status, r.Err)
		}
	})
	t.Run("what is offered is something else", func(t *testing.T) {
		y := newYard(t, func(o *build.Options) {
			o.Offer = func(ctx context.Context, p path.Path) (*store.Offer, error) {
				got, err := offer(ctx, p)
				if err == nil && p == built.Outputs["out"] {
					got.Open = openFrom(other, got.References[0])
				}
				return got, err
			}
		})
		r := y.build(t, expr)[0]
		if r.Err != nil || r.Status != build.Built {
			t.Errorf("got %s, %v", r.Status, r.Err)
		}
	})
}

// TestAgainstNix builds the same with Nix, and compares what comes of it: the hashes of
// the archives, and the references.
func TestAgainstNix(t *testing.T) {
	if _, err := exec.LookPath("nix-build"); err != nil {
		t.Skip("there is no Nix to compare with")
	}
	y := newYard(t, nil)
	if err := os.WriteFile(filepath.Join(y.dir, "file"), []byte("content"), 0o644); err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	t.Cleanup(func() {
		if err := sandbox.Remove(root); err != nil {
			t.Error(err)
		}
	})
	nix := func(t *testing.T, program string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, append([]string{"--store", root}, args...)...)
		cmd.Dir = y.dir
		cmd.Env = append(os.Environ(), "NIX_CONFIG="+os.Getenv("NIX_CONFIG")+"\nbuild-users-group =\nsandbox = true\nsandbox-paths = /bin/sh="+busybox+"\nsubstitute = false", "NIX_REMOTE=")
		out, err := cmd.Output()
		if err != nil {
			if e, ok := errors.AsType[*exec.ExitError](err); ok {
				t.Fatalf("%s: %s", program, e.Stderr)
			}
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	for _, test := range builds {
		if test.name == "a builtin builder" {
			continue // that of Nix has no files of the machine in its sandbox
		}
		t.Run(test.name, func(t *testing.T) {
			r := y.build(t, test.expr)[0]
			if r.Err != nil {
				t.Fatal(r.Err)
			}
			nix(t, "nix-build", "--no-out-link", "-E", prelude+test.expr)
			for _, p := range r.Outputs {
				info, err := y.workshop(t).Store.Info(t.Context(), p)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := info.NarHash.String(), nix(t, "nix-store", "-q", "--hash", string(p)); got != want {
					t.Errorf("%s has the hash %s, with Nix %s: %q", p, got, want, y.content(t, p))
				}
				var refs []string
				for _, ref := range info.References {
					refs = append(refs, string(ref))
				}
				want := strings.Fields(nix(t, "nix-store", "-q", "--references", string(p)))
				slices.Sort(want)
				if !slices.Equal(refs, want) {
					t.Errorf("%s refers to %v, with Nix to %v", p, refs, want)
				}
			}
		})
	}
}

// openFrom returns what opens the archive of an object.
func openFrom(s *local.Store, p path.Path) func(context.Context, func(int64)) (io.ReadCloser, error) {
	return func(ctx context.Context, _ func(int64)) (io.ReadCloser, error) { return s.Archive(ctx, p) }
}
