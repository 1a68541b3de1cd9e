package eval

import (
	"cmp"
	"slices"
)

// suggestions returns the names that are most like one, the nearest first. Like
// Nix it offers at most three, which take at most two changes (suggestions.cc).
func suggestions(names []string, to string) []string {
	const most, farthest = 3, 2
	type candidate struct {
		name     string
		distance int
	}
	var list []candidate
	for _, name := range names {
		if d := len(name) - len(to); d > farthest || d < -farthest {
			continue
		}
		if d := distance(name, to); d <= farthest {
			list = append(list, candidate{name, d})
		}
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(a.distance-b.distance, cmp.Compare(a.name, b.name))
	})
	var out []string
	for _, c := range list[:min(most, len(list))] {
		out = append(out, c.name)
	}
	return out
}

// distance returns how many bytes must be inserted, removed or replaced to make
// b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
