package sign

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firn/store"
	"firn/store/hash"
	"firn/store/path"
)

func TestParse(t *testing.T) {
	s, err := Generate("cache.example.org-1")
	if err != nil {
		t.Fatal(err)
	}
	secret, public := s.Reveal(), s.Public().String()
	other, err := Generate("x")
	if err != nil {
		t.Fatal(err)
	}
	_, half, _ := strings.Cut(other.Public().String(), ":")
	for _, c := range []struct{ name, secret, public, err string }{
		{name: "as Nix writes it", secret: secret, public: public},
		{name: "with a line break", secret: secret + "\n", public: public + "\n"},
		{name: "without padding", secret: strings.TrimRight(secret, "="), public: strings.TrimRight(public, "=")},
		{name: "empty", err: "expecting NAME:BASE64"},
		{name: "no name", secret: ":" + secret, public: ":" + public, err: "the key has no name"},
		{name: "a space in the name", secret: "a " + secret, public: "a " + public, err: `the name "a cache.example.org-1" of the key has a colon or white space in it`},
		{name: "no base 64", secret: "x:?", public: "x:?", err: "what follows the name is not base 64"},
		{name: "no key", secret: "x:", public: "x:", err: "it has 0 bytes"},
		{name: "too short", secret: "x:AAAA", public: "x:AAAA", err: "it has 3 bytes"},
		{name: "the other kind", secret: public, public: secret, err: "bytes, expecting"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := ParseSecret(c.secret)
			check(t, err, c.err)
			p, err2 := ParsePublic(c.public)
			check(t, err2, c.err)
			if err == nil && err2 == nil && (s.Reveal() != secret || p.String() != public || s.Name() != p.Name() || s.Public().String() != public) {
				t.Errorf("the keys are %s and %s", s.Name(), p)
			}
		})
	}
	_, err = ParseSecret(secret[:len(secret)-len(half)] + half)
	if err == nil {
		t.Error("a secret key with another public half is read")
	}
}

func check(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("the error is %v, want %q", err, want)
	}
}

// TestSecrecy: a key is not shown by accident.
func TestSecrecy(t *testing.T) {
	s, err := Generate("x")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if text := strings.Trim(fmt.Sprintf(verb, s), `"`); text != "x" {
			t.Errorf("%s shows %q", verb, text)
		}
	}
}

func info(t testing.TB) *store.Info {
	t.Helper()
	i := &store.Info{
		Path: "/nix/store/r1jmq1qg7pw9x9ksc0d3mz3222hmp63y-t", NarHash: hash.SumString(hash.SHA256, "x"), NarSize: 880,
		References: []path.Path{"/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x", "/nix/store/r1jmq1qg7pw9x9ksc0d3mz3222hmp63y-t"},
	}
	return i
}

func TestCheck(t *testing.T) {
	one, err := Generate("key-1")
	if err != nil {
		t.Fatal(err)
	}
	namesake, err := Generate("key-1")
	if err != nil {
		t.Fatal(err)
	}
	two, err := Generate("key-2")
	if err != nil {
		t.Fatal(err)
	}
	signed := func(keys ...*Secret) *store.Info {
		i := info(t)
		for _, k := range keys {
			k.Add(i)
			k.Add(i)
		}
		if len(i.Signatures) != len(keys) {
			t.Errorf("there are %d signatures of %d keys", len(i.Signatures), len(keys))
		}
		return i
	}
	changed := func(change func(*store.Info)) *store.Info {
		i := signed(one)
		change(i)
		return i
	}
	_, sig, _ := strings.Cut(signed(one).Signatures[0], ":")
	for _, c := range []struct {
		name string
		info *store.Info
		keys []*Secret
		want string
	}{
		{"signed", signed(one), []*Secret{one}, "key-1"},
		{"signed by several", signed(two, one), []*Secret{one}, "key-1"},
		{"two keys of a name", signed(one), []*Secret{namesake, one}, "key-1"},
		{"unsigned", signed(), []*Secret{one}, ""},
		{"signed by somebody else", signed(two), []*Secret{one}, ""},
		{"signed by a namesake", signed(namesake), []*Secret{one}, ""},
		{"nobody is trusted", signed(one), nil, ""},
		{"another name", changed(func(i *store.Info) { i.Signatures[0] = "key-2:" + sig }), []*Secret{one, two}, ""},
		{"no signature", changed(func(i *store.Info) { i.Signatures[0] = "key-1" }), []*Secret{one}, ""},
		{"a short signature", changed(func(i *store.Info) { i.Signatures[0] = "key-1:AAAA" }), []*Secret{one}, ""},
		{"another path", changed(func(i *store.Info) { i.Path += "x" }), []*Secret{one}, ""},
		{"another hash", changed(func(i *store.Info) { i.NarHash = hash.Zero(hash.SHA256) }), []*Secret{one}, ""},
		{"another size", changed(func(i *store.Info) { i.NarSize++ }), []*Secret{one}, ""},
		{"a reference less", changed(func(i *store.Info) { i.References = i.References[1:] }), []*Secret{one}, ""},
		{"another deriver", changed(func(i *store.Info) { i.Deriver = i.Path }), []*Secret{one}, "key-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var keys []string
			for _, k := range c.keys {
				keys = append(keys, k.Public().String())
			}
			trusted, err := NewTrusted(keys)
			if err != nil {
				t.Fatal(err)
			}
			if key, ok := trusted.Check(c.info); key != c.want || ok != (c.want != "") {
				t.Errorf("it is signed by %q, %v, want %q", key, ok, c.want)
			}
		})
	}
	if _, ok := (*Trusted)(nil).Check(signed(one)); ok {
		t.Error("nobody trusts it")
	}
	if _, err := NewTrusted([]string{one.Public().String(), "x"}); err == nil {
		t.Error("what is no key is trusted")
	}
}

