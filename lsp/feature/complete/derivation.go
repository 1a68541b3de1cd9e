package complete

import (
	"slices"

	"firn/lsp/feature/cursor"
	"firn/lsp/feature/infer"
	"firn/parser"
)

// attribute of a derivation, or of its metadata.
type documented struct{ name, doc string }

// derivationAttrs are the attributes that mkDerivation gives a meaning to (nixpkgs
// manual, "The standard environment" and "Build helpers").
var derivationAttrs = []documented{
	{"pname", "The name of the package, without its version."},
	{"version", "The version of the package."},
	{"name", "The name of the derivation: `pname-version`, if those are not given."},
	{"src", "The source, which is unpacked first: a file, a directory or a derivation."},
	{"srcs", "Several sources."},
	{"sourceRoot", "The directory to build in, if unpacking leaves more than one."},
	{"patches", "Patches that are applied to the source in their order."},
	{"outputs", "The names of the outputs, the default one first: `[ \"out\" \"dev\" ]`."},
	{"nativeBuildInputs", "What runs while building: compilers, `pkg-config`, hooks. It is for the machine that builds."},
	{"buildInputs", "What the result links with or uses when it runs."},
	{"propagatedBuildInputs", "Like `buildInputs`, also for those that have this package among theirs."},
	{"propagatedNativeBuildInputs", "Like `nativeBuildInputs`, also for those that have this package among theirs."},
	{"checkInputs", "Libraries that only the tests need."},
	{"nativeCheckInputs", "Programs that only the tests need."},
	{"configureFlags", "Arguments of `configure`."},
	{"cmakeFlags", "Arguments of `cmake`."},
	{"mesonFlags", "Arguments of `meson`."},
	{"makeFlags", "Arguments of `make` in all phases."},
	{"buildFlags", "Arguments of `make` when building."},
	{"installFlags", "Arguments of `make` when installing."},
	{"checkTarget", "What `make` is told to build for the tests."},
	{"phases", "The phases, if not the usual ones. Better change single ones."},
	{"unpackPhase", "The commands that unpack the source."},
	{"patchPhase", "The commands that apply the patches."},
	{"configurePhase", "The commands that configure the build."},
	{"buildPhase", "The commands that build."},
	{"checkPhase", "The commands that test, if `doCheck` is set."},
	{"installPhase", "The commands that install into `$out`."},
	{"fixupPhase", "The commands that clean up what was installed."},
	{"installCheckPhase", "The commands that test what was installed, if `doInstallCheck` is set."},
	{"preConfigure", "Commands before configuring."},
	{"postConfigure", "Commands after configuring."},
	{"preBuild", "Commands before building."},
	{"postBuild", "Commands after building."},
	{"preInstall", "Commands before installing."},
	{"postInstall", "Commands after installing."},
	{"postPatch", "Commands after the patches."},
	{"postUnpack", "Commands after unpacking."},
	{"preFixup", "Commands before cleaning up."},
	{"postFixup", "Commands after cleaning up."},
	{"dontUnpack", "Leaves unpacking out."},
	{"dontConfigure", "Leaves configuring out."},
	{"dontBuild", "Leaves building out."},
	{"dontInstall", "Leaves installing out."},
	{"dontStrip", "Keeps the symbols of what is installed."},
	{"doCheck", "Runs the tests."},
	{"doInstallCheck", "Runs the tests of what was installed."},
	{"enableParallelBuilding", "Builds with all cores that are granted."},
	{"hardeningDisable", "Ways of hardening that are turned off: `[ \"fortify\" ]`, or `[ \"all\" ]`."},
	{"strictDeps", "Keeps programs of `buildInputs` out of the path while building."},
	{"separateDebugInfo", "Puts the symbols into an output of their own."},
	{"env", "Variables of the environment while building."},
	{"passthru", "Attributes of the package that the build does not see."},
	{"meta", "What is said of the package."},
	{"outputHash", "The hash of the result, of a derivation that may use the network."},
	{"outputHashAlgo", "The algorithm of `outputHash`."},
	{"outputHashMode", "What is hashed: `flat` or `recursive`."},
	{"impureEnvVars", "Variables that a derivation of fixed output takes from outside."},
	{"allowedReferences", "What the result may refer to."},
	{"disallowedReferences", "What the result must not refer to."},
	{"preferLocalBuild", "Builds on the machine itself rather than on another."},
	{"system", "The system that it is built on."},
	{"builder", "The program that builds; usually a shell."},
	{"args", "The arguments of `builder`."},
	{"buildCommand", "Commands in place of all phases."},
}

