package drvdiff

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"firn/store/drv"
	"firn/store/path"
)

// forest is derivations by their paths.
type forest struct {
	t      *testing.T
	all    map[path.Path]*drv.Derivation
	hashes *drv.Hashes
}

func newForest(t *testing.T) *forest {
	f := &forest{t: t, all: map[path.Path]*drv.Derivation{}}
	f.hashes = drv.NewHashes(path.DefaultDir, func(p path.Path) (*drv.Derivation, error) { return f.all[p], nil })
	return f
}

// add makes a derivation with some inputs and variables, each NAME=VALUE.
func (f *forest) add(name string, inputs []path.Path, vars ...string) path.Path {
	f.t.Helper()
	d := &drv.Derivation{Name: name, Outputs: []drv.Output{{Name: "out"}}, System: "x", Builder: "/bin/sh"}
	d.SetEnv("out", "")
	for _, in := range inputs {
		d.Inputs = append(d.Inputs, drv.Input{Drv: in, Node: drv.Node{Outputs: []string{"out"}}})
		d.SetEnv("in"+in.DrvName(), string(f.all[in].Outputs[0].Path))
	}
	for _, v := range vars {
		name, value, _ := strings.Cut(v, "=")
		d.SetEnv(name, value)
	}
	d.Normalize()
	p, _, err := f.hashes.Complete(d, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	f.all[p] = d
	return p
}

func (f *forest) read(_ context.Context, p path.Path) (*drv.Derivation, error) {
	if d := f.all[p]; d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("there is no %s", p)
}

func TestCompare(t *testing.T) {
	f := newForest(t)
	base1, base2 := f.add("base", nil, "flag=1"), f.add("base", nil, "flag=2\ntwo")
	lib1, lib2 := f.add("lib-1.0", []path.Path{base1}), f.add("lib-1.1", []path.Path{base2})
	other := f.add("other", nil)
	tests := []struct {
		name     string
		from, to path.Path
		want     string
	}{
		{"the same", lib1, lib1, ""},
		{"by itself", base1, base2, "base\n  env flag:\n    - 1\n    + 2\n    + two\n"},
		{"an input", f.add("x", []path.Path{base1}), f.add("x", []path.Path{base2}), "x\n  base\n    env flag:\n      - 1\n      + 2\n      + two\n"},
		{"an input in two ways", f.add("y", []path.Path{base1, f.add("z", []path.Path{base1})}), f.add("y", []path.Path{base2, f.add("z", []path.Path{base2})}), ""},
		{"another input", f.add("x", []path.Path{base1}), f.add("x", []path.Path{base1, other}), "x\n  env inother:\n    + " + string(f.all[other].Outputs[0].Path) + "\n  + other.drv\n"},
		{"another version", f.add("x", []path.Path{lib1}), f.add("x", []path.Path{lib2}), "x\n  env inlib-1.0:\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := Compare(t.Context(), f.read, test.from, test.to)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case test.name == "an input in two ways":
				if got := d.String(); strings.Count(got, "env flag") != 1 || !strings.Contains(got, "base (see above)") {
					t.Errorf("got\n%s", got)
				}
			case test.name == "another version":
				if got := d.String(); !strings.HasPrefix(got, test.want) || !strings.Contains(got, "lib-1.0 → lib-1.1\n") {
					t.Errorf("got\n%s", got)
				}
			case d == nil && test.want != "" || d != nil && d.String() != test.want:
				t.Errorf("got\n%v\nwant\n%s", d, test.want)
			}
		})
	}
}
