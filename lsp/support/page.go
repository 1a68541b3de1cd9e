package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
)

const intro = `<!-- Made by lsp/support from the source of the server; run go generate ./lsp. -->

# What the language server does

The protocol is LSP %s.
A method that says no is answered with MethodNotFound if it is a request, and ignored if it is a notification.

## Methods

| method | | what firn does |
|---|---|---|
`

// page returns docs/lsp.md. The error says what methods.go lacks.
func page(found source) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, intro, protocol.Version)
	left := maps.Clone(methods)
	for _, m := range sorted(protocol.Methods) {
		w, ok := left[m.Method]
		if !ok {
			return "", fmt.Errorf("lsp/support/methods.go says nothing of %s", m.Method)
		}
		delete(left, m.Method)
		answer, err := w.answer(found.has(m))
		if err != nil {
			return "", fmt.Errorf("lsp/support/methods.go: %s %w", m.Method, err)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", m.Method, way(m), cell(answer))
	}
	for name := range left {
		return "", fmt.Errorf("lsp/support/methods.go: %s is no method of LSP %s", name, protocol.Version)
	}
	if err := writeCustom(&b, found.custom); err != nil {
		return "", err
	}
	for _, g := range groups {
		fmt.Fprintf(&b, "\n## %s\n\n| | what firn does | shown by |\n|---|---|---|\n", g.title)
		for _, f := range g.list {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(f.name), cell(f.words()), f.shownBy())
		}
	}
	return b.String(), nil
}

// writeCustom lists the requests beyond the protocol, which are those of customs.
func writeCustom(b *strings.Builder, list []string) error {
	b.WriteString("\n## Requests beyond the protocol\n\n[protocol.md](protocol.md) says what they take and answer.\n\n| method | what it answers |\n|---|---|\n")
	for _, name := range list {
		words, ok := customs[name]
		if !ok {
			return fmt.Errorf("lsp/support/methods.go says nothing of %s", name)
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", name, cell(words))
	}
	if len(list) != len(customs) {
		return fmt.Errorf("lsp/support/methods.go has %d requests beyond the protocol, the server %d", len(customs), len(list))
	}
	return nil
}

// sorted returns methods in the order of the page: those of the life cycle, of
// documents, of the workspace, of the window, and by name.
func sorted(list []protocol.MethodInfo) []protocol.MethodInfo {
	rank := func(m protocol.MethodInfo) int {
		prefix, _, _ := strings.Cut(m.Method, "/")
		switch prefix {
		case "initialize", "initialized", "shutdown", "exit":
			return 0
		case "$", "client":
			return 1
		case "notebookDocument":
			return 3
		case "workspace", "workspaceSymbol":
			return 4
		case "window", "telemetry":
			return 5
		}
		return 2
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b protocol.MethodInfo) int { return rank(a) - rank(b) })
	return list
}

// answer returns what is said of a method that the server has or not.
func (w words) answer(has bool) (string, error) {
	switch {
	case has && w.does == "":
		return "", errors.New("is there, and nothing says what it does")
	case has:
		return w.does, nil
	case w.not == "":
		return "", errors.New("is not there, and nothing says why")
	}
	return "no: " + w.not, nil
}

// way says who sends a method, and whether it has an answer.
func way(m protocol.MethodInfo) string {
	arrow := map[protocol.MessageDirection]string{"clientToServer": "→", "serverToClient": "←"}[m.Direction]
	if arrow == "" {
		arrow = "↔"
	}
	return arrow + " " + m.Kind
}

// words returns what is said of a feature.
func (f feature) words() string {
	switch {
	case f.test == "" && f.answer == "":
		return "no: " + f.not
	case f.answer == "":
		return "yes"
	case f.not != "":
		return f.answer + "; " + f.not
	}
	return f.answer
}

// shownBy names the test of a feature.
func (f feature) shownBy() string {
	switch {
	case f.test == "":
		return ""
	case strings.HasSuffix(f.test, archive):
		return "`lsp/testdata/" + f.test + "`"
	}
	dir, name := splitTest(f.test)
	return "`" + name + "` in `" + dir + "`"
}

// archive is how the names of archives end.
const archive = ".txtar"

// splitTest returns the package and the name of a test.
func splitTest(test string) (dir, name string) {
	i := strings.LastIndexByte(test, '.')
	return test[:i], test[i+1:]
}

// cell returns text for a cell of a table.
func cell(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "<", "&lt;") }
