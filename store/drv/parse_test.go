package drv

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/store/hash"
	"firn/store/path"
)

const (
	digits = "5wq5jx7219pmi3xklyhl77fjbqvy6qaj"
	drvX   = path.Path("/nix/store/" + digits + "-x.drv")
	outX   = path.Path("/nix/store/" + digits + "-x")
)

// texts are derivations and their texts.
var texts = []struct {
	name string
	d    Derivation
	text string
}{
	{
		"nearly empty",
		Derivation{Outputs: []Output{{Name: "out"}}},
		`Derive([("out","","","")],[],[],"","",[],[])`,
	},
	{
		"everything",
		Derivation{
			Outputs: []Output{{Name: "dev", Path: outX + "-dev"}, {Name: "out", Path: outX}},
			Inputs:  []Input{needs("/nix/store/"+digits+"-a.drv", "dev", "out"), needs(drvX, "out")},
			Srcs:    []path.Path{file},
			System:  "x86_64-linux", Builder: "/bin/sh", Args: []string{"-c", "", "\\\"\n\r\t$é\xff\x00"},
			Env: env("", "empty", "a\n", "\"", "b", "two\nlines"),
		},
		`Derive([("dev","/nix/store/` + digits + `-x-dev","",""),("out","/nix/store/` + digits + `-x","","")],` +
			`[("/nix/store/` + digits + `-a.drv",["dev","out"]),("/nix/store/` + digits + `-x.drv",["out"])],` +
			`["/nix/store/ihdwy5k1i80r3gggim39pday2v3vbpna-file"],"x86_64-linux","/bin/sh",["-c","","\\\"\n\r\t$é` + "\xff\x00" + `"],` +
			`[("","empty"),("a\n","\""),("b","two\nlines")])`,
	},
	{
		"fixed",
		Derivation{Outputs: []Output{{Name: "out", Path: outX, Method: path.NAR, Hash: hash.Sum(hash.MD5, nil)}}},
		`Derive([("out","/nix/store/` + digits + `-x","r:md5","d41d8cd98f00b204e9800998ecf8427e")],[],[],"","",[],[])`,
	},
	{
		"floating",
		Derivation{Outputs: []Output{{Name: "a", Method: path.Text, Algo: hash.SHA256}, {Name: "out", Method: path.Flat, Algo: hash.SHA256}}},
		`Derive([("a","","text:sha256",""),("out","","sha256","")],[],[],"","",[],[])`,
	},
	{
		"impure",
		Derivation{Outputs: []Output{{Name: "out", Method: path.Git, Algo: hash.SHA1, Impure: true}}},
		`Derive([("out","","git:sha1","impure")],[],[],"","",[],[])`,
	},
	{
		"dynamic",
		Derivation{
			Outputs: []Output{{Name: "out"}},
			Inputs: []Input{
				needs("/nix/store/"+digits+"-a.drv", "out"),
				{drvX, Node{Outputs: []string{"dev"}, Dynamic: []Dynamic{
					{"dev", Node{Outputs: []string{"out"}}},
					{"out", Node{Dynamic: []Dynamic{{"out", Node{Outputs: []string{"a", "b"}}}}}},
				}}},
			},
		},
		`DrvWithVersion("xp-dyn-drv",[("out","","","")],[("/nix/store/` + digits + `-a.drv",["out"]),("/nix/store/` + digits + `-x.drv",` +
			`(["dev"],[("dev",["out"]),("out",([],[("out",["a","b"])]))]))],[],"","",[],[])`,
	},
}

