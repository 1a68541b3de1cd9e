package eval

import (
	"firn/eval/value"
)

var listPrims = table{
	"all":            anyOrAll("all", false),
	"any":            anyOrAll("any", true),
	"concatLists":    primConcatLists,
	"concatMap":      primConcatMap,
	"elem":           primElem,
	"elemAt":         primElemAt,
	"filter":         primFilter,
	"foldl'":         primFoldl,
	"genList":        primGenList,
	"genericClosure": primGenericClosure,
	"groupBy":        primGroupBy,
	"head":           primHead,
	"length":         primLength,
	"map":            primMap,
	"partition":      primPartition,
	"sort":           primSort,
	"tail":           primTail,
}

func primLength(m *machine, _ value.Pos, a *value.Value) value.Value {
	list, bad := m.forceList(a, 0, "while evaluating the first argument passed to builtins.length")
	if bad != nil {
		return bad.value()
	}
	return value.MakeInt(int64(len(list)))
}

func primHead(m *machine, _ value.Pos, a *value.Value) value.Value {
	list, bad := m.forceList(a, 0, "while evaluating the first argument passed to 'builtins.head'")
	if bad != nil {
		return bad.value()
	}
	if len(list) == 0 {
		return fail(EvalError, 0, "'builtins.head' called on an empty list").value()
	}
	return m.force(list[0], 0)
}

func primTail(m *machine, _ value.Pos, a *value.Value) value.Value {
	list, bad := m.forceList(a, 0, "while evaluating the first argument passed to 'builtins.tail'")
	if bad != nil {
		return bad.value()
	}
	if len(list) == 0 {
		return fail(EvalError, 0, "'builtins.tail' called on an empty list").value()
	}
	return value.MakeList(list[1:])
}

func primElemAt(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	i, bad := m.forceInt(b, "while evaluating the second argument passed to 'builtins.elemAt'")
	if bad != nil {
		return bad.value()
	}
	list, bad := m.forceList(a, 0, "while evaluating the first argument passed to 'builtins.elemAt'")
	if bad != nil {
		return bad.value()
	}
	if i < 0 || i >= int64(len(list)) {
		return fail(EvalError, 0, "'builtins.elemAt' called with index %d on a list of size %d", i, len(list)).value()
	}
	return m.force(list[i], 0)
}

func primMap(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	list, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.map")
	if bad != nil {
		return bad.value()
	}
	if len(list) == 0 {
		return *b
	}
	if _, bad := m.forceFunction(a, 0, "while evaluating the first argument passed to builtins.map"); bad != nil {
		return bad.value()
	}
	cells, each := m.Slice(len(list)), newApplication(a, appOne)
	for i, c := range list {
		if bad := m.turn(i); bad != nil {
			return bad.value()
		}
		cells[i] = each.to(m, c)
	}
	return value.MakeList(cells)
}

// callBool calls a function that is to return a boolean.
func (m *machine) callBool(f value.Value, a *value.Value, context string) (bool, *failure) {
	return m.boolOf(m.call(f, a, 0), context)
}

// boolOf returns what a function has returned. The failure of the function
// itself gets no frame.
func (m *machine) boolOf(v value.Value, context string) (bool, *failure) {
	switch v.Kind() {
	case value.Bool:
		return v.Bool(), nil
	case value.Failed:
		return false, failed(&v)
	}
	return false, m.wrongKind("a Boolean", v, 0, context)
}

func primFilter(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	list, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.filter")
	if bad != nil {
		return bad.value()
	}
	if len(list) == 0 {
		return *b
	}
	f, bad := m.forceFunction(a, 0, "while evaluating the first argument passed to builtins.filter")
	if bad != nil {
		return bad.value()
	}
	kept := make([]*value.Value, 0, len(list))
	for _, c := range list {
		keep, bad := m.callBool(f, c, "while evaluating the return value of the filtering function passed to builtins.filter")
		if bad != nil {
			return bad.value()
		}
		if keep {
			kept = append(kept, c)
		}
	}
	if len(kept) == len(list) {
		return *b
	}
	return m.listOf(kept)
}

