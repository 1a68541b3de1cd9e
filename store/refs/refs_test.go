package refs

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"firn/store/hash"
	"firn/store/path"
)

const (
	partA = "5wq5jx7219pmi3xklyhl77fjbqvy6qaj"
	partB = "ky17arb3za2ya10wbc9b35dz49c5m49p"
	pathA = path.Path("/nix/store/" + partA + "-a")
	pathB = path.Path("/nix/store/" + partB + "-b")
)

func TestScanner(t *testing.T) {
	tests := []struct {
		name, text string
		want       []path.Path
	}{
		{"nothing", "", nil},
		{"a path", string(pathA), []path.Path{pathA}},
		{"a hash part alone", "x " + partB, []path.Path{pathB}},
		{"digits in front", "lib" + partB, []path.Path{pathB}},
		{"one right behind the other", partB + partA, []path.Path{pathA, pathB}},
		{"twice", partA + "/" + partA, []path.Path{pathA}},
		{"one digit short", partA[1:] + "-" + partA[:31], nil},
		{"capital letters", strings.ToUpper(partA), nil},
		{"far into digits", strings.Repeat("a", 77) + partA + strings.Repeat("0", 40), []path.Path{pathA}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{1, 7, 31, 32, 33, 1000} {
				s := NewScanner([]path.Path{pathA, pathB})
				for part := range slices.Chunk([]byte(test.text), size) {
					if _, err := s.Write(part); err != nil {
						t.Fatal(err)
					}
				}
				if got := s.Found(); !slices.Equal(got, test.want) {
					t.Errorf("in pieces of %d: got %v, want %v", size, got, test.want)
				}
			}
		})
	}
}

func TestRewriter(t *testing.T) {
	var out bytes.Buffer
	r, err := NewRewriter(&out, map[string]string{partA: partB, partB: partA})
	if err != nil {
		t.Fatal(err)
	}
	text := "x" + partA + partB + "lib" + partA + partA[:20]
	for part := range slices.Chunk([]byte(text), 5) {
		if _, err := r.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if want := "x" + partB + partA + "lib" + partB + partA[:20]; out.String() != want {
		t.Errorf("got  %s\nwant %s", out.String(), want)
	}
	if want := []int64{1, 33, 68}; !slices.Equal(r.Matches, want) {
		t.Errorf("matches at %v, want %v", r.Matches, want)
	}
	if _, err := NewRewriter(&out, map[string]string{partA: "short"}); err == nil {
		t.Error("a replacement of another length is taken")
	}
}

func TestModulo(t *testing.T) {
	sum := func(part string) string {
		m, err := NewModulo(hash.SHA256, part)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(m, "a/%s/b/%s", part, part); err != nil {
			t.Fatal(err)
		}
		h, err := m.Sum()
		if err != nil {
			t.Fatal(err)
		}
		return h.Hex()
	}
	zero := strings.Repeat("\x00", path.HashLen)
	want := hash.SumString(hash.SHA256, "a/"+zero+"/b/"+zero+"|2|37").Hex()
	if a, b := sum(partA), sum(partB); a != b || a != want {
		t.Errorf("got %s and %s, want %s", a, b, want)
	}
}

// FuzzRefs compares what works on pieces with what sees the whole text.
func FuzzRefs(f *testing.F) {
	f.Add([]byte("lib"+partB+partA), 3)
	f.Add([]byte(partA[:31]+partA), 31)
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		size = max(1, size%100)
		s := NewScanner([]path.Path{pathA, pathB})
		var out bytes.Buffer
		r, err := NewRewriter(&out, map[string]string{partA: partB})
		if err != nil {
			t.Fatal(err)
		}
		for part := range slices.Chunk(text, size) {
			_, _ = s.Write(part)
			if _, err := r.Write(part); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if want := bytes.ReplaceAll(text, []byte(partA), []byte(partB)); !bytes.Equal(out.Bytes(), want) {
			t.Errorf("got %q, want %q", out.Bytes(), want)
		}
		for _, p := range []path.Path{pathA, pathB} {
			if got, want := slices.Contains(s.Found(), p), bytes.Contains(text, []byte(p.HashPart())); got != want {
				t.Errorf("%s: found %t, want %t", p, got, want)
			}
		}
	})
}
