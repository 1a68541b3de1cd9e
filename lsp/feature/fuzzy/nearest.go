package fuzzy

import (
	"cmp"
	"slices"
	"strings"
)

// Similar returns those of some names that are spelt almost like one, the nearest
// first: a character in four may be wrong, and one more. Alone says that none of
// the others is as near as the first.
func Similar(name string, names []string) (list []string, alone bool) {
	type candidate struct {
		name     string
		distance int
	}
	most := 1 + len(name)/4
	var found []candidate
	for _, n := range names {
		if d := distance(name, n, most); d <= most && n != name {
			found = append(found, candidate{n, d})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	for _, c := range found {
		list = append(list, c.name)
	}
	return list, len(found) == 1 || len(found) > 1 && found[0].distance < found[1].distance
}

// distance returns how many characters have to be inserted, deleted, replaced
// or swapped with their neighbour to make b of a; upper or lower case makes no
// difference, but where that is the only one. What is more than most need not be
// exact.
func distance(a, b string, most int) int {
	if abs(len(a)-len(b)) > most {
		return most + 1
	}
	a, b = strings.ToLower(a), strings.ToLower(b)
	if abs(len(a)-len(b)) > most {
		return most + 1 // some letters have other lengths in lower case
	}
	row := func() []int { return make([]int, len(b)+1) }
	before, last, next := row(), row(), row()
	for j := range last {
		last[j] = j
	}
	for i := range a {
		next[0] = i + 1
		for j := range b {
			same := 1
			if a[i] == b[j] {
				same = 0
			}
			next[j+1] = min(last[j+1]+1, next[j]+1, last[j]+same)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, last, next = last, next, before
	}
	return last[len(b)]
}

func abs(n int) int { return max(n, -n) }
