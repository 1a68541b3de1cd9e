package regex

import (
	"context"
	"errors"
	"slices"
	"testing"
)

// ask asks a pattern all there is to know about a text.
func ask(t *testing.T, re *Regexp, text string) answer {
	t.Helper()
	var a answer
	loc, ok, err := re.Match(t.Context(), text, nil)
	if err != nil {
		t.Fatalf("Match of %q and %q: %v", re.pattern, text, err)
	}
	if ok {
		a.match = loc
	}
	for loc, err := range re.All(t.Context(), text) {
		if err != nil {
			t.Fatalf("All of %q and %q: %v", re.pattern, text, err)
		}
		a.all = append(a.all, slices.Clone(loc))
	}
	return a
}

func (a answer) equals(b answer) bool {
	return slices.Equal(a.match, b.match) && (a.match == nil) == (b.match == nil) && slices.EqualFunc(a.all, b.all, slices.Equal)
}

func TestAgainstReference(t *testing.T) {
	count, skipped := 4000, 0
	for seed := range count {
		if t.Failed() {
			break
		}
		g := newGenerator(uint64(seed))
		pattern := g.pattern()
		if !agreesWithReference(t, pattern, []string{g.text(), g.text(), g.text(), g.text()}) {
			skipped++
		}
	}
	if skipped > count/20 {
		t.Errorf("%d of %d patterns are not compared", skipped, count)
	}
}

func agreesWithReference(t *testing.T, pattern string, texts []string) bool {
	t.Helper()
	re, err := Compile(pattern)
	if err != nil {
		return false
	}
	tree, _ := parse(pattern)
	for _, text := range texts {
		want, ok := newReference(tree, text, 200_000).answer()
		if !ok {
			return false
		}
		if got := ask(t, re, text); !got.equals(want) {
			t.Errorf("%q in %q: got %v, want %v", pattern, text, got, want)
		}
	}
	return true
}

func FuzzRegexp(f *testing.F) {
	f.Add("(a*|b)*", "aab")
	f.Add("(a|ab)(c|bcd)(d*)", "abcd")
	f.Add("[[:alpha:]-]{2,3}|^x?$", "x-y")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 100 || len(text) > 1000 {
			t.Skip()
		}
		re, err := Compile(pattern)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("Compile(%q) fails with a %T", pattern, err)
			}
			return
		}
		if _, _, err := re.Match(context.Background(), text, nil); err != nil {
			t.Skip(err)
		}
		tree, _ := parse(pattern)
		if want, ok := newReference(tree, text, 100_000).answer(); ok {
			if got := ask(t, re, text); !got.equals(want) {
				t.Errorf("%q in %q: got %v, want %v", pattern, text, got, want)
			}
		}
	})
}
