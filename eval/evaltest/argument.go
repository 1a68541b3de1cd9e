package evaltest

import (
	"strings"

	"firn/parser/scope"
)

// arguments returns arguments for a builtin that has to have more than the right
// types, perhaps more than there are types. An empty one is made by its type.
func (g *generator) arguments(name string, types []*typ) []string {
	for _, family := range []func(*generator, string, []*typ) []string{
		(*generator).forLists, (*generator).forSets, (*generator).forTexts, (*generator).forFormats, (*generator).forStore, (*generator).forFiles,
	} {
		if args := family(g, name, types); args != nil {
			return args
		}
	}
	return nil
}

func (g *generator) forLists(name string, types []*typ) []string {
	switch name {
	case "elemAt":
		return []string{"", g.count()}
	case "genList":
		return []string{"", g.count()}
	case "lessThan":
		t := g.comparable()
		return []string{g.expr(t), g.expr(t)}
	case "sort":
		return []string{g.pick("builtins.lessThan", "(a: b: a < b)", "(a: b: b < a)", "(a: b: true)", "(a: b: false)", g.expr(types[0])), g.expr(listOf(g.comparable()))}
	case "genericClosure":
		return []string{g.closure()}
	}
	return nil
}

// closure returns the argument of genericClosure. Its operator ends.
func (g *generator) closure() string {
	elem := recordOf(field{name: "key", typ: integer}, field{name: g.pick("a", "b"), typ: g.typ(1)})
	next := g.pick("[ ]", "[ (e // { key = e.key + 1; }) ]", "[ { key = e.key + 1; } { key = e.key + 2; } ]", "[ e ]", "[ { key = toString e.key; } ]", "[ { key = e.key + 0.5; } ]")
	start := g.expr(listOf(elem))
	if g.one(6) {
		start = g.expr(listOf(recordOf(field{name: "key", typ: g.comparable()})))
	}
	return "{ startSet = " + start + "; operator = e: if !builtins.isInt e.key || e.key > 5 || e.key < 0 then [ ] else " + next + "; }"
}

func (g *generator) forSets(name string, types []*typ) []string {
	attr := g.pick(attributes...)
	quoted := scope.Quote(attr)
	holder := func(t *typ) string {
		fields := []field{{name: attr, typ: t}}
		if g.one(2) {
			fields = append(fields, field{name: "other", typ: t})
		}
		return g.set(fields)
	}
	switch name {
	case "getAttr", "hasAttr", "unsafeGetAttrPos":
		if len(types) > 1 && types[1].kind == attrs {
			return []string{quoted, holder(types[1].elem)}
		}
		return []string{quoted, holder(g.typ(1))}
	case "catAttrs":
		if len(types) > 1 {
			return []string{quoted, "[" + g.join(holder(types[1].elem.elem), g.expr(types[1].elem), holder(types[1].elem.elem)) + "]"}
		}
		return []string{quoted}
	case "removeAttrs":
		var names []string
		for _, n := range g.names(g.IntN(8), attributes) {
			names = append(names, scope.Quote(n))
		}
		return []string{"", "[" + g.join(names...) + "]"}
	case "functionArgs":
		return []string{g.function(from(recordOf(g.bindings()...), g.typ(1)))}
	}
	return nil
}

