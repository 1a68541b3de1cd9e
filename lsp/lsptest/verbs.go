package lsptest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"firn/parser/text"
)

// Verb is a kind of request in a script.
type Verb struct {
	Args string // as a reader needs them: POINT, FILE, RANGE, ...
	Run  func(c *Client, args []string) (answer string, err error)
}

// Verbs lists all verbs. Most only say which method takes which params; the
// answer is then printed by [Client.Show].
var Verbs = map[string]Verb{
	"open":   {"FILE", run1((*Client).Open)},
	"close":  {"FILE", run1((*Client).Close)},
	"save":   {"FILE", run1((*Client).save)},
	"edit":   {"RANGE TEXT", edit},
	"append": {"FILE TEXT", appendText},

	"diagnostics": {"FILE", published},
	"pull":        {"FILE", document("textDocument/diagnostic")},
	"tree":        {"FILE", syntaxTree},

	"hover":          {"POINT", position("textDocument/hover")},
	"signature":      {"POINT", position("textDocument/signatureHelp")},
	"declaration":    {"POINT", position("textDocument/declaration")},
	"definition":     {"POINT", position("textDocument/definition")},
	"typeDefinition": {"POINT", position("textDocument/typeDefinition")},
	"implementation": {"POINT", position("textDocument/implementation")},
	"references":     {"POINT [exclude]", references},
	"highlight":      {"POINT", position("textDocument/documentHighlight")},
	"prepareRename":  {"POINT", position("textDocument/prepareRename")},
	"rename":         {"POINT NAME", rename},
	"linked":         {"POINT", position("textDocument/linkedEditingRange")},
	"selection":      {"POINT...", selection},
	"moniker":        {"POINT", position("textDocument/moniker")},

	"completion": {"POINT [LABEL...]", completion},
	"complete":   {"POINT LABEL", complete},

	"symbols":   {"FILE", document("textDocument/documentSymbol")},
	"workspace": {"QUERY", workspaceSymbols},
	"folding":   {"FILE", document("textDocument/foldingRange")},
	"links":     {"FILE", document("textDocument/documentLink")},
	"lenses":    {"FILE", lenses},
	"tokens":    {"FILE|RANGE", tokens},
	"hints":     {"RANGE", hints},
	"values":    {"RANGE", values},
	"evaluate":  {"RANGE", inRange("firn/evaluate")},
	"execute":   {"COMMAND RANGE", execute},

	"format":      {"FILE", format},
	"formatRange": {"RANGE", formatRange},
	"type":        {"POINT TEXT", onType},
	"actions":     {"RANGE [KIND...]", actions},
	"action":      {"RANGE TITLE", action},

	"callers":    {"POINT", hierarchy("textDocument/prepareCallHierarchy", "callHierarchy/incomingCalls")},
	"callees":    {"POINT", hierarchy("textDocument/prepareCallHierarchy", "callHierarchy/outgoingCalls")},
	"supertypes": {"POINT", hierarchy("textDocument/prepareTypeHierarchy", "typeHierarchy/supertypes")},
	"subtypes":   {"POINT", hierarchy("textDocument/prepareTypeHierarchy", "typeHierarchy/subtypes")},

	"resolve":      {"METHOD FILE LABEL", resolve},
	"request":      {"METHOD JSON", request},
	"notify":       {"METHOD JSON", notify},
	"sent":         {"METHOD", sent},
	"forget":       {"METHOD", forget},
	"problems":     {"FILE", problems},
	"write":        {"FILE TEXT", write},
	"capabilities": {"[NAME...]", capabilities},
}

var errArgs = errors.New("wrong number of arguments")

// ask sends a request and prints the result, whose ranges without a document
// are in file.
func (c *Client) ask(method, file string, params any) (string, error) {
	var result any
	if err := c.Call(method, params, &result); err != nil {
		return "", err
	}
	return c.Show(file, result), nil
}

func run1(do func(*Client, string) error) func(*Client, []string) (string, error) {
	return func(c *Client, args []string) (string, error) {
		if len(args) != 1 {
			return "", errArgs
		}
		return "", do(c, args[0])
	}
}

