package drv

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/store/hash"
	"firn/store/path"
)

// env makes an environment of names and values.
func env(pairs ...string) []Var {
	var vars []Var
	for i := 0; i < len(pairs); i += 2 {
		vars = append(vars, Var{pairs[i], pairs[i+1]})
	}
	return vars
}

// plain is a derivation with the outputs and the environment that the language
// gives it.
func plain(name string, outputs ...string) *Derivation {
	d := &Derivation{Name: name, System: "s", Builder: "b", Env: env("builder", "b", "name", name, "system", "s")}
	for _, o := range outputs {
		d.Outputs = append(d.Outputs, Output{Name: o})
	}
	return d
}

func complete(t testing.TB, h *Hashes, d *Derivation) path.Path {
	t.Helper()
	p, text, err := h.Complete(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != d.String() {
		t.Errorf("%s: Complete = %s, want %s", d.Name, text, d.String())
	}
	return p
}

func needs(p path.Path, outputs ...string) Input { return Input{p, Node{Outputs: outputs}} }

// fixed returns a fixed output.
func fixed(m path.Method, h hash.Hash) []Output { return []Output{{Name: "out", Method: m, Hash: h}} }

const file = path.Path("/nix/store/ihdwy5k1i80r3gggim39pday2v3vbpna-file")

// The paths are those of Nix 2.8.0 and 2.34.8.
func TestComplete(t *testing.T) {
	h := NewHashes("", nil)
	x := plain("x", "out")
	xPath := complete(t, h, x)
	if want := path.Path("/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv"); xPath != want {
		t.Errorf("x is %s, want %s", xPath, want)
	}
	if got, want := x.Output("out").Path, path.Path("/nix/store/gwwjwi08fyrbrz2d8zkfvy65nzzq2czp-x"); got != want {
		t.Errorf("the output of x is %s, want %s", got, want)
	}

	y := plain("y", "out", "dev")
	y.Builder = string(x.Output("out").Path)
	y.SetEnv("builder", y.Builder)
	y.SetEnv("outputs", "out dev")
	y.Args = []string{"-e", string(file)}
	y.Srcs = []path.Path{file}
	y.Inputs = []Input{needs(xPath, "out")}
	if got, want := complete(t, h, y), path.Path("/nix/store/n7yp8g0mkqhk2k6cn2bqbc4m8pzpf11s-y.drv"); got != want {
		t.Errorf("y is %s, want %s", got, want)
	}
	dev := path.Path("/nix/store/zw0kpf7skwhw7q9cvrbgaarrg0ajcyw9-y-dev")
	if got := y.Output("dev").Path; got != dev {
		t.Errorf("the output dev of y is %s, want %s", got, dev)
	}
	if got, ok := y.Lookup("dev"); got != string(dev) || !ok {
		t.Errorf("the variable dev of y is %s, want %s", got, dev)
	}
}

func TestCompleteFixed(t *testing.T) {
	empty := hash.Sum(hash.SHA256, nil)
	for _, c := range []struct {
		name    string
		outputs []Output
		want    path.Path
		kind    string
	}{
		{"flat", fixed(path.Flat, empty), "/nix/store/9zicq1m4wy4bv50xa4l1jk4kpyy41kih-x", "sha256"},
		{"archive", fixed(path.NAR, empty), "/nix/store/d6q30mlzfljh7ha1b1m6fnifi34qr99p-x", "r:sha256"},
		{"all zero", fixed(path.Flat, hash.Zero(hash.MD5)), "/nix/store/xd9b4vvaj4rax6j96ax6k8b9v52p43wy-x", "md5"},
		{"text", fixed(path.Text, empty), "/nix/store/gakslir528a29f7ppaf28ip8rdwqcnss-x", "text:sha256"},
	} {
		d := plain("x")
		d.Outputs = c.outputs
		text := d.String()
		complete(t, NewHashes("", nil), d)
		if got := d.Outputs[0].Path; got != c.want {
			t.Errorf("%s: the output is %s, want %s", c.name, got, c.want)
		}
		if got, _ := d.Lookup("out"); got != string(d.Outputs[0].Path) {
			t.Errorf("%s: the variable is %s, want %s", c.name, got, d.Outputs[0].Path)
		}
		if !strings.Contains(text, `"`+c.kind+`","`+d.Outputs[0].Hash.Hex()+`"`) {
			t.Errorf("%s: no %s in %s", c.name, c.kind, text)
		}
	}
}

// Two ways to fetch a file are one input of what needs it, and its path does
// not change with them.
func TestFixedInputs(t *testing.T) {
	h := NewHashes("", nil)
	fetch := func(url string) path.Path {
		d := plain("x")
		d.SetEnv("url", url)
		d.Outputs = fixed(path.Flat, hash.Sum(hash.SHA256, nil))
		return complete(t, h, d)
	}
	a, b := fetch("a"), fetch("b")
	if a == b {
		t.Fatal("derivations with different environments have one path")
	}
	var seen []string
	for _, inputs := range [][]Input{{needs(a, "out")}, {needs(b, "out")}, {needs(a, "out"), needs(b, "out")}} {
		d := plain("user", "out")
		d.Inputs = inputs
		complete(t, h, d)
		seen = append(seen, string(d.Outputs[0].Path))
	}
	if seen[0] != seen[1] || seen[1] != seen[2] {
		t.Errorf("the outputs are %q, want one path", seen)
	}
	d := plain("user", "out")
	d.Inputs = []Input{needs(a, "dev")}
	if _, _, err := h.Complete(d, nil); err == nil || !strings.HasPrefix(err.Error(), "no hash for output 'dev' of derivation '") {
		t.Errorf("Complete with an output that a fixed derivation has not: %v", err)
	}
}

// Inputs that come to one hash need all outputs that any of them does.
func TestAppendReplaced(t *testing.T) {
	inputs := []Input{needs("/x", "a", "d"), needs("/y", "x"), needs("/z", "b", "d")}
	r := []replacement{{[32]byte{1}, 1}, {[32]byte{2}, 0}, {[32]byte{2}, 2}}
	got := string(appendReplaced(nil, r, inputs))
	zeros := strings.Repeat("0", 62)
	if want := `[("01` + zeros + `",["x"]),("02` + zeros + `",["a","b","d"])]`; got != want {
		t.Errorf("appendReplaced = %s, want %s", got, want)
	}
}

// What is not known in advance makes everything that needs it deferred.
func TestDeferred(t *testing.T) {
	h := NewHashes("", nil)
	floating := plain("floating")
	floating.Outputs = []Output{{Name: "out", Method: path.NAR, Algo: hash.SHA256}}
	impure := plain("impure")
	impure.Outputs = []Output{{Name: "out", Method: path.NAR, Algo: hash.SHA256, Impure: true}}
	for _, d := range []*Derivation{floating, impure} {
		p := complete(t, h, d)
		if got, _ := d.Lookup("out"); got != path.Placeholder("out") || d.Outputs[0].Path != "" {
			t.Errorf("%s: the output is %q, its variable %q, want none and a placeholder", d.Name, d.Outputs[0].Path, got)
		}
		for _, name := range []string{"user", "user of the user"} {
			user := plain(strings.ReplaceAll(name, " ", "-"), "out")
			user.Inputs = []Input{needs(p, "out")}
			p = complete(t, h, user)
			if got, ok := user.Lookup("out"); got != "" || !ok || user.Outputs[0].Kind() != Deferred {
				t.Errorf("%s of %s: the output is %v, its variable %q", name, d.Name, user.Outputs[0], got)
			}
			if m, err := h.Modulo(p); m.Known() || !m.Hash().IsNone() || err != nil {
				t.Errorf("%s of %s has the hash %v, %v", name, d.Name, m.Hash(), err)
			}
		}
	}
	xPath := complete(t, h, plain("x", "out"))
	dynamic := plain("dynamic", "out")
	dynamic.Inputs = []Input{{xPath, Node{Dynamic: []Dynamic{{"out", Node{Outputs: []string{"out"}}}}}}}
	complete(t, h, dynamic)
	if dynamic.Outputs[0].Path != "" || !strings.HasPrefix(dynamic.String(), `DrvWithVersion("xp-dyn-drv",`) {
		t.Errorf("a dynamic input does not defer: %s", dynamic)
	}
}

// A derivation is the same whatever the order of its lists is.
func TestNormalize(t *testing.T) {
	h := NewHashes("", nil)
	a, b := complete(t, h, plain("a", "out")), complete(t, h, plain("b", "out", "dev"))
	unsorted := func() *Derivation {
		d := plain("x", "out", "dev", "bin")
		d.Inputs = []Input{needs(a, "out"), needs(b, "dev"), needs(b, "out"), needs(b, "dev")}
		d.Srcs = []path.Path{file, a, b}
		return d
	}
	want := unsorted()
	wantPath := complete(t, h, want)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		d := unsorted()
		r.Shuffle(len(d.Outputs), func(i, j int) { d.Outputs[i], d.Outputs[j] = d.Outputs[j], d.Outputs[i] })
		r.Shuffle(len(d.Inputs), func(i, j int) { d.Inputs[i], d.Inputs[j] = d.Inputs[j], d.Inputs[i] })
		r.Shuffle(len(d.Srcs), func(i, j int) { d.Srcs[i], d.Srcs[j] = d.Srcs[j], d.Srcs[i] })
		r.Shuffle(len(d.Env), func(i, j int) { d.Env[i], d.Env[j] = d.Env[j], d.Env[i] })
		inputs := slices.Clone(d.Inputs)
		given := d.Inputs
		if got := complete(t, h, d); got != wantPath {
			t.Fatalf("Complete = %s\n%s, want %s\n%s", got, d, wantPath, want)
		}
		if !cmp.Equal(inputs, given) {
			t.Fatal("Normalize writes to the list of inputs")
		}
	}
	refs := want.Refs()
	if wantRefs := []path.Path{a, b, file}; !slices.IsSorted(refs) || len(refs) != 3 || !slices.Contains(refs, wantRefs[0]) || !slices.Contains(refs, wantRefs[1]) || !slices.Contains(refs, wantRefs[2]) {
		t.Errorf("Refs = %q, want %q", refs, wantRefs)
	}
	if got := want.Inputs; len(got) != 2 {
		t.Errorf("Inputs = %v, want two", got)
	}
}

