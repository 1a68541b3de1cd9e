package index

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/parser"
)

// FuzzDecode puts a right header before any body: what decodes has to be safe
// to search and to encode again.
func FuzzDecode(f *testing.F) {
	x := sample(f)
	f.Add(x.view().encode("/project")[headerSize:])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := decode(withHeader(body))
		if err != nil {
			return
		}
		y := &Index{}
		if err := y.adopt(d); err != nil {
			return
		}
		results, err := y.Search(t.Context(), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		for m := range results.All() {
			if m.Kind.String() == "" || len(m.Container) > 2*maxContainer {
				t.Errorf("match %+v", m)
			}
		}
		again := y.view().encode(d.root)
		e, err := decode(again)
		if err != nil {
			t.Fatalf("what was decoded does not decode again: %v", err)
		}
		if len(e.files) > len(d.files) {
			t.Errorf("%d files became %d", len(d.files), len(e.files))
		}
	})
}

func withHeader(body []byte) []byte {
	data := binary.LittleEndian.AppendUint32([]byte(version), crc32.Checksum(body, castagnoli))
	return append(data, body...)
}

func sample(tb testing.TB) *Index {
	tb.Helper()
	x := &Index{}
	for name, src := range map[string]string{
		"/project/a.nix":   "{ a = { b.c = 1; inherit d; }; }",
		"/project/b/c.nix": "let x = 1; in {\n \"ä\" = x; }",
		"/other/d.nix":     "{ }",
	} {
		tree, err := parser.Parse(src)
		if err != nil {
			tb.Fatal(err)
		}
		x.put(name, Stamp{1, 2, 3}, symbolsOf(tree))
	}
	return x
}

func TestCodec(t *testing.T) {
	d, err := decode(sample(t).view().encode("/project"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range d.files {
		got = append(got, fmt.Sprint(f.path, f.stamp))
		for _, r := range f.rows {
			got = append(got, fmt.Sprint(d.names[r.name], " ", r.parent, r.start, r.line, r.column, r.length, " ", r.kind, r.flags))
		}
	}
	want := []string{
		"/project/a.nix{1 2 3}",
		"a -1 2 0 2 1 set 0",
		"b.c 0 8 0 8 3 number 0",
		"d 0 25 0 25 1 attribute 2",
		"/project/b/c.nix{1 2 3}",
		"x -1 4 0 4 1 number 1",
		`"ä" -1 17 1 1 4 attribute 4`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCompact checks that names which no file has any more do not pile up.
func TestCompact(t *testing.T) {
	x := &Index{}
	for i := range 5000 {
		tree, err := parser.Parse(fmt.Sprintf("{ name%d = 1; same = 2; }", i))
		if err != nil {
			t.Fatal(err)
		}
		x.put("/a.nix", Stamp{}, symbolsOf(tree))
		x.retain(func(string) bool { return true })
	}
	if n := x.names.len(); n > 2000 {
		t.Errorf("%d names are kept for a file of two", n)
	}
	results, err := x.Search(t.Context(), "", nil)
	if err != nil || results.Len() != 2 {
		t.Errorf("%d matches, %v", results.Len(), err)
	}
}

func TestNames(t *testing.T) {
	var n names
	for round := range 2 {
		for i := range 10_000 {
			if id := n.intern(strconv.Itoa(i)); id != uint32(i) {
				t.Fatalf("round %d: %d has the number %d", round, i, id)
			}
		}
	}
	old := n
	grown := n.extended()
	id := grown.add("more")
	n.intern("other")
	if string(grown.text(id)) != "more" || old.len() != 10_000 || string(n.text(id)) != "other" {
		t.Error("a copy and its original are not apart")
	}
}