func (g *generator) forTexts(name string, _ []*typ) []string {
	switch name {
	case "substring":
		return []string{g.pick(g.count(), g.small()), g.pick(g.count(), "(-1)", g.small())}
	case "match", "split":
		return []string{scope.Quote(g.pattern())}
	case "replaceStrings":
		n := g.IntN(4)
		part := func(t *typ) string {
			var parts []string
			for range n {
				parts = append(parts, g.expr(t))
			}
			return "[" + g.join(parts...) + "]"
		}
		return []string{part(text), part(text)}
	case "compareVersions":
		return []string{g.version(), g.version()}
	case "splitVersion":
		return []string{g.version()}
	case "parseDrvName":
		return []string{`"` + g.pick("foo", "foo-bar", "a-", "-1", "") + g.pick("-", "") + `${` + g.version() + `}"`}
	case "toString", "toJSON":
		return []string{g.expr(g.data(2))}
	case "toXML", "trace":
		return []string{g.expr(g.typ(2))}
	case "addErrorContext":
		return []string{g.expr(text)}
	case "warn":
		return []string{"(" + g.pick(`"careful"`, `"a\n"`, `"a\n\nb"`) + " + " + g.expr(text) + ")"}
	}
	return nil
}

func (g *generator) pattern() string {
	var b strings.Builder
	for range 1 + g.IntN(3) {
		b.WriteString(g.pick("a", "b", ".", ".*", "(a|b)", "[a-c]+", "(foo)?", "([^x]*)", "[[:space:]]", "(a)(b)?", "x{1,2}", "", "(", "*", `\.`, "[[:alpha:]]*", "(.*)", "1|2"))
	}
	return b.String()
}

func (g *generator) version() string {
	var b strings.Builder
	for range g.IntN(6) {
		b.WriteString(g.pick("1", "2", "10", ".", "-", "pre", "a", "rc1", "_", "01"))
	}
	return `"` + b.String() + `"`
}

func (g *generator) forFormats(name string, _ []*typ) []string {
	switch name {
	case "fromJSON":
		return []string{g.pick("(builtins.toJSON "+g.expr(g.data(2))+")", `"[1,2.5,\"x\",null,true,{\"a\":{}}]"`, `" {\"b\": 1, \"a\": -0, \"b\": 1e3} "`, `"\"\\u00e9\\n\""`, `"[1,"`, `"nul"`, `"9223372036854775808"`, g.expr(text))}
	case "fromTOML":
		return []string{g.pick(`"a = 1\nb.c = 2.5\n[d]\ne = \"x\"\n"`, `"[[a]]\nx = 1\n[[a]]\nx = 2\n"`, `"a = [1, [2, true], {b = inf}]"`, `"a = 1\na = 2"`, `"a = 0x1F\nb = '''x\ny'''"`, `"x"`, g.expr(text))}
	case "hashString", "hashFile":
		return []string{g.pick(`"md5"`, `"sha1"`, `"sha256"`, `"sha512"`, `"sha256"`, `"sha3"`, g.expr(text)), g.pick("", "./f", `"./f"`)}
	case "convertHash":
		return []string{g.hashes()}
	}
	return nil
}

func (g *generator) hashes() string {
	algo := g.pick("md5", "sha1", "sha256", "sha512")
	parts := []string{
		"hash = " + g.pick(`builtins.hashString "`+algo+`" `+g.expr(text), `"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="`, `"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="`, `"0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"`, `"sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"`, g.expr(text)) + ";",
		"toHashFormat = " + g.pick(`"base16"`, `"nix32"`, `"base32"`, `"base64"`, `"sri"`, `"hex"`) + ";",
	}
	if !g.one(6) {
		parts = append(parts, `hashAlgo = "`+algo+`";`)
	}
	return "{" + g.join(parts...) + "}"
}

func (g *generator) forStore(name string, types []*typ) []string {
	switch name {
	case "derivation", "derivationStrict":
		return []string{g.recipe()}
	case "toFile":
		return []string{g.storeName()}
	case "placeholder":
		return []string{g.pick(`"out"`, `"dev"`, g.expr(text))}
	case "hasContext", "getContext", "unsafeDiscardStringContext":
		return []string{g.contextual()}
	case "unsafeDiscardOutputDependency", "addDrvOutputDependencies":
		return []string{g.pick("(derivation "+g.recipe()+").drvPath", "(builtins.unsafeDiscardOutputDependency (derivation "+g.recipe()+").drvPath)", g.contextual())}
	case "appendContext":
		return []string{g.expr(text), "(builtins.getContext " + g.contextual() + ")"}
	case "filterSource":
		return []string{g.pick("(path: type: true)", "(path: type: baseNameOf path != \"f\")", "(path: type: type == \"regular\")", g.expr(types[0])), g.pick("./d", "./d/../f")}
	case "path":
		return []string{g.source()}
	}
	return nil
}