func TestNormalizeDynamic(t *testing.T) {
	dyn := func(output string, outputs ...string) Dynamic { return Dynamic{output, Node{Outputs: outputs}} }
	d := &Derivation{Inputs: []Input{
		{"/b", Node{Dynamic: []Dynamic{dyn("z", "b", "a"), dyn("a", "out")}}},
		{"/a", Node{Outputs: []string{"out"}}},
		{"/b", Node{Outputs: []string{"out"}, Dynamic: []Dynamic{dyn("z", "c")}}},
	}}
	d.Normalize()
	want := []Input{
		{"/a", Node{Outputs: []string{"out"}}},
		{"/b", Node{Outputs: []string{"out"}, Dynamic: []Dynamic{dyn("a", "out"), dyn("z", "a", "b", "c")}}},
	}
	if diff := cmp.Diff(want, d.Inputs, cmp.Transformer("empty", func(s []Dynamic) []Dynamic {
		if len(s) == 0 {
			return nil
		}
		return s
	})); diff != "" {
		t.Error(diff)
	}
}

func TestEnv(t *testing.T) {
	d := &Derivation{}
	for _, name := range []string{"b", "c", "a", "b"} {
		d.SetEnv(name, name+"!")
	}
	if want := env("a", "a!", "b", "b!", "c", "c!"); !slices.Equal(d.Env, want) {
		t.Errorf("Env = %v, want %v", d.Env, want)
	}
	if got, ok := d.Lookup("x"); got != "" || ok {
		t.Errorf("Lookup(x) = %q, %v", got, ok)
	}
	if d.Output("out") != nil {
		t.Error("there is an output that was not made")
	}
	d.Env = append(d.Env, Var{"a", "last"})
	d.Normalize()
	if got, _ := d.Lookup("a"); got != "last" || len(d.Env) != 3 {
		t.Errorf("Env = %v, want the last value of a", d.Env)
	}
}

