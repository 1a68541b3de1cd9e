package eval

import (
	"strings"

	"firn/eval/regex"
	"firn/eval/value"
	"firn/eval/version"
)

var stringPrims = table{
	"baseNameOf":       primBaseNameOf,
	"compareVersions":  primCompareVersions,
	"concatStringsSep": primConcatStringsSep,
	"dirOf":            primDirOf,
	"match":            primMatch,
	"parseDrvName":     primParseDrvName,
	"replaceStrings":   primReplaceStrings,
	"split":            primSplit,
	"splitVersion":     primSplitVersion,
	"stringLength":     primStringLength,
	"substring":        primSubstring,
	"toString":         primToString,
}

func primToString(m *machine, _ value.Pos, a *value.Value) value.Value {
	v := m.force(a, 0)
	if v.Kind() == value.String {
		return v
	}
	var ctx *value.Context
	s, bad := m.coerce(a, 0, &ctx, "while evaluating the first argument passed to builtins.toString", anything)
	if bad != nil {
		return bad.value()
	}
	return value.MakeStringContext(s, ctx)
}

func primStringLength(m *machine, _ value.Pos, a *value.Value) value.Value {
	var ctx *value.Context
	s, bad := m.coerce(a, 0, &ctx, "while evaluating the argument passed to builtins.stringLength", copying)
	if bad != nil {
		return bad.value()
	}
	return value.MakeInt(int64(len(s)))
}

func primSubstring(m *machine, _ value.Pos, a, b, c *value.Value) value.Value {
	start, bad := m.forceInt(a, "while evaluating the first argument (the start offset) passed to builtins.substring")
	if bad != nil {
		return bad.value()
	}
	if start < 0 {
		return fail(EvalError, 0, "negative start position in 'substring'").value()
	}
	n, bad := m.forceInt(b, "while evaluating the second argument (the substring length) passed to builtins.substring")
	if bad != nil {
		return bad.value()
	}
	var ctx *value.Context
	s, bad := m.coerce(c, 0, &ctx, "while evaluating the third argument (the string) passed to builtins.substring", copying)
	if bad != nil {
		return bad.value()
	}
	if start >= int64(len(s)) {
		return value.MakeStringContext("", ctx)
	}
	s = s[start:]
	if n >= 0 && n < int64(len(s)) {
		s = s[:n]
	}
	return value.MakeStringContext(s, ctx)
}

func primConcatStringsSep(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	sep, ctx, bad := m.forceString(a, "while evaluating the first argument (the separator string) passed to builtins.concatStringsSep")
	if bad != nil {
		return bad.value()
	}
	list, bad := m.forceList(b, 0, "while evaluating the second argument (the list of strings to concat) passed to builtins.concatStringsSep")
	if bad != nil {
		return bad.value()
	}
	var room [16]string
	parts, size := room[:0], 0
	for _, c := range list {
		s, bad := m.coerce(c, 0, &ctx, "while evaluating one element of the list of strings to concat passed to builtins.concatStringsSep", copying)
		if bad != nil {
			return bad.value()
		}
		parts = append(parts, s)
		size += len(s) + len(sep)
	}
	if bad := m.room(size); bad != nil {
		return bad.value()
	}
	m.Charge(size)
	return value.MakeStringContext(strings.Join(parts, sep), ctx)
}

// replacer is the work of builtins.replaceStrings.
type replacer struct {
	m    *machine
	from []string
	to   []*value.Value
	seen []bool // the replacements whose context counts already
	ctx  *value.Context
	out  strings.Builder
}

func primReplaceStrings(m *machine, _ value.Pos, a, b, c *value.Value) value.Value {
	from, bad := m.forceList(a, 0, "while evaluating the first argument passed to builtins.replaceStrings")
	if bad != nil {
		return bad.value()
	}
	to, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.replaceStrings")
	if bad != nil {
		return bad.value()
	}
	if len(from) != len(to) {
		return fail(EvalError, 0, "'from' and 'to' arguments passed to builtins.replaceStrings have different lengths").value()
	}
	r := replacer{m: m, to: to, from: make([]string, len(from)), seen: make([]bool, len(from))}
	for i, x := range from {
		s, _, bad := m.forceString(x, "while evaluating one of the strings to replace passed to builtins.replaceStrings")
		if bad != nil {
			return bad.value()
		}
		r.from[i] = s
	}
	s, ctx, bad := m.forceString(c, "while evaluating the third argument passed to builtins.replaceStrings")
	if bad != nil {
		return bad.value()
	}
	r.ctx = ctx
	if bad := r.run(s); bad != nil {
		return bad.value()
	}
	m.Charge(r.out.Len())
	return value.MakeStringContext(r.out.String(), r.ctx)
}

// run goes through s once. What is replaced by nothing else stays, also behind
// an empty string that matched.
func (r *replacer) run(s string) *failure {
	first := [256]bool{}
	anywhere := false
	for _, f := range r.from {
		if f == "" {
			anywhere = true
		} else {
			first[f[0]] = true
		}
	}
	for p := 0; p <= len(s); {
		if !anywhere {
			start := p
			for p < len(s) && !first[s[p]] {
				p++
			}
			r.out.WriteString(s[start:p])
			if p == len(s) {
				return nil
			}
		}
		i := r.find(s[p:])
		if i >= 0 {
			if bad := r.put(i); bad != nil {
				return bad
			}
			p += len(r.from[i])
		}
		if i < 0 || r.from[i] == "" {
			if p < len(s) {
				r.out.WriteByte(s[p])
			}
			p++
		}
	}
	return nil
}

func (r *replacer) find(rest string) int {
	for i, f := range r.from {
		if strings.HasPrefix(rest, f) {
			return i
		}
	}
	return -1
}

