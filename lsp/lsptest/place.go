package lsptest

import (
	"fmt"
	"strconv"
	"strings"

	"firn/parser/text"
)

// point reads an argument that names a place.
func (c *Client) point(arg string) (file string, off uint32, err error) {
	if m, ok := c.w.marks[arg]; ok {
		return m.file, m.span.Start, nil
	}
	parts := strings.Split(arg, ":")
	if len(parts) != 3 {
		return "", 0, fmt.Errorf("no mark %s", arg)
	}
	line, err := strconv.ParseUint(parts[1], 10, 32)
	if err != nil {
		return "", 0, err
	}
	column, err := strconv.ParseUint(parts[2], 10, 32)
	if err != nil {
		return "", 0, err
	}
	lines := text.NewLines(c.w.files[parts[0]])
	return parts[0], lines.Offset(text.Position{Line: uint32(line) - 1, Column: uint32(column) - 1}, c.enc), nil
}

// span reads an argument that names a range, or a file for all of it.
func (c *Client) span(arg string) (file string, s text.Span, err error) {
	if m, ok := c.w.marks[arg]; ok {
		return m.file, m.span, nil
	}
	if src, ok := c.w.files[arg]; ok {
		return arg, text.Span{End: uint32(len(src))}, nil
	}
	return "", s, fmt.Errorf("no mark or file %s", arg)
}
