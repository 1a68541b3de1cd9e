package eval

import (
	"math/rand/v2"
	"slices"
	"testing"

	"firn/eval/value"
)

// TestKeyTree checks that a tree of keys that came in any order has each of them
// once, in ascending order, and that it is as low as a red-black tree is.
func TestKeyTree(t *testing.T) {
	less := func(a, b keyed) (bool, *failure) { return a.key.Int() < b.key.Int(), nil }
	orders := map[string]func(i int) int64{
		"ascending":  func(i int) int64 { return int64(i) },
		"descending": func(i int) int64 { return int64(-i) },
		"random":     func(int) int64 { return rand.Int64N(2000) },
		"zigzag":     func(i int) int64 { return int64(i * (i%2*2 - 1)) },
	}
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			var tree keyTree
			seen := map[int64]bool{}
			for i := range 3000 {
				key := value.MakeInt(order(i))
				isNew, bad := tree.insert(keyed{key: &key}, less)
				if bad != nil || isNew == seen[key.Int()] {
					t.Fatalf("insert(%d) = %t, %v", key.Int(), isNew, bad)
				}
				seen[key.Int()] = true
			}
			var got []int64
			for k := range tree.ascending {
				got = append(got, k.key.Int())
			}
			if !slices.IsSorted(got) || len(got) != len(seen) {
				t.Errorf("%d keys of %d, sorted: %t", len(got), len(seen), slices.IsSorted(got))
			}
			if black := tree.blackHeight(t, tree.root); black < 5 || black > 12 {
				t.Errorf("%d black nodes on each way down", black)
			}
		})
	}
}

// blackHeight counts the black nodes on the ways down from a node, of which all
// must have equally many.
func (t *keyTree) blackHeight(tb testing.TB, n int32) int {
	if n == nowhere {
		return 0
	}
	at := t.nodes[n]
	left, right := t.blackHeight(tb, at.left), t.blackHeight(tb, at.right)
	if left != right {
		tb.Fatalf("%d black nodes to the left, %d to the right", left, right)
	}
	if !at.red {
		return left + 1
	}
	for _, c := range []int32{at.left, at.right} {
		if c != nowhere && t.nodes[c].red {
			tb.Fatal("a red node below a red one")
		}
	}
	return left
}
