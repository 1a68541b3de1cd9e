package module

import (
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
)

// Names returns steps as names in the tree of options.
func Names(steps []Step) []string {
	list := make([]string, len(steps))
	for i, s := range steps {
		switch s.Kind {
		case Attr:
			list[i] = s.Name
		case Dynamic:
			list[i] = "<name>"
		case Element:
			list[i] = option.Element
		}
	}
	return list
}

// PathAt returns the path of what a name of a module sets, or refers to by config
// or options, as names in the tree of options. It is false for other names.
func PathAt(info *scope.Info, n parser.Node) ([]string, bool) {
	if r, ok := ConfigRef(info, n); ok && len(r.Steps) > 0 {
		return Names(r.Steps), true
	}
	if d := DefAt(info, n); d != nil {
		return Names(d.Path()), true
	}
	return nil, false
}

// DefAt returns what a name of a module sets, or nil.
func DefAt(info *scope.Info, n parser.Node) *Def {
	if k := n.Parent().Kind(); k != parser.KindAttrPath && k != parser.KindInherit {
		return nil
	}
	m, ok := Parse(info)
	if !ok {
		m = systems(info)
	}
	for d := range m.All() {
		if d.Name == n {
			return d
		}
	}
	return nil
}