// at returns the params of a request about a point.
func (c *Client) at(arg string) (file string, params map[string]any, err error) {
	file, off, err := c.point(arg)
	if err != nil {
		return "", nil, err
	}
	document, err := c.Document(file)
	return file, map[string]any{"textDocument": document, "position": c.position(file, off)}, err
}

// in returns the params of a request about a range.
func (c *Client) in(arg string) (file string, params map[string]any, err error) {
	file, span, err := c.span(arg)
	if err != nil {
		return "", nil, err
	}
	document, err := c.Document(file)
	return file, map[string]any{"textDocument": document, "range": c.rangeOf(file, span)}, err
}

func position(method string) func(*Client, []string) (string, error) {
	return func(c *Client, args []string) (string, error) {
		if len(args) != 1 {
			return "", errArgs
		}
		file, params, err := c.at(args[0])
		if err != nil {
			return "", err
		}
		return c.ask(method, file, params)
	}
}

func document(method string) func(*Client, []string) (string, error) {
	return func(c *Client, args []string) (string, error) {
		if len(args) != 1 {
			return "", errArgs
		}
		document, err := c.Document(args[0])
		if err != nil {
			return "", err
		}
		return c.ask(method, args[0], map[string]any{"textDocument": document})
	}
}

func inRange(method string) func(*Client, []string) (string, error) {
	return func(c *Client, args []string) (string, error) {
		if len(args) != 1 {
			return "", errArgs
		}
		file, params, err := c.in(args[0])
		if err != nil {
			return "", err
		}
		return c.ask(method, file, params)
	}
}

func hierarchy(prepare, follow string) func(*Client, []string) (string, error) {
	return func(c *Client, args []string) (string, error) {
		if len(args) != 1 {
			return "", errArgs
		}
		file, params, err := c.at(args[0])
		if err != nil {
			return "", err
		}
		var items []any
		if err := c.Call(prepare, params, &items); err != nil || len(items) == 0 {
			return orNothing(""), err
		}
		return c.ask(follow, file, map[string]any{"item": items[0]})
	}
}

func (c *Client) save(file string) error {
	document, err := c.Document(file)
	if err != nil {
		return err
	}
	if err := c.w.write(c.root); err != nil {
		return err
	}
	return c.Notify("textDocument/didSave", map[string]any{"textDocument": document})
}

func edit(c *Client, args []string) (string, error) {
	if len(args) != 2 {
		return "", errArgs
	}
	file, span, err := c.span(args[0])
	if err != nil {
		return "", err
	}
	return "", c.Edit(file, text.Edit{Span: span, New: args[1]})
}

func appendText(c *Client, args []string) (string, error) {
	if len(args) != 2 {
		return "", errArgs
	}
	end := uint32(len(c.w.files[args[0]]))
	return "", c.Edit(args[0], text.Edit{Span: text.Span{Start: end, End: end}, New: args[1]})
}

// published waits for the diagnostics of the version that is open.
func published(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	if _, err := c.Document(args[0]); err != nil {
		return "", err
	}
	params, err := c.Published(args[0])
	if err != nil {
		return "", err
	}
	return c.Show(args[0], params["diagnostics"]), nil
}

// Published returns the params of the publishDiagnostics for the open version
// of a file, for which it waits.
func (c *Client) Published(file string) (map[string]any, error) {
	c.t.Helper()
	var params map[string]any
	c.Await("textDocument/publishDiagnostics", func(m Message) bool {
		params = nil
		err := json.Unmarshal(m.Params, &params)
		version, _ := params["version"].(float64)
		return err == nil && params["uri"] == c.URI(file) && int(version) == c.versions[file]
	})
	return params, nil
}

func syntaxTree(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	document, err := c.Document(args[0])
	if err != nil {
		return "", err
	}
	var tree string
	err = c.Call("firn/syntaxTree", map[string]any{"textDocument": document}, &tree)
	return tree, err
}

func references(c *Client, args []string) (string, error) {
	if len(args) == 0 {
		return "", errArgs
	}
	file, params, err := c.at(args[0])
	if err != nil {
		return "", err
	}
	params["context"] = map[string]any{"includeDeclaration": !slices.Contains(args, "exclude")}
	return c.ask("textDocument/references", file, params)
}

