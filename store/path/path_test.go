package path

import (
	"strings"
	"testing"

	"firn/store/hash"
)

const digits = "5wq5jx7219pmi3xklyhl77fjbqvy6qaj"

func TestParts(t *testing.T) {
	for _, c := range []struct {
		name                 string
		p                    Path
		dir                  Dir
		base, hashPart, rest string
		drv                  bool
	}{
		{"derivation", "/nix/store/" + digits + "-x.drv", "/nix/store", digits + "-x.drv", digits, "x.drv", true},
		{"other directory", "/s/" + digits + "-x-1.0", "/s", digits + "-x-1.0", digits, "x-1.0", false},
		{"no path", "", "", "", "", "", false},
		{"no store path", "/nix/store/x.drv", "/nix/store", "", "", "", false},
		{"no slash", digits + "-x", "", digits + "-x", digits, "x", false},
	} {
		if got := c.p.Dir(); got != c.dir {
			t.Errorf("%s: Dir = %q, want %q", c.name, string(got), string(c.dir))
		}
		if c.p.Base() != c.base || c.p.HashPart() != c.hashPart || c.p.Name() != c.rest || c.p.IsDerivation() != c.drv {
			t.Errorf("%s: %q, %q, %q, %v, want %q, %q, %q, %v", c.name,
				c.p.Base(), c.p.HashPart(), c.p.Name(), c.p.IsDerivation(), c.base, c.hashPart, c.rest, c.drv)
		}
		if got, want := c.p.DrvName(), strings.TrimSuffix(c.rest, ".drv"); got != want {
			t.Errorf("%s: DrvName = %q, want %q", c.name, got, want)
		}
	}
}

// names are names with the messages of Nix 2.34.8 about them, empty if there
// are none.
var names = []struct{ name, want string }{
	{"", "name must not be empty"},
	{".", "name '.' is not valid"},
	{"..", "name '..' is not valid"},
	{".-a", "name '.-a' is not valid: first dash-separated component must not be '.'"},
	{"..-", "name '..-' is not valid: first dash-separated component must not be '..'"},
	{".-\x00", "name '.-\x00' is not valid: first dash-separated component must not be '.'"},
	{".a", ""},
	{"...", ""},
	{"...-a", ""},
	{"-", ""},
	{"0+-._?=Zz", ""},
	{"a b", "name 'a b' contains illegal character ' '"},
	{"a/b", "name 'a/b' contains illegal character '/'"},
	{"é", "name 'é' contains illegal character '\xc3'"},
	{strings.Repeat("a", MaxNameLen), ""},
	{strings.Repeat("/", MaxNameLen+1), "name '" + strings.Repeat("/", MaxNameLen+1) + "' must be no longer than 211 characters"},
}

