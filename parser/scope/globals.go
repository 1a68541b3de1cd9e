package scope

import (
	"slices"
	"strings"
)

// globals are the names that are bound without any definition: the builtins of
// Nix 2.34 that need no prefix, the others with the prefix __, and the position
// __curPos. Those of experimental features are among them. They are in the order
// in which Nix makes them.
var globals = strings.Fields(`
	builtins true false null __currentTime __currentSystem __nixVersion __storeDir __langVersion
	__traceVerbose __nixPath scopedImport import __typeOf isNull __isFunction __isInt __isFloat
	__isString __isBool __isPath __genericClosure break abort throw __addErrorContext __ceil __floor
	__tryEval __getEnv __seq __deepSeq __trace __warn derivationStrict placeholder __outputOf
	__toPath __storePath __pathExists baseNameOf dirOf __readFile __findFile __hashFile
	__readFileType __readDir __toXML __toJSON __fromJSON __toFile __filterSource __path __attrNames
	__attrValues __getAttr __unsafeGetAttrPos __hasAttr __isAttrs removeAttrs __listToAttrs
	__intersectAttrs __catAttrs __functionArgs __mapAttrs __zipAttrsWith __isList __elemAt __head
	__tail map __filter __elem __concatLists __length __foldl' __any __all __genList __sort
	__partition __groupBy __concatMap __add __sub __mul __div __bitAnd __bitOr __bitXor __lessThan
	toString __substring __stringLength __hashString __convertHash __match __split
	__concatStringsSep __replaceStrings __parseDrvName __compareVersions __splitVersion
	__unsafeDiscardStringContext __hasContext __unsafeDiscardOutputDependency
	__addDrvOutputDependencies __getContext __appendContext __fetchClosure fetchMercurial fetchTree
	__fetchurl fetchTarball fetchGit fromTOML __getFlake __parseFlakeRef __flakeRefToString
	derivation __curPos
`)

// Globals returns the names that are bound without any definition.
func Globals() []string { return slices.Clone(globals) }

// static are the names that Nix knows before it makes the builtins, in the order
// of their numbers (StaticEvalSymbols in its eval.hh).
var static = slices.Concat(strings.Fields(`
	outPath drvPath type meta name value system __overrides outputs outputName __ignoreNulls file
	line column __functor __toString right wrong __structuredAttrs __json allowedReferences
	allowedRequisites disallowedReferences disallowedRequisites maxSize maxClosureSize builder args
	__contentAddressed __impure outputHash outputHashAlgo outputHashMode recurseForDerivations
	description self
`), []string{""}, strings.Fields(`
	startSet operator key path prefix outputSpecified __sub __lessThan __mul __div or __findFile
	__nixPath body
`))

// early are the names that have numbers before a file is read, in the order of
// Nix: those that are static, those of the builtins, and those in the source of
// derivation. The order decides which of several errors is reported.
var early = func() []string {
	list := slices.Clone(static)
	for _, name := range globals {
		for _, n := range []string{name, strings.TrimPrefix(name, "__")} {
			if !slices.Contains(list, n) {
				list = append(list, n)
			}
		}
	}
	return append(list, "strict", "drvAttrs", "commonAttrs", "outputsList", "x", "outputToAttrListElement")
}()

// EarlyNames returns the names that have numbers before a file is read, in the
// order of those.
func EarlyNames() []string { return slices.Clone(early) }

// seeds are the names that every table of symbols begins with: the globals, and
// the other early ones.
var seeds = func() []string {
	list := slices.Clone(globals)
	for _, name := range early {
		if !slices.Contains(globals, name) {
			list = append(list, name)
		}
	}
	return list
}()

// seedRanks are the places of the seeds in Nix's order.
var seedRanks = func() []int {
	ranks := make([]int, len(seeds))
	for i, name := range seeds {
		ranks[i] = slices.Index(early, name)
	}
	return ranks
}()

// bySymbol compares two symbols by the order that Nix has them in.
func bySymbol(a, b int32) int {
	rank := func(sym int32) int {
		if int(sym) < len(seeds) {
			return seedRanks[sym]
		}
		return len(seeds) + int(sym)
	}
	return rank(a) - rank(b)
}
