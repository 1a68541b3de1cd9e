package builtin

// arithmetic holds the functions on numbers. The operators of the language are
// calls of the first five.
var arithmetic = []Builtin{
	{
		Name: "add", Args: args("a", "b"), Type: "Number -> Number -> Number",
		Doc: "The sum of two numbers.\n\n" +
			"It is the operator `+` for numbers only: strings and paths are refused. " +
			"The sum is a float as soon as one of the two is. " +
			"An integer that does not fit into 64 bits is an error.",
		Examples: []Example{
			{Expr: `builtins.add 1 2`, Value: `3`},
			{Expr: `builtins.foldl' builtins.add 0 [ 1 2 3 ]`, Value: `6`},
		},
	},
	{
		Name: "sub", Args: args("a", "b"), Type: "Number -> Number -> Number",
		Doc: "The first number less the second, which is what `a - b` computes.\n\n" +
			"Mind the spaces around a minus: `a-b` is a single name, since names may contain dashes.",
		Examples: []Example{{Expr: `builtins.sub 10 2.5`, Value: `7.5`}},
	},
	{
		Name: "mul", Args: args("a", "b"), Type: "Number -> Number -> Number",
		Doc: "The product of two numbers, which is what `a * b` computes. " +
			"An integer that does not fit into 64 bits is an error.",
		Examples: []Example{{Expr: `builtins.mul 6 7`, Value: `42`}},
	},
	{
		Name: "div", Args: args("a", "b"), Type: "Number -> Number -> Number",
		Doc: "The first number divided by the second, which is what `a / b` computes.\n\n" +
			"Two integers give an integer, cut off towards zero; make one of them a float to keep the fraction. " +
			"Dividing by zero is an error, for floats too. " +
			"The operator needs spaces: `a/b` is a path.",
		Examples: []Example{
			{Expr: `builtins.div 7 2`, Value: `3`},
			{Expr: `builtins.div (-7) 2`, Value: `-3`},
			{Expr: `builtins.div 7 2.0`, Value: `3.5`},
		},
	},
	{
		Name: "lessThan", Args: args("a", "b"), Type: "a -> a -> Bool",
		Doc: "Whether the first value comes before the second, which is what `a < b` computes.\n\n" +
			"Numbers compare by value, strings and paths byte by byte (so `\"10\"` comes before `\"9\"` and " +
			"capitals before small letters), lists element by element. Sets, functions, booleans and `null` " +
			"have no order and are an error. It is the usual first argument of `sort`.",
		Examples: []Example{
			{Expr: `builtins.lessThan 1 1.5`, Value: `true`},
			{Expr: `builtins.sort builtins.lessThan [ "b" "10" "9" ]`, Value: `[ "10" "9" "b" ]`},
		},
	},
	{
		Name: "ceil", Args: args("number"), Type: "Number -> Int", Since: "2.4",
		Doc: "The smallest integer that is not below the number. An integer stays as it is; " +
			"a float beyond the range of 64-bit integers is an error.",
		Examples: []Example{
			{Expr: `builtins.ceil 1.2`, Value: `2`},
			{Expr: `builtins.ceil (-1.2)`, Value: `-1`},
		},
	},
	{
		Name: "floor", Args: args("number"), Type: "Number -> Int", Since: "2.4",
		Doc: "The largest integer that is not above the number. An integer stays as it is; " +
			"a float beyond the range of 64-bit integers is an error.\n\n" +
			"This rounds down, while dividing integers rounds towards zero.",
		Examples: []Example{
			{Expr: `builtins.floor 1.8`, Value: `1`},
			{Expr: `builtins.floor (-1.2)`, Value: `-2`},
		},
	},
	{
		Name: "bitAnd", Args: args("a", "b"), Type: "Int -> Int -> Int", Since: "2.1",
		Doc:      "The bits that are set in both integers. Integers have 64 bits, negative ones in two's complement.",
		Examples: []Example{{Expr: `builtins.bitAnd 12 10`, Value: `8`}},
	},
	{
		Name: "bitOr", Args: args("a", "b"), Type: "Int -> Int -> Int", Since: "2.1",
		Doc:      "The bits that are set in at least one of two integers.",
		Examples: []Example{{Expr: `builtins.bitOr 12 10`, Value: `14`}},
	},
	{
		Name: "bitXor", Args: args("a", "b"), Type: "Int -> Int -> Int", Since: "2.1",
		Doc:      "The bits that are set in exactly one of two integers.",
		Examples: []Example{{Expr: `builtins.bitXor 12 10`, Value: `6`}},
	},
}
