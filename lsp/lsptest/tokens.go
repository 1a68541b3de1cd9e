package lsptest

import (
	"encoding/json"
	"fmt"
	"strings"

	"firn/parser/text"
)

// tokens prints the semantic tokens of a file or range, a line each.
func tokens(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	file, params, err := c.in(args[0])
	if err != nil {
		return "", err
	}
	method := "textDocument/semanticTokens/range"
	if _, whole := c.w.files[args[0]]; whole {
		method = "textDocument/semanticTokens/full"
		delete(params, "range")
	}
	var result struct{ Data []uint32 }
	if err := c.Call(method, params, &result); err != nil {
		return "", err
	}
	return c.showTokens(file, result.Data)
}

func (c *Client) showTokens(file string, data []uint32) (string, error) {
	var result struct {
		Capabilities struct {
			SemanticTokensProvider struct {
				Legend struct{ TokenTypes, TokenModifiers []string }
			}
		}
	}
	if err := json.Unmarshal(c.Result, &result); err != nil {
		return "", err
	}
	legend := result.Capabilities.SemanticTokensProvider.Legend
	lines := text.NewLines(c.w.files[file])
	var out strings.Builder
	var line, column uint32
	for ; len(data) >= 5; data = data[5:] {
		if data[0] > 0 {
			line, column = line+data[0], 0
		}
		column += data[1]
		start := lines.Offset(text.Position{Line: line, Column: column}, c.enc)
		end := lines.Offset(text.Position{Line: line, Column: column + data[2]}, c.enc)
		fmt.Fprintf(&out, "%s %s", c.place(file, text.Span{Start: start, End: end}, false), name(legend.TokenTypes, data[3]))
		for bit, modifier := range legend.TokenModifiers {
			if data[4]&(1<<bit) != 0 {
				out.WriteString(" " + modifier)
			}
		}
		out.WriteString("\n")
	}
	return orNothing(out.String()), nil
}

func name(names []string, i uint32) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprint("type ", i)
}
