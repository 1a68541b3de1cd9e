package builtin

// kinds holds the functions that tell what a value is.
var kinds = []Builtin{
	{
		Name: "typeOf", Args: args("value"), Type: "a -> String", Since: "1.7",
		Doc: "The kind of a value: `\"int\"`, `\"float\"`, `\"bool\"`, `\"string\"`, `\"path\"`, `\"null\"`, `\"set\"`, `\"list\"` or `\"lambda\"`. " +
			"A builtin is a `\"lambda\"` too, and a derivation a `\"set\"`.",
		Examples: []Example{
			{Expr: `map builtins.typeOf [ 1 1.0 "" ./. null { } [ ] (x: x) ]`, Value: `[ "int" "float" "string" "path" "null" "set" "list" "lambda" ]`},
		},
	},
	{
		Name: "isAttrs", Args: args("value"), Type: "a -> Bool",
		Doc:      "Whether a value is an attribute set. Derivations are sets as well.",
		Examples: []Example{{Expr: `builtins.isAttrs { }`, Value: `true`}},
	},
	{
		Name: "isBool", Args: args("value"), Type: "a -> Bool",
		Doc:      "Whether a value is `true` or `false`.",
		Examples: []Example{{Expr: `builtins.isBool null`, Value: `false`}},
	},
	{
		Name: "isFloat", Args: args("value"), Type: "a -> Bool", Since: "2.0",
		Doc:      "Whether a value is a number with a fraction part. `1.0` is, `1` is not.",
		Examples: []Example{{Expr: `builtins.isFloat 1.0`, Value: `true`}},
	},
	{
		Name: "isFunction", Args: args("value"), Type: "a -> Bool",
		Doc: "Whether a value is a function, a builtin included.\n\n" +
			"A set with the attribute `__functor` can be called but is not a function for this test; " +
			"`lib.isFunction` of nixpkgs counts it.",
		Examples: []Example{
			{Expr: `builtins.isFunction (x: x)`, Value: `true`},
			{Expr: `builtins.isFunction { __functor = self: x: x; }`, Value: `false`},
		},
	},
	{
		Name: "isInt", Args: args("value"), Type: "a -> Bool",
		Doc:      "Whether a value is an integer. A float is not, even one without a fraction part.",
		Examples: []Example{{Expr: `builtins.isInt 1.0`, Value: `false`}},
	},
	{
		Name: "isList", Args: args("value"), Type: "a -> Bool",
		Doc:      "Whether a value is a list.",
		Examples: []Example{{Expr: `builtins.isList [ ]`, Value: `true`}},
	},
	{
		Name: "isNull", Global: true, Args: args("value"), Type: "a -> Bool",
		Deprecated: "Write `value == null`.",
		Doc:        "Whether a value is `null`.",
		Examples:   []Example{{Expr: `isNull null`, Value: `true`}},
	},
	{
		Name: "isPath", Args: args("value"), Type: "a -> Bool", Since: "2.3",
		Doc:      "Whether a value is a path, as `./file` is. A string that holds a path, and a derivation, are not.",
		Examples: []Example{{Expr: `builtins.isPath "/etc"`, Value: `false`}},
	},
	{
		Name: "isString", Args: args("value"), Type: "a -> Bool",
		Doc:      "Whether a value is a string. Paths, and sets that can stand for a string, are not.",
		Examples: []Example{{Expr: `builtins.isString "x"`, Value: `true`}},
	},
	{
		Name: "functionArgs", Args: args("function"), Type: "(a -> b) -> AttrsOf Bool",
		Doc: "The argument names of a function that takes a set, `{ a, b ? 1 }: ...`, each with whether it has a default. " +
			"For a function of any other form, and for builtins, it is the empty set.\n\n" +
			"This is how `callPackage` knows what to pass. A set with `__functor` is refused; `lib.functionArgs` takes it.",
		Examples: []Example{
			{Expr: `builtins.functionArgs ({ a, b ? 1, ... }: a)`, Value: `{ a = false; b = true; }`},
		},
	},
}
