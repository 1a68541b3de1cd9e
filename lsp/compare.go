package lsp

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.lsp.dev/protocol"

	"firn/eval"
	"firn/eval/fetch"
	"firn/eval/realise"
	"firn/lsp/feature/expression"
	"firn/lsp/feature/lens"
	"firn/lsp/knowledge"
	"firn/lsp/session"
	"firn/parser"
	"firn/parser/scope"
	"firn/store/drv"
	"firn/store/drvdiff"
	"firn/store/path"
)

// comparison answers firn/compare: how the derivations that an expression is differ from
// those that it is in the commit HEAD.
type comparison struct {
	Range protocol.Range  `json:"range"` // of the expression
	Diffs []*drvdiff.Diff `json:"diffs"` // none if what is built is the same
	Text  string          `json:"text"`  // the same for people
	Error string          `json:"error,omitempty"`
}

// compare answers firn/compare. Nothing is built for it.
func (s *Server) compare(ctx context.Context, p *evaluateParams) (*comparison, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	expr := expression.Whole(file.Tree())
	if p.Range != nil {
		expr = expression.At(file.Tree(), s.mapper(file).Span(*p.Range))
	}
	switch {
	case !file.Nix() || file.Path() == "":
		return nil, errNoFile
	case !expr.Valid():
		return nil, errNoExpression
	case !snapshot.ConfigFor(file.Path()).Eval.Trust:
		return nil, errUntrustedHead
	}
	ctx, cancel := context.WithTimeout(ctx, comparing)
	defer cancel()
	s.knowing.Allow(s.roots(snapshot, file))
	s.teachAll(snapshot)
	out := &comparison{Range: s.mapper(file).Range(expr.Span()), Diffs: []*drvdiff.Diff{}}
	now := &derived{server: s, record: realise.NewRecord(path.DefaultDir)}
	before := &derived{server: s, record: realise.NewRecord(path.DefaultDir)}
	err = now.evaluate(ctx, snapshot, s.ownFile(file), expr)
	if err == nil {
		err = before.evaluateHead(ctx, snapshot, file, expr)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		out.Error, _ = s.failure(ctx, snapshot, err)
		return out, nil
	}
	out.Diffs, err = compareAll(ctx, before, now)
	for _, d := range out.Diffs {
		out.Text += d.String()
	}
	return out, err
}

// errUntrustedHead is the error for a workspace whose repository may lead elsewhere.
var errUntrustedHead = errors.New("what is committed is only looked at where the workspace is trusted, since its repository may lead to other ones; trust it by the setting eval.trust")

// comparing is how long a comparison may take, in which two evaluations are made.
const comparing = 2 * evaluationTime

// derived is the derivations that an expression is, in some state of the workspace.
type derived struct {
	server *Server
	record *realise.Record
	head   bool // as it is committed
	dir    string
	found  []eval.Derivation
}

func (d *derived) evaluate(ctx context.Context, snapshot *session.Snapshot, f knowledge.File, expr parser.Node) (err error) {
	base := d.server.knowing.Fork(func(settings *eval.Settings, host eval.Host) eval.Host {
		d.record.Watch(settings)
		if !d.head {
			return host
		}
		h, err := fetch.NewHead(host, d.dir)
		if err != nil {
			return host // which evaluateHead has tried before
		}
		return h
	})
	defer base.End()
	d.found, err = base.Derivations(ctx, f, d.server.knowing.entries(ctx, snapshot), expr)
	return err
}

// evaluateHead evaluates what is committed: the file, or the binding that has the same
// name as that of the expression.
func (d *derived) evaluateHead(ctx context.Context, snapshot *session.Snapshot, f *session.File, expr parser.Node) error {
	d.head, d.dir = true, filepath.Dir(f.Path())
	h, err := fetch.NewHead(eval.OS{}, d.dir)
	if err != nil {
		return err
	}
	src, err := h.ReadFile(f.Path())
	if err != nil {
		return fmt.Errorf("'%s' is not in the commit HEAD: %w", f.Path(), err)
	}
	tree, bad := parser.Parse(src)
	if bad != nil {
		return fmt.Errorf("'%s' cannot be read as it is in the commit HEAD: %w", f.Path(), bad)
	}
	info := scope.Resolve(tree)
	old, ok := twin(f.Scope(), info, expr)
	if !ok {
		return errors.New("the expression is not in the commit HEAD")
	}
	role, certain := roleOf(info)
	return d.evaluate(ctx, snapshot, knowledge.File{Path: filepath.Clean(f.Path()), Info: info, Valid: true, Role: role, Certain: certain}, old)
}

// twin returns what stands in another version of a file where an expression does.
func twin(now, old *scope.Info, expr parser.Node) (parser.Node, bool) {
	if expression.Whole(now.Tree()) == expr {
		return expression.Whole(old.Tree()), true
	}
	for _, l := range lens.Evaluations(now) {
		if l.Expr != expr.Span() || l.Name == "" {
			continue
		}
		for _, o := range lens.Evaluations(old) {
			if o.Name == l.Name {
				return expression.At(old.Tree(), o.Expr), true
			}
		}
	}
	return parser.Node{}, false
}

// compareAll compares the derivations at the same places.
func compareAll(ctx context.Context, before, now *derived) ([]*drvdiff.Diff, error) {
	read := func(_ context.Context, p path.Path) (*drv.Derivation, error) {
		for _, r := range []*realise.Record{now.record, before.record} {
			if d, err := r.Derivation(p); d != nil || err != nil {
				return d, err
			}
		}
		return nil, fmt.Errorf("'%s' is known to neither evaluation", p)
	}
	list := []*drvdiff.Diff{}
	for _, n := range now.found {
		for _, b := range before.found {
			if b.Attr != n.Attr {
				continue
			}
			d, err := drvdiff.Compare(ctx, read, b.Drv, n.Drv)
			if err != nil {
				return nil, err
			}
			if d != nil {
				list = append(list, d)
			}
		}
	}
	return list, nil
}

// isCommitted reports whether a file is in a repository of Git, by its looks.
func isCommitted(f *session.File) bool {
	for dir := filepath.Dir(f.Path()); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

// commandCompare shows how the derivations that an expression is differ from those of
// the commit HEAD. Its arguments are those of firn.evaluate.
const commandCompare = "firn.compare"

// compareCommand answers firn.compare.
func (s *Server) compareCommand(ctx context.Context, args []protocol.LSPAny) (protocol.LSPAny, error) {
	params, err := evaluateArguments(args)
	if err != nil {
		return nil, fmt.Errorf("%s takes the URI of a document and, if not all of it is meant, a range: %w", commandCompare, err)
	}
	c, err := s.compare(ctx, params)
	if err != nil {
		return nil, err
	}
	p := &protocol.ShowMessageParams{Type: protocol.MessageTypeInfo, Message: c.Text}
	switch {
	case c.Error != "":
		p.Type, p.Message = protocol.MessageTypeError, "error: "+c.Error
	case c.Text == "":
		p.Message = "What is built is the same as in the commit HEAD."
	case len(p.Message) > maxMessage:
		p.Message = strings.ToValidUTF8(p.Message[:maxMessage], "") + " …"
	}
	s.notify(ctx, "comparison", s.remote.ShowMessage(ctx, p))
	return protocol.Marshal(c)
}