// nix runs a program of Nix.
func nix(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("no Nix to compare with: %v", err)
	}
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CACHE_HOME="+dir, "NIX_CONFIG=build-users-group =\nexperimental-features = nix-command\nsubstituters =\n")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

func must(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	out, err := nix(t, dir, name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestNixKeys: keys that Nix makes are read and written, and have the public keys that
// Nix says.
func TestNixKeys(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	must(t, dir, "nix-store", "--generate-binary-cache-key", "key-1", at("secret"), at("public"))
	secrets := []string{readFile(t, at("secret")), must(t, dir, "nix", "key", "generate-secret", "--key-name", "key-2")}
	for _, text := range secrets {
		s, err := ParseSecret(text)
		if err != nil {
			t.Fatal(err)
		}
		if s.Reveal() != text {
			t.Errorf("the key '%s' is written in another way", s)
		}
	}
	s, err := ParseSecret(secrets[0])
	if err != nil {
		t.Fatal(err)
	}
	if want := readFile(t, at("public")); s.Public().String() != want {
		t.Errorf("the public key is %s, want %s", s.Public(), want)
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestNixSignatures: Nix signs as we do, with a key of ours.
func TestNixSignatures(t *testing.T) {
	dir := t.TempDir()
	s, err := Generate("firn-1")
	if err != nil {
		t.Fatal(err)
	}
	secret, text := filepath.Join(dir, "secret"), filepath.Join(dir, "text")
	for name, content := range map[string]string{secret: s.Reveal(), text: "hello\n"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root := filepath.Join(dir, "root")
	p := strings.TrimSpace(must(t, dir, "nix-store", "--store", root, "--add", text))
	sign := []string{"store", "sign", "--store", root, "--key-file", secret, p}
	must(t, dir, "nix", sign...)
	to := filepath.Join(dir, "cache")
	must(t, dir, "nix", "--store", root, "copy", "--to", "file://"+to, p)
	lines := strings.Split(readFile(t, filepath.Join(to, path.Path(p).HashPart()+".narinfo")), "\n")
	i := &store.Info{Path: path.Path(p)}
	var sigs []string
	for _, line := range lines {
		switch key, value, _ := strings.Cut(line, ": "); key {
		case "NarHash":
			if i.NarHash, err = hash.Parse(value, hash.None); err != nil {
				t.Fatal(err)
			}
		case "NarSize":
			if _, err := fmt.Sscan(value, &i.NarSize); err != nil {
				t.Fatal(err)
			}
		case "Sig":
			sigs = append(sigs, value)
		}
	}
	if want := []string{s.Sign(i.Fingerprint())}; !slices.Equal(sigs, want) {
		t.Errorf("Nix signs with %v, want %v", sigs, want)
	}
}

// FuzzParse: what is read is written so that it is read as the same.
func FuzzParse(f *testing.F) {
	f.Add("")
	f.Add("cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY=")
	s, err := Generate("x")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(s.Reveal())
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := ParseSecret(text); err == nil {
			if again, err := ParseSecret(s.Reveal()); err != nil || again.Reveal() != s.Reveal() {
				t.Error("a secret key is written as another one")
			}
		}
		if p, err := ParsePublic(text); err == nil {
			if again, err := ParsePublic(p.String()); err != nil || again.String() != p.String() {
				t.Errorf("%s is written as another key", p)
			}
			if p.Verify("x", text) {
				t.Error("a key is no signature")
			}
		}
	})
}
