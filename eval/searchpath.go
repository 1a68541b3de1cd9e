package eval

import (
	"firn/eval/value"
	"firn/parser"
)

// searchPath compiles <x>, which is __findFile __nixPath "x". Both names can be
// those of something else.
func (u *unit) searchPath(n parser.Node, lv *level) code {
	pos, text := u.pos(n.ID()), n.Text()
	name := value.MakeString(text[1 : len(text)-1])
	find := u.lexical(n, "__findFile", lv)
	path := u.lexicalCell(n, "__nixPath", lv)
	return callCode(find, []delayed{path, constantCell(name)}, pos)
}
