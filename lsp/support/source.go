package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"

	"go.lsp.dev/protocol"
)

// source is what the source of the server says.
type source struct {
	handled map[string]bool // methods of protocol.Server that it has
	sent    map[string]bool // methods of protocol.Client that it calls
	rpc     map[string]bool // names of constants of package protocol in lsp/rpc
	custom  []string        // the requests beyond the protocol
}

// read reads the source of the server, which is in dir.
func read(dir string) (source, error) {
	s := source{handled: map[string]bool{}, sent: map[string]bool{}, rpc: map[string]bool{}}
	err := eachFile(dir, func(f *ast.File) {
		for _, d := range f.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && isServer(f.Recv.List[0].Type) {
				s.handled[f.Name.Name] = true
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if name, ok := calledOfClient(n); ok {
				s.sent[name] = true
			}
			s.custom = append(s.custom, customRequests(n)...)
			return true
		})
	})
	if err != nil {
		return s, err
	}
	err = eachFile(filepath.Join(dir, "rpc"), func(f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && strings.HasPrefix(sel.Sel.Name, "Method") {
				s.rpc[sel.Sel.Name] = true
			}
			return true
		})
	})
	return s, err
}

// eachFile reads the Go files of a directory that are no tests.
func eachFile(dir string, visit func(*ast.File)) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		visit(file)
	}
	return nil
}

func isServer(receiver ast.Expr) bool {
	star, ok := receiver.(*ast.StarExpr)
	if !ok {
		return false
	}
	name, ok := star.X.(*ast.Ident)
	return ok && name.Name == "Server"
}

// calledOfClient returns the name of a method of the client that n refers to: that
// of s.remote.Progress.
func calledOfClient(n ast.Node) (string, bool) {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	switch x := sel.X.(type) {
	case *ast.SelectorExpr:
		return sel.Sel.Name, x.Sel.Name == "remote"
	case *ast.Ident:
		return sel.Sel.Name, x.Name == "remote"
	}
	return "", false
}

// customRequests returns the keys of the table of requests beyond the protocol, if n
// is that.
func customRequests(n ast.Node) []string {
	spec, ok := n.(*ast.ValueSpec)
	if !ok || len(spec.Values) != 1 || spec.Names[0].Name != "custom" {
		return nil
	}
	table, ok := spec.Values[0].(*ast.CompositeLit)
	if !ok {
		return nil
	}
	var list []string
	for _, e := range table.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.BasicLit); ok {
				list = append(list, strings.Trim(key.Value, `"`))
			}
		}
	}
	return list
}

// has reports whether the server does anything with a method.
func (s source) has(m protocol.MethodInfo) bool {
	name := goName(m.Method)
	switch {
	case s.rpc["Method"+name]: // it is about messages, as cancelling, and so is not the server's
		return true
	case m.Direction == "clientToServer":
		return s.handled[name]
	case m.Direction == "serverToClient":
		return s.sent[name]
	}
	return s.handled[name] || s.sent[name]
}

// goNames are the names that package protocol has for methods whose names do not
// follow from the method.
var goNames = map[string]string{
	"callHierarchy/incomingCalls": "IncomingCalls",
	"callHierarchy/outgoingCalls": "OutgoingCalls",
	"typeHierarchy/supertypes":    "Supertypes",
	"typeHierarchy/subtypes":      "Subtypes",
	"completionItem/resolve":      "CompletionResolve",
	"textDocument/foldingRange":   "FoldingRanges",
	"workspace/symbol":            "Symbols",
	"workspace/diagnostic":        "DiagnosticWorkspace",
	"notebookDocument/didOpen":    "DidOpenNotebookDocument",
	"notebookDocument/didChange":  "DidChangeNotebookDocument",
	"notebookDocument/didSave":    "DidSaveNotebookDocument",
	"notebookDocument/didClose":   "DidCloseNotebookDocument",
	"telemetry/event":             "Telemetry",
}

// goName returns the name that a method of the protocol has in Go.
func goName(method string) string {
	if name, ok := goNames[method]; ok {
		return name
	}
	parts := strings.Split(method, "/")
	switch parts[0] {
	case "textDocument", "workspace", "window", "client", "$":
		parts = parts[1:]
	}
	var name strings.Builder
	for _, p := range parts {
		name.WriteString(strings.ToUpper(p[:1]) + p[1:])
	}
	return name.String()
}
