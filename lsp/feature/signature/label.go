package signature

import (
	"strings"

	"firn/lsp/feature/doccomment"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/markup"
	"firn/parser"
	"firn/parser/text"
)

// label builds a signature and keeps track of where its parameters are.
type label struct {
	b      strings.Builder
	params []Param
}

func (l *label) add(parts ...string) {
	for _, p := range parts {
		l.b.WriteString(p)
	}
}

func (l *label) param(name, doc string) {
	start := uint32(l.b.Len())
	l.b.WriteString(name)
	l.params = append(l.params, Param{text.Span{Start: start, End: uint32(l.b.Len())}, doc})
}

// maxParams is how many arguments a function is followed through: one that
// returns itself takes any number.
const maxParams = 20

// curried returns a signature with a parameter for each argument.
func curried(space *infer.Space, name string, f infer.Value, active int) Help {
	if f.Builtin != nil {
		return ofBuiltin(space, name, f, active)
	}
	var l label
	l.add(name)
	for v := f; v.Lambda.Valid() && len(l.params) < maxParams; v = space.Apply(v) {
		l.add(" ")
		l.param(head(v.Lambda), paramDoc(v.Lambda))
	}
	docs := doc(f.Lambda)
	if docs == "" && f.Known != nil {
		docs = boundDoc(space, f.Known)
	}
	return Help{Label: l.b.String(), Doc: docs, Params: l.params, Active: active}
}

// doc returns what documents a function: what stands before the binding of which
// it is the value, or before itself.
func doc(lambda parser.Node) string {
	if b := bindingOf(lambda); b.Valid() {
		if d := doccomment.Of(b); d != "" {
			return d
		}
	}
	return doccomment.Of(lambda)
}

func bindingOf(lambda parser.Node) parser.Node {
	p := lambda.Parent()
	for p.Kind() == parser.KindParen {
		p = p.Parent()
	}
	if p.Kind() != parser.KindBinding {
		return parser.Node{}
	}
	return p
}

// paramDoc returns what documents the argument of a function, if that is not what
// documents the function.
func paramDoc(lambda parser.Node) string {
	d := doccomment.Of(lambda)
	if d == doc(lambda) && lambda.Parent().Kind() != parser.KindLambda {
		return ""
	}
	return d
}

// ofBuiltin returns the signature of a builtin. One that got some of its arguments
// is another function, which may be documented where it is bound.
func ofBuiltin(space *infer.Space, name string, f infer.Value, active int) Help {
	b := f.Builtin
	var l label
	l.add(name)
	for _, a := range b.Args[f.Applied:] {
		l.add(" ")
		l.param(a.Name, a.Doc)
	}
	if f.Applied == 0 {
		l.add(" : ", b.Type)
	}
	docs := markup.BuiltinDoc(b)
	if f.Applied > 0 && f.Known != nil {
		docs = boundDoc(space, f.Known)
	}
	return Help{Label: l.b.String(), Doc: docs, Params: l.params, Active: active}
}

// boundDoc returns what documents the attribute whose value something is.
func boundDoc(space *infer.Space, k infer.Known) string {
	at, ok := k.Defined()
	if !ok {
		return ""
	}
	n, _ := space.NodeAt(at)
	for n.Valid() && n.Kind() != parser.KindBinding {
		n = n.Parent()
	}
	if !n.Valid() {
		return ""
	}
	return doccomment.Of(n)
}

// maxHead is how long the argument of a lambda is shown in a label.
const maxHead = 60

// head returns the argument of a lambda as one line.
func head(lambda parser.Node) string {
	src := strings.TrimSuffix(markup.Head(lambda), ":")
	if pattern := lambda.Child(parser.KindFormals); pattern.Valid() {
		src = short(pattern)
	}
	return strings.Join(strings.Fields(src), " ")
}

// short returns the names of formals, as many as fit.
func short(pattern parser.Node) string {
	var names []string
	size := 0
	for f := range pattern.Children() {
		if f.Kind() != parser.KindFormal && f.Kind() != parser.KindEllipsis {
			continue
		}
		name := f.Text()
		if f.Kind() == parser.KindFormal {
			name = f.FirstChild().Text()
			if f.Has(parser.KindQuestion) {
				name += "?"
			}
		}
		if size += len(name) + len(", "); size > maxHead {
			names = append(names, "…")
			break
		}
		names = append(names, name)
	}
	return "{ " + strings.Join(names, ", ") + " }"
}

// maxFormals is how many formals are shown; a label of hundreds helps nobody.
const maxFormals = 40

// formals returns a signature with a parameter for each name in the braces of a
// lambda.
func formals(name string, lambda parser.Node, field string) Help {
	var l label
	active := -1
	l.add(name, " { ")
	for f := range lambda.Child(parser.KindFormals).Children() {
		isField := f.Kind() == parser.KindFormal && f.FirstChild().Text() == field
		switch {
		case f.Kind() == parser.KindEllipsis:
			l.separate()
			l.add("...")
			continue
		case f.Kind() != parser.KindFormal:
			continue
		case len(l.params) >= maxFormals && !isField:
			continue
		}
		if isField {
			active = len(l.params)
		}
		l.separate()
		l.param(formal(f), doccomment.Of(f))
	}
	l.add(" }")
	return Help{Label: l.b.String(), Doc: doccomment.Of(lambda), Params: l.params, Active: active}
}

// mirrored returns a signature with a parameter for each attribute of a set that
// says which are optional.
func mirrored(name string, args infer.Known, field string) Help {
	var l label
	active := -1
	l.add(name, " { ")
	for _, arg := range args.Names() {
		if len(l.params) >= maxFormals && arg != field {
			continue
		}
		if arg == field {
			active = len(l.params)
		}
		l.separate()
		l.param(arg+optional(args, arg), "")
	}
	l.add(" }")
	return Help{Label: l.b.String(), Params: l.params, Active: active}
}

func optional(args infer.Known, name string) string {
	k, ok := args.Attr(name)
	if !ok {
		return ""
	}
	if b, ok := infer.BriefOf(k); ok && b.Text == "true" {
		return "?"
	}
	return ""
}

// separate puts a comma before all parameters but the first.
func (l *label) separate() {
	if len(l.params) > 0 {
		l.add(", ")
	}
}

func formal(f parser.Node) string {
	text := strings.Join(strings.Fields(f.Text()), " ")
	if len(text) > maxHead {
		return f.FirstChild().Text() + " ? …"
	}
	return text
}

// fields returns a signature with a parameter for each attribute that a builtin
// knows.
func fields(f infer.Value, field string) Help {
	var l label
	active := -1
	l.add(f.Builtin.Name, " { ")
	for i, known := range f.Arg().Fields {
		if known.Name == field {
			active = i
		}
		l.separate()
		name := known.Name
		if known.Optional {
			name += "?"
		}
		l.param(name, markup.Field(&known))
	}
	l.add(" }")
	return Help{Label: l.b.String(), Doc: markup.BuiltinDoc(f.Builtin), Params: l.params, Active: active}
}