func TestKindErrors(t *testing.T) {
	md5 := hash.Zero(hash.MD5)
	for _, c := range []struct {
		name    string
		outputs []Output
		want    string
	}{
		{"none", nil, "derivation x: must have at least one output"},
		{"fixed as dev", []Output{{Name: "dev", Hash: md5}}, `derivation x: single fixed output must be named "out"`},
		{"two fixed", []Output{{Name: "out", Hash: md5}, {Name: "z", Hash: md5}}, "derivation x: only one fixed output is allowed for now"},
		{"fixed and floating", []Output{{Name: "a", Hash: md5}, {Name: "b", Algo: hash.MD5}}, "derivation x: can't mix derivation output types"},
		{"two algorithms", []Output{{Name: "a", Algo: hash.SHA1}, {Name: "b", Algo: hash.MD5}}, "derivation x: all floating outputs must use the same hash algorithm"},
		{"bad name", []Output{{Name: "a/b"}}, "path 'a8b829q75sgshbkr6i3vzg1pc94k8hah-x-a/b' is not a valid store path: name 'x-a/b' contains illegal character '/'"},
		{"text by md5", []Output{{Name: "out", Method: path.Text, Hash: md5}}, "text 'x' must be addressed by its sha256 hash, not by md5"},
	} {
		d := plain("x")
		d.SetEnv("outputs", "a/b")
		d.Outputs = c.outputs
		dst := []byte("kept")
		p, text, err := NewHashes("", nil).Complete(d, dst)
		if err == nil || err.Error() != c.want || p != "" || string(text) != "kept" {
			t.Errorf("%s: Complete = %q, %q, %v, want the error %s", c.name, p, text, err, c.want)
		}
		if len(c.outputs) == 0 {
			if _, err := NewHashes("", nil).ModuloOf(d); err == nil {
				t.Errorf("%s: ModuloOf has no error", c.name)
			}
		}
	}
	long := plain(strings.Repeat("x", path.MaxNameLen), "out")
	if _, _, err := NewHashes("", nil).Complete(long, nil); err == nil {
		t.Error("a name that has no room for its extension has no error")
	}
}