func rename(c *Client, args []string) (string, error) {
	if len(args) != 2 {
		return "", errArgs
	}
	file, params, err := c.at(args[0])
	if err != nil {
		return "", err
	}
	params["newName"] = args[1]
	return c.ask("textDocument/rename", file, params)
}

func selection(c *Client, args []string) (string, error) {
	if len(args) == 0 {
		return "", errArgs
	}
	file, params, err := c.at(args[0])
	if err != nil {
		return "", err
	}
	var positions []any
	for _, arg := range args {
		_, off, err := c.point(arg)
		if err != nil {
			return "", err
		}
		positions = append(positions, c.position(file, off))
	}
	delete(params, "position")
	params["positions"] = positions
	return c.ask("textDocument/selectionRange", file, params)
}

func workspaceSymbols(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	return c.ask("workspace/symbol", "", map[string]any{"query": args[0]})
}

func formatRange(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	file, params, err := c.in(args[0])
	if err != nil {
		return "", err
	}
	params["options"] = formattingOptions()
	return c.formatted("textDocument/rangeFormatting", file, params)
}

func format(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	document, err := c.Document(args[0])
	if err != nil {
		return "", err
	}
	return c.formatted("textDocument/formatting", args[0], map[string]any{"textDocument": document, "options": formattingOptions()})
}

// onType types a text, character by character but told as one edit, and asks
// what to format after the last one.
func onType(c *Client, args []string) (string, error) {
	if len(args) != 2 || args[1] == "" {
		return "", errArgs
	}
	file, off, err := c.point(args[0])
	if err != nil {
		return "", err
	}
	if err := c.Edit(file, text.Edit{Span: text.Span{Start: off, End: off}, New: args[1]}); err != nil {
		return "", err
	}
	return c.formatted("textDocument/onTypeFormatting", file, map[string]any{
		"textDocument": map[string]any{"uri": c.URI(file)},
		"position":     c.position(file, off+uint32(len(args[1]))),
		"ch":           args[1][len(args[1])-1:],
		"options":      formattingOptions(),
	})
}

func formattingOptions() map[string]any {
	return map[string]any{"tabSize": 2, "insertSpaces": true}
}

// formatted prints the text that the edits of a result make of file.
func (c *Client) formatted(method, file string, params any) (string, error) {
	var edits []any
	if err := c.Call(method, params, &edits); err != nil || len(edits) == 0 {
		return orNothing(""), err
	}
	return c.applied(file, edits)
}

func actions(c *Client, args []string) (string, error) {
	list, err := c.actions(args)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, a := range list {
		fmt.Fprintf(&out, "%v: %v", a["kind"], a["title"])
		if a["isPreferred"] == true {
			out.WriteString(" (preferred)")
		}
		if d, ok := a["disabled"].(map[string]any); ok {
			fmt.Fprintf(&out, " (disabled: %v)", d["reason"])
		}
		out.WriteString("\n")
	}
	return orNothing(out.String()), nil
}

// actions asks for code actions in a range, of kinds if there are any.
func (c *Client) actions(args []string) ([]map[string]any, error) {
	if len(args) == 0 {
		return nil, errArgs
	}
	file, params, err := c.in(args[0])
	if err != nil {
		return nil, err
	}
	context := map[string]any{"diagnostics": c.diagnosticsIn(file, params["range"]), "triggerKind": 1}
	if len(args) > 1 {
		context["only"] = args[1:]
	}
	params["context"] = context
	var list []map[string]any
	return list, c.Call("textDocument/codeAction", params, &list)
}

// diagnosticsIn returns what was published last for file and touches the lines
// of a range, as editors send it along.
func (c *Client) diagnosticsIn(file string, r any) []any {
	out := []any{}
	for _, m := range slices.Backward(c.Messages("textDocument/publishDiagnostics")) {
		var p struct {
			URI         string
			Diagnostics []map[string]any
		}
		if json.Unmarshal(m.Params, &p) != nil || p.URI != c.URI(file) {
			continue
		}
		for _, d := range p.Diagnostics {
			if overlaps(d["range"], r) {
				out = append(out, d)
			}
		}
		break
	}
	return out
}

// overlaps reports whether two ranges, as JSON, have a line in common.
func overlaps(a, b any) bool {
	var x, y struct{ Start, End struct{ Line uint32 } }
	return again(a, &x) == nil && again(b, &y) == nil && x.Start.Line <= y.End.Line && y.Start.Line <= x.End.Line
}