func TestParse(t *testing.T) {
	for _, c := range texts {
		c.d.Name = "x"
		got, err := Parse(drvX, c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(&c.d, got, cmp.Comparer(func(a, b hash.Hash) bool { return a == b })); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if text := string(c.d.Append([]byte("x"))); text != "x"+c.text {
			t.Errorf("%s: Append = %s, want x%s", c.name, text, c.text)
		}
	}
}

func TestParseErrors(t *testing.T) {
	const (
		head = `Derive([("out","","","")],`
		tail = `,"","",[],[])`
		x    = `"/nix/store/` + digits + `-x.drv"`
		a    = `"/nix/store/` + digits + `-a.drv"`
	)
	outputs := func(s string) string { return "Derive([" + s + `],[],[]` + tail }
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "byte 0: derivation does not start with 'Derive' or 'DrvWithVersion'"},
		{"unknown version", `DrvWithVersion("2",[],[],[],"","",[],[])`, "byte 16: unknown version of the format, expected xp-dyn-drv"},
		{"version without need", `DrvWithVersion("xp-dyn-drv",[("out","","","")],[],[]` + tail, "byte 65: version xp-dyn-drv without a dynamic input"},
		{"something behind", head + `[],[]` + tail + "\n", "byte 44: expected ')' at the end"},
		{"white space", `Derive( [("out","","","")],[],[]` + tail, "byte 7: expected '['"},
		{"no comma", `Derive([("out","","","")][],[]` + tail, "byte 25: expected ','"},
		{"comma at the end of a list", `Derive([("out","","",""),],[],[]` + tail, "byte 25: expected '('"},
		{"no comma in a list", head + `[],[]` + `,"","",["a""b"],[])`, "byte 42: expected ',' or ']'"},
		{"broken off", head + `[],[],"","`, "byte 36: unterminated string in derivation"},
		{"broken off in a string", head + `[],[],"","",["a\n`, "byte 43: unterminated string in derivation"},
		{"broken off in an escape", head + `[],[],"","",["a\`, `byte 41: unescaped '\\' or unknown escape in a string`},
		{"unknown escape", head + `[],[],"","",["\a"],[])`, `byte 40: unescaped '\\' or unknown escape in a string`},
		{"line break in a string", head + `[],[],"","",["` + "\n" + `"],[])`, `byte 40: unescaped '\n' in a string`},
		{"line break behind an escape", head + `[],[],"","",["\n` + "\n" + `"],[])`, `byte 42: unescaped '\n' or unknown escape in a string`},
		{"escape in a name", outputs(`("o\ut","","","")`), "byte 11: escape in a string that has none"},
		{"output twice", outputs(`("out","","",""),("out","","","")`), "byte 41: 'out' is behind 'out' in a list that is sorted"},
		{"outputs unsorted", outputs(`("out","","",""),("dev","","","")`), "byte 41: 'dev' is behind 'out' in a list that is sorted"},
		{"output with a bad name", outputs(`("a b","","","")`), "byte 24: output 'a b': name 'x-a b' contains illegal character ' '"},
		{"output elsewhere", outputs(`("out","/tmp/x","","")`), "byte 30: path '/tmp/x' is not in the Nix store"},
		{"hash without algorithm", outputs(`("out","","","00")`), "byte 26: output 'out' has a hash without an algorithm"},
		{"unknown algorithm", outputs(`("out","","r:foo","")`), "byte 29: output 'out': unknown hash algorithm 'foo', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'"},
		{"no algorithm", outputs(`("out","","r:","")`), "byte 26: output 'out': unknown hash algorithm '', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'"},
		{"short hash", outputs(`("out","","md5","00")`), "byte 29: output 'out': hash '00' has wrong length for hash algorithm 'md5'"},
		{"hash in base 32", outputs(`("out",` + x + `,"md5","3y8bwfr609h3lh9ch0izcqq7fl")`), "byte 102: output 'out': the hash '3y8bwfr609h3lh9ch0izcqq7fl' is not in base 16"},
		{"hash in capitals", outputs(`("out",` + x + `,"md5","D41D8CD98F00B204E9800998ECF8427E")`), "byte 108: output 'out': the hash 'D41D8CD98F00B204E9800998ECF8427E' is not in base 16"},
		{"fixed without path", outputs(`("out","","md5","d41d8cd98f00b204e9800998ecf8427e")`), "byte 59: fixed output 'out' has no path"},
		{"floating with path", outputs(`("out",` + x + `,"md5","")`), "byte 76: content-addressing derivation output 'out' should not specify output path"},
		{"impure with path", outputs(`("out",` + x + `,"md5","impure")`), "byte 82: content-addressing derivation output 'out' should not specify output path"},
		{"inputs unsorted", head + `[(` + x + `,["out"]),(` + a + `,["out"])],[]` + tail, "byte 141: '/nix/store/" + digits + "-a.drv' is behind '/nix/store/" + digits + "-x.drv' in a list that is sorted"},
		{"input elsewhere", head + `[("/tmp/x",["out"])],[]` + tail, "byte 36: path '/tmp/x' is not in the Nix store"},
		{"input without outputs", head + `[(` + x + `,[])],[]` + tail, "byte 82: input without outputs"},
		{"outputs of an input unsorted", head + `[(` + x + `,["b","a"])],[]` + tail, "byte 88: 'a' is behind 'b' in a list that is sorted"},
		{"dynamic input without version", head + `[(` + x + `,(["out"],[("out",["out"])]))],[]` + tail, "byte 80: expected '['"},
		{"dynamic input without outputs", `DrvWithVersion("xp-dyn-drv",[("out","","","")],[(` + x + `,(["out"],[]))],[]` + tail, "byte 112: dynamic input without outputs"},
		{"source twice", head + `[],[` + a + `,` + a + `]` + tail, "byte 133: '/nix/store/" + digits + "-a.drv' is behind '/nix/store/" + digits + "-a.drv' in a list that is sorted"},
		{"variable twice", head + `[],[],"","",[],[("a","1"),("a","2")])`, "byte 56: 'a' is behind 'a' in a list that is sorted"},
	} {
		d, err := Parse(drvX, c.text)
		if err == nil || d != nil || err.Error() != string(drvX)+": "+c.want {
			t.Errorf("%s: Parse = %v, want %s", c.name, err, c.want)
		}
		if syntax, ok := errors.AsType[*SyntaxError](err); !ok || syntax.Path != drvX {
			t.Errorf("%s: the error is a %T", c.name, err)
		}
	}
	if _, err := Parse(outX, texts[0].text); err == nil {
		t.Error("Parse of what is no derivation by its path has no error")
	}
}

func TestParseBreaksOff(t *testing.T) {
	for _, c := range texts {
		for n := range len(c.text) {
			if d, err := Parse(drvX, c.text[:n]); err == nil {
				t.Fatalf("%s: Parse of %d bytes = %v", c.name, n, d)
			}
		}
	}
}

func TestParseDeep(t *testing.T) {
	nested := func(n int) string {
		return `DrvWithVersion("xp-dyn-drv",[("out","","","")],[("` + string(drvX) + `",` + strings.Repeat(`([],[("out",`, n) + `["out"]` + strings.Repeat(`)])`, n) + `)],[],"","",[],[])`
	}
	if _, err := Parse(drvX, nested(maxDepth)); err != nil {
		t.Error(err)
	}
	if _, err := Parse(drvX, nested(maxDepth+1)); err == nil || !strings.Contains(err.Error(), "too deep") {
		t.Errorf("Parse of derivations in %d others: %v", maxDepth+1, err)
	}
}

// Nix writes the system as it is, even if that breaks the text.
func TestAppendSystem(t *testing.T) {
	d := plain("x", "out")
	d.System, d.Builder = "a\"b\\c\nd", "b\"\n\r\t\\"
	d.SetEnv("system", d.System)
	d.SetEnv("builder", d.Builder)
	if got, want := complete(t, NewHashes("", nil), d), path.Path("/nix/store/zcih6janli2lildy0qg2cb3y3wj7dam9-x.drv"); got != want {
		t.Errorf("the path is %s, want %s: %s", got, want, d)
	}
}

// A derivation that can be read is written as it was.
func FuzzParse(f *testing.F) {
	for _, c := range texts {
		f.Add(c.text)
	}
	f.Add(fmt.Sprintf(`DrvWithVersion("xp-dyn-drv",[("out","","","")],[(%q,(["out"],[("out",(["out"],[("out",["out"])]))]))],[],"","",[],[])`, drvX))
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(drvX, text)
		if err != nil {
			return
		}
		if got := d.String(); got != text {
			t.Fatalf("%q is read and written as %q", text, got)
		}
		h := NewHashes("", func(path.Path) (*Derivation, error) { return plain("input", "out"), nil })
		p, _, err := h.Complete(d, nil)
		if err != nil {
			return
		}
		again, err := Parse(p, d.String())
		if err != nil {
			t.Fatalf("%q is completed as %q: %v", text, d, err)
		}
		if err := h.Check(p, again); err != nil {
			t.Fatalf("%q is completed as %q: %v", text, d, err)
		}
	})
}

// Every string is read as it was before it was written.
func FuzzStrings(f *testing.F) {
	f.Add("a", "\\\"\n\r\t")
	f.Fuzz(func(t *testing.T, a, b string) {
		want := &Derivation{Name: "x", Outputs: []Output{{Name: "out"}}, Builder: a, Args: []string{b, a}, Env: env("0", a+b)}
		got, err := Parse(drvX, want.String())
		if err != nil || !cmp.Equal(got, want, cmp.Comparer(func(a, b hash.Hash) bool { return a == b })) {
			t.Fatalf("%q is written and read as %q, %v", want, got, err)
		}
	})
}
