package builtin

// derivations holds the functions that make derivations and speak of their
// outputs.
var derivations = []Builtin{
	{
		Name: "derivation", Global: true, Type: "{ name : String; system : String; builder : Text; args? : [Text]; outputs? : [String]; ... } -> Derivation",
		Args: []Arg{{Name: "attributes", Fields: []Field{
			{Name: "name", Type: "String", Doc: "The last part of the store path. Letters, digits and `+-._?=` only."},
			{Name: "system", Type: "String", Doc: "The kind of machine to build on, such as `\"x86_64-linux\"`."},
			{Name: "builder", Type: "Text", Doc: "The program to run."},
			{Name: "args", Type: "[Text]", Doc: "Arguments for the program.", Optional: true},
			{Name: "outputs", Type: "[String]", Doc: "The names of the outputs; `[ \"out\" ]` if missing.", Optional: true},
			{Name: "outputHash", Type: "String", Doc: "The hash of a result that is known beforehand. Such a build may use the network.", Optional: true},
			{Name: "outputHashAlgo", Type: "String", Doc: "The algorithm of `outputHash`, unless the hash names it.", Optional: true},
			{Name: "outputHashMode", Type: "String", Doc: "What is hashed: `\"flat\"` a single file, `\"recursive\"` (or `\"nar\"`) a whole tree.", Optional: true},
			{Name: "__structuredAttrs", Type: "Bool", Doc: "Hand the attributes over as a JSON file instead of environment variables.", Optional: true},
			{Name: "__contentAddressed", Type: "Bool", Doc: "Name the outputs by what is in them. Needs the experimental feature `ca-derivations`.", Optional: true},
			{Name: "__impure", Type: "Bool", Doc: "Run the build each time, with network. Needs the experimental feature `impure-derivations`.", Optional: true},
			{Name: "__ignoreNulls", Type: "Bool", Doc: "Leave out attributes that are `null`.", Optional: true},
			{Name: "allowedReferences", Type: "[Text]", Doc: "All that the outputs may refer to.", Optional: true},
			{Name: "allowedRequisites", Type: "[Text]", Doc: "All that the outputs may refer to, directly or not.", Optional: true},
			{Name: "disallowedReferences", Type: "[Text]", Doc: "What the outputs must not refer to.", Optional: true},
			{Name: "disallowedRequisites", Type: "[Text]", Doc: "What the outputs must not refer to, directly or not.", Optional: true},
			{Name: "exportReferencesGraph", Type: "[Text]", Doc: "Pairs of a file name and a store path: the build finds the path's closure described in the file.", Optional: true},
			{Name: "impureEnvVars", Type: "[String]", Doc: "Variables of the caller's environment that a build with known hash may see.", Optional: true},
			{Name: "passAsFile", Type: "[String]", Doc: "Attributes to hand over as files, for those too large for the environment.", Optional: true},
			{Name: "preferLocalBuild", Type: "Bool", Doc: "Do not send the build to another machine.", Optional: true},
			{Name: "allowSubstitutes", Type: "Bool", Doc: "Whether the result may come from a binary cache.", Optional: true},
		}}},
		Returns: []Field{
			{Name: "all", Type: "[Derivation]", Doc: "The outputs in their order."},
			{Name: "drvAttrs", Type: "AttrsOf a", Doc: "The attributes that the derivation was made from."},
			{Name: "drvPath", Type: "String", Doc: "The store path of the recipe."},
			{Name: "name", Type: "String", Doc: "The name that was given."},
			{Name: "out", Type: "Derivation", Doc: "The output `out`; each output is an attribute."},
			{Name: "outPath", Type: "String", Doc: "The store path of the first output. The build need not have happened."},
			{Name: "outputName", Type: "String", Doc: "The name of this output."},
			{Name: "system", Type: "String", Doc: "The kind of machine that was asked for."},
			{Name: "type", Type: "String", Doc: "Always `\"derivation\"`."},
		},
		Doc: "Describes a build step: a program to run, and all it may use.\n\n" +
			"Every attribute becomes an environment variable of the build; the paths and derivations in them are what the build depends on. " +
			"Nothing is built by calling this: the result knows its future store path, and whoever asks for the result gets it built. " +
			"It is the base that everything else stands on; packages are usually written with `stdenv.mkDerivation` of nixpkgs, which supplies builder and tools.",
		Examples: []Example{
			{Expr: `(derivation { name = "x"; system = "s"; builder = "b"; }).type`, Value: `"derivation"`},
		},
	},
	{
		Name: "derivationStrict", Global: true, Args: args("attributes"), Type: "AttrsOf a -> { drvPath : String; ... }",
		Doc: "The strict core of `derivation`: evaluates all attributes, writes the `.drv` file and returns its path and one path per output. " +
			"Use `derivation`, which is lazy.",
		Examples: []Example{{
			Expr:  `builtins.attrNames (derivationStrict { name = "x"; system = "s"; builder = "b"; })`,
			Value: `[ "drvPath" "out" ]`,
		}},
	},
	{
		Name: "placeholder", Global: true, Args: args("output"), Type: "String -> String", Since: "2.0",
		Doc: "A text that stands for the path of one of the derivation's own outputs, to be used inside its attributes; " +
			"the build sees the real path. In shell code `$out` does the same.",
		Examples: []Example{{
			Expr:  `placeholder "out"`,
			Value: `"/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"`,
		}},
	},
	{
		Name: "outputOf", Type: "Text -> String -> String", Since: "2.18", Feature: "dynamic-derivations",
		Args: []Arg{{Name: "derivation", Doc: "A `.drv` file, or an output that will be one."}, {Name: "output"}},
		Doc: "The path of an output of a derivation that may itself first have to be built: " +
			"the way to refer to what a derivation makes that another derivation has made.",
		Examples: []Example{{Expr: `builtins.outputOf generator.outPath "out"`}},
	},
}
