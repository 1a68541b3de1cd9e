package building

import (
	"slices"
	"strings"
	"testing"

	"firn/parser"
	"firn/store/hash"
)

func TestPhases(t *testing.T) {
	const log = "starting\n" +
		"@nix { \"action\": \"setPhase\", \"phase\": \"unpackPhase\" }\r\nunpacking\n" +
		"@nix { \"action\": \"other\" }\n@nix nonsense\n" +
		"@nix { \"action\": \"setPhase\", \"phase\": \"buildPhase\" }\ncc -o x\nerror"
	var got []string
	for _, p := range Phases(log) {
		got = append(got, p.Name+": "+strings.ReplaceAll(log[p.Span.Start:p.Span.End], "\n", "|"))
		if head := log[p.Head.Start:p.Head.End]; !strings.Contains(head, p.Name) || strings.Contains(head, "\n") {
			t.Errorf("%s begins with %q", p.Name, head)
		}
	}
	want := []string{
		"unpackPhase: @nix { \"action\": \"setPhase\", \"phase\": \"unpackPhase\" }\r|unpacking|@nix { \"action\": \"other\" }|@nix nonsense|",
		"buildPhase: @nix { \"action\": \"setPhase\", \"phase\": \"buildPhase\" }|cc -o x|error",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func parse(t *testing.T, src string) *parser.Tree {
	t.Helper()
	tree, err := parser.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestSetting(t *testing.T) {
	tree := parse(t, `{ x = f { buildPhase = "a"; sub.installPhase = "c"; }; installPhase = "b"; }`)
	whole := tree.Root().FirstExpr()
	for phase, want := range map[string]string{"buildPhase": "buildPhase", "installPhase": "installPhase", "fixupPhase": ""} {
		span, ok := Setting(whole, phase)
		if got := tree.Source()[span.Start:span.End]; got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %t", phase, got, ok)
		}
	}
}

func TestRehash(t *testing.T) {
	from, to := hash.SumString(hash.SHA256, "a"), hash.SumString(hash.SHA256, "b")
	zero := hash.Zero(hash.SHA256)
	tests := []struct {
		name, src string
		from      hash.Hash
		want      string
	}{
		{"as SRI", `{ hash = "` + from.SRI() + `"; }`, from, `{ hash = "` + to.SRI() + `"; }`},
		{"in base 16", `{ sha256 = "` + from.Hex() + `"; }`, from, `{ sha256 = "` + to.Hex() + `"; }`},
		{"in base 32", `{ sha256 = "` + from.Nix32() + `"; }`, from, `{ sha256 = "` + to.Nix32() + `"; }`},
		{"with its algorithm", `{ hash = "sha256:` + from.Nix32() + `"; }`, from, `{ hash = "sha256:` + to.Nix32() + `"; }`},
		{"another hash", `{ hash = "` + to.SRI() + `"; }`, from, `{ hash = "` + to.SRI() + `"; }`},
		{"empty", `{ hash = ""; x = ""; }`, zero, `{ hash = "` + to.SRI() + `"; x = ""; }`},
		{"fake", `{ vendorHash = lib.fakeHash; }`, zero, `{ vendorHash = "` + to.SRI() + `"; }`},
		{"zeros", `{ hash = "` + zero.SRI() + `"; }`, zero, `{ hash = "` + to.SRI() + `"; }`},
		{"empty, but the hash is known", `{ hash = ""; }`, from, `{ hash = ""; }`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			edits := Rehash(parse(t, test.src), test.from, to)
			got := test.src
			for _, e := range slices.Backward(edits) {
				got = e.Apply(got)
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