// system is derivations that need one another, by path.
func system(t testing.TB, n int) map[path.Path]*Derivation {
	h := NewHashes("", nil)
	all := map[path.Path]*Derivation{}
	var paths []path.Path
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		d := plain(fmt.Sprintf("d%d", i), "out")
		if i%5 == 0 {
			d.Outputs = fixed(path.Flat, hash.SumString(hash.SHA256, d.Name))
		}
		for range min(i, 3) {
			d.Inputs = append(d.Inputs, needs(paths[r.IntN(len(paths))], "out"))
		}
		p := complete(t, h, d)
		all[p], paths = d, append(paths, p)
	}
	return all
}

// What was not completed is read, once, also by many at a time.
func TestReads(t *testing.T) {
	all := system(t, 200)
	var mu sync.Mutex
	var reads int
	h := NewHashes("", func(p path.Path) (*Derivation, error) {
		mu.Lock()
		defer mu.Unlock()
		reads++
		return all[p], nil
	})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for p, d := range all {
				if err := h.Check(p, d); err != nil {
					t.Error(err)
				}
				m, err := h.ModuloOf(d)
				if again, _ := h.Modulo(p); again != m || err != nil {
					t.Errorf("%s: ModuloOf = %v, %v, Modulo = %v", p, m.Hash(), err, again.Hash())
				}
			}
		})
	}
	wg.Wait()
	if reads > 4*len(all) {
		t.Errorf("%d reads of %d derivations by four", reads, len(all))
	}
}

