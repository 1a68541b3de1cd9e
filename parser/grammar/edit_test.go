package grammar

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"firn/parser"
	"firn/parser/text"
)

// fragments are what random edits insert.
var fragments = strings.Fields(`a b.c or x: { } [ ] ( ) ; = == . , ? ! @ : + ++ - -> * / // < <= > >= && || |> <|
	" '' ''' ''$ $$ $ ${ \" \n \\ let in rec with assert if then else inherit { } ... ./a ./a/ ~/b <n> a/b c:d
	1 1.5 .5 1e3 # /* */ ' _ é =`)

func init() {
	fragments = append(fragments, " ", "\n", "\r\n", "\t", "\x00", "\xff", " a = 1;\n", "inherit (x) y;", "\n  ")
}

// randomEdit returns an edit of src, mostly a small one.
func randomEdit(r *rand.Rand, src string) text.Edit {
	start := r.IntN(len(src) + 1)
	end := start
	switch r.IntN(4) {
	case 0:
		end = min(len(src), start+1+r.IntN(3))
	case 1:
		end = min(len(src), start+r.IntN(20))
	}
	var fresh strings.Builder
	if end == start || r.IntN(2) == 0 {
		for range 1 + r.IntN(2) {
			fresh.WriteString(fragments[r.IntN(len(fragments))])
		}
	}
	return text.Edit{Span: text.Span{Start: uint32(start), End: uint32(end)}, New: fresh.String()}
}

// follow returns an error unless the buffer has the tree that its text has when
// it is read at once. Only where an error is confined that need not be, but the
// text must be broken then.
func follow(b *Buffer, src string) error {
	if b.Tree().Source() != src {
		return fmt.Errorf("the buffer holds %q", b.Tree().Source())
	}
	fresh := Parse(src)
	if !b.confined.Empty() && !Valid(b.Tree()) && !Valid(fresh) {
		return check(b.Tree())
	}
	if err := parser.Equal(b.Tree(), fresh); err != nil {
		return err
	}
	return check(b.Tree())
}

const sample = `# A package.
{ lib, stdenv, fetchurl, openssl ? null, withX ? (lib.versionAtLeast "1" "2"), ... } @ args:

with lib; let
  version = "1.2.${toString 3}"; # the version
  inherit (stdenv) mkDerivation isLinux;
  flags = [ "--a" ./b.patch (x: y) <nixpkgs/lib> ] ++ optional (withX -> a.b or c) "x";
in assert openssl != null; rec {
  name = "foo-${version}";
  a.b."c d".${e} = 1 + 2 * 3 - -4;
  src = fetchurl { url = http://example.org/foo.tar.gz; sha256 = "0"; };
  script = ''
    echo ''${x} $y ${if a then b else c} ''' ''\n $$ '
  '';
  f = { x, y ? 2 }: x: y@{ ... }: !a ? b.c && -x < 3 || f or;
  path = ./a/${b}/c.d${e};
  legacy = let { body = 1; };
  /* The end. */
}
`

func TestEdit(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 0))
		src := sample
		b := Open(src)
		for range 20 {
			before := src
			var edits []text.Edit
			for range 1 + r.IntN(3)/2 {
				e := randomEdit(r, src)
				edits = append(edits, e)
				src = e.Apply(src)
			}
			b.Edit(edits...)
			if err := follow(b, src); err != nil {
				t.Fatalf("seed %d: %+v of\n%s\n%v", seed, edits, before, err)
			}
		}
		b.Close()
	}
}

// TestSoup checks that the engines agree about short texts of random tokens,
// which fuzzing of bytes hardly makes.
func TestSoup(t *testing.T) {
	n := 20_000
	if v, err := strconv.Atoi(os.Getenv("FIRN_SOUP")); err == nil {
		n = v
	}
	r := rand.New(rand.NewPCG(1, uint64(n)))
	valid := 0
	for range n {
		src := soup(r)
		if err := agree(src); err != nil {
			t.Fatalf("%q: %v", src, err)
		}
		if _, err := parser.Parse(src, parser.PipeOperators(true)); err == nil {
			valid++
		}
	}
	t.Logf("%d of %d texts are valid", valid, n)
}

// soup returns a random text that is not as hopeless as one of random tokens: a
// valid one with a few of those in it.
func soup(r *rand.Rand) string {
	src := []string{"", "{a=b;}", "[a b]", "a: b", "{a,b?c}:d", "let a=b; in c", `"a${b}c"`, "''a${b}''", "./a${b}/c", "a.b or c", "if a then b else c"}[r.IntN(11)]
	for range 1 + r.IntN(4) {
		src = randomEdit(r, src).Apply(src)
	}
	return src
}
