package regex

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
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

func mustCompile(t *testing.T, pattern string) *Regexp {
	t.Helper()
	re, err := Compile(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return re
}

// groups shows the groups of a match, with - for one that took no part.
func groups(text string, loc []int) string {
	parts := make([]string, 0, len(loc)/2)
	for i := 2; i < len(loc); i += 2 {
		if loc[i] < 0 {
			parts = append(parts, "-")
			continue
		}
		parts = append(parts, fmt.Sprintf("%q", text[loc[i]:loc[i+1]]))
	}
	return "[" + strings.Join(parts, " ") + "]"
}

func TestMatch(t *testing.T) {
	tests := []struct{ name, pattern, text, want string }{
		{name: "literal", pattern: "foo", text: "foo", want: "[]"},
		{name: "not all of the text", pattern: "foo", text: "foobar", want: ""},
		{name: "empty pattern", pattern: "", text: "", want: "[]"},
		{name: "groups", pattern: "(a*)(b)(c?)", text: "aab", want: `["aa" "b" ""]`},
		{name: "group in no turn", pattern: "(a)?b", text: "b", want: "[-]"},
		{name: "group of an earlier turn", pattern: "((a)|b)*", text: "ab", want: `["b" "a"]`},
		{name: "group of a copy", pattern: "(a|b){2}", text: "ab", want: `["b"]`},
		{name: "group in no copy", pattern: "(a){0}b", text: "b", want: "[-]"},
		{name: "bytes", pattern: "(..)", text: "é", want: `["é"]`},
		{name: "half a rune", pattern: "(.)", text: "é", want: ""},
		{name: "bytes in a bracket", pattern: "[é]*", text: "\xa9\xc3", want: "[]"},
		{name: "dot and line feed", pattern: ".*", text: "a\nb", want: "[]"},
		{name: "dot and NUL", pattern: ".", text: "\x00", want: ""},
		{name: "not in a bracket", pattern: "[^a]", text: "\n", want: "[]"},
		{name: "anchors", pattern: "^a$", text: "a", want: "[]"},
		{name: "anchor in the middle", pattern: "a^b", text: "ab", want: ""},
		{name: "first of equal choices", pattern: "(a|ab)(c|bcd)(d*)", text: "abcd", want: `["a" "bcd" ""]`},
		{name: "two turns of nothing", pattern: "(|a)+", text: "aa", want: `[""]`},
		{name: "turn of nothing at the end", pattern: "(a*)*", text: "aa", want: `[""]`},
		{name: "turn of nothing only", pattern: "(a*)+", text: "", want: `[""]`},
		{name: "turn at a time", pattern: "(a*|b)*", text: "aab", want: `[""]`},
		{name: "question mark behind a star", pattern: "(a*?)b", text: "aab", want: `["aa"]`},
		{name: "stars", pattern: "(a**)(a*)", text: "aa", want: `["aa" ""]`},
		{name: "interval", pattern: "(a{2,3})(a*)", text: "aaaa", want: `["aaa" "a"]`},
		{name: "open interval", pattern: "(a{2,})(a*)", text: "aaaa", want: `["aaaa" ""]`},
		{name: "interval of an interval", pattern: "a{2}{2}", text: "aaaa", want: "[]"},
		{name: "escape", pattern: `\.\*\[\(\)\{\|\^\$\\\+\?`, text: `.*[(){|^$\+?`, want: "[]"},
		{name: "closing without opening", pattern: "]}", text: "]}", want: "[]"},
		{name: "backslash in a bracket", pattern: `[\d]+`, text: `d\`, want: "[]"},
		{name: "bracket in a bracket", pattern: "[]a[]+", text: "[a]", want: "[]"},
		{name: "closing bracket in one that is negated", pattern: "[^]a]", text: "b", want: "[]"},
		{name: "dash first", pattern: "[-a]+", text: "a-", want: "[]"},
		{name: "dash last", pattern: "[a-]+", text: "a-", want: "[]"},
		{name: "dash begins a range", pattern: "[--/]+", text: "-./", want: "[]"},
		{name: "dash ends a range", pattern: "[%--]+", text: "%&-", want: "[]"},
		{name: "class", pattern: "[[:alpha:]_]+", text: "aZ_", want: "[]"},
		{name: "class in capitals", pattern: "[[:DIGIT:]]", text: "1", want: "[]"},
		{name: "extended class", pattern: "[[:w:]]+", text: "a1_", want: "[]"},
		{name: "class is ASCII", pattern: "[[:alpha:]]+", text: "é", want: ""},
		{name: "equivalents", pattern: "[[=a=]]+", text: "aA", want: "[]"},
		{name: "symbol", pattern: "[[.hyphen.][.a.]]+", text: "-a", want: "[]"},
		{name: "symbol begins a range", pattern: "[[.a.]-c]", text: "b", want: "[]"},
		{name: "signed bytes", pattern: "[\xc3-a]+", text: "\xffa\x01", want: "[]"},
		{name: "signed bytes, below", pattern: "[\xc3-a]", text: "\x80", want: ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			re := mustCompile(t, test.pattern)
			loc, ok, err := re.Match(t.Context(), test.text, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if ok {
				got = groups(test.text, loc)
			}
			if got != test.want {
				t.Errorf("Match of %q and %q = %s, want %s", test.pattern, test.text, got, test.want)
			}
			if ok && (loc[0] != 0 || loc[1] != len(test.text) || len(loc) != 2+2*re.Groups()) {
				t.Errorf("Match of %q and %q is at %v", test.pattern, test.text, loc)
			}
		})
	}
}

func TestAll(t *testing.T) {
	tests := []struct {
		name, pattern, text string
		want                [][]int
	}{
		{name: "none", pattern: "x", text: "abc"},
		{name: "literal", pattern: "ab", text: "abcabab", want: [][]int{{0, 2}, {3, 5}, {5, 7}}},
		{name: "empty text", pattern: "", text: "", want: [][]int{{0, 0}}},
		{name: "empty matches", pattern: "", text: "ab", want: [][]int{{0, 0}, {1, 1}, {2, 2}}},
		{name: "empty behind another", pattern: "a*", text: "baac", want: [][]int{{0, 0}, {1, 3}, {3, 3}, {4, 4}}},
		{name: "longer behind an empty one", pattern: "|a", text: "a", want: [][]int{{0, 1}, {1, 1}}},
		{name: "longest", pattern: "a|ab", text: "xabx", want: [][]int{{1, 3}}},
		{name: "longest of equal beginnings", pattern: "(foo|fo)(o|bar)", text: "fooobar", want: [][]int{{0, 4, 0, 3, 3, 4}}},
		{name: "turn before length", pattern: "a*(ab)?", text: "aab", want: [][]int{{0, 2, -1, -1}, {2, 2, -1, -1}, {3, 3, -1, -1}}},
		{name: "length before turns", pattern: "(a|ab|b)*", text: "abx", want: [][]int{{0, 2, 1, 2}, {2, 2, -1, -1}, {3, 3, -1, -1}}},
		{name: "begin", pattern: "^a", text: "aa", want: [][]int{{0, 1}}},
		{name: "begin of nothing", pattern: "^", text: "ab", want: [][]int{{0, 0}}},
		{name: "begin, then more", pattern: "^|a", text: "aa", want: [][]int{{0, 1}, {1, 2}}},
		{name: "no begin behind a line feed", pattern: "^a", text: "b\na"},
		{name: "end", pattern: "a$", text: "aa", want: [][]int{{1, 2}}},
		{name: "end of nothing", pattern: "$", text: "ab", want: [][]int{{2, 2}}},
		{name: "one place", pattern: "^$", text: "", want: [][]int{{0, 0}}},
		{name: "lines", pattern: "\n", text: "a\n\nb", want: [][]int{{1, 2}, {2, 3}}},
		{name: "bytes", pattern: "[.-]+", text: "1.2--3", want: [][]int{{1, 2}, {3, 5}}},
		{name: "groups", pattern: "(a)|(b)", text: "ab", want: [][]int{{0, 1, 0, 1, -1, -1}, {1, 2, -1, -1, 1, 2}}},
		{name: "halves of a rune", pattern: "", text: "é", want: [][]int{{0, 0}, {1, 1}, {2, 2}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got [][]int
			for loc, err := range mustCompile(t, test.pattern).All(t.Context(), test.text) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, slices.Clone(loc))
			}
			if !slices.EqualFunc(got, test.want, slices.Equal) {
				t.Errorf("All of %q and %q = %v, want %v", test.pattern, test.text, got, test.want)
			}
		})
	}
}

func TestAllStops(t *testing.T) {
	for _, pattern := range []string{"a", "[ab]", "(b|bc)"} {
		n := 0
		re := mustCompile(t, pattern)
		for range re.All(t.Context(), "abab") {
			n++
			break
		}
		if n != 1 || len(re.idle) > 1 {
			t.Errorf("%d matches of %q, want 1", n, pattern)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	const invalid, large = "invalid regular expression", "memory limit exceeded by regular expression"
	tests := []struct{ name, pattern, want string }{
		{name: "group", pattern: "(a", want: invalid},
		{name: "closing", pattern: "a)", want: invalid},
		{name: "no group without a number", pattern: "(?:a)", want: invalid},
		{name: "leading star", pattern: "*a", want: invalid},
		{name: "leading plus", pattern: "(+a)", want: invalid},
		{name: "star of a bar", pattern: "a|*", want: invalid},
		{name: "star of an anchor", pattern: "^*", want: invalid},
		{name: "leading interval", pattern: "{1}", want: invalid},
		{name: "escaped letter", pattern: `\d`, want: invalid},
		{name: "escaped digit", pattern: `(a)\1`, want: invalid},
		{name: "escaped slash", pattern: `\/`, want: invalid},
		{name: "escaped bracket", pattern: `\]`, want: invalid},
		{name: "escape at the end", pattern: `a\`, want: invalid},
		{name: "NUL", pattern: "\x00", want: invalid},
		{name: "interval", pattern: "a{", want: invalid},
		{name: "interval of nothing", pattern: "a{}", want: invalid},
		{name: "interval without an end", pattern: "a{1", want: invalid},
		{name: "interval without a minimum", pattern: "a{,2}", want: invalid},
		{name: "interval upside down", pattern: "a{2,1}", want: invalid},
		{name: "space in an interval", pattern: "a{1, 2}", want: invalid},
		{name: "largest bound", pattern: "a{2147483647}", want: large},
		{name: "larger bound", pattern: "a{2147483648}", want: invalid},
		{name: "largest bound and no end", pattern: "a{1,99999", want: invalid},
		{name: "size before the next error but one", pattern: "a{99999}((", want: large},
		{name: "size before what follows", pattern: `a{99999}\d`, want: invalid},
		{name: "intervals of intervals", pattern: "((a{1000}){1000}){1000}", want: large},
		{name: "as large as can be", pattern: "a{99993}", want: ""},
		{name: "larger", pattern: "a{99994}", want: large},
		{name: "large group", pattern: "(a*){19997}", want: ""},
		{name: "larger group", pattern: "(a*){19998}", want: large},
		{name: "large choice", pattern: "((a|b){3}|c){3028}", want: ""},
		{name: "larger choice", pattern: "((a|b){3}|c){3029}", want: large},
		{name: "deep", pattern: strings.Repeat("(", 33000) + strings.Repeat(")", 33000), want: ""},
		{name: "deeper", pattern: strings.Repeat("(", 34000) + strings.Repeat(")", 34000), want: large},
		{name: "long", pattern: strings.Repeat("a", 100_000), want: large},
		{name: "too many turns in turns", pattern: strings.Repeat("(", 100) + strings.Repeat(")*", 100), want: large},
		{name: "bracket", pattern: "[a", want: invalid},
		{name: "empty bracket", pattern: "[]", want: invalid},
		{name: "range upside down", pattern: "[z-a]", want: invalid},
		{name: "range of other bytes", pattern: "[a-é]", want: invalid},
		{name: "range behind a range", pattern: "[a-c-e]", want: invalid},
		{name: "range of a class", pattern: "[[:alpha:]-z]", want: invalid},
		{name: "range to a symbol", pattern: "[a-[.z.]]", want: invalid},
		{name: "unknown class", pattern: "[[:foo:]]", want: invalid},
		{name: "class with other letters", pattern: "[[:dİgit:]]", want: invalid},
		{name: "class without an end", pattern: "[[:alpha]", want: invalid},
		{name: "unknown symbol", pattern: "[[.ab.]]", want: invalid},
		{name: "digit is no symbol", pattern: "[[.1.]]", want: invalid},
		{name: "unknown equivalents", pattern: "[[=-=]]", want: invalid},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Compile(test.pattern)
			got := ""
			if err != nil {
				got = err.Error()
			}
			want := test.want
			if want != "" {
				want += " '" + test.pattern + "'"
			}
			if got != want {
				t.Errorf("Compile(%.40q) fails with %.80q, want %.80q", test.pattern, got, want)
			}
		})
	}
}

// TestBounds has patterns and texts that would take very long to try in all
// ways, or the memory of the machine.
func TestBounds(t *testing.T) {
	tests := []struct {
		name, pattern, text string
		match               bool
		count               int // of matches, -1 for an error
	}{
		{name: "many ways to fail", pattern: "(a*)*(a|aa)*b", text: strings.Repeat("a", 10_000), count: 0},
		{name: "many ways to succeed", pattern: "(a|aa)*(a|aa)*", text: strings.Repeat("a", 10_000), match: true, count: 2},
		{name: "all the text for each match", pattern: "a(.*!)?", text: strings.Repeat("a", 20_000), count: 20_000},
		{name: "the same with no order", pattern: "a|ab|(.*!)", text: strings.Repeat("a", 20_000), count: 20_000},
		{name: "nowhere", pattern: "[ab].*!", text: strings.Repeat("ab", 20_000), count: 0},
		{name: "more steps than are kept", pattern: "((a|ab)?){300}", text: "aabab", match: true, count: 2},
		{name: "many groups", pattern: strings.Repeat("(a?)", 300), text: strings.Repeat("a", 300), match: true, count: 2},
		{name: "too many groups", pattern: strings.Repeat("(a?)", 8000), text: strings.Repeat("a", 8000), count: -1},
		{name: "deep", pattern: strings.Repeat("(", 30_000) + "a" + strings.Repeat(")", 30_000), text: "a", match: true, count: 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			re := mustCompile(t, test.pattern)
			_, ok, err := re.Match(t.Context(), test.text, nil)
			if ok != test.match || err != nil && test.count >= 0 {
				t.Errorf("Match = %v, %.80v, want %v", ok, err, test.match)
			}
			n := 0
			for _, err := range re.All(t.Context(), test.text) {
				var e *Error
				if n++; err != nil && (!errors.As(err, &e) || e.Kind != TooLarge || test.count >= 0) {
					t.Fatalf("All fails: %.80v", err)
				} else if err != nil {
					n = -1
				}
			}
			if n != test.count {
				t.Errorf("%d matches, want %d", n, test.count)
			}
		})
	}
}

// TestLittleMemory has less memory than pays to look for matches in a text, and
// then less than that takes.
func TestLittleMemory(t *testing.T) {
	tests := []struct {
		name, pattern string
		count         int // of matches, -1 for an error
	}{
		{name: "in order", pattern: "a(.*!)?", count: 3000},
		{name: "in no order", pattern: "(.|ab)*!", count: -1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			re := mustCompile(t, test.pattern)
			m := re.machine()
			m.memo.max = 1000
			re.release(m)
			n := 0
			for loc, err := range re.All(t.Context(), strings.Repeat("a", 3000)) {
				var e *Error
				switch {
				case errors.As(err, &e) && e.Kind == TooLarge:
					n = -1
				case err != nil || loc[0] != n || loc[1] != n+1:
					t.Fatalf("match %d is at %v: %v", n, loc, err)
				default:
					n++
				}
			}
			if n != test.count {
				t.Errorf("%d matches, want %d", n, test.count)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	for _, pattern := range []string{"(a?){9000}", "((a|ab)?){5000}!"} {
		re := mustCompile(t, pattern)
		text := strings.Repeat("ab", 100_000)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if _, _, err := re.Match(ctx, text[:1]+strings.Repeat("a", 100_000), nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Match of %q fails with %.80v", pattern, err)
		}
		cancel()
		for _, err := range re.All(ctx, strings.Repeat("a", 100_000)) {
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("All of %q fails with %.80v", pattern, err)
			}
		}
	}
}

func TestConcurrency(t *testing.T) {
	re := mustCompile(t, "(a|ab)(c|bcd)?")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				n := 0
				for loc := range re.All(t.Context(), "abcdabac") {
					if _, ok, err := re.Match(t.Context(), "abcdabac"[loc[0]:loc[1]], nil); !ok || err != nil {
						t.Errorf("no match of %v: %v", loc, err)
					}
					n++
				}
				if n != 3 {
					t.Errorf("%d matches, want 3", n)
				}
			}
		})
	}
	wg.Wait()
	if len(re.idle) > 16 {
		t.Errorf("%d machines, want at most 16", len(re.idle))
	}
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
		re.idle = nil
		want, ok := newReference(tree, text, 200_000).answer()
		if !ok {
			return false
		}
		if got := ask(t, re, text); !got.equals(want) {
			t.Errorf("%q in %q: got %v, want %v", pattern, text, got, want)
		}
		// What is for patterns without an order is right for the others.
		m := re.machine()
		m.hard = true
		re.release(m)
		if got := ask(t, re, text); !got.equals(want) {
			t.Errorf("%q in %q: evaluated to %v, want %v", pattern, text, got, want)
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
