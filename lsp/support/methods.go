package main

// words are what is said of a method: what the server does with it, and why it does
// nothing. Which of them holds, the source of the server tells; so only that one has
// to be there.
type words struct{ does, not string }

// The reasons that several methods share.
const (
	noNotebooks = "there are no notebooks of nixlang"
	noTypes     = "nixlang has no classes or interfaces"
	noColours   = "nixlang has no colours"
	noContent   = "there are no documents that only the server has"
)

// customs are the requests beyond the protocol.
var customs = map[string]string{
	"firn/build":      "what is to be built for an expression of a document, with sizes, and what came of it: outputs, the size of their closure, or the error with the phase and the log; only where the workspace is trusted; params: textDocument, range, dryRun",
	"firn/compare":    "how the derivations that an expression is differ from those that it is in the commit HEAD, down to what causes it; only where the workspace is trusted; params: textDocument, range",
	"firn/evaluate":   "the value of an expression of a document, its kind, or the error with its trace; params: textDocument, range",
	"firn/status":     "which configurations are known, which of them a document belongs to and as what, how long it took and what it takes",
	"firn/syntaxTree": "the syntax tree of a document as text; params: textDocument",
}

var methods = map[string]words{
	"initialize":                  {does: "offers what the client understands; takes settings from the initialization options"},
	"initialized":                 {does: "registers watching of files, asks for the configuration, and begins to index"},
	"shutdown":                    {does: "ends what is going on"},
	"exit":                        {does: "ends the process, with code 1 without a shutdown before"},
	"$/setTrace":                  {does: "turns the trace of messages on and off"},
	"$/logTrace":                  {does: "sends the trace"},
	"$/cancelRequest":             {does: "ends the request, with all that is evaluated for it"},
	"$/progress":                  {does: "tells how far an index is, and sends symbols and diagnostics in parts to those who take them"},
	"client/registerCapability":   {does: "asks the client to watch files, and to tell of changes of the configuration"},
	"client/unregisterCapability": {not: "what is registered stays for the session"},

	"textDocument/didOpen":                   {does: "parses, and looks for problems"},
	"textDocument/didChange":                 {does: "incremental: what was edited is parsed anew, and what depends on it is evaluated again"},
	"textDocument/willSave":                  {not: "nothing is to be done before a document is saved"},
	"textDocument/willSaveWaitUntil":         {not: "editors format on saving by themselves"},
	"textDocument/didSave":                   {not: "what is in the editor counts, saved or not"},
	"textDocument/didClose":                  {does: "gives the document back to the file system"},
	"textDocument/publishDiagnostics":        {does: "while typing, the quick ones first, with versions; not to clients that pull"},
	"notebookDocument/didOpen":               {not: noNotebooks},
	"notebookDocument/didChange":             {not: noNotebooks},
	"notebookDocument/didSave":               {not: noNotebooks},
	"notebookDocument/didClose":              {not: noNotebooks},
	"textDocument/diagnostic":                {does: "the problems of a file, with a result id that saves sending them again"},
	"workspace/diagnostic":                   {does: "the problems of all files of the workspace, in parts"},
	"workspace/diagnostic/refresh":           {does: "when more is known than before"},
	"textDocument/completion":                {does: "names, attributes, arguments, options and their values, packages, functions, builtins, keywords, paths"},
	"completionItem/resolve":                 {does: "documentation and what is inserted"},
	"textDocument/inlineCompletion":          {not: "whole lines are not guessed"},
	"textDocument/hover":                     {does: "what a name means: its documentation, its value, the option, the package"},
	"textDocument/signatureHelp":             {does: "the arguments of the function that is called, and which one is being written"},
	"textDocument/declaration":               {does: "where a name is brought in, be it by an inherit"},
	"textDocument/definition":                {does: "where a name is bound, an option declared, or a package written; the file of a path"},
	"textDocument/typeDefinition":            {does: "what says how a value is made: the options inside of an option, the file of a package, a function", not: "values have types only while they are evaluated"},
	"textDocument/implementation":            {does: "what an attribute is set to, through inherit and imports; of an option the places that set it"},
	"textDocument/references":                {does: "all uses of a name or an attribute; of an option all places of the workspace that set, read or declare it"},
	"textDocument/documentHighlight":         {does: "the uses in the file, read and written; a `with` and the names that it brings in"},
	"textDocument/documentSymbol":            {does: "the attributes and bindings of a file, nested; flat for clients that want it so"},
	"textDocument/codeAction":                {does: "fixes of what is reported, and rewritings; see below"},
	"codeAction/resolve":                     {does: "the edits of an action"},
	"textDocument/codeLens":                  {does: "Evaluate above bindings and outputs, and how often something is used", not: "not yet"},
	"codeLens/resolve":                       {does: "counts what a lens shows", not: "not yet"},
	"workspace/codeLens/refresh":             {does: "when the lenses of a document may be others", not: "there are no lenses"},
	"textDocument/documentLink":              {does: "paths, files in <…>, and addresses, also those of flakes"},
	"documentLink/resolve":                   {does: "finds out where a path leads"},
	"textDocument/documentColor":             {not: noColours},
	"textDocument/colorPresentation":         {not: noColours},
	"textDocument/formatting":                {does: "the official style, with edits as small as they can be"},
	"textDocument/rangeFormatting":           {does: "a selection, and nothing outside of it"},
	"textDocument/rangesFormatting":          {does: "several selections at once"},
	"textDocument/onTypeFormatting":          {does: "what a semicolon or a bracket ends"},
	"textDocument/rename":                    {does: "a name with all its uses, and an option that the workspace declares; refused where a meaning would change"},
	"textDocument/prepareRename":             {does: "says beforehand whether a name can be renamed"},
	"textDocument/linkedEditingRange":        {not: "nothing in nixlang has to be written twice"},
	"textDocument/foldingRange":              {does: "sets, lists, functions, strings, comments, and runs of imports"},
	"workspace/foldingRange/refresh":         {not: "folds change with the text only"},
	"textDocument/selectionRange":            {does: "from a name outwards, in steps that make sense"},
	"textDocument/semanticTokens/full":       {does: "with the legend of nil, so that themes know it"},
	"textDocument/semanticTokens/full/delta": {does: "only what has changed"},
	"textDocument/semanticTokens/range":      {does: "only what is on the screen"},
	"workspace/semanticTokens/refresh":       {not: "tokens change with the text only"},
	"textDocument/inlayHint":                 {does: "versions of packages, the values that options end up with, what a brace ends", not: "not yet"},
	"inlayHint/resolve":                      {does: "the tooltip of a hint", not: "a hint is whole when it is sent"},
	"workspace/inlayHint/refresh":            {does: "when more is known than before", not: "there are no hints"},
	"textDocument/inlineValue":               {does: "the values of the names in the line where a debugger stands", not: "there is no debugger"},
	"workspace/inlineValue/refresh":          {does: "when more is known than before", not: "what a program shows that stands does not change"},
	"textDocument/moniker":                   {not: "there is no index of packages by which other projects could find a name"},
	"textDocument/prepareCallHierarchy":      {does: "the function at a place", not: "not yet"},
	"callHierarchy/incomingCalls":            {does: "what calls a function, in all files of the workspace", not: "not yet"},
	"callHierarchy/outgoingCalls":            {does: "what a function calls", not: "not yet"},
	"textDocument/prepareTypeHierarchy":      {not: noTypes},
	"typeHierarchy/supertypes":               {not: noTypes},
	"typeHierarchy/subtypes":                 {not: noTypes},

	"workspace/symbol":                      {does: "all bindings of the workspace by characters of their names, from an index that is kept between sessions"},
	"workspaceSymbol/resolve":               {not: "a symbol is whole when it is sent"},
	"workspace/configuration":               {does: "asks for the section firn, for each folder"},
	"workspace/didChangeConfiguration":      {does: "takes the settings, or asks for them"},
	"workspace/workspaceFolders":            {not: "the folders come with initialize, and their changes are told"},
	"workspace/didChangeWorkspaceFolders":   {does: "adds and drops folders; each has settings and an index of its own"},
	"workspace/didChangeWatchedFiles":       {does: "reads files again, and what they led to; without a client that watches, firn does"},
	"workspace/didCreateFiles":              {not: "the client tells by watching files"},
	"workspace/didRenameFiles":              {not: "the client tells by watching files"},
	"workspace/didDeleteFiles":              {not: "the client tells by watching files"},
	"workspace/willCreateFiles":             {not: "a file that is created changes no other"},
	"workspace/willRenameFiles":             {does: "rewrites the paths that lead to a file", not: "paths to a renamed file are not rewritten yet"},
	"workspace/willDeleteFiles":             {not: "what leads to a file that is gone is reported"},
	"workspace/executeCommand":              {does: "`firn.evaluate`, the command of a lens, and `firn.openDocumentation`", not: "there are no commands"},
	"workspace/applyEdit":                   {does: "for commands that change something", not: "actions come with their edits, so the client applies them"},
	"workspace/textDocumentContent":         {not: noContent},
	"workspace/textDocumentContent/refresh": {not: noContent},

	"window/showMessage":             {does: "what somebody has to know, as where a value is shown that was asked for", not: "nobody is interrupted; what is wrong is a diagnostic or in the log"},
	"window/showMessageRequest":      {does: "asks before something is built, and whether to show the log of what failed", not: "nothing is asked"},
	"window/logMessage":              {does: "what is wrong with settings, and lists that were cut"},
	"window/showDocument":            {does: "opens the page about a function, and the log of a build, that somebody asked for", not: "nothing is opened unasked"},
	"window/workDoneProgress/create": {does: "before work that takes long"},
	"window/workDoneProgress/cancel": {does: "ends that work"},
	"telemetry/event":                {not: "nothing is collected"},
}
