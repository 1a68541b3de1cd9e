package local

import (
	"database/sql"

	"firn/store/path"
)

// graph is objects with their references.
type graph struct {
	paths []path.Path
	refs  [][]int // of each object, itself not among them
	index map[path.Path]int
}

func newGraph() *graph { return &graph{index: map[path.Path]int{}} }

// node returns the number of an object.
func (g *graph) node(p path.Path) int {
	n, ok := g.index[p]
	if !ok {
		n = len(g.paths)
		g.index[p] = n
		g.paths = append(g.paths, p)
		g.refs = append(g.refs, nil)
	}
	return n
}

// scan takes a row with a path and, if it has references, one of them.
func (g *graph) scan(rows *sql.Rows) error {
	var from string
	var to sql.NullString
	if err := rows.Scan(&from, &to); err != nil {
		return err
	}
	n := g.node(path.Path(from))
	if to.Valid && to.String != from {
		ref := g.node(path.Path(to.String))
		g.refs[n] = append(g.refs[n], ref)
	}
	return nil
}

func (g *graph) next(n int) []int { return g.refs[n] }

func (g *graph) named(nodes []int) []path.Path {
	paths := make([]path.Path, len(nodes))
	for i, n := range nodes {
		paths[i] = g.paths[n]
	}
	return paths
}

// edge leads from one node to another.
type edge struct{ from, to int }

// postOrder returns what is reached from the starts, each node behind those that it
// leads to. If there is a cycle, one of its edges is returned, and is not counted.
// Chains may be long, so the stack is its own.
func postOrder(starts []int, next func(int) []int) (order []int, cycle *edge) {
	type frame struct {
		node int
		rest []int
	}
	open, done := map[int]bool{}, map[int]bool{}
	var stack []frame
	for _, start := range starts {
		if done[start] {
			continue
		}
		open[start] = true
		stack = append(stack, frame{start, next(start)})
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.rest) == 0 {
				delete(open, top.node)
				done[top.node] = true
				order = append(order, top.node)
				stack = stack[:len(stack)-1]
				continue
			}
			to := top.rest[0]
			top.rest = top.rest[1:]
			switch {
			case open[to]:
				cycle = &edge{top.node, to}
			case !done[to]:
				open[to] = true
				stack = append(stack, frame{to, next(to)})
			}
		}
	}
	return order, cycle
}
