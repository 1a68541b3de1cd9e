package scope

import (
	"slices"
	"strings"
)

// globals are the names that are bound without any definition: the builtins of
// Nix 2.34 that need no prefix, the others with the prefix __, and the
// position __curPos. Those of experimental features are among them.
var globals = strings.Fields(`
	abort baseNameOf break builtins derivation derivationStrict dirOf false fetchGit fetchMercurial
	fetchTarball fetchTree fromTOML import isNull map null placeholder removeAttrs scopedImport throw
	toString true
	__add __addDrvOutputDependencies __addErrorContext __all __any __appendContext __attrNames
	__attrValues __bitAnd __bitOr __bitXor __catAttrs __ceil __compareVersions __concatLists
	__concatMap __concatStringsSep __convertHash __curPos __currentSystem __currentTime __deepSeq
	__div __elem __elemAt __fetchClosure __fetchurl __filter __filterSource __findFile
	__flakeRefToString __floor __foldl' __fromJSON __functionArgs __genList __genericClosure
	__getAttr __getContext __getEnv __getFlake __groupBy __hasAttr __hasContext __hashFile
	__hashString __head __intersectAttrs __isAttrs __isBool __isFloat __isFunction __isInt __isList
	__isPath __isString __langVersion __length __lessThan __listToAttrs __mapAttrs __match __mul
	__nixPath __nixVersion __outputOf __parseDrvName __parseFlakeRef __partition __path __pathExists
	__readDir __readFile __readFileType __replaceStrings __seq __sort __split __splitVersion
	__storeDir __storePath __stringLength __sub __substring __tail __toFile __toJSON __toPath
	__toXML __trace __traceVerbose __tryEval __typeOf __unsafeDiscardOutputDependency
	__unsafeDiscardStringContext __unsafeGetAttrPos __warn __zipAttrsWith
`)

// Globals returns the names that are bound without any definition.
func Globals() []string { return slices.Clone(globals) }

// early are the names that Nix knows before it reads a file, in the order of
// their numbers (StaticEvalSymbols in its eval.hh). The globals follow them.
// The order decides which of several errors it reports.
var early = strings.Fields(`
	outPath drvPath type meta name value system __overrides outputs outputName __ignoreNulls file
	line column __functor __toString right wrong __structuredAttrs __json allowedReferences
	allowedRequisites disallowedReferences disallowedRequisites maxSize maxClosureSize builder args
	__contentAddressed __impure outputHash outputHashAlgo outputHashMode recurseForDerivations
	description self startSet operator key path prefix outputSpecified requiredSystemFeatures
	__sub __lessThan __mul __div or __findFile __nixPath body
`)

// EarlyNames returns the names that Nix has numbers for before it reads a file,
// about in the order of those.
func EarlyNames() []string { return slices.Concat(early, seeds) }

// seeds are the names that every table of symbols begins with: the globals,
// and what Nix knows early beside them, the attributes of builtins included.
var seeds = func() []string {
	list := slices.Clone(globals)
	add := func(name string) {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	for _, name := range early {
		add(name)
	}
	for _, name := range globals {
		add(strings.TrimPrefix(name, "__"))
	}
	return list
}()

// seedRanks are the places of the seeds in Nix's order.
var seedRanks = func() []int {
	ranks := make([]int, len(seeds))
	for i, name := range seeds {
		if ranks[i] = slices.Index(early, name); ranks[i] < 0 {
			ranks[i] = len(early) + i
		}
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
