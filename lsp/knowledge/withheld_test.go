package knowledge

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"firn/eval"
)

// shelf is a fetcher that has one directory for everything.
type shelf string

func (s shelf) Fetch(context.Context, eval.Request) (eval.Fetched, error) {
	return eval.Fetched{At: string(s)}, nil
}

// ask evaluates a text in an engine of its own.
func ask(t *testing.T, b *Base, text string) (eval.Value, *engine, error) {
	t.Helper()
	g := b.engine(Entry{Kind: Network, Path: "/" + t.Name()})
	v, err := g.take().Text(within(t), "test", "/", text)
	return v, g, err
}

func TestWithheld(t *testing.T) {
	tree := t.TempDir()
	if err := os.WriteFile(filepath.Join(tree, "value.nix"), []byte("42"), 0o666); err != nil {
		t.Fatal(err)
	}
	const fetching = `import (builtins.fetchTarball "https://example.org/a.tar.gz" + "/value.nix")`
	const building = `import (derivation { name = "d"; system = "x"; builder = "b"; }).outPath`
	reading := `import "` + tree + `/value.nix"`
	tests := []struct {
		name, text string
		fetch      eval.Fetcher
		trust      bool
		want       string // what is withheld, "" for nothing
		how        string
		value      string
	}{
		{"fetching", fetching, shelf(tree), false, "fetching https://example.org/a.tar.gz", "eval.trust", ""},
		{"fetching where nothing can", fetching, nil, true, "fetching https://example.org/a.tar.gz", "fetch it yourself", ""},
		{"fetching with trust", fetching, shelf(tree), true, "", "", "42"},
		{"building", building, nil, true, "building ", "build it yourself", ""},
		{"reading elsewhere", reading, nil, false, "", "", ""},
		{"reading elsewhere with trust", reading, nil, true, "", "", "42"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := begin(t, t.TempDir(), Options{Fetch: tt.fetch})
			b.Trust(tt.trust)
			v, g, err := ask(t, b, tt.text)
			if e, ok := asError(err); err != nil && (!ok || e.Kind != eval.Forbidden) {
				t.Fatalf("the error is %v", err)
			}
			if (err == nil) != (tt.value != "") {
				t.Fatalf("the error is %v", err)
			}
			if err == nil {
				if got, err := v.Classic(within(t)); got != tt.value || err != nil {
					t.Errorf("%s, %v", got, err)
				}
			}
			list := g.withheld.all()
			if tt.want == "" {
				if len(list) > 0 {
					t.Errorf("withheld: %v", list)
				}
				return
			}
			if len(list) != 1 || !strings.HasPrefix(list[0].What, tt.want) || !strings.Contains(list[0].How, tt.how) {
				t.Errorf("withheld: %v", list)
			}
			if len(b.Withheld()) != len(list) {
				t.Errorf("the base knows of %v", b.Withheld())
			}
		})
	}
}

func TestTrustBeginsAnew(t *testing.T) {
	b := begin(t, t.TempDir(), Options{})
	before := b.root(Entry{Kind: NixOS})
	b.Trust(false)
	if b.root(Entry{Kind: NixOS}) != before {
		t.Error("nothing has changed, and all begins anew")
	}
	b.Trust(true)
	if b.root(Entry{Kind: NixOS}) == before {
		t.Error("what was evaluated without trust stays")
	}
	if _, err := before.await(within(t)); err == nil {
		t.Error("the old root goes on")
	}
}
