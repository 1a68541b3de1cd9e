// Package attrs reads what the attributes of a derivation say about how it is built
// (Nix manual, Advanced Attributes), which are variables of its environment or, with
// structured attributes, values in a text of JSON.
//
// It looks at no disk: what builders are given comes as text. Messages are those of
// Nix 2.34.
package attrs

import (
	"fmt"
	"slices"
	"strings"

	"firn/store/drv"
	"firn/store/hash"
)

// jsonVariable is the variable that structured attributes are in.
const jsonVariable = "__json"

// Attrs is what the attributes of a derivation say. Lists that are sets for Nix are
// sorted and have nothing twice.
type Attrs struct {
	Structured bool

	RequiredSystemFeatures  []string
	ImpureEnvVars           []string
	ImpureHostDeps          []string // of __impureHostDeps, paths of macOS that a builder sees
	PassAsFile              []string // names of variables; none with structured attributes
	ExportReferencesGraph   []Graph  // by name
	UnsafeDiscardReferences []string // names of outputs; only with structured attributes
	AllowSubstitutes        bool
	PreferLocalBuild        bool
	NoChroot                bool // of __noChroot

	// Warnings are about attributes that have no effect, as Nix has them.
	Warnings []string

	all    Checks            // without structured attributes
	checks map[string]Checks // by output, with them
	values map[string]any
}

// Graph asks for the references of what a builder uses.
type Graph struct {
	Name  string   // of a file, or of an attribute
	Paths []string // store paths, or paths below them
}

// Checks are what an output has to comply with. A nil list of what is allowed allows
// everything. References are store paths or names of outputs of the derivation.
type Checks struct {
	AllowedReferences, AllowedRequisites       []string
	DisallowedReferences, DisallowedRequisites []string
	MaxSize, MaxClosureSize                    *int64 // in bytes of archives

	// IgnoreSelfRefs says that the output itself does not count as one of its
	// requisites. As a reference it always counts. Nix has no attribute for it: it
	// holds without structured attributes.
	IgnoreSelfRefs bool
}

// Checks returns what an output has to comply with.
func (a *Attrs) Checks(output string) Checks {
	if a.Structured {
		return a.checks[output]
	}
	return a.all
}

// Parse reads the attributes of a derivation. The paths of ExportReferencesGraph are
// not looked at.
func Parse(d *drv.Derivation) (*Attrs, error) {
	text, structured := d.Lookup(jsonVariable)
	if !structured {
		return parsePlain(d)
	}
	return parseStructured(text)
}

// FileName returns what stands behind .attr- in the name of the file for a variable of
// PassAsFile.
func FileName(variable string) string { return hash.SumString(hash.SHA256, variable).Nix32() }

// plain reads variables.
type plain struct{ *drv.Derivation }

func parsePlain(d *drv.Derivation) (*Attrs, error) {
	p := plain{d}
	a := &Attrs{
		RequiredSystemFeatures: p.set("requiredSystemFeatures"),
		ImpureEnvVars:          p.set("impureEnvVars"),
		ImpureHostDeps:         p.set("__impureHostDeps"),
		PassAsFile:             p.set("passAsFile"),
		AllowSubstitutes:       true,
		PreferLocalBuild:       p.isTrue("preferLocalBuild"),
		NoChroot:               p.isTrue("__noChroot"),
		all: Checks{
			AllowedReferences: p.set("allowedReferences"), AllowedRequisites: p.set("allowedRequisites"),
			DisallowedReferences: p.set("disallowedReferences"), DisallowedRequisites: p.set("disallowedRequisites"),
			IgnoreSelfRefs: true,
		},
	}
	if _, ok := d.Lookup("allowSubstitutes"); ok {
		a.AllowSubstitutes = p.isTrue("allowSubstitutes")
	}
	var err error
	a.ExportReferencesGraph, err = p.graphs()
	return a, err
}

// isTrue reports whether a variable is what true becomes.
func (p plain) isTrue(name string) bool {
	v, _ := p.Lookup(name)
	return v == "1"
}

// set returns the words of a variable; it is nil if there is none.
func (p plain) set(name string) []string {
	text, ok := p.Lookup(name)
	if !ok {
		return nil
	}
	return setOf(append([]string{}, words(text)...))
}

// words splits a text as Nix does.
func words(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' })
}

// setOf sorts a list and removes what is there twice.
func setOf(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// graphs returns what the words of exportReferencesGraph ask for: names of files and
// paths in turn. Of a name the last one counts.
func (p plain) graphs() ([]Graph, error) {
	text, _ := p.Lookup("exportReferencesGraph")
	list := words(text)
	if len(list)%2 != 0 {
		return nil, fmt.Errorf("odd number of tokens in 'exportReferencesGraph': '%s'", text)
	}
	paths := map[string][]string{}
	for pair := range slices.Chunk(list, 2) {
		if !isFileName(pair[0]) {
			return nil, fmt.Errorf("invalid file name '%s' in 'exportReferencesGraph'", pair[0])
		}
		paths[pair[0]] = pair[1:]
	}
	return graphsOf(paths), nil
}

func graphsOf(paths map[string][]string) []Graph {
	var graphs []Graph
	for _, name := range sortedKeys(paths) {
		graphs = append(graphs, Graph{name, setOf(paths[name])})
	}
	return graphs
}

// isFileName reports whether a file for a graph can have a name: it begins as a
// variable does, and may also have dots and hyphens.
func isFileName(s string) bool {
	return s != "" && isVariable(s[:1]) && isVariable("_"+strings.NewReplacer(".", "_", "-", "_").Replace(s))
}

// isVariable reports whether a shell can have a variable with a name.
func isVariable(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}
