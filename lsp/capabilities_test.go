package lsp

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.lsp.dev/protocol"
)

// providers names, for each method of the server that answers a request, where
// the capabilities must tell of it. Methods of the life cycle need no telling.
var providers = map[string]string{
	"Initialize": "", "Shutdown": "", "Request": "",

	"CodeAction":              "codeActionProvider",
	"CodeActionResolve":       "codeActionProvider.resolveProvider",
	"CodeLens":                "codeLensProvider",
	"CodeLensResolve":         "codeLensProvider.resolveProvider",
	"ColorPresentation":       "colorProvider",
	"Completion":              "completionProvider",
	"CompletionResolve":       "completionProvider.resolveProvider",
	"Declaration":             "declarationProvider",
	"Definition":              "definitionProvider",
	"Diagnostic":              "diagnosticProvider",
	"DiagnosticWorkspace":     "diagnosticProvider.workspaceDiagnostics",
	"DocumentColor":           "colorProvider",
	"DocumentHighlight":       "documentHighlightProvider",
	"DocumentLink":            "documentLinkProvider",
	"DocumentLinkResolve":     "documentLinkProvider.resolveProvider",
	"DocumentSymbol":          "documentSymbolProvider",
	"ExecuteCommand":          "executeCommandProvider",
	"FoldingRanges":           "foldingRangeProvider",
	"Formatting":              "documentFormattingProvider",
	"Hover":                   "hoverProvider",
	"Implementation":          "implementationProvider",
	"IncomingCalls":           "callHierarchyProvider",
	"InlayHint":               "inlayHintProvider",
	"InlayHintResolve":        "inlayHintProvider.resolveProvider",
	"InlineCompletion":        "inlineCompletionProvider",
	"InlineValue":             "inlineValueProvider",
	"LinkedEditingRange":      "linkedEditingRangeProvider",
	"Moniker":                 "monikerProvider",
	"OnTypeFormatting":        "documentOnTypeFormattingProvider",
	"OutgoingCalls":           "callHierarchyProvider",
	"PrepareCallHierarchy":    "callHierarchyProvider",
	"PrepareRename":           "renameProvider.prepareProvider",
	"PrepareTypeHierarchy":    "typeHierarchyProvider",
	"RangeFormatting":         "documentRangeFormattingProvider",
	"RangesFormatting":        "documentRangeFormattingProvider.rangesSupport",
	"References":              "referencesProvider",
	"Rename":                  "renameProvider",
	"SelectionRange":          "selectionRangeProvider",
	"SemanticTokensFull":      "semanticTokensProvider.full",
	"SemanticTokensFullDelta": "semanticTokensProvider.full.delta",
	"SemanticTokensRange":     "semanticTokensProvider.range",
	"SignatureHelp":           "signatureHelpProvider",
	"Subtypes":                "typeHierarchyProvider",
	"Supertypes":              "typeHierarchyProvider",
	"Symbols":                 "workspaceSymbolProvider",
	"TextDocumentContent":     "workspace.textDocumentContent",
	"TypeDefinition":          "typeDefinitionProvider",
	"WillCreateFiles":         "workspace.fileOperations.willCreate",
	"WillDeleteFiles":         "workspace.fileOperations.willDelete",
	"WillRenameFiles":         "workspace.fileOperations.willRename",
	"WillSaveWaitUntil":       "textDocumentSync.willSaveWaitUntil",
	"WorkspaceSymbolResolve":  "workspaceSymbolProvider.resolveProvider",
}

// A method without an offer is never called, and an offer without a method
// makes every call an error.
func TestCapabilities(t *testing.T) {
	s := newServer(t.Context(), Options{})
	defer s.session.Shutdown()
	var client protocol.ClientCapabilities
	text, err := os.ReadFile("lsptest/capabilities.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := protocol.Unmarshal(text, &client); err != nil {
		t.Fatal(err)
	}
	s.client = newClient(client)
	raw, err := protocol.Marshal(s.capabilities())
	if err != nil {
		t.Fatal(err)
	}
	var told map[string]any
	if err := json.Unmarshal(raw, &told); err != nil {
		t.Fatal(err)
	}
	implemented := methodsOfServer(t)
	for method := range reflect.TypeFor[protocol.Server]().Methods() {
		path, known := providers[method.Name]
		if method.Type.NumOut() < 2 && method.Name != "Shutdown" {
			continue // a notification
		}
		if !known {
			t.Errorf("providers does not know %s", method.Name)
			continue
		}
		if path == "" {
			continue
		}
		if offered := hasOffer(told, path); offered != implemented[method.Name] {
			t.Errorf("%s: implemented %v, offered as %s %v", method.Name, implemented[method.Name], path, offered)
		}
	}
}

// hasOffer reports whether the capabilities have something at a path that is
// not false.
func hasOffer(told map[string]any, path string) bool {
	var at any = told
	for key := range strings.SplitSeq(path, ".") {
		m, ok := at.(map[string]any)
		if !ok {
			return false
		}
		if at, ok = m[key]; !ok {
			return false
		}
	}
	return at != false
}

// methodsOfServer returns the methods that Server does not inherit.
func methodsOfServer(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	methods := make(map[string]bool)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil && isServer(f.Recv.List[0].Type) {
				methods[f.Name.Name] = true
			}
		}
	}
	return methods
}

func isServer(receiver ast.Expr) bool {
	star, ok := receiver.(*ast.StarExpr)
	if !ok {
		return false
	}
	name, ok := star.X.(*ast.Ident)
	return ok && name.Name == "Server"
}
