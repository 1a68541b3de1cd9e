package fuzzy_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"firn/lsp/feature/fuzzy"
)

func TestRanking(t *testing.T) {
	tests := []struct {
		name    string
		pattern string
		names   []string
		want    []string // those that match, the best first
	}{
		{"the name itself, prefixes, words, anything", "git", []string{"digit", "gitFull", "git", "legit-x", "x-git", "hub"}, []string{"git", "gitFull", "x-git", "digit", "legit-x"}},
		{"initials of words", "mke", []string{"make", "mkEnableOption", "monkey", "mkIf"}, []string{"mkEnableOption", "make", "monkey"}},
		{"short before long", "lib", []string{"libraries", "lib", "libs"}, []string{"lib", "libs", "libraries"}},
		{"small letters match capitals", "mkif", []string{"mkIf", "mkif"}, []string{"mkif", "mkIf"}},
		{"a capital wants a capital", "mkI", []string{"mkIf", "mkif"}, []string{"mkIf"}},
		{"order counts", "ba", []string{"ab"}, nil},
		{"paths", "nginx.enable", []string{"services.nginx.enable", "services.nginx.package", "nginxenable"}, []string{"services.nginx.enable"}},
		{"blanks do not count", " a b ", []string{"ab", "ba"}, []string{"ab"}},
		{"everything matches nothing", "", []string{"a", "b"}, []string{"a", "b"}},
		{"other scripts match as bytes", "ö", []string{"größe", "grosse"}, []string{"größe"}},
		{"after digits and before them", "p3", []string{"python3", "p-x3"}, []string{"p-x3", "python3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := gocmp.Diff(tt.want, rank(tt.pattern, tt.names)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func rank(pattern string, names []string) []string {
	m := fuzzy.New(pattern)
	scores := map[string]int{}
	var hits []string
	for _, name := range names {
		if score, ok := m.Score(name); ok {
			scores[name] = score
			hits = append(hits, name)
		}
	}
	slices.SortStableFunc(hits, func(a, b string) int { return cmp.Compare(scores[b], scores[a]) })
	return hits
}

func TestLongInput(t *testing.T) {
	long := strings.Repeat("ab", 10_000)
	if _, ok := fuzzy.New(long).Score(long); !ok {
		t.Error("a long pattern does not match itself")
	}
	if _, ok := fuzzy.New("abc").Score(long); ok {
		t.Error("a name matches what is not in it")
	}
}

// FuzzScore checks that the set never rules out what matches, and that what
// matches is a subsequence.
func FuzzScore(f *testing.F) {
	f.Add("mk", "mkEnableOption")
	f.Add("", "")
	f.Add("Ö.x", "a.Ö-x")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		m := fuzzy.New(pattern)
		_, ok := m.Score(name)
		if ok && len(name) <= 256 && !fuzzy.SetOf(name).Contains(m.Set()) {
			t.Errorf("%q matches %q, but its set does not", pattern, name)
		}
		if !ok && pattern == name && len(name) <= 64 && !strings.ContainsAny(name, " \t\r\n\v\f\u0085\u00a0") && strings.Join(strings.Fields(name), "") == name {
			t.Errorf("%q does not match itself", name)
		}
	})
}

func BenchmarkScore(b *testing.B) {
	m := fuzzy.New("mkopt")
	names := []string{"mkEnableOption", "mkOption", "somethingElse", "buildInputs", "services.nginx.virtualHosts"}
	for b.Loop() {
		for _, name := range names {
			m.Score(name)
		}
	}
}
