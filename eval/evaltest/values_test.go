package evaltest

import (
	"flag"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"firn/eval/builtin"
)

var anyNix = flag.String("any-nix", "", "a nix-instantiate of Nix 2.8 or later, to compare values with")

// recent are the names of builtins that Nix 2.8 does not have, or whose values,
// output or laziness are others in it.
var recent = func() *regexp.Regexp {
	names := []string{"unsafeGetAttrPos", "toJSON", "trace", "filter"}
	for _, b := range builtin.Table {
		switch b.Since {
		case "2.9", "2.10", "2.14", "2.18", "2.19", "2.23":
			names = append(names, b.Name)
		}
	}
	return regexp.MustCompile(strings.Join(names, "|"))
}()

// unescaped takes off the backslashes that Nix 2.8 puts before every dollar sign.
var unescaped = strings.NewReplacer(`\\`, `\\`, `\${`, `\${`, `\$`, `$`)

// TestValuesOfAnyNix compares the values of random programs with those in a Nix
// whose errors may have other words. The programs are always the same.
func TestValuesOfAnyNix(t *testing.T) {
	if *anyNix == "" {
		t.Skip("no -any-nix=PATH of a nix-instantiate to compare with")
	}
	const programs = 2000
	c := comparison{T: t, oracle: oracleOf(*anyNix)}
	r := rand.NewPCG(28, 0)
	var texts []string
	for len(texts) < programs {
		if text := Program(rand.NewPCG(r.Uint64(), 0)); !recent.MatchString(text) {
			texts = append(texts, text)
		}
	}
	p := layOut(t, texts...)
	f := newFirn(p.dir)
	var good []string
	for i, text := range texts {
		if o := f.file(t.Context(), p, i); !o.failed && !o.lost && !strings.Contains(o.text, "«") && !strings.Contains(o.said, "warning:") {
			good = append(good, text)
		}
	}
	p = layOut(t, good...)
	f = newFirn(p.dir)
	for i, want := range c.values(t, p) {
		if got := f.file(t.Context(), p, i); want.failed || want.lost || got.said+got.text != unescaped.Replace(want.said+want.text) {
			t.Error(difference{good[i], got, want})
		}
	}
	t.Logf("%d programs", len(good))
}
