package parser

import (
	"maps"
	"slices"
	"strings"
)

// A table is an LALR(1) parser in the form that Bison gives it: an action for
// a state and a token, or a default reduction where the token does not matter.
// What a parser says of a wrong token depends on this form, since default
// reductions are taken before the token is looked at (Bison manual, sections
// "LR Table Construction" and "Default Reductions").
type table struct {
	rules  []rule
	states []state
	symbol map[string]int // the number of a symbol; terminals come first
	names  []string       // of symbols by number
	tokens int            // how many symbols are terminals
}

type rule struct {
	left  int
	right []int
	prec  precedence
}

type precedence struct {
	level int // 0: none
	assoc byte
}

type state struct {
	items    []item // the kernel
	action   map[int]int
	jump     map[int]int // to states, by nonterminal
	fallback int         // the rule of the default reduction, or -1
	// All of that by symbol, for speed: an action for each terminal, the next
	// state for each nonterminal.
	moves []int32
}

// In a table the action to shift is the number of the next state and the
// action to reduce the complement of the rule's number.
const actError = 1 << 30

// item is a rule with a dot in it.
type item struct{ rule, dot int }

// newTable makes the table of a grammar. Its terminals are given in the order
// of their numbers, its rules as lines "left: right…", "| right…" with an
// optional "%prec TOKEN"; the first rule is the start, and ends with the end
// of the text. Level i of precs, such
// as "left + -", binds more loosely than level i+1.
func newTable(terminals, precs []string, grammar string) *table {
	t := &table{symbol: map[string]int{}}
	for _, name := range terminals {
		t.number(name)
	}
	t.tokens = len(terminals)
	levels := map[int]precedence{}
	for i, line := range precs {
		words := strings.Fields(line)
		for _, name := range words[1:] {
			levels[t.number(name)] = precedence{i + 1, words[0][0]}
		}
	}
	t.read(grammar, levels)
	t.automaton()
	t.fill(levels)
	for i := range t.states {
		t.states[i].spread(t)
	}
	return t
}

// spread sets the moves of a state.
func (s *state) spread(t *table) {
	s.moves = make([]int32, len(t.names))
	none := int32(actError)
	if s.fallback >= 0 {
		none = int32(^s.fallback)
	}
	for x := range t.tokens {
		s.moves[x] = none
	}
	for _, to := range []map[int]int{s.action, s.jump} {
		for x, move := range to {
			s.moves[x] = int32(move)
		}
	}
}

func (t *table) number(name string) int {
	n, ok := t.symbol[name]
	if !ok {
		n = len(t.names)
		t.symbol[name] = n
		t.names = append(t.names, name)
	}
	return n
}

func (t *table) read(grammar string, levels map[int]precedence) {
	left := 0
	for line := range strings.Lines(grammar) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if name, ok := strings.CutSuffix(words[0], ":"); ok && name != "" {
			left = t.number(name)
		}
		r := rule{left: left}
		for i := 1; i < len(words); i++ {
			if words[i] == "%prec" {
				r.prec = levels[t.number(words[i+1])]
				break
			}
			n := t.number(words[i])
			r.right = append(r.right, n)
			if n < t.tokens {
				r.prec = levels[n]
			}
		}
		t.rules = append(t.rules, r)
	}
}

// after returns the symbol behind the dot, or -1 at the end of the rule.
func (t *table) after(i item) int {
	if r := t.rules[i.rule].right; i.dot < len(r) {
		return r[i.dot]
	}
	return -1
}

// automaton makes the states of the LR(0) automaton and its transitions.
func (t *table) automaton() {
	known := map[string]int{}
	add := func(kernel []item) int {
		slices.SortFunc(kernel, func(a, b item) int { return (a.rule-b.rule)*64 + a.dot - b.dot })
		var key strings.Builder
		for _, i := range kernel {
			key.WriteString(string(rune(i.rule)) + string(rune(i.dot)))
		}
		n, ok := known[key.String()]
		if !ok {
			n = len(t.states)
			known[key.String()] = n
			t.states = append(t.states, state{items: kernel, action: map[int]int{}, jump: map[int]int{}, fallback: -1})
		}
		return n
	}
	add([]item{{0, 0}})
	for s := 0; s < len(t.states); s++ { //nolint:intrange // their number grows
		moves := map[int][]item{}
		for _, i := range t.closure(t.states[s].items) {
			if x := t.after(i); x >= 0 {
				moves[x] = append(moves[x], item{i.rule, i.dot + 1})
			}
		}
		for _, x := range slices.Sorted(maps.Keys(moves)) {
			target := add(moves[x])
			if x < t.tokens {
				t.states[s].action[x] = target
			} else {
				t.states[s].jump[x] = target
			}
		}
	}
}

