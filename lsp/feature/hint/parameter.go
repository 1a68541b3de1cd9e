package hint

import (
	"firn/lsp/feature/infer"
	"firn/parser"
)

// parameters tells what the arguments of a call are for that do not say so
// themselves.
func (w *walk) parameters(n parser.Node) {
	if n.Kind() != parser.KindApply {
		return
	}
	arg := n.LastExpr()
	if !isAnonymous(arg) || !w.Span.Touches(arg.Start()) {
		return
	}
	w.evaluating(n.Start(), func() {
		f := w.Space.Of(n.FirstChild())
		if name := parameter(f, arg); len(name) > 1 {
			w.add(Hint{Kind: Parameter, Offset: arg.Start(), Label: short(name) + ":"})
		}
	})
}

// isAnonymous reports whether an expression has no name in it that tells what it
// is for.
func isAnonymous(n parser.Node) bool {
	switch n = n.Unparen(); n.Kind() {
	case parser.KindInt, parser.KindFloat, parser.KindString, parser.KindIndString, parser.KindURI,
		parser.KindList, parser.KindAttrSet, parser.KindBinary, parser.KindIf, parser.KindUnary:
		return true
	case parser.KindVar:
		return n.Text() == "true" || n.Text() == "false" || n.Text() == "null"
	}
	return false
}

// parameter returns the name of what a function takes, "" if it has none or if
// the names in the argument say it.
func parameter(f infer.Value, arg parser.Node) string {
	if a := f.Arg(); a != nil {
		if len(a.Fields) > 0 && arg.Unparen().Kind() == parser.KindAttrSet {
			return ""
		}
		return a.Name
	}
	if !f.Lambda.Valid() || f.Lambda.Has(parser.KindFormals) {
		return ""
	}
	return f.Lambda.Child(parser.KindName).Text()
}
