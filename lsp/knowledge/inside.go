package knowledge

import (
	"context"

	"firn/eval"
	"firn/parser"
)

// version is a version of a file, and what it is taken for.
type version struct {
	path    string
	role    Role
	certain bool
	src     string
}

// maxInsides is how many files are kept of which expressions were evaluated.
const maxInsides = 16

// inside returns the inside of a file whose functions are called as given says.
func (s *State) inside(ctx context.Context, f version, given eval.Given) (*eval.Inside, error) {
	s.mu.Lock()
	known := s.insides[f]
	s.mu.Unlock()
	if known != nil {
		return known, nil
	}
	in, err := s.e.Inside(ctx, f.path, f.src, given)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.insides) >= maxInsides {
		clear(s.insides)
	}
	s.insides[f] = in
	return in, nil
}

// entrance returns the outermost function of a file, and that which it returns
// if it does nothing else, as an overlay.
func entrance(tree *parser.Tree) (outer, inner parser.Node) {
	n := tree.Root()
	for {
		n = n.LastExpr()
		switch n.Kind() {
		case parser.KindParen, parser.KindLet, parser.KindWith, parser.KindAssert:
			continue
		case parser.KindLambda:
			if body := n.LastExpr(); body.Kind() == parser.KindLambda {
				return n, body
			}
			return n, parser.Node{}
		}
		return parser.Node{}, parser.Node{}
	}
}