// metaAttrs are the attributes of meta (nixpkgs manual, "Meta-attributes").
var metaAttrs = []documented{
	{"description", "What the package is, in a line without a full stop."},
	{"longDescription", "What the package is, at length."},
	{"homepage", "The address of its home page."},
	{"downloadPage", "The address where it can be had."},
	{"changelog", "The address of the list of its changes."},
	{"license", "Its licence, of `lib.licenses`, or several."},
	{"maintainers", "Who looks after it, of `lib.maintainers`."},
	{"teams", "The teams that look after it, of `lib.teams`."},
	{"mainProgram", "The program that `nix run` starts."},
	{"platforms", "The systems that it builds on, of `lib.platforms`."},
	{"badPlatforms", "The systems among those that it does not build on."},
	{"priority", "Which package wins where two have a file of the same name; less is stronger."},
	{"outputsToInstall", "The outputs that a profile gets."},
	{"broken", "It does not build at present."},
	{"insecure", "It has known vulnerabilities."},
	{"knownVulnerabilities", "The vulnerabilities that keep it from being used without consent."},
	{"unfree", "Its licence is not free."},
	{"hydraPlatforms", "The systems that Hydra builds it for."},
	{"timeout", "After how many seconds of building Hydra gives up."},
	{"maxSilent", "After how many seconds of silence Hydra gives up."},
	{"position", "Where it is defined, as `file:line`; usually found by itself."},
	{"sourceProvenance", "Where its parts come from, of `lib.sourceTypes`."},
	{"pkgConfigModules", "The modules of pkg-config that it has."},
}

// builders are functions that take the attributes of a derivation, and perhaps
// others.
var builders = []string{
	"mkDerivation", "overrideAttrs", "overrideDerivation", "overridePythonAttrs", "mkShell", "mkShellNoCC",
	"buildPythonPackage", "buildPythonApplication", "buildGoModule", "buildGoPackage", "buildRustPackage",
	"buildNpmPackage", "buildPerlPackage", "buildRubyGem", "stdenvNoCC",
}

// callAround returns the function and the arguments before the braces of frame i.
// They may stand in a function that is itself the argument, as in f (old: { }).
func (c *collector) callAround(i int) [][]cursor.Item {
	if i < 1 || c.ctx.Frames[i].Kind != cursor.Braces {
		return nil
	}
	if operands := c.ctx.Call(i - 1); len(operands) > 0 {
		return operands
	}
	f := c.ctx.Frames[i-1]
	if i < 2 || f.Kind != cursor.Paren || len(f.Items) == 0 || f.Items[len(f.Items)-1].Kind != parser.KindColon {
		return nil
	}
	return c.ctx.Call(i - 2)
}

// calleeOf returns the last name of a function.
func (c *collector) calleeOf(operands [][]cursor.Item) string {
	if len(operands) == 0 {
		return ""
	}
	f := operands[0]
	return f[len(f)-1].Span.In(c.src)
}

// derivation lists what a derivation can be made with, if a set for one is being
// written.
func (c *collector) derivation(bound map[string]bool) {
	top := len(c.ctx.Frames) - 1
	if slices.Contains(builders, c.calleeOf(c.callAround(top))) {
		c.documented(derivationAttrs, bound, keyDerivation)
		return
	}
	if top > 1 && c.isPath(c.ctx.Frames[top-1].Path, "meta") && slices.Contains(builders, c.calleeOf(c.callAround(top-1))) {
		c.documented(metaAttrs, bound, keyMeta)
	}
}

// metadata lists what can stand behind "meta.".
func (c *collector) metadata() {
	top := len(c.ctx.Frames) - 1
	if slices.Contains(builders, c.calleeOf(c.callAround(top))) && c.isPath(c.ctx.Path, "meta") {
		c.documented(metaAttrs, nil, keyMeta)
	}
}

// isPath reports whether items are a single name.
func (c *collector) isPath(items []cursor.Item, name string) bool {
	names, ok := cursor.Names(c.src, slices.DeleteFunc(slices.Clone(items), func(i cursor.Item) bool { return i.Kind == parser.KindDot }))
	return ok && len(names) == 1 && names[0] == name
}

func (c *collector) documented(list []documented, bound map[string]bool, key string) {
	for _, d := range list {
		if !bound[d.name] {
			c.add(c.assignment(Item{Label: d.name, Kind: Argument, Source: "derivation", Key: key + d.name}), known)
		}
	}
}

// overridden lists what the function takes that makes a package, where override is
// called.
func (c *collector) overridden(bound map[string]bool) {
	operands := c.callAround(len(c.ctx.Frames) - 1)
	if c.calleeOf(operands) != "override" || len(operands[0]) < 3 {
		return
	}
	f := operands[0]
	pkg := c.space.OfItems(f[:len(f)-2])
	for _, name := range c.formalsOf(pkg) {
		if !bound[name] {
			c.add(c.assignment(Item{Label: name, Kind: Argument, Source: "override"}), expected)
		}
	}
}

// formalsOf returns the names that the function takes that makes a package: as
// override says itself, or else as the file has it that the package is made in.
func (c *collector) formalsOf(pkg infer.Value) []string {
	if a, ok := pkg.Attr("override"); ok {
		if args, ok := c.space.ValueOf(a).Attr("__functionArgs"); ok {
			var names []string
			for _, formal := range c.space.ValueOf(args).Attrs() {
				names = append(names, formal.Name)
			}
			return names
		}
	}
	if pkg.Known == nil {
		return nil
	}
	at, ok := pkg.Known.Made()
	if !ok {
		return nil
	}
	var names []string
	n, _ := c.space.NodeAt(at)
	for ; n.Valid(); n = n.Parent() {
		formals := n.Child(parser.KindFormals)
		if n.Kind() != parser.KindLambda || !formals.Valid() {
			continue
		}
		names = nil
		for f := range formals.Children() {
			if f.Kind() == parser.KindFormal {
				names = append(names, f.FirstChild().Text())
			}
		}
	}
	return names
}