func (r *replacer) put(i int) *failure {
	s, ctx, bad := r.m.forceString(r.to[i], "while evaluating one of the replacement strings passed to builtins.replaceStrings")
	if bad != nil {
		return bad
	}
	if !r.seen[i] {
		r.seen[i] = true
		r.ctx = r.ctx.Union(ctx)
	}
	r.out.WriteString(s)
	return r.m.room(builder * r.out.Len())
}

func primParseDrvName(m *machine, _ value.Pos, a *value.Value) value.Value {
	s, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.parseDrvName")
	if bad != nil {
		return bad.value()
	}
	name, ver := version.ParseName(s)
	return value.MakeSet(m.FromAttrs([]value.Attr{
		{Sym: m.sym.name, V: m.Cell(value.MakeString(name))},
		{Sym: m.symbols.Intern("version"), V: m.Cell(value.MakeString(ver))},
	}, 0))
}

func primCompareVersions(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	v, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.compareVersions")
	if bad != nil {
		return bad.value()
	}
	w, bad := m.forceStringNoContext(b, 0, "while evaluating the second argument passed to builtins.compareVersions")
	if bad != nil {
		return bad.value()
	}
	return value.MakeInt(int64(version.Compare(v, w)))
}

func primSplitVersion(m *machine, _ value.Pos, a *value.Value) value.Value {
	v, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.splitVersion")
	if bad != nil {
		return bad.value()
	}
	parts := version.Split(v)
	cells := m.Slice(len(parts))
	for i, p := range parts {
		cells[i] = m.Cell(value.MakeString(p))
	}
	return value.MakeList(cells)
}

// pathOrString returns the text of a path, or makes a string of something else.
func (m *machine) pathOrString(a *value.Value, context string) (s string, ctx *value.Context, isPath bool, bad *failure) {
	if v := m.force(a, 0); v.Kind() == value.Path {
		return v.Str(), nil, true, nil
	}
	s, bad = m.coerce(a, 0, &ctx, context, 0)
	return s, ctx, false, bad
}

// primBaseNameOf takes at most one slash off the end.
func primBaseNameOf(m *machine, _ value.Pos, a *value.Value) value.Value {
	var ctx *value.Context
	s, bad := m.coerce(a, 0, &ctx, "while evaluating the first argument passed to builtins.baseNameOf", 0)
	if bad != nil {
		return bad.value()
	}
	return value.MakeStringContext(baseName(s), ctx)
}

func baseName(s string) string {
	s = strings.TrimSuffix(s, "/")
	return s[strings.LastIndexByte(s, '/')+1:]
}

func primDirOf(m *machine, _ value.Pos, a *value.Value) value.Value {
	s, ctx, isPath, bad := m.pathOrString(a, "while evaluating the first argument passed to 'builtins.dirOf'")
	if bad != nil {
		return bad.value()
	}
	if isPath {
		return value.MakePath(cleanPath(s[:strings.LastIndexByte(s, '/')+1]))
	}
	switch i := strings.LastIndexByte(s, '/'); i {
	case -1:
		s = "."
	case 0:
		s = "/"
	default:
		s = s[:i]
	}
	return value.MakeStringContext(s, ctx)
}

// pattern returns a regular expression, compiled once.
func (m *machine) pattern(s string) (*regex.Regexp, *failure) {
	if re, ok := m.patterns[s]; ok {
		return re, nil
	}
	re, err := regex.Compile(s)
	if err != nil {
		return nil, fail(EvalError, 0, "%v", err)
	}
	m.patterns[s] = re
	return re, nil
}

// groups returns what the groups of a match hold, null for those that took no
// part.
func (m *machine) groups(s string, match []int) value.Value {
	n := len(match)/2 - 1
	cells := m.Slice(n)
	for i := range cells {
		from, to := match[2*i+2], match[2*i+3]
		if from < 0 {
			cells[i] = m.nullCell
		} else {
			cells[i] = m.Cell(value.MakeString(s[from:to]))
		}
	}
	return value.MakeList(cells)
}

func primMatch(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	pattern, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.match")
	if bad != nil {
		return bad.value()
	}
	re, bad := m.pattern(pattern)
	if bad != nil {
		return bad.value()
	}
	s, _, bad := m.forceString(b, "while evaluating the second argument passed to builtins.match")
	if bad != nil {
		return bad.value()
	}
	match, ok, err := re.Match(m.ctx, s, nil)
	switch {
	case err != nil:
		return m.regexFailed(err).value()
	case !ok:
		return value.MakeNull()
	}
	return m.groups(s, match)
}

// regexFailed is what becomes of a search that was given up.
func (m *machine) regexFailed(err error) *failure {
	if m.halt.Load() || m.ctx.Err() != nil {
		v := m.interrupted()
		return failed(&v)
	}
	return fail(EvalError, 0, "%v", err)
}

func primSplit(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	pattern, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.split")
	if bad != nil {
		return bad.value()
	}
	re, bad := m.pattern(pattern)
	if bad != nil {
		return bad.value()
	}
	s, _, bad := m.forceString(b, "while evaluating the second argument passed to builtins.split")
	if bad != nil {
		return bad.value()
	}
	var cells []*value.Value
	at := 0
	for match, err := range re.All(m.ctx, s) {
		if err != nil {
			return m.regexFailed(err).value()
		}
		cells = append(cells, m.Cell(value.MakeString(s[at:match[0]])), m.Cell(m.groups(s, match)))
		at = match[1]
	}
	if cells == nil {
		return value.MakeList([]*value.Value{b}) // with its context
	}
	return value.MakeList(append(cells, m.Cell(value.MakeString(s[at:]))))
}
