package eval

// keyTree is a set of keys that finds and balances them as std::set of libstdc++
// does (a red-black tree; Cormen et al., Introduction to Algorithms, chapter 13).
// Which keys a new one is compared with, and so which of several that cannot be
// compared is named in an error, depends on that.
type keyTree struct {
	nodes []keyNode
	root  int32
}

type keyNode struct {
	keyed
	left, right, parent int32 // nowhere for none
	red                 bool
}

const nowhere = -1

// insert puts a key in its place, if it is new. The function less says which of
// two keys comes first; when it fails, that ends the search.
func (t *keyTree) insert(k keyed, less func(a, b keyed) (bool, *failure)) (isNew bool, bad *failure) {
	at, parent, left := t.root, int32(nowhere), true
	if len(t.nodes) == 0 {
		at = nowhere
	}
	for at != nowhere {
		parent = at
		if left, bad = less(k, t.nodes[at].keyed); bad != nil {
			return false, bad
		}
		at = t.child(at, left)
	}
	before := parent
	if left && parent != nowhere {
		before = t.beside(parent, true)
	}
	if before != nowhere {
		smaller, bad := less(t.nodes[before].keyed, k)
		if bad != nil || !smaller {
			return false, bad
		}
	}
	t.add(k, parent, left)
	return true, nil
}

// beside returns the node whose key is the next smaller one (left), or the next
// larger one.
func (t *keyTree) beside(n int32, left bool) int32 {
	if at := t.child(n, left); at != nowhere {
		return t.outermost(at, !left)
	}
	for at := t.nodes[n].parent; at != nowhere; at = t.nodes[at].parent {
		if t.child(at, !left) == n {
			return at
		}
		n = at
	}
	return nowhere
}

// outermost returns the leftmost or the rightmost node below one.
func (t *keyTree) outermost(n int32, left bool) int32 {
	for c := t.child(n, left); c != nowhere; c = t.child(n, left) {
		n = c
	}
	return n
}

// ascending goes through the keys in their order.
func (t *keyTree) ascending(yield func(keyed) bool) {
	if len(t.nodes) == 0 {
		return
	}
	for n := t.outermost(t.root, true); n != nowhere; n = t.beside(n, false) {
		if !yield(t.nodes[n].keyed) {
			return
		}
	}
}

func (t *keyTree) add(k keyed, parent int32, left bool) {
	n := int32(len(t.nodes))
	t.nodes = append(t.nodes, keyNode{keyed: k, left: nowhere, right: nowhere, parent: parent, red: true})
	switch {
	case parent == nowhere:
		t.root = n
	case left:
		t.nodes[parent].left = n
	default:
		t.nodes[parent].right = n
	}
	t.balance(n)
}

// balance sees to it that no red node is below a red one.
func (t *keyTree) balance(n int32) {
	for n != t.root && t.nodes[t.nodes[n].parent].red {
		parent := t.nodes[n].parent
		above := t.nodes[parent].parent
		left := t.nodes[above].left == parent
		uncle := t.child(above, !left)
		if uncle != nowhere && t.nodes[uncle].red {
			t.nodes[parent].red, t.nodes[uncle].red, t.nodes[above].red = false, false, true
			n = above
			continue
		}
		if t.child(parent, !left) == n {
			n = parent
			t.rotate(n, left)
			parent = t.nodes[n].parent
		}
		t.nodes[parent].red, t.nodes[above].red = false, true
		t.rotate(above, !left)
	}
	t.nodes[t.root].red = false
}

func (t *keyTree) child(n int32, left bool) int32 {
	if left {
		return t.nodes[n].left
	}
	return t.nodes[n].right
}

func (t *keyTree) setChild(n int32, left bool, c int32) {
	if left {
		t.nodes[n].left = c
	} else {
		t.nodes[n].right = c
	}
	if c != nowhere {
		t.nodes[c].parent = n
	}
}

// rotate moves a node down to the given side, and its child from the other side
// up.
func (t *keyTree) rotate(n int32, left bool) {
	up, parent := t.child(n, !left), t.nodes[n].parent
	t.setChild(n, !left, t.child(up, left))
	switch parent {
	case nowhere:
		t.root, t.nodes[up].parent = up, nowhere
	default:
		t.setChild(parent, t.nodes[parent].left == n, up)
	}
	t.setChild(up, left, n)
}
