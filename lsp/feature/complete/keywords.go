package complete

import (
	"firn/lsp/feature/cursor"
	"firn/lsp/feature/manual"
	"firn/parser"
)

func isKeyword(name string) bool {
	return manual.Keyword(name) != nil
}

func (c *collector) keyword(word, snippet string, group int) {
	item := Item{Label: word, Kind: Keyword, Key: keyKeyword + word}
	if snippet != "" {
		item = c.snippet(item, snippet)
	}
	c.add(item, group)
}

// expressionKeywords lists the keywords that an expression begins with. Behind
// an operator, as an argument and in a list most need parentheses.
func (c *collector) expressionKeywords() {
	c.keyword("rec", "rec {\n  $0\n}", keyword)
	if !c.beginsWhole() {
		return
	}
	c.keyword("let", "let\n  $1\nin\n$0", keyword)
	c.keyword("if", "if $1 then $2 else $0", keyword)
	c.keyword("with", "with $1; $0", keyword)
	c.keyword("assert", "assert $1; $0", keyword)
}

// beginsWhole reports whether what is written at the cursor begins an
// expression and not an operand.
func (c *collector) beginsWhole() bool {
	f := c.ctx.Frames[len(c.ctx.Frames)-1]
	if f.Kind == cursor.List {
		return false
	}
	if len(f.Items) == 0 {
		return true
	}
	last := f.Items[len(f.Items)-1].Kind
	return last.IsKeyword() && last != parser.KindOrKw || last == parser.KindColon || last == parser.KindSemicolon
}

// followingKeywords lists the keywords that may stand behind an operand.
func (c *collector) followingKeywords() {
	switch c.ctx.Keyword {
	case parser.KindThenKw:
		c.keyword("then", "", expected)
	case parser.KindElseKw:
		c.keyword("else", "", expected)
	}
	f := c.ctx.Frames[len(c.ctx.Frames)-1]
	if operands := cursor.Operands(f.Items); len(operands) > 0 && isSelection(operands[len(operands)-1]) {
		c.keyword("or", "", keyword)
	}
}

func isSelection(operand []cursor.Item) bool {
	return len(operand) > 2 && operand[len(operand)-2].Kind == parser.KindDot
}

// bindingKeywords lists the keywords that stand where a binding may begin.
func (c *collector) bindingKeywords() {
	c.keyword("inherit", "inherit $0;", keyword)
	if c.opts.Snippets {
		item := Item{Label: "inherit (…)", Kind: Keyword, Key: keyKeyword + "inherit"}
		c.add(c.snippet(item, "inherit ($1) $0;"), keyword-1)
	}
	if c.ctx.Keyword == parser.KindInKw {
		c.keyword("in", "", keyword)
	}
}
