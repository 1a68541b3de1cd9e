package attrs

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"firn/store/drv"
)

// derivation returns one with variables, NAME=VALUE.
func derivation(env ...string) *drv.Derivation {
	d := &drv.Derivation{Name: "x"}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		d.SetEnv(name, value)
	}
	return d
}

func structured(text string) *drv.Derivation { return derivation("__json=" + text) }

func TestParse(t *testing.T) {
	for _, test := range []struct {
		name string
		drv  *drv.Derivation
		want Attrs
	}{
		{"nothing", derivation(), Attrs{AllowSubstitutes: true}},
		{"nothing structured", structured("{}"), Attrs{Structured: true, AllowSubstitutes: true}},
		{
			"flags", derivation("allowSubstitutes=", "preferLocalBuild=1", "__noChroot=1"),
			Attrs{PreferLocalBuild: true, NoChroot: true},
		},
		{"other flags", derivation("allowSubstitutes=1", "preferLocalBuild=yes", "__noChroot="), Attrs{AllowSubstitutes: true}},
		{
			"structured flags", structured(`{"allowSubstitutes": false, "preferLocalBuild": true, "__noChroot": true}`),
			Attrs{Structured: true, PreferLocalBuild: true, NoChroot: true},
		},
		{
			"sets", derivation("requiredSystemFeatures= kvm\tbig-parallel\nkvm ", "impureEnvVars=b a", "passAsFile=x y x", "__impureHostDeps=/bin/sh"),
			Attrs{
				AllowSubstitutes: true, RequiredSystemFeatures: []string{"big-parallel", "kvm"}, ImpureEnvVars: []string{"a", "b"},
				PassAsFile: []string{"x", "y"}, ImpureHostDeps: []string{"/bin/sh"},
			},
		},
		{
			"structured sets", structured(`{"requiredSystemFeatures": ["kvm", "a b", "kvm"], "impureEnvVars": [], "passAsFile": ["x"], "__impureHostDeps": ["/bin/sh"]}`),
			Attrs{
				Structured: true, AllowSubstitutes: true, RequiredSystemFeatures: []string{"a b", "kvm"}, ImpureEnvVars: []string{},
				ImpureHostDeps: []string{"/bin/sh"},
			},
		},
		{
			"graphs", derivation("exportReferencesGraph=b /s/x\na.b-c /s/y  b /s/z/1"),
			Attrs{AllowSubstitutes: true, ExportReferencesGraph: []Graph{{"a.b-c", []string{"/s/y"}}, {"b", []string{"/s/z/1"}}}},
		},
		{
			"structured graphs", structured(`{"exportReferencesGraph": {"b": "/s/x", "a/": ["/s/y", [["/s/x"], "/s/y"]], "c": []}}`),
			Attrs{
				Structured: true, AllowSubstitutes: true,
				ExportReferencesGraph: []Graph{{"a/", []string{"/s/x", "/s/y"}}, {"b", []string{"/s/x"}}, {"c", nil}},
			},
		},
		{
			"references that are discarded", structured(`{"unsafeDiscardReferences": {"out": true, "dev": false, "bin": true}}`),
			Attrs{Structured: true, AllowSubstitutes: true, UnsafeDiscardReferences: []string{"bin", "out"}},
		},
		{"structured only", derivation("unsafeDiscardReferences=x", "outputChecks=x"), Attrs{AllowSubstitutes: true}},
		{
			"warnings", structured(`{"maxSize": "x", "allowedReferences": 1, "exportReferencesGraph": []}`),
			Attrs{Structured: true, AllowSubstitutes: true, Warnings: []string{
				"'exportReferencesGraph' in structured attrs is not a JSON object, ignoring",
				"'structuredAttrs' disables the effect of the top-level attribute 'allowedReferences'; use 'outputChecks' instead",
				"'structuredAttrs' disables the effect of the top-level attribute 'maxSize'; use 'outputChecks' instead",
			}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Parse(test.drv)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&test.want, got, cmpopts.IgnoreUnexported(Attrs{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestChecks(t *testing.T) {
	plain := derivation("allowedReferences=", "allowedRequisites=out dev out", "disallowedReferences=/s/x")
	const checks = `{"outputChecks": {"out": {"allowedReferences": [], "disallowedRequisites": ["dev", "/s/x"], "maxSize": 9007199254740993,
		"maxClosureSize": 1.9}, "dev": {"maxSize": -1, "maxClosureSize": 1e30, "ignoreSelfRefs": true}}, "disallowedReferences": ["x"]}`
	for _, test := range []struct {
		name   string
		drv    *drv.Derivation
		output string
		want   Checks
	}{
		{"none", derivation(), "out", Checks{IgnoreSelfRefs: true}},
		{
			"plain", plain, "dev",
			Checks{AllowedReferences: []string{}, AllowedRequisites: []string{"dev", "out"}, DisallowedReferences: []string{"/s/x"}, IgnoreSelfRefs: true},
		},
		{
			"structured", structured(checks), "out",
			Checks{AllowedReferences: []string{}, DisallowedRequisites: []string{"/s/x", "dev"}, MaxSize: new(int64(9007199254740993)), MaxClosureSize: new(int64(1))},
		},
		{"no limits", structured(checks), "dev", Checks{}},
		{"structured without", structured(checks), "doc", Checks{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, err := Parse(test.drv)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, a.Checks(test.output)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// faults are attributes that are wrong, as Nix prints what is wrong with them.
var faults = []struct{ name, nix, json, want string }{
	{"no boolean", `allowSubstitutes = "1";`, `{"allowSubstitutes": "1"}`, `Expected JSON value to be of type 'boolean' but it is of type 'string': "1"`},
	{"a number for a boolean", `__noChroot = 1;`, `{"__noChroot": 1}`, `Expected JSON value to be of type 'boolean' but it is of type 'number': 1`},
	{"null for a boolean", `allowSubstitutes = null;`, `{"allowSubstitutes": null}`, `Expected JSON value to be of type 'boolean' but it is of type 'null': null`},
	{"no list", `requiredSystemFeatures = "a b";`, `{"requiredSystemFeatures": "a b"}`, `Expected JSON value to be of type 'array' but it is of type 'string': "a b"`},
	{"a set for a list", `impureEnvVars = { b = 1; a = "\n"; };`, `{"impureEnvVars": {"b": 1, "a": "\n"}}`, `Expected JSON value to be of type 'array' but it is of type 'object': {"a":"\n","b":1}`},
	{"no strings", `__impureHostDeps = [ "a" 1.5 ];`, `{"__impureHostDeps": ["a", 1.5]}`, `Expected JSON value to be of type 'string' but it is of type 'number': 1.5`},
	{"no set", `outputChecks = [ ];`, `{"outputChecks": []}`, `Expected JSON value to be of type 'object' but it is of type 'array': []`},
	{"no set in a set", `outputChecks.out = true;`, `{"outputChecks": {"out": true}}`, `Expected JSON value to be of type 'object' but it is of type 'boolean': true`},
	{"no list in a set", `outputChecks.out.allowedReferences = "x";`, `{"outputChecks": {"out": {"allowedReferences": "x"}}}`, `Expected JSON value to be of type 'array' but it is of type 'string': "x"`},
	{"no booleans", `unsafeDiscardReferences.out = 1;`, `{"unsafeDiscardReferences": {"out": 1}}`, `Expected JSON value to be of type 'boolean' but it is of type 'number': 1`},
	{"no path", `exportReferencesGraph.g = [ [ 1 ] ];`, `{"exportReferencesGraph": {"g": [[1]]}}`, `'exportReferencesGraph' value is not an array or a string`},
}

func TestFaults(t *testing.T) {
	for _, test := range faults {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Parse(structured(test.json)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want %q", err, test.want)
			}
		})
	}
	for _, test := range []struct {
		name string
		drv  *drv.Derivation
		want string
	}{
		{"no number", structured(`{"outputChecks": {"out": {"maxSize": "1"}}}`), "attribute 'maxSize': Expected JSON value to be of type 'number'"},
		{"no JSON", structured(`{`), "cannot process __json attribute: "},
		{"another value", structured(`[]`), "cannot process __json attribute: type must be object, but is array"},
		{"two values", structured(`{} {}`), "cannot process __json attribute: something stands behind the value"},
		{"no text", structured("{\"a\": \"\xff\"}"), "cannot process __json attribute: it is not valid UTF-8"},
		{"deep", structured(strings.Repeat(`{"a":`, 100_000)), "cannot process __json attribute: "},
		{"odd", derivation("exportReferencesGraph=a b c"), "odd number of tokens in 'exportReferencesGraph': 'a b c'"},
		{"directory", derivation("exportReferencesGraph=a/b /s/x"), "invalid file name 'a/b' in 'exportReferencesGraph'"},
		{"dot", derivation("exportReferencesGraph=. /s/x"), "invalid file name '.' in"},
		{"hyphen", derivation("exportReferencesGraph=-a /s/x"), "invalid file name '-a' in"},
		{"digit", derivation("exportReferencesGraph=1 /s/x"), "invalid file name '1' in"},
		{"letter", derivation("exportReferencesGraph=aé /s/x"), "invalid file name 'aé' in"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Parse(test.drv); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %.200v, want %q", err, test.want)
			}
		})
	}
}

func TestFileName(t *testing.T) {
	const want = "10a83a91g1r50bdw8g4hn47m7j7m6angpabwc80l9c16nx11cw9d" // the SHA-256 of "x"
	if got := FileName("x"); got != want {
		t.Errorf("the name is %q, want %q", got, want)
	}
}

func TestFiles(t *testing.T) {
	a, err := Parse(structured(`{"a": "it's", "b": {"y": 1, "x": true}, "n": null, "outputs": 1, "big": 18446744073709551615, "x-y": 1, "l": [1, [2]]}`))
	if err != nil {
		t.Fatal(err)
	}
	js, shell, err := a.Files(map[string]string{"out": "/s/out", "dev": "/s/dev"}, map[string]any{
		"g": []any{map[string]any{"narSize": int64(1), "ca": "<&>"}}, "n": []any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	const wantJSON = `{"a":"it's","b":{"x":true,"y":1},"big":18446744073709551615,"g":[{"ca":"<&>","narSize":1}],"l":[1,[2]],"n":[],"outputs":{"dev":"/s/dev","out":"/s/out"},"x-y":1}`
	if diff := cmp.Diff(wantJSON, js); diff != "" {
		t.Errorf(".attrs.json (-want +got):\n%s", diff)
	}
	const wantShell = `declare a='it'\''s'
declare -A b=(['x']=1 ['y']=1 )
declare big=-1
declare -a n=()
declare -A outputs=(['dev']='/s/dev' ['out']='/s/out' )
`
	if diff := cmp.Diff(wantShell, shell); diff != "" {
		t.Errorf(".attrs.sh (-want +got):\n%s", diff)
	}
	if _, _, err := a.Files(nil, map[string]any{"g": func() {}}); err == nil {
		t.Error("a graph that is no JSON is none")
	}
}

func TestWholeNumber(t *testing.T) {
	for n, want := range map[number]string{
		"0": "0", "-0": "0", "-7": "-7", "2147483647": "2147483647", "2147483648": "-2147483648", "5000000000": "705032704",
		"-5000000000": "-705032704", "9223372036854775808": "0", "1e400": "-2147483648", "-1e400": "-2147483648", "1.5": "", "1e-400": "0",
		"1.0": "1", "-0.0": "0", "16777217.5": "16777217", "1e9": "1000000000", "1e10": "-2147483648", "99999999999999999999": "-2147483648",
	} {
		if got, ok := wholeNumber(n); got != want || ok != (want != "") {
			t.Errorf("%s is %q, %v, want %q", n, got, ok, want)
		}
	}
}

func TestAppendJSON(t *testing.T) {
	for in, want := range map[string]string{
		`"\u0000\u001f\u007f\u2028<\/\"\\\b\f\n\r\t"`: "\"\\u0000\\u001f\x7f\u2028</\\\"\\\\\\b\\f\\n\\r\\t\"",
		`1.0`: "1.0", `1.50`: "1.5", `1e2`: "100.0", `1e15`: "1e+15", `123456789012345.5`: "123456789012345.5", `1e-4`: "0.0001",
		`1e-5`: "1e-05", `-1.25e-7`: "-1.25e-07", `1e300`: "1e+300", `0.0`: "0.0", `-0.0`: "-0.0", `[ 1, null , true]`: "[1,null,true]",
		`{"b":1,"B":{},"a":[]}`: `{"B":{},"a":[],"b":1}`, `1e400`: "null",
	} {
		v, err := decode(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(appendJSON(nil, v)); got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
}

// FuzzParse checks that attributes that are read can be written, and are the same
// then.
func FuzzParse(f *testing.F) {
	for _, test := range faults {
		f.Add(test.json, "")
	}
	f.Add(`{"a": [1, 1.5, -0.0, 1e400, "\u00e9\u0001"], "outputChecks": {"out": {"maxSize": 1}}}`, "a /s/x")
	f.Fuzz(func(t *testing.T, text, graphs string) {
		if _, err := Parse(derivation("exportReferencesGraph=" + graphs)); err != nil && err.Error() == "" {
			t.Error("an error has no message")
		}
		a, err := Parse(structured(text))
		if err != nil {
			t.Skip(err)
		}
		js, shell, err := a.Files(map[string]string{"out": "/s/x"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid([]byte(js)) || !utf8.ValidString(shell) {
			t.Fatalf("it is written as %q and %q", js, shell)
		}
		again, err := Parse(structured(js))
		if err != nil {
			t.Fatalf("%q: %v", js, err)
		}
		if js2, shell2, err := again.Files(map[string]string{"out": "/s/x"}, nil); err != nil || js2 != js || shell2 != shell {
			t.Errorf("%q becomes %q, and %q %q, %v", js, js2, shell, shell2, err)
		}
	})
}