func TestCheckName(t *testing.T) {
	for _, c := range names {
		if got := message(CheckName(c.name)); got != c.want {
			t.Errorf("CheckName(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, s, want string }{
		{"valid", "/nix/store/" + digits + "-x", ""},
		{"empty", "", "empty path is not a valid store path"},
		{"elsewhere", "/foo", "path '/foo' is not in the Nix store"},
		{"the store", "/nix/store", "path '/nix/store' is not in the Nix store"},
		{"the store with a slash", "/nix/store/", "'' is too short to be a valid store path"},
		{"beside the store", "/nix/storex/" + digits + "-x", "path '/nix/storex/" + digits + "-x' is not in the Nix store"},
		{"short", "/nix/store/a", "'a' is too short to be a valid store path"},
		{"only digits", "/nix/store/" + digits, "'" + digits + "' is too short to be a valid store path"},
		{"no name", "/nix/store/" + digits + "-", "path '" + digits + "-' is not a valid store path: name must not be empty"},
		{"no hyphen", "/nix/store/" + digits + "+x", "'" + digits + "+x' can't name a store path because the hash part is not followed by a '-'"},
		{"bad digit", "/nix/store/e" + digits[1:] + "-x", "store path 'e" + digits[1:] + "-x' contains illegal base-32 character 'e'"},
		{"inside", "/nix/store/" + digits + "-x/y", "path '" + digits + "-x/y' is not a valid store path: name 'x/y' contains illegal character '/'"},
		{"slash behind", "/nix/store/" + digits + "-x/", "path '" + digits + "-x/' is not a valid store path: name 'x/' contains illegal character '/'"},
		{"two slashes", "/nix/store//" + digits + "-x", "'/" + digits + "-x' can't name a store path because the hash part is not followed by a '-'"},
		{"dot", "/nix/store/" + digits + "-.", "path '" + digits + "-.' is not a valid store path: name '.' is not valid"},
	} {
		got, err := Dir("").Parse(c.s)
		if message(err) != c.want || err == nil && got != Path(c.s) || err != nil && got != "" {
			t.Errorf("%s: Parse(%q) = %q, %v, want the error %q", c.name, c.s, got, err, c.want)
		}
	}
	if p, err := Dir("/s").ParseBase(digits + "-x"); p != Path("/s/"+digits+"-x") || err != nil {
		t.Errorf("ParseBase = %q, %v", p, err)
	}
	if p, err := Dir("/s").ParseBase("x"); err == nil {
		t.Errorf("ParseBase(x) = %q, want an error", p)
	}
}

func TestSplit(t *testing.T) {
	const p = "/nix/store/" + digits + "-x"
	for _, c := range []struct {
		name, s string
		p       Path
		rest    string
		ok      bool
	}{
		{"a path", p, p, "", true},
		{"a file in it", p + "/bin/x", p, "/bin/x", true},
		{"a slash behind", p + "/", p, "/", true},
		{"elsewhere", "/etc/passwd", "", "", false},
		{"no store path", "/nix/store/.links/x", "", "", false},
		{"the store", "/nix/store", "", "", false},
	} {
		got, rest, err := DefaultDir.Split(c.s)
		if got != c.p || rest != c.rest || (err == nil) != c.ok {
			t.Errorf("%s: Split(%q) = %q, %q, %v, want %q, %q", c.name, c.s, got, rest, err, c.p, c.rest)
		}
	}
	if !DefaultDir.Contains("/nix/store/x") || DefaultDir.Contains("/nix/store") || DefaultDir.Contains("/nix/storex/y") {
		t.Error("Contains is wrong about what is below the store")
	}
}

// narOf is the hash of the archive of a file that holds "hello\n".
const narOf = "sha256-HDfQGvQL4ugGkd48w99EN3ppmvuxfGjwgJZLL9Bx/BM="

func parseHash(t *testing.T, s string) hash.Hash {
	t.Helper()
	h, err := hash.Parse(s, hash.None)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The paths are those of Nix 2.8.0 and 2.34.8.
func TestMakers(t *testing.T) {
	empty := hash.Sum(hash.SHA256, nil)
	hello := hash.SumString(hash.SHA256, "hello")
	a := Path("/nix/store/vmg5na96ajnh1v932j9jdzfc3022vbh9-a")
	for _, c := range []struct {
		name string
		make func() (Path, error)
		want string
	}{
		{"text", func() (Path, error) { return DefaultDir.Text("a", hello, nil) }, string(a)},
		{"text with a reference", func() (Path, error) {
			return DefaultDir.Text("b", hash.SumString(hash.SHA256, string(a)), []Path{a, a})
		}, "/nix/store/yk1hp0n4vn1yf8d8nalzvd0yp1w1g5zr-b"},
		{"fixed, flat", func() (Path, error) {
			return DefaultDir.Fixed("x", ContentAddress{Flat, empty}, Refs{})
		}, "/nix/store/9zicq1m4wy4bv50xa4l1jk4kpyy41kih-x"},
		{"fixed, archive", func() (Path, error) {
			return DefaultDir.Fixed("x", ContentAddress{NAR, empty}, Refs{})
		}, "/nix/store/d6q30mlzfljh7ha1b1m6fnifi34qr99p-x"},
		{"fixed, all zero", func() (Path, error) {
			return DefaultDir.Fixed("x", ContentAddress{Flat, hash.Zero(hash.MD5)}, Refs{})
		}, "/nix/store/xd9b4vvaj4rax6j96ax6k8b9v52p43wy-x"},
		{"file", func() (Path, error) {
			return DefaultDir.Fixed("file", ContentAddress{NAR, parseHash(t, narOf)}, Refs{})
		}, "/nix/store/ihdwy5k1i80r3gggim39pday2v3vbpna-file"},
	} {
		if got, err := c.make(); string(got) != c.want || err != nil {
			t.Errorf("%s = %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestMakerErrors(t *testing.T) {
	sha256, md5 := hash.Sum(hash.SHA256, nil), hash.Sum(hash.MD5, nil)
	ref := []Path{"/nix/store/" + digits + "-x"}
	for _, c := range []struct {
		name string
		ca   ContentAddress
		refs Refs
		as   string
	}{
		{"bad name", ContentAddress{NAR, sha256}, Refs{}, "a b"},
		{"flat with a reference", ContentAddress{Flat, sha256}, Refs{Paths: ref}, "x"},
		{"flat with itself", ContentAddress{Flat, sha256}, Refs{Self: true}, "x"},
		{"archive by md5 with a reference", ContentAddress{NAR, md5}, Refs{Paths: ref}, "x"},
		{"text with itself", ContentAddress{Text, sha256}, Refs{Self: true}, "x"},
		{"text by md5", ContentAddress{Text, md5}, Refs{}, "x"},
		{"git by md5", ContentAddress{Git, md5}, Refs{}, "x"},
		{"no hash", ContentAddress{NAR, hash.Hash{}}, Refs{}, "x"},
	} {
		if got, err := DefaultDir.Fixed(c.as, c.ca, c.refs); err == nil || got != "" {
			t.Errorf("%s: Fixed = %q, %v, want an error", c.name, got, err)
		}
	}
}

// A path depends on its store directory, its references and on whether one of
// them is itself, but not on their order.
func TestFixedDepends(t *testing.T) {
	ca := ContentAddress{NAR, hash.Sum(hash.SHA256, nil)}
	a, b := Path("/nix/store/"+digits+"-a"), Path("/nix/store/"+digits+"-b")
	seen := map[Path]string{}
	for _, c := range []struct {
		name string
		dir  Dir
		refs Refs
	}{
		{"plain", DefaultDir, Refs{}},
		{"elsewhere", "/tmp/store", Refs{}},
		{"itself", DefaultDir, Refs{Self: true}},
		{"two", DefaultDir, Refs{Paths: []Path{a, b}}},
		{"two and itself", DefaultDir, Refs{Paths: []Path{a, b}, Self: true}},
	} {
		p, err := c.dir.Fixed("x", ca, c.refs)
		if err != nil {
			t.Fatal(err)
		}
		if p.Dir().String() != c.dir.String() {
			t.Errorf("%s: %s is not in %s", c.name, p, c.dir)
		}
		if other, ok := seen[Path(p.Base())]; ok {
			t.Errorf("%s has the path of %s", c.name, other)
		}
		seen[Path(p.Base())] = c.name
	}
	refs := []Path{b, a, b}
	p, err := DefaultDir.Fixed("x", ca, Refs{Paths: refs})
	if seen[Path(p.Base())] != "two" || err != nil {
		t.Errorf("the order of references matters: %s, %v", p, err)
	}
	if refs[0] != b {
		t.Error("Fixed sorts its argument")
	}
}

func TestMethod(t *testing.T) {
	for m := Flat; m <= Text; m++ {
		if got, err := ParseMethod(m.String()); got != m || err != nil {
			t.Errorf("ParseMethod(%q) = %v, %v", m, got, err)
		}
		if got, rest := CutMethod(m.Prefix() + "sha256"); got != m || rest != "sha256" {
			t.Errorf("CutMethod(%q) = %v, %q", m.Prefix()+"sha256", got, rest)
		}
	}
	if m, err := ParseMethod("recursive"); m != NAR || err != nil {
		t.Errorf("ParseMethod(recursive) = %v, %v", m, err)
	}
	if _, err := ParseMethod("r"); err == nil {
		t.Error("ParseMethod(r) has no error")
	}
	if m := Method(99); m.String() != "" || m.Prefix() != "" {
		t.Errorf("Method(99) has a name: %q, %q", m.String(), m.Prefix())
	}
}

func TestContentAddress(t *testing.T) {
	const nix32 = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"
	empty := hash.Sum(hash.SHA256, nil)
	for _, c := range []struct {
		s    string
		want ContentAddress
	}{
		{"fixed:sha256:" + nix32, ContentAddress{Flat, empty}},
		{"fixed:r:sha256:" + nix32, ContentAddress{NAR, empty}},
		{"fixed:git:sha256:" + nix32, ContentAddress{Git, empty}},
		{"text:sha256:" + nix32, ContentAddress{Text, empty}},
	} {
		if got, err := ParseContentAddress(c.s); got != c.want || err != nil {
			t.Errorf("ParseContentAddress(%q) = %v, %v", c.s, got, err)
		}
		if got := c.want.String(); got != c.s {
			t.Errorf("%v.String() = %q, want %q", c.want, got, c.s)
		}
	}
	for _, s := range []string{
		"", "fixed", "fixed:", "fixed:r:sha256", "fixed:r:foo:x", "fixed:text:sha256:" + nix32, "foo:sha256:" + nix32,
		"text:r:sha256:" + nix32, "fixed:sha1:" + nix32,
	} {
		if got, err := ParseContentAddress(s); err == nil || got != (ContentAddress{}) {
			t.Errorf("ParseContentAddress(%q) = %v, %v, want an error", s, got, err)
		}
	}
}

func TestPlaceholder(t *testing.T) {
	if got, want := Placeholder("out"), "/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"; got != want {
		t.Errorf("Placeholder(out) = %q, want %q", got, want)
	}
	// These are what Nix makes of the two.
	drv := Path("/nix/store/g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-foo.drv")
	if got, want := Upstream(drv, "out"), "/0c6rn30q4frawknapgwq386zq358m8r6msvywcvc89n6m5p2dgbz"; got != want {
		t.Errorf("Upstream = %q, want %q", got, want)
	}
	dyn := Path("/nix/store/g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-foo.drv.drv")
	if got, want := Upstream(dyn, "out", "out"), "/0gn6agqxjyyalf0dpihgyf49xq5hqxgw100f0wydnj6yqrhqsb3w"; got != want {
		t.Errorf("Upstream of an upstream = %q, want %q", got, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("/nix/store/" + digits + "-x/y")
	for _, c := range names {
		f.Add("/nix/store/" + digits + "-" + c.name)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, rest, err := DefaultDir.Split(s)
		if err != nil {
			return
		}
		if string(p)+rest != s {
			t.Fatalf("Split(%q) = %q, %q", s, p, rest)
		}
		again, err := p.Dir().ParseBase(p.HashPart() + "-" + p.Name())
		if again != p || err != nil {
			t.Fatalf("ParseBase(%q) = %q, %v", p.Base(), again, err)
		}
	})
}

func FuzzContentAddress(f *testing.F) {
	f.Add("fixed:r:sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73")
	f.Add("text:md5:d41d8cd98f00b204e9800998ecf8427e")
	f.Fuzz(func(t *testing.T, s string) {
		ca, err := ParseContentAddress(s)
		if err != nil {
			return
		}
		if again, err := ParseContentAddress(ca.String()); again != ca || err != nil {
			t.Fatalf("ParseContentAddress(%q) = %v, %v", ca, again, err)
		}
	})
}

func BenchmarkOutput(b *testing.B) {
	h := hash.Sum(hash.SHA256, nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DefaultDir.Output("firefox-63.0", "out", h); err != nil {
			b.Fatal(err)
		}
	}
}
