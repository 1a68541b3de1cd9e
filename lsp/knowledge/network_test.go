package knowledge

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
)

const networkSrc = `let n = 1; in
{
  network.description = "two";
  defaults = { config, ... }: { networking.useDHCP = false; };
  web = { config, name, ... }: { networking.hosts."10.0.0.1" = [ name ]; };
  db = { networking.hostName = "base"; };
}
`

func TestNetwork(t *testing.T) {
	b, dir := openWorld(t, "-- net.nix --\n"+networkSrc, searched(t))
	ctx, file := within(t), filepath.Join(dir, "net.nix")
	f := moduleAt(t, networkSrc, file)
	v := b.Ask(ctx, f, []Entry{{Kind: Network, Path: file}})
	if v == nil {
		t.Fatal("nothing is known")
	}
	defer v.Close()
	view := v.Config(ctx)
	tests := []struct{ path, value string }{
		{"network.description", `"two"`},
		{"web.networking.hostName", `"web"`},
		{"web.networking.useDHCP", "false"},
		{"db.networking.hostName", `"base"`},
		{"web.deployment.targetHost", `"web"`},
		{"web.deployment.secrets.x.uploadAt", ""},
		{"defaults.networking.hostName", ""},
		{"new.networking.hostName", ""},
	}
	for _, tt := range tests {
		found := view.At(strings.Split(tt.path, ".")...)
		if o := view.Option(found); o == nil || o.Description == "" && !strings.HasPrefix(tt.path, "web.networking") {
			t.Errorf("%s is %+v", tt.path, o)
			continue
		}
		if s, _ := view.Setting(found); s.Value != tt.value {
			t.Errorf("%s is %s, %v; want %s", tt.path, s.Value, s.Err, tt.value)
		}
	}
	if found := view.At("web", "deployment", "nothing"); found.Valid() {
		t.Error("deployment.nothing is an option")
	}
	if x, ok := v.Value(expr(t, f.Info, "name ]")); !ok {
		t.Error("name has no value")
	} else if got, err := x.Text(ctx); got.Text != "web" || err != nil {
		t.Errorf("name is %q, %v", got.Text, err)
	}
}

// expr returns the expression that begins where a text is.
func expr(t *testing.T, info *scope.Info, at string) parser.Node {
	t.Helper()
	i := strings.Index(info.Tree().Source(), at)
	for n := info.Tree().At(uint32(i)); n.Valid(); n = n.Parent() {
		if n.Kind().IsExpr() {
			return n
		}
	}
	t.Fatalf("no expression at %s", at)
	return parser.Node{}
}

// TestOptionsOfTools checks that every option of the tools can be described.
func TestOptionsOfTools(t *testing.T) {
	b, dir := openWorld(t, "-- net.nix --\n"+networkSrc, searched(t))
	ctx := within(t)
	s, err := b.root(Entry{Kind: Network, Path: filepath.Join(dir, "net.nix"), Name: "web"}).await(ctx)
	if err != nil || s.Err() != nil {
		t.Fatal(err, s.Err())
	}
	count := 0
	for _, o := range listed(t, s) {
		if o.loc[0] != "deployment" || slices.Contains(o.loc, "_module") {
			continue
		}
		count++
		found := option.At(ctx, s.Options(), o.loc).Option(ctx)
		if found == nil || found.Description == "" || found.Type == nil || len(found.Declared) > 0 {
			t.Errorf("%s is %+v", option.Path(o.loc), found)
		}
	}
	if count < 100 {
		t.Errorf("there are %d options", count)
	}
}
