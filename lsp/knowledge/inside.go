package knowledge

import (
	"context"

	"firn/eval"
	"firn/parser"
)

// inside is the inside of one version of a file.
type inside struct {
	*eval.Inside
	src string
}

// maxInsides is how many files are kept of which expressions were evaluated.
const maxInsides = 16

// inside returns the inside of a file whose functions are called as given says.
func (s *State) inside(ctx context.Context, path, src string, given eval.Given) (*eval.Inside, error) {
	s.mu.Lock()
	known := s.insides[path]
	s.mu.Unlock()
	if known != nil && known.src == src {
		return known.Inside, nil
	}
	in, err := s.e.Inside(ctx, path, src, given)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.insides) >= maxInsides {
		clear(s.insides)
	}
	s.insides[path] = &inside{in, src}
	return in, nil
}

// entrance returns the outermost function of a file, and that which it returns
// if it does nothing else, as an overlay.
func entrance(tree *parser.Tree) (outer, inner parser.Node) {
	n := tree.Root()
	for {
		n = last(n)
		switch n.Kind() {
		case parser.KindParen, parser.KindLet, parser.KindWith, parser.KindAssert:
			continue
		case parser.KindLambda:
			if body := last(n); body.Kind() == parser.KindLambda {
				return n, body
			}
			return n, parser.Node{}
		}
		return parser.Node{}, parser.Node{}
	}
}

func last(n parser.Node) parser.Node {
	var e parser.Node
	for c := range n.Exprs() {
		e = c
	}
	return e
}
