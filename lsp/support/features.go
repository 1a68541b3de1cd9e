package main

// feature is something that the server knows or does beyond the protocol.
type feature struct {
	name   string
	answer string // what it does
	not    string // why it does nothing, or what is missing; with an answer, after that
	test   string // an archive below lsp/testdata, or a package and a test: lsp.TestStorm
}

// group is features with a heading.
type group struct {
	title string
	list  []feature
}

var groups = []group{
	{"How it behaves", []feature{
		{"Position encoding", "UTF-8, UTF-16 or UTF-32, as client and server agree", "", "encoding-utf16.txtar"},
		{"Incremental parsing", "an edit is parsed in a time that depends on the edit", "", "lsp/session.TestRandomChanges"},
		{"Unknown requests and notifications", "answered with MethodNotFound, and ignored", "", "lsp/rpc.TestAnswers"},
		{"Order of messages", "as they come; a slow request holds up nobody", "", "lsp/rpc.TestWireOrder"},
		{"Cancellation", "ends a request and its evaluation; an edit ends what it makes useless", "", "lsp/rpc.TestCancel"},
		{"Panics", "end one request, not the server", "", "lsp.TestPanicInBackground"},
		{"Progress", "with percentages, and can be cancelled", "", "lsp.TestProgress"},
		{"Pushed and pulled diagnostics", "either, as the client wants it", "", "diagnostics-pull.txtar"},
		{"Results in parts", "symbols and diagnostics of a workspace", "", "lsp.TestSymbolsInParts"},
		{"Several folders", "each with its settings, index and files", "", "lsp.TestFolders"},
		{"Watching files", "by the client, or by firn if that cannot", "", "lsp.TestWatchingFiles"},
		{"Documents that are no files", "have all that needs no path", "", "untitled.txtar"},
		{"Settings", "of the user, the project, the environment, flags and the editor", "", "configuration.txtar"},
		{"Plain clients", "get plain text, flat lists and whole edits", "", "completion-plain.txtar"},
		{"Evaluator", "firn's own, in the process, within limits of memory, time and depth", "", "eval.TestHostile"},
		{"No fetching, building or reading outside of the workspace", "the rule for what an editor opens", "", "eval.TestForEditor"},
		{"Nothing left behind", "the server ends with its connection or its editor", "", "lsp.TestParentDies"},
		{"The same as commands", "`firn check`, `fmt`, `options`, `packages`, `explain`, `eval`, `parse`", "", "cmd/internal/cli.TestScripts"},
	}},
	{"What it knows of Nix", []feature{
		{"Locals, arguments, let, rec", "with keywords, by any characters of a name in their order", "", "completion-names.txtar"},
		{"Attributes of sets in a file", "through inherit, //, with, calls and conditionals, in broken files too", "", "completion-broken.txtar"},
		{"Attributes of other files", "through import and callPackage", "", "completion-imports.txtar"},
		{"Builtins", "all of Nix 2.34, with types, prose and examples that are tested", "", "eval/builtin.TestNix"},
		{"Functions of lib", "by evaluation, with the comments that document them", "", "evaluated/hover-module.txtar"},
		{"Packages", "by evaluation, all of a set, with version, description and licence", "", "evaluated/completion-options.txtar"},
		{"Options of NixOS", "of the configuration, with its own modules; of nixpkgs alone without one; nothing to set up", "", "evaluated/completion-options.txtar"},
		{"Every option of a NixOS", "completes and is described at its place", "", "lsp.TestEveryOption"},
		{"The list of all options", "`firn options`, the same as that of the manual", "", "lsp/knowledge.TestListIsThatOfTheManual"},
		{"The list of all packages", "`firn packages`, whatever the evaluation of one comes to", "", "lsp/knowledge.TestPackages"},
		{"Documentation, default and example of an option", "on hover and in completion", "", "evaluated/hover-module.txtar"},
		{"Options in submodules", "through attrsOf, listOf, nullOr, either and functions", "", "evaluated/completion-options.txtar"},
		{"Options below mkIf, mkMerge, config and in imports", "wherever a module sets them", "", "evaluated/completion-options.txtar"},
		{"Empty bodies and long lists", "complete, and nothing is cut without saying so", "", "lsp/feature/complete.TestLongLists"},
		{"Kinds of files", "modules, packages and overlays are told apart by their shape", "", "lsp/feature/module.TestShape"},
		{"Values of options", "members of enums, booleans, defaults, examples, packages", "", "evaluated/completion-values.txtar"},
		{"config.… in expressions", "completes, is described, and leads to the declaration", "", "evaluated/definition-module.txtar"},
		{"Options of home-manager", "of home.nix, with home-manager in the search path", "there is no test of a whole one", ""},
		{"Options of nix-darwin and flake-parts", "", "not yet", ""},
		{"Machines of Morph and NixOps", "", "not yet", ""},
		{"Schema of a flake, its inputs and outputs", "", "not yet", ""},
		{"flake.lock", "is read by the evaluator", "not shown", "eval.TestFetch"},
		{"Fetching of inputs that are missing", "", "no; what needs them stays unknown", ""},
		{"Paths in literals", "complete, also below <…>", "", "completion-files.txtar"},
		{"Hover of locals", "what is bound, its comment, its value", "", "hover.txtar"},
		{"Hover of packages", "name, description, homepage, licence, broken, insecure, unfree", "", "evaluated/hover-module.txtar"},
		{"Value of an option, and who sets it", "on hover; with the lines of the definitions by `firn explain`", "", "evaluated/hover-module.txtar"},
		{"Definition of a package", "its file", "", "evaluated/definition-module.txtar"},
		{"References of an option", "all places that set, read or declare it, however the path is written", "", "option-references.txtar"},
		{"References across files", "of what a file exports, through import and callPackage", "", "references-files.txtar"},
		{"Renaming across files", "of what a file exports", "", "rename-files.txtar"},
		{"Renaming of an option", "that the workspace declares, wherever it is mentioned", "", "option-rename.txtar"},
		{"Where an option is set", "implementations, the nearest first", "", "evaluated/option-references.txtar"},
		{"Calls of functions", "what calls a function, and what it calls", "", "callhierarchy.txtar"},
		{"Declaration of an option", "its place, or its file if nixpkgs does not tell", "", "evaluated/definition-module.txtar"},
		{"Definition of paths and imports", "the file, of a directory its default.nix", "", "definition.txtar"},
		{"Definition of flake inputs", "", "not yet", ""},
		{"What says how a value is made", "the options inside of an option, the file of a package, a function", "", "evaluated/typedefinition.txtar"},
		{"Arguments of functions", "of lib, packages and other files too, with comments and defaults", "", "evaluated/signaturehelp.txtar"},
		{"Versions, final values and ends of long bindings in the text", "as hints, each of which can be turned off", "", "evaluated/inlayhint.txtar"},
		{"Evaluation in place", "of a selection, a binding or a file, by a lens or a request", "", "evaluated/evaluate.txtar"},
		{"How often something is used", "as a lens, if that is turned on", "", "codelens-references.txtar"},
		{"Problems that evaluation finds", "options that do not exist, values of a wrong type, missing attributes and arguments", "", "lsp.TestMistakes"},
		{"Configuration by hand", "none is needed", "", "evaluated/completion-options.txtar"},
	}},
	{"Code actions", []feature{
		{"Insert what is missing in broken syntax", "tokens and quotes, tried out before they are offered", "", "lsp/feature/action.TestMissingTokens"},
		{"Remove a duplicate definition or argument", "either of the two", "", "lsp/feature/action.TestDuplicates"},
		{"Define an undefined name", "as an argument, with a prefix, or one that is spelt like it", "", "lsp/feature/action.TestUndefined"},
		{"Convert let { } to let … in", "", "", "lsp/feature/action.TestLegacyLet"},
		{"Quote and unquote names of attributes", "", "", "lsp/feature/action.TestAttrNames"},
		{"Convert a binding to inherit, and back", "with and without a source", "", "lsp/feature/action.TestInherit"},
		{"Flatten a nested set, nest paths", "", "", "lsp/feature/action.TestFlatten"},
		{"Convert with to let inherit", "", "", "lsp/feature/action.TestFromWith"},
		{"Convert between kinds of strings", "", "", "lsp/feature/action.TestStringNotation"},
		{"Rewrite a URL literal as a string", "", "", "lsp/feature/action.TestLiterals"},
		{"Extract a selection to a variable", "", "", "lsp/feature/action.TestExtract"},
		{"Inline a binding, or one use of it", "", "", "lsp/feature/action.TestInline"},
		{"Correct a misspelt option or value", "by the names that there are", "", "lsp.TestMistakes"},
		{"Extract to a file", "", "not yet", ""},
		{"Convert JSON to nixlang", "", "not yet", ""},
		{"Remove unused bindings, with, rec", "", "not yet; there is no linter", ""},
		{"Update a hash or an input", "", "not yet; nothing is fetched", ""},
		{"Open documentation elsewhere", "", "no; hover shows it", ""},
	}},
}