// listOf returns a list of cells, which it copies.
func (m *machine) listOf(cells []*value.Value) value.Value {
	out := m.Slice(len(cells))
	copy(out, cells)
	return value.MakeList(out)
}

func primElem(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	list, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.elem")
	if bad != nil {
		return bad.value()
	}
	for _, c := range list {
		same, bad := m.equal(a, c, 0, "while searching for the presence of the given element in the list")
		if bad != nil {
			return bad.value()
		}
		if same {
			return value.MakeBool(true)
		}
	}
	return value.MakeBool(false)
}

// concat joins lists that cells hold.
func (m *machine) concat(lists []*value.Value) value.Value {
	n := 0
	var only *value.Value
	for _, l := range lists {
		if l.Len() > 0 {
			n, only = n+l.Len(), l
		}
	}
	if n == 0 {
		return *m.emptyList
	}
	if n == only.Len() {
		return *only
	}
	if bad := m.room(8 * n); bad != nil {
		return bad.value()
	}
	cells := m.Slice(n)
	at := 0
	for _, l := range lists {
		at += copy(cells[at:], l.Elems())
	}
	return value.MakeList(cells)
}

func primConcatLists(m *machine, _ value.Pos, a *value.Value) value.Value {
	list, bad := m.forceList(a, 0, "while evaluating the first argument passed to builtins.concatLists")
	if bad != nil {
		return bad.value()
	}
	for _, c := range list {
		if _, bad := m.forceList(c, 0, "while evaluating a value of the list passed to builtins.concatLists"); bad != nil {
			return bad.value()
		}
	}
	return m.concat(list)
}

func primConcatMap(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	f, bad := m.forceFunction(a, 0, "while evaluating the first argument passed to builtins.concatMap")
	if bad != nil {
		return bad.value()
	}
	list, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.concatMap")
	if bad != nil {
		return bad.value()
	}
	cells := make([]value.Value, len(list))
	lists := make([]*value.Value, len(list))
	for i, c := range list {
		v := m.call(f, c, 0)
		if v.Kind() != value.List {
			bad := m.expected("a list", v)
			if !v.IsFailed() {
				bad = bad.with(posOf(&v, posOf(a, 0)), "while evaluating the return value of the function passed to builtins.concatMap")
			}
			return bad.value()
		}
		cells[i], lists[i] = v, &cells[i]
	}
	return m.concat(lists)
}

func primFoldl(m *machine, _ value.Pos, a, b, c *value.Value) value.Value {
	f, bad := m.forceFunction(a, 0, "while evaluating the first argument passed to builtins.foldlStrict")
	if bad != nil {
		return bad.value()
	}
	list, bad := m.forceList(c, 0, "while evaluating the third argument passed to builtins.foldlStrict")
	if bad != nil {
		return bad.value()
	}
	if len(list) == 0 {
		return m.force(b, 0)
	}
	sum := b
	for i, x := range list {
		v := m.call2(f, sum, x, 0)
		if v.IsFailed() || i == len(list)-1 {
			return v
		}
		sum = m.Cell(v)
	}
	return *sum
}

// anyOrAll makes the builtins any and all: stop is the answer of the predicate
// that settles the matter.
func anyOrAll(name string, stop bool) fn2 {
	first := "while evaluating the first argument passed to builtins." + name
	second := "while evaluating the second argument passed to builtins." + name
	outcome := "while evaluating the return value of the function passed to builtins." + name
	return func(m *machine, _ value.Pos, a, b *value.Value) value.Value {
		f, bad := m.forceFunction(a, 0, first)
		if bad != nil {
			return bad.value()
		}
		list, bad := m.forceList(b, 0, second)
		if bad != nil {
			return bad.value()
		}
		for _, c := range list {
			yes, bad := m.callBool(f, c, outcome)
			if bad != nil {
				return bad.value()
			}
			if yes == stop {
				return value.MakeBool(stop)
			}
		}
		return value.MakeBool(!stop)
	}
}

