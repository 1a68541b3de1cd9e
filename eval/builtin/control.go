package builtin

// control holds what decides when things are evaluated, and what reports.
var control = []Builtin{
	{
		Name: "abort", Global: true, Args: args("message"), Type: "Text -> a",
		Doc: "Ends the evaluation with a message. Nothing catches it, `tryEval` neither; for an error that may be caught there is `throw`.",
		Examples: []Example{{
			Expr:  `abort "cannot go on"`,
			Value: `error: evaluation aborted with the following error message: 'cannot go on'`,
		}},
	},
	{
		Name: "throw", Global: true, Args: args("message"), Type: "Text -> a",
		Doc: "Fails with a message.\n\n" +
			"Since values are computed only when needed, a `throw` may stand where a value is missing and does harm only if somebody asks for it. " +
			"`tryEval` catches it, and tools that list packages skip what throws.",
		Examples: []Example{
			{Expr: `throw "no such package"`, Value: `error: no such package`},
			{Expr: `builtins.length [ (throw "never asked for") ]`, Value: `1`},
		},
	},
	{
		Name: "tryEval", Args: args("value"), Type: "a -> { success : Bool; value : a; }",
		Returns: []Field{
			{Name: "success", Type: "Bool", Doc: "Whether the value could be computed."},
			{Name: "value", Type: "a", Doc: "The value, or `false` if there is none."},
		},
		Doc: "Tries to compute a value and tells whether that went well.\n\n" +
			"It catches only what `throw`, a failed `assert` or a missing `<name>` raises. A missing attribute, a wrong type, `abort` and the like still end the evaluation. " +
			"And it looks at the outermost layer only: a set with a failing attribute is a success, " +
			"unless one writes `builtins.tryEval (builtins.deepSeq x x)`.",
		Examples: []Example{
			{Expr: `builtins.tryEval (throw "no")`, Value: `{ success = false; value = false; }`},
			{Expr: `(builtins.tryEval { a = throw "no"; }).success`, Value: `true`},
		},
	},
	{
		Name: "seq", Args: args("first", "second"), Type: "a -> b -> b", Since: "1.8",
		Doc: "Evaluates the first argument, then returns the second.\n\n" +
			"It evaluates no further than to know what kind of value it is: of a list or set not the members. `deepSeq` goes all the way.",
		Examples: []Example{
			{Expr: `builtins.seq [ (throw "never") ] 1`, Value: `1`},
			{Expr: `builtins.seq (throw "no") 1`, Value: `error: no`},
		},
	},
	{
		Name: "deepSeq", Args: args("first", "second"), Type: "a -> b -> b", Since: "1.8",
		Doc: "Evaluates the first argument with all that is in it, lists and sets to any depth, then returns the second.\n\n" +
			"Errors hidden in a value come to light this way. Do not use it on packages or on all of nixpkgs: it would evaluate everything they lead to.",
		Examples: []Example{{Expr: `builtins.deepSeq { a.b = throw "no"; } 1`, Value: `error: no`}},
	},
	{
		Name: "trace", Args: args("message", "value"), Type: "a -> b -> b",
		Doc: "Prints the first argument to the standard error output, as `trace: ...`, and returns the second: the tool for looking into a running evaluation.\n\n" +
			"A string is printed as it is; of any other value what has been computed so far. " +
			"It prints when the result is needed, which may be later than expected, or never. To see a whole value write `builtins.trace (builtins.toJSON x) x`.",
		Examples: []Example{{Expr: `builtins.trace "got here" (1 + 1)`, Value: `2`}},
	},
	{
		Name: "traceVerbose", Args: args("message", "value"), Type: "a -> b -> b", Since: "2.10",
		Doc:      "Like `trace`, but prints only if the setting `trace-verbose` is on; otherwise the message is not even evaluated.",
		Examples: []Example{{Expr: `builtins.traceVerbose (throw "never") 1`, Value: `1`}},
	},
	{
		Name: "warn", Args: args("message", "value"), Type: "String -> a -> a", Since: "2.23",
		Doc: "Prints a warning to the standard error output and returns the second argument. The message must be a string.\n\n" +
			"With the setting `abort-on-warn` the evaluation ends there, which shows where a warning comes from.",
		Examples: []Example{{Expr: `builtins.warn "use the new name" 1`, Value: `1`}},
	},
	{
		Name: "break", Global: true, Args: args("value"), Type: "a -> a", Since: "2.9",
		Doc: "Returns its argument. When Nix runs with `--debugger`, the evaluation stops there and one can look around; " +
			"otherwise nothing happens.",
		Examples: []Example{{Expr: `break (1 + 1)`, Value: `2`}},
	},
	{
		Name: "addErrorContext", Args: args("message", "value"), Type: "String -> a -> a",
		Doc: "Returns the second argument. Should an error arise while it is being evaluated, the message is shown with it as a further line of the trace.\n\n" +
			"The message costs nothing as long as all goes well. The module system uses it for lines like \"while evaluating the option ...\".",
		Examples: []Example{{Expr: `builtins.addErrorContext "while adding" (1 + 1)`, Value: `2`}},
	},
}
