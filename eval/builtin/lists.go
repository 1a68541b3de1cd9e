package builtin

// lists holds the functions on lists.
var lists = []Builtin{
	{
		Name: "all", Args: args("predicate", "list"), Type: "(a -> Bool) -> [a] -> Bool", Since: "1.10",
		Doc:      "Whether the predicate holds for every element. It stops at the first that fails, and is true for the empty list.",
		Examples: []Example{{Expr: `builtins.all (x: x > 0) [ 1 2 3 ]`, Value: `true`}},
	},
	{
		Name: "any", Args: args("predicate", "list"), Type: "(a -> Bool) -> [a] -> Bool", Since: "1.10",
		Doc:      "Whether the predicate holds for some element. It stops at the first that does, and is false for the empty list.",
		Examples: []Example{{Expr: `builtins.any (x: x > 2) [ 1 2 3 ]`, Value: `true`}},
	},
	{
		Name: "concatLists", Args: args("lists"), Type: "[[a]] -> [a]",
		Doc:      "Joins the lists of a list. One level is taken off, no more.",
		Examples: []Example{{Expr: `builtins.concatLists [ [ 1 ] [ ] [ 2 [ 3 ] ] ]`, Value: `[ 1 2 [ 3 ] ]`}},
	},
	{
		Name: "concatMap", Args: args("f", "list"), Type: "(a -> [b]) -> [a] -> [b]", Since: "2.1",
		Doc: "Applies a function that returns lists to every element and joins the results. " +
			"Returning `[ ]` leaves an element out, so it can map and filter at once.",
		Examples: []Example{{Expr: `builtins.concatMap (x: [ x (x * 10) ]) [ 1 2 ]`, Value: `[ 1 10 2 20 ]`}},
	},
	{
		Name: "elem", Args: args("value", "list"), Type: "a -> [a] -> Bool",
		Doc: "Whether a list has an element that is equal (`==`) to the value. It looks from the front: " +
			"for many questions to one long list a set is faster.",
		Examples: []Example{{Expr: `builtins.elem 2 [ 1 2 3 ]`, Value: `true`}},
	},
	{
		Name: "elemAt", Args: args("list", "index"), Type: "[a] -> Int -> a",
		Doc: "The element at an index, counted from 0. An index outside of the list is an error.",
		Examples: []Example{
			{Expr: `builtins.elemAt [ "a" "b" ] 1`, Value: `"b"`},
		},
	},
	{
		Name: "filter", Args: args("predicate", "list"), Type: "(a -> Bool) -> [a] -> [a]",
		Doc:      "The elements for which the predicate holds, in their order.",
		Examples: []Example{{Expr: `builtins.filter (x: x > 1) [ 1 2 3 ]`, Value: `[ 2 3 ]`}},
	},
	{
		Name: "foldl'", Type: "(b -> a -> b) -> b -> [a] -> b", Since: "1.10",
		Args: []Arg{
			{Name: "f", Doc: "Called with the result so far and the next element."},
			{Name: "initial", Doc: "The result so far at the start, and the answer for an empty list."},
			{Name: "list"},
		},
		Doc: "Goes through a list from the left and combines its elements: `foldl' f z [ a b ]` is `f (f z a) b`.\n\n" +
			"The apostrophe belongs to the name. It says that each result is evaluated before the next step, which keeps long lists from " +
			"piling up work; only its outermost layer though, so a set that collects values may still hold unevaluated ones.",
		Examples: []Example{
			{Expr: `builtins.foldl' (sum: x: sum + x) 0 [ 1 2 3 ]`, Value: `6`},
		},
	},
	{
		Name: "genList", Args: args("f", "length"), Type: "(Int -> a) -> Int -> [a]", Since: "1.10",
		Doc:      "Makes a list of the given length by calling the function with each index, from 0 on.",
		Examples: []Example{{Expr: `builtins.genList (i: i * i) 5`, Value: `[ 0 1 4 9 16 ]`}},
	},
	{
		Name: "genericClosure", Type: "{ startSet : [{ key : a; ... }]; operator : { key : a; ... } -> [{ key : a; ... }]; } -> [{ key : a; ... }]",
		Args: []Arg{{Name: "arguments", Fields: []Field{
			{Name: "startSet", Type: "[{ key : a; ... }]", Doc: "The elements to begin with."},
			{Name: "operator", Type: "{ key : a; ... } -> [{ key : a; ... }]", Doc: "Gives the neighbours of an element."},
		}}},
		Doc: "Collects all that can be reached from some elements: calls the operator on each, then on what that returned, until nothing comes up that is new. " +
			"Elements are sets; two with the same `key` are one, and the first found stays.\n\n" +
			"The result lists them in the order in which they were reached, nearest first. Keys must be comparable with `<`: numbers, strings, paths, or lists of them.",
		Examples: []Example{{
			Expr:  "map (x: x.key) (builtins.genericClosure {\n  startSet = [ { key = 8; } ];\n  operator = x: if x.key > 1 then [ { key = x.key / 2; } ] else [ ];\n})",
			Value: `[ 8 4 2 1 ]`,
		}},
	},
	{
		Name: "groupBy", Args: args("f", "list"), Type: "(a -> String) -> [a] -> AttrsOf [a]", Since: "2.5",
		Doc: "Sorts the elements of a list into groups: the function gives the name of an element's group, " +
			"and the result is a set of lists.",
		Examples: []Example{
			{Expr: `builtins.groupBy (builtins.substring 0 1) [ "ab" "b" "ac" ]`, Value: `{ a = [ "ab" "ac" ]; b = [ "b" ]; }`},
		},
	},
	{
		Name: "head", Args: args("list"), Type: "[a] -> a",
		Doc:      "The first element; an error for the empty list.",
		Examples: []Example{{Expr: `builtins.head [ 1 2 3 ]`, Value: `1`}},
	},
	{
		Name: "tail", Args: args("list"), Type: "[a] -> [a]",
		Doc: "All elements but the first; an error for the empty list.\n\n" +
			"The list is copied, so going through a long list by `head` and `tail` is slow: `foldl'` or `map` do better.",
		Examples: []Example{{Expr: `builtins.tail [ 1 2 3 ]`, Value: `[ 2 3 ]`}},
	},
	{
		Name: "length", Args: args("list"), Type: "[a] -> Int",
		Doc: "The number of elements, which are not evaluated for it. For strings there is `stringLength`; " +
			"for sets `builtins.length (builtins.attrNames set)`.",
		Examples: []Example{{Expr: `builtins.length [ 1 (throw "never") ]`, Value: `2`}},
	},
	{
		Name: "map", Global: true, Args: args("f", "list"), Type: "(a -> b) -> [a] -> [b]",
		Doc: "Applies a function to every element of a list. An element of the result is computed when it is asked for.\n\n" +
			"For sets there is `mapAttrs`.",
		Examples: []Example{{Expr: `map (x: x + 1) [ 1 2 3 ]`, Value: `[ 2 3 4 ]`}},
	},
	{
		Name: "partition", Args: args("predicate", "list"), Type: "(a -> Bool) -> [a] -> { right : [a]; wrong : [a]; }", Since: "2.0",
		Returns: []Field{
			{Name: "right", Type: "[a]", Doc: "The elements for which the predicate holds."},
			{Name: "wrong", Type: "[a]", Doc: "The others."},
		},
		Doc: "Splits a list in two: the elements for which the predicate holds, and the others, each in their order.",
		Examples: []Example{
			{Expr: `builtins.partition (x: x > 1) [ 1 2 3 ]`, Value: `{ right = [ 2 3 ]; wrong = [ 1 ]; }`},
		},
	},
	{
		Name: "sort", Type: "(a -> a -> Bool) -> [a] -> [a]", Since: "1.10",
		Args: []Arg{{Name: "before", Doc: "Whether its first argument must come before its second."}, {Name: "list"}},
		Doc: "Sorts a list. Elements of which neither comes before the other stay in their order.\n\n" +
			"The function has to be strict like `<`: with one that is true for equal elements, like `<=`, the order of those is anyone's guess.",
		Examples: []Example{{Expr: `builtins.sort (a: b: a > b) [ 1 3 2 ]`, Value: `[ 3 2 1 ]`}},
	},
}