func primGenList(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	n, bad := m.forceInt(b, "while evaluating the second argument passed to builtins.genList")
	if bad != nil {
		return bad.value()
	}
	if n < 0 {
		return fail(EvalError, 0, "cannot create list of size %d", n).value()
	}
	if _, bad := m.forceFunction(a, 0, "while evaluating the first argument passed to builtins.genList"); bad != nil {
		return bad.value()
	}
	const perElement = 32
	if n > 1<<40 {
		return m.exhausted().value()
	}
	if bad := m.room(int(n) * perElement); bad != nil {
		return bad.value()
	}
	cells, each := m.Slice(int(n)), newApplication(a, appIndex)
	for i := range cells {
		if bad := m.turn(i); bad != nil {
			return bad.value()
		}
		cells[i] = each.index(m, i)
	}
	return value.MakeList(cells)
}

func primSort(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	list, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.sort")
	if bad != nil {
		return bad.value()
	}
	if len(list) == 0 {
		return *b
	}
	f, bad := m.forceFunction(a, 0, "while evaluating the first argument passed to builtins.sort")
	if bad != nil {
		return bad.value()
	}
	cells := m.Slice(len(list))
	for i, c := range list {
		if v := m.force(c, 0); v.IsFailed() {
			return v
		}
		cells[i] = c
	}
	var first *failure
	less := func(x, y *value.Value) bool {
		if first != nil {
			return false
		}
		yes, bad := m.sortLess(f, x, y)
		first = bad
		return yes
	}
	(&peeksort[*value.Value]{list: cells, less: less}).sort()
	if first != nil {
		return first.value()
	}
	return value.MakeList(cells)
}

// sortLess asks the function of a sort. That of < is no call.
func (m *machine) sortLess(f value.Value, x, y *value.Value) (bool, *failure) {
	if f.Kind() == value.Primop && value.As[primop](&f).name == "lessThan" {
		return m.less(x, y, "while evaluating the ordering function passed to builtins.sort")
	}
	return m.boolOf(m.call2(f, x, y, 0), "while evaluating the return value of the sorting function passed to builtins.sort")
}

func primPartition(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	f, bad := m.forceFunction(a, 0, "while evaluating the first argument passed to builtins.partition")
	if bad != nil {
		return bad.value()
	}
	list, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.partition")
	if bad != nil {
		return bad.value()
	}
	var right, wrong []*value.Value
	for _, c := range list {
		if v := m.force(c, 0); v.IsFailed() {
			return v
		}
		yes, bad := m.callBool(f, c, "while evaluating the return value of the partition function passed to builtins.partition")
		if bad != nil {
			return bad.value()
		}
		if yes {
			right = append(right, c)
		} else {
			wrong = append(wrong, c)
		}
	}
	return value.MakeSet(m.FromAttrs([]value.Attr{
		{Sym: m.sym.right, V: m.Cell(value.MakeList(right))},
		{Sym: m.sym.wrong, V: m.Cell(value.MakeList(wrong))},
	}, 0))
}

func primGroupBy(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	f, bad := m.forceFunction(a, 0, "while evaluating the first argument passed to builtins.groupBy")
	if bad != nil {
		return bad.value()
	}
	list, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.groupBy")
	if bad != nil {
		return bad.value()
	}
	groups := map[value.Symbol][]*value.Value{}
	for _, c := range list {
		v := m.call(f, c, 0)
		if v.IsFailed() {
			return v
		}
		name, bad := m.stringNoContext(v, 0, "while evaluating the return value of the grouping function passed to builtins.groupBy")
		if bad != nil {
			return bad.value()
		}
		sym := m.symbols.Intern(name)
		groups[sym] = append(groups[sym], c)
	}
	attrs := make([]value.Attr, 0, len(groups))
	for sym, cells := range groups {
		attrs = append(attrs, value.Attr{Sym: sym, V: m.Cell(value.MakeList(cells))})
	}
	return value.MakeSet(m.FromAttrs(attrs, 0))
}