// contextual returns a string that may have a context.
func (g *generator) contextual() string {
	return g.pick(`"${./f}"`, `"x${./d}y${./f}"`, "(builtins.toFile "+g.storeName()+" "+g.expr(text)+")", g.expr(derivation)+g.pick(".outPath", ".drvPath"), g.expr(text))
}

// storeName returns a name of a store object, which need not be a good one.
func (g *generator) storeName() string {
	return g.pick(`"a"`, `"foo-1.0"`, `"x.txt"`, `"A+b_c?="`, `".a"`, `"a b"`, `""`, `"b"`, `"c"`, `"d"`, g.expr(text))
}

// recipe returns the argument of derivation.
func (g *generator) recipe() string {
	fields := []string{
		"name = " + g.pick(`"x"`, `"foo-1.0"`, `"y"`, `"z"`, g.storeName()) + ";",
		"system = " + g.pick(`"s"`, `"x86_64-linux"`) + ";",
		"builder = " + g.pick(`"b"`, "./f", g.expr(named("Text"))) + ";",
	}
	if g.one(3) {
		fields = append(fields, "outputs = "+g.pick(`[ "out" "dev" ]`, `[ "dev" "out" ]`, `[ "a" ]`, `[ ]`, `[ "out" "out" ]`)+";")
	}
	if g.one(3) {
		fields = append(fields, "args = "+g.expr(listOf(named("Text")))+";")
	}
	for _, name := range g.names(max(0, g.IntN(4)-1), identifiers) {
		if name != "name" {
			fields = append(fields, name+" = "+g.expr(g.data(1))+";")
		}
	}
	// The warning that there is of both is another one in each version of Nix.
	checks := g.pick("__structuredAttrs = true;", `allowedReferences = [ "out" ];`)
	for _, extra := range []string{
		checks, "__ignoreNulls = true;", "__contentAddressed = false;", `outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";`,
		`outputHash = "da39a3ee5e6b4b0d3255bfef95601890afd80709"; outputHashAlgo = "sha1"; outputHashMode = "recursive";`, `passAsFile = [ "name" ];`,
	} {
		if g.one(14) {
			fields = append(fields, extra)
		}
	}
	g.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	return "{" + g.join(fields...) + "}"
}

// source returns the argument of path.
func (g *generator) source() string {
	fields := []string{"path = " + g.pick("./f", "./d", "./d/g", "./missing") + ";"}
	for _, extra := range []string{
		"name = " + g.storeName() + ";", "filter = path: type: type == \"regular\";", `sha256 = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";`,
	} {
		if g.one(4) {
			fields = append(fields, extra)
		}
	}
	return "{" + g.join(fields...) + "}"
}

func (g *generator) forFiles(name string, _ []*typ) []string {
	file := g.pick("./f", "./d/g", "./lib.nix", "./f", "./missing", g.expr(path))
	switch name {
	case "readFile", "readFileType", "pathExists":
		return []string{file}
	case "readDir":
		return []string{g.pick("./d", "./d/../f")}
	case "import":
		return []string{g.pick("./lib.nix", "./lib.nix", file)}
	case "scopedImport":
		return []string{"{ x = " + g.expr(integer) + "; }", "./scope.nix"}
	case "findFile":
		return []string{`[ { path = ./d/..; prefix = ""; } { path = ./d; prefix = "p"; } ]`, g.pick(`"f"`, `"p/g"`, `"p"`, `"missing"`, g.expr(text))}
	}
	return nil
}