// again decodes a value that was decoded without a type.
func again(v, into any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func action(c *Client, args []string) (string, error) {
	if len(args) != 2 {
		return "", errArgs
	}
	list, err := c.actions(args[:1])
	if err != nil {
		return "", err
	}
	file, _, err := c.span(args[0])
	if err != nil {
		return "", err
	}
	for _, a := range list {
		if a["title"] != args[1] {
			continue
		}
		if a["edit"] == nil && a["data"] != nil {
			var resolved map[string]any
			if err := c.Call("codeAction/resolve", a, &resolved); err != nil {
				return "", err
			}
			a = resolved
		}
		delete(a, "title")
		delete(a, "data")
		delete(a, "diagnostics")
		return c.Show(file, a), nil
	}
	return "", fmt.Errorf("no action %q", args[1])
}

// resolve asks for the items of a document and resolves one of them, which is
// named by something that its JSON contains.
func resolve(c *Client, args []string) (string, error) {
	if len(args) != 3 {
		return "", errArgs
	}
	list := map[string]string{
		"documentLink/resolve": "textDocument/documentLink", "codeLens/resolve": "textDocument/codeLens",
		"inlayHint/resolve": "textDocument/inlayHint", "workspaceSymbol/resolve": "workspace/symbol",
	}[args[0]]
	params := map[string]any{"query": args[2]}
	if list != "workspace/symbol" {
		_, p, err := c.in(args[1])
		if err != nil {
			return "", err
		}
		params = p
	}
	var items []any
	if err := c.Call(list, params, &items); err != nil {
		return "", err
	}
	for _, item := range items {
		if data, err := json.Marshal(item); err == nil && strings.Contains(c.Show(args[1], item)+string(data), args[2]) {
			return c.ask(args[0], args[1], item)
		}
	}
	return "", fmt.Errorf("no item with %q", args[2])
}

func request(c *Client, args []string) (string, error) {
	params, err := rawArgs(c, args)
	if err != nil {
		return "", err
	}
	return c.ask(args[0], "", params)
}

func notify(c *Client, args []string) (string, error) {
	params, err := rawArgs(c, args)
	if err != nil {
		return "", err
	}
	return "", c.Notify(args[0], params)
}

// rawArgs reads a method and JSON, which may name files as file:PATH.
func rawArgs(c *Client, args []string) (any, error) {
	if len(args) != 2 {
		return nil, errArgs
	}
	var params any
	err := json.Unmarshal([]byte(strings.ReplaceAll(args[1], `"file:`, `"`+c.URI("")+"/")), &params)
	return params, err
}

func capabilities(c *Client, args []string) (string, error) {
	var result struct{ Capabilities map[string]any }
	if err := json.Unmarshal(c.Result, &result); err != nil {
		return "", err
	}
	if len(args) == 0 {
		return c.Show("", result.Capabilities), nil
	}
	some := make(map[string]any)
	for _, name := range args {
		some[name] = result.Capabilities[name]
	}
	return c.Show("", some), nil
}

// sent waits for a message of a method and prints the params of all that came.
func sent(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	c.Await(args[0], func(Message) bool { return true })
	var list []any
	for _, m := range c.Messages(args[0]) {
		var params any
		if len(m.Params) > 0 {
			if err := json.Unmarshal(m.Params, &params); err != nil {
				return "", err
			}
		}
		list = append(list, params)
	}
	return c.Show("", list), nil
}

// forget drops the messages of a method, so that sent and problems wait for
// others.
func forget(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	c.Forget(args[0])
	return "", nil
}

// problems waits for diagnostics of a file, whatever version they are of, and
// prints the last that came.
func problems(c *Client, args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	var params map[string]any
	c.Await("textDocument/publishDiagnostics", func(m Message) bool {
		params = nil
		return json.Unmarshal(m.Params, &params) == nil && params["uri"] == c.URI(args[0])
	})
	return c.Show(args[0], params["diagnostics"]), nil
}

// write changes a file on disk, behind the editor's back.
func write(c *Client, args []string) (string, error) {
	if len(args) != 2 {
		return "", errArgs
	}
	return "", c.Write(args[0], args[1])
}