func TestReadErrors(t *testing.T) {
	const a, b = path.Path("/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-a.drv"), path.Path("/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-b.drv")
	fail := errors.New("disk")
	user := func(p path.Path) *Derivation {
		d := plain("user", "out")
		d.Outputs[0].Path = "/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-user"
		d.Inputs = []Input{needs(p, "out")}
		return d
	}
	n := 0
	for _, c := range []struct {
		name string
		read func(path.Path) (*Derivation, error)
		want string
	}{
		{"nobody reads", nil, "derivation " + string(a) + " is not known"},
		{"disk", func(path.Path) (*Derivation, error) { return nil, fail }, "disk"},
		{"itself", func(p path.Path) (*Derivation, error) { return user(p), nil }, "derivation " + string(a) + " is among its own inputs"},
		{"each other", func(p path.Path) (*Derivation, error) {
			if p == a {
				return user(b), nil
			}
			return user(a), nil
		}, "derivation " + string(a) + " is among its own inputs"},
		{"endless", func(path.Path) (*Derivation, error) {
			n++
			return user(path.Path(fmt.Sprint(n))), nil
		}, "derivation 20000 is behind 20000 others"},
	} {
		h := NewHashes("", c.read)
		if _, err := h.Modulo(a); err == nil || err.Error() != c.want {
			t.Errorf("%s: Modulo = %v, want the error %s", c.name, err, c.want)
		}
	}
}

func TestCheck(t *testing.T) {
	h := NewHashes("", nil)
	good := plain("x", "out")
	p := complete(t, h, good)
	for _, c := range []struct {
		name   string
		p      path.Path
		change func(*Derivation)
		want   string
	}{
		{"good", p, func(*Derivation) {}, ""},
		{"other path", file, func(*Derivation) {}, "derivation " + string(file) + " has the wrong path, it should be " + string(p)},
		{"other output", p, func(d *Derivation) { d.Outputs[0].Path = file }, "derivation " + string(p) + ": incorrect output '" + string(file) + "', should be '" + string(good.Outputs[0].Path) + "'"},
		{"other variable", p, func(d *Derivation) { d.SetEnv("out", "x") }, "derivation " + string(p) + ": incorrect environment variable 'out', should be '" + string(good.Outputs[0].Path) + "' but is actually 'x'"},
		{"order", p, func(d *Derivation) { d.Env[0], d.Env[1] = d.Env[1], d.Env[0] }, "derivation " + string(p) + ": the lists are not in normal form"},
		{"no outputs", p, func(d *Derivation) { d.Outputs = nil }, "derivation x: must have at least one output"},
	} {
		d := *good
		d.Outputs, d.Env = slices.Clone(d.Outputs), slices.Clone(d.Env)
		c.change(&d)
		before := d.String()
		err := h.Check(c.p, &d)
		if err == nil && c.want != "" || err != nil && err.Error() != c.want {
			t.Errorf("%s: Check = %v, want %q", c.name, err, c.want)
		}
		if d.String() != before {
			t.Errorf("%s: Check writes to the derivation", c.name)
		}
	}
}

// typical is a derivation as large as those of nixpkgs, with its inputs known.
func typical(b *testing.B) (*Hashes, *Derivation) {
	h := NewHashes("", nil)
	d := plain("typical-1.0", "out", "dev")
	for i := range 30 {
		in := plain(fmt.Sprintf("input-%d", i), "out")
		p := complete(b, h, in)
		d.Inputs = append(d.Inputs, needs(p, "out"))
		d.SetEnv(fmt.Sprintf("input%d", i), strings.Repeat(string(in.Outputs[0].Path)+" ", 2))
	}
	d.SetEnv("buildPhase", strings.Repeat("substituteInPlace \"$out\" --replace a b\n", 20))
	d.SetEnv("outputs", "out dev")
	d.Normalize()
	return h, d
}

func BenchmarkComplete(b *testing.B) {
	h, d := typical(b)
	_, text, _ := h.Complete(d, nil)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if _, text, err = h.Complete(d, text[:0]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSHA256 is the part of BenchmarkComplete that hashing three times
// takes.
func BenchmarkSHA256(b *testing.B) {
	_, d := typical(b)
	text := d.Append(nil)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for range 3 {
			hash.Sum(hash.SHA256, text)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	_, d := typical(b)
	text := d.Append(nil)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		text = d.Append(text[:0])
	}
}

func BenchmarkParse(b *testing.B) {
	h, d := typical(b)
	p := complete(b, h, d)
	text := d.String()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(p, text); err != nil {
			b.Fatal(err)
		}
	}
}
