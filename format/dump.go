package format

import (
	"fmt"
	"strings"

	"firn/parser"
)

// elementNames are the names of spaces and groups for people.
var elementNames = map[elementKind]string{
	softBreak: "softline'", lineBreak: "line'", hardSpace: "hardspace", softSpace: "softline", spaceBreak: "line",
	hardLine: "hardline", blankLine: "emptyline", lineBreaks: "newlines",
	plainGroup: "group", priorityGroup: "priority group", transparentGroup: "transparent group",
	commentText: "comment", trailingText: "trailing comment", expandedText: "trailing", disableText: "disable",
	verbatimText: "verbatim", restText: "verbatim to the end", indentedText: "raw text", plainText: "text",
}

// Document returns what is laid out for a tree, for people who look for a mistake
// in that.
func Document(tree *parser.Tree, o Options) string {
	file := build(tree, o.Strict)
	var k kit
	var b strings.Builder
	list := k.document(&file)
	k.room.dump(&b, list, 0)
	return b.String()
}

func (r *room) dump(b *strings.Builder, list []element, depth int) {
	for i := range list {
		e := &list[i]
		b.WriteString(strings.Repeat("  ", depth) + elementNames[e.kind])
		if e.kind.isText() {
			fmt.Fprintf(b, " %d %q", e.level, e.text)
		}
		b.WriteByte('\n')
		if e.kind.isGroup() {
			r.dump(b, r.of(e), depth+1)
		}
	}
}
