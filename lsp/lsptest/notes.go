package lsptest

import (
	"fmt"
	"slices"
	"strings"

	"firn/parser/text"
)

// hints prints the lines of a range that have hints, with those in brackets.
func hints(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	file, params, err := c.in(args[0])
	if err != nil {
		return "", err
	}
	var list []struct {
		Position                  struct{ Line, Character uint32 }
		Label                     string
		PaddingLeft, PaddingRight bool
	}
	if err := c.Call("textDocument/inlayHint", params, &list); err != nil {
		return "", err
	}
	src := c.w.files[file]
	lines := text.NewLines(src)
	shown := map[uint32]bool{}
	for _, h := range slices.Backward(list) {
		off := lines.Offset(text.Position{Line: h.Position.Line, Column: h.Position.Character}, c.enc)
		label := "⟦" + h.Label + "⟧"
		if h.PaddingLeft {
			label = " " + label
		}
		if h.PaddingRight {
			label += " "
		}
		src = src[:off] + label + src[off:]
		shown[h.Position.Line] = true
	}
	var out strings.Builder
	for i, line := range strings.Split(src, "\n") {
		if shown[uint32(i)] {
			fmt.Fprintf(&out, "%d: %s\n", i+1, strings.TrimSpace(line))
		}
	}
	return orNothing(out.String()), nil
}

// lenses prints the lenses of a file, with what they evaluate.
func lenses(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	document, err := c.Document(args[0])
	if err != nil {
		return "", err
	}
	var list []any
	if err := c.Call("textDocument/codeLens", map[string]any{"textDocument": document}, &list); err != nil {
		return "", err
	}
	var out strings.Builder
	for _, item := range list {
		var l struct {
			Range   any
			Command *struct {
				Title, Command string
				Arguments      []any
			}
		}
		if err := again(item, &l); err != nil {
			return "", err
		}
		if l.Command == nil || l.Command.Title == "" {
			var resolved any
			if err := c.Call("codeLens/resolve", item, &resolved); err != nil {
				return "", err
			}
			if err := again(resolved, &l); err != nil {
				return "", err
			}
		}
		fmt.Fprintf(&out, "%s: %s", c.rangeText(args[0], l.Range), l.Command.Title)
		if len(l.Command.Arguments) > 1 {
			fmt.Fprintf(&out, ", %s %s", l.Command.Command, c.rangeText(args[0], l.Command.Arguments[1]))
		}
		out.WriteString("\n")
	}
	return orNothing(out.String()), nil
}

// values asks for the values that a debugger shows which has stopped in a range.
func values(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	file, params, err := c.in(args[0])
	if err != nil {
		return "", err
	}
	params["context"] = map[string]any{"frameId": 0, "stoppedLocation": params["range"]}
	params["range"] = c.rangeOf(file, text.Span{End: uint32(len(c.w.files[file]))})
	return c.ask("textDocument/inlineValue", file, params)
}

// execute executes a command about a range of a document.
func execute(c *Client, args []string) (string, error) {
	if len(args) != 2 {
		return "", errArgs
	}
	file, params, err := c.in(args[1])
	if err != nil {
		return "", err
	}
	return c.ask("workspace/executeCommand", file, map[string]any{"command": args[0], "arguments": []any{c.URI(file), params["range"]}})
}