func (t *table) closure(kernel []item) []item {
	items := slices.Clone(kernel)
	done := map[int]bool{}
	for n := 0; n < len(items); n++ {
		x := t.after(items[n])
		if x < t.tokens || done[x] {
			continue
		}
		done[x] = true
		for r := range t.rules {
			if t.rules[r].left == x {
				items = append(items, item{r, 0})
			}
		}
	}
	return items
}

// goTo returns the state after x in state s.
func (t *table) goTo(s, x int) int {
	if x < t.tokens {
		return t.states[s].action[x]
	}
	return t.states[s].jump[x]
}

// fill adds the reductions. Their tokens are the lookaheads of the rule in its
// state: those that follow the transition on the rule's left side wherever the
// rule can begin (DeRemer and Pennello, "Efficient Computation of LALR(1)
// Look-Ahead Sets", found here by iteration).
func (t *table) fill(levels map[int]precedence) {
	follow := t.follow()
	shifts := make([]map[int]int, len(t.states))
	for s := range t.states {
		shifts[s] = maps.Clone(t.states[s].action)
	}
	reduce := make([]map[int][]bool, len(t.states)) // state, rule: lookaheads
	for tr, tokens := range follow {
		for r := range t.rules {
			if t.rules[r].left != tr.symbol {
				continue
			}
			end := tr.state
			for _, x := range t.rules[r].right {
				if x < t.tokens {
					end = shifts[end][x]
				} else {
					end = t.states[end].jump[x]
				}
			}
			if reduce[end] == nil {
				reduce[end] = map[int][]bool{}
			}
			if reduce[end][r] == nil {
				reduce[end][r] = make([]bool, t.tokens)
			}
			for x, ok := range tokens {
				reduce[end][r][x] = reduce[end][r][x] || ok
			}
		}
	}
	for s := range t.states {
		t.resolve(&t.states[s], reduce[s], levels)
	}
}

// resolve settles conflicts by precedence and picks the default reduction: the
// one with the most tokens, which need no entries then.
func (t *table) resolve(s *state, reduce map[int][]bool, levels map[int]precedence) {
	consistent := len(reduce) == 1 && len(s.action) == 0 && len(s.jump) == 0
	count := map[int]int{}
	for _, r := range slices.Sorted(maps.Keys(reduce)) {
		for x, ok := range reduce[r] {
			if !ok {
				continue
			}
			act, taken := s.action[x]
			switch rp, tp := t.rules[r].prec, levels[x]; {
			case !taken:
			case act < 0, rp.level < tp.level, rp.level == tp.level && tp.assoc == 'r', rp.level == 0:
				continue
			case rp.level == tp.level && tp.assoc == 'n':
				s.action[x] = actError
				continue
			}
			s.action[x] = ^r
			count[r]++
		}
	}
	most := 0
	for _, r := range slices.Sorted(maps.Keys(reduce)) {
		if count[r] > most || consistent {
			most, s.fallback = count[r], r
		}
	}
	if s.fallback >= 0 {
		maps.DeleteFunc(s.action, func(_, act int) bool { return act == ^s.fallback })
	}
}

// transition is a move between states on a nonterminal.
type transition struct{ state, symbol int }

// follow returns the tokens that can come behind each transition on a
// nonterminal.
func (t *table) follow() map[transition][]bool {
	follow := map[transition][]bool{}
	empty := t.nullable()
	var order []transition
	for s := range t.states {
		for _, x := range slices.Sorted(maps.Keys(t.states[s].jump)) {
			tr := transition{s, x}
			order = append(order, tr)
			follow[tr] = make([]bool, t.tokens)
		}
	}
	includes := map[transition][]transition{} // whose tokens come behind as well
	for _, tr := range order {
		next := t.states[tr.state].jump[tr.symbol]
		for x := range t.states[next].action {
			follow[tr][x] = true
		}
		for x := range t.states[next].jump {
			if empty[x] {
				includes[tr] = append(includes[tr], transition{next, x})
			}
		}
		for r := range t.rules {
			if t.rules[r].left != tr.symbol {
				continue
			}
			s, right := tr.state, t.rules[r].right
			for i, x := range right {
				if x >= t.tokens && !slices.ContainsFunc(right[i+1:], func(y int) bool { return !empty[y] }) {
					includes[transition{s, x}] = append(includes[transition{s, x}], tr)
				}
				s = t.goTo(s, x)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, tr := range order {
			for _, from := range includes[tr] {
				for x, ok := range follow[from] {
					if ok && !follow[tr][x] {
						follow[tr][x], changed = true, true
					}
				}
			}
		}
	}
	return follow
}

// nullable tells which symbols can be empty.
func (t *table) nullable() []bool {
	empty := make([]bool, len(t.names))
	for changed := true; changed; {
		changed = false
		for _, r := range t.rules {
			if !empty[r.left] && !slices.ContainsFunc(r.right, func(x int) bool { return !empty[x] }) {
				empty[r.left], changed = true, true
			}
		}
	}
	return empty
}
