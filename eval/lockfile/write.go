package lockfile

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"firn/eval/flakeref"
)

// Text returns the lock file as JSON in one line, and the names that nodes have
// in it. Equal files have the same text.
func (f *File) Text() (string, map[*Node]string) {
	w := writer{keys: map[*Node]string{}, last: map[string]int{}, taken: map[string]bool{}, nodes: map[string]string{}}
	root := w.node("root", f.Root)
	var b strings.Builder
	b.WriteString(`{"nodes":{`)
	for i, key := range slices.Sorted(maps.Keys(w.nodes)) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quote(key) + ":" + w.nodes[key])
	}
	b.WriteString(`},"root":` + quote(root) + `,"version":7}`)
	return b.String(), w.keys
}

// writer gives the nodes names: that of the input that leads there first, with a
// number if another node has it.
type writer struct {
	keys  map[*Node]string
	last  map[string]int // the number that was given to a name last
	taken map[string]bool
	nodes map[string]string // as JSON, by key
}

func (w *writer) key(name string) string {
	key := name
	for w.taken[key] {
		w.last[name] = max(w.last[name], 1) + 1
		key = fmt.Sprintf("%s_%d", name, w.last[name])
	}
	w.taken[key] = true
	return key
}

func (w *writer) node(name string, n *Node) string {
	if key, ok := w.keys[n]; ok {
		return key
	}
	key := w.key(name)
	w.keys[n] = key
	var members []string
	if !n.isRoot() {
		if !n.IsFlake {
			members = append(members, `"flake":false`)
		}
		members = append(members, `"locked":`+n.Locked.Attrs().JSON(), `"original":`+n.Original.Attrs().JSON())
		if n.Parent != nil {
			members = append(members, `"parent":`+list(*n.Parent))
		}
	}
	if len(n.Inputs) > 0 {
		members = append(members, `"inputs":`+w.inputs(n))
	}
	w.nodes[key] = "{" + strings.Join(members, ",") + "}"
	return key
}

func (w *writer) inputs(n *Node) string {
	var inputs []string
	for _, id := range slices.Sorted(maps.Keys(n.Inputs)) {
		e := n.Inputs[id]
		to := list(e.Follows)
		if e.Node != nil {
			to = quote(w.node(id, e.Node))
		}
		inputs = append(inputs, quote(id)+":"+to)
	}
	return "{" + strings.Join(inputs, ",") + "}"
}

func list(p Path) string {
	var names []string
	for _, name := range p.Names() {
		names = append(names, quote(name))
	}
	return "[" + strings.Join(names, ",") + "]"
}

// quote returns a string as JSON. Marshalling a string cannot fail.
func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// Diff says what is different in another lock file, a paragraph for each input.
func (f *File) Diff(other *File) string {
	var b strings.Builder
	before, after := f.inputs(), other.inputs()
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(before) == 0 || len(after) > 0 && before[0].at > after[0].at:
			fmt.Fprintf(&b, "• Added input '%s':\n    %s\n", after[0].at, after[0].edge)
			after = after[1:]
		case len(after) == 0 || before[0].at < after[0].at:
			fmt.Fprintf(&b, "• Removed input '%s'\n", before[0].at)
			before = before[1:]
		default:
			if !before[0].edge.equal(after[0].edge) {
				fmt.Fprintf(&b, "• Updated input '%s':\n    %s\n  → %s\n", before[0].at, before[0].edge, after[0].edge)
			}
			before, after = before[1:], after[1:]
		}
	}
	return b.String()
}

func (e Edge) equal(other Edge) bool {
	if e.Node == nil || other.Node == nil {
		return e.Node == other.Node && e.Follows == other.Follows
	}
	return e.Node.Final == other.Node.Final && e.Node.Locked.Equal(other.Node.Locked)
}

// String says what the input is.
func (e Edge) String() string {
	if e.Node == nil {
		return "follows '" + e.Follows.String() + "'"
	}
	return describe(e.Node.Locked)
}

// describe returns a reference with the day of its files.
func describe(ref flakeref.Ref) string {
	u, err := ref.URL()
	if err != nil {
		return err.Error()
	}
	s := "'" + u + "'"
	if n, has, _ := ref.Input.Attrs.Int("lastModified"); has {
		s += time.Unix(int64(n), 0).UTC().Format(" (2006-01-02)")
	}
	return s
}
