package module

import "firn/lsp/feature/option"

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
