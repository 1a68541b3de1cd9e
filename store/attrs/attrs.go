// Package attrs reads what the attributes of a derivation say about how it is built
// (Nix manual, Advanced Attributes), which are variables of its environment or, with
// structured attributes, values in a text of JSON.
//
// It looks at no disk: what builders are given comes as text.
package attrs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"firn/store/drv"
	"firn/store/hash"
)

// jsonVariable is the variable that structured attributes are in.
const jsonVariable = "__json"

// Attrs is what the attributes of a derivation say.
type Attrs struct {
	Structured bool

	RequiredSystemFeatures  []string
	ImpureEnvVars           []string
	PassAsFile              []string // names of variables; none with structured attributes
	ExportReferencesGraph   []Graph  // by name
	UnsafeDiscardReferences []string // names of outputs; only with structured attributes
	AllowSubstitutes        bool
	PreferLocalBuild        bool
	NoChroot                bool

	checks map[string]Checks // by output; "" for those that have no entry
	values map[string]json.RawMessage
}

// Graph asks for the references of what a builder uses.
type Graph struct {
	Name  string   // of a file, or of an attribute
	Paths []string // store paths, or paths below them
}

// Checks are what an output has to comply with. A nil list of what is allowed allows
// everything. References are store paths or names of outputs.
type Checks struct {
	AllowedReferences, AllowedRequisites       []string
	DisallowedReferences, DisallowedRequisites []string
	MaxSize, MaxClosureSize                    *int64 // in bytes of archives
	IgnoreSelfRefs                             bool
}

// Checks returns what an output has to comply with.
func (a *Attrs) Checks(output string) Checks {
	if c, ok := a.checks[output]; ok {
		return c
	}
	return a.checks[""]
}

// Parse reads the attributes of a derivation.
func Parse(d *drv.Derivation) (*Attrs, error) {
	text, structured := d.Lookup(jsonVariable)
	r := reader{d: d, structured: structured}
	if structured {
		if err := json.Unmarshal([]byte(text), &r.values); err != nil {
			return nil, fmt.Errorf("cannot process %s attribute: %w", jsonVariable, err)
		}
	}
	a := &Attrs{
		Structured:             structured,
		RequiredSystemFeatures: r.strings("requiredSystemFeatures"),
		ImpureEnvVars:          r.strings("impureEnvVars"),
		AllowSubstitutes:       r.bool("allowSubstitutes", true),
		PreferLocalBuild:       r.bool("preferLocalBuild", false),
		NoChroot:               r.bool("__noChroot", false),
		checks:                 map[string]Checks{},
		values:                 r.values,
	}
	if structured {
		a.readStructured(&r)
	} else {
		a.readPlain(&r)
	}
	return a, r.err
}

func (a *Attrs) readPlain(r *reader) {
	a.PassAsFile = r.strings("passAsFile")
	words := r.strings("exportReferencesGraph")
	if len(words)%2 != 0 {
		r.fail("odd number of tokens in 'exportReferencesGraph': '%d'", len(words))
		return
	}
	for pair := range slices.Chunk(words, 2) {
		name := pair[0]
		if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00") {
			r.fail("invalid file name '%s' in 'exportReferencesGraph'", name)
			return
		}
		a.ExportReferencesGraph = append(a.ExportReferencesGraph, Graph{name, pair[1:]})
	}
	a.checks[""] = Checks{
		AllowedReferences: r.strings("allowedReferences"), AllowedRequisites: r.strings("allowedRequisites"),
		DisallowedReferences: r.strings("disallowedReferences"), DisallowedRequisites: r.strings("disallowedRequisites"),
		IgnoreSelfRefs: true,
	}
}

func (a *Attrs) readStructured(r *reader) {
	var graphs, outputs map[string]json.RawMessage
	var discard map[string]bool
	r.decode("exportReferencesGraph", r.values, &graphs)
	for _, name := range slices.Sorted(maps.Keys(graphs)) {
		var one string
		paths := []string{}
		if json.Unmarshal(graphs[name], &one) == nil {
			paths = append(paths, one)
		} else if err := json.Unmarshal(graphs[name], &paths); err != nil {
			r.fail("'exportReferencesGraph' value is not an array or a string")
		}
		a.ExportReferencesGraph = append(a.ExportReferencesGraph, Graph{name, paths})
	}
	r.decode("unsafeDiscardReferences", r.values, &discard)
	for _, output := range slices.Sorted(maps.Keys(discard)) {
		if discard[output] {
			a.UnsafeDiscardReferences = append(a.UnsafeDiscardReferences, output)
		}
	}
	r.decode("outputChecks", r.values, &outputs)
	for output := range outputs {
		var fields map[string]json.RawMessage
		r.decode(output, outputs, &fields)
		var c Checks
		r.decode("allowedReferences", fields, &c.AllowedReferences)
		r.decode("allowedRequisites", fields, &c.AllowedRequisites)
		r.decode("disallowedReferences", fields, &c.DisallowedReferences)
		r.decode("disallowedRequisites", fields, &c.DisallowedRequisites)
		r.decode("maxSize", fields, &c.MaxSize)
		r.decode("maxClosureSize", fields, &c.MaxClosureSize)
		r.decode("ignoreSelfRefs", fields, &c.IgnoreSelfRefs)
		a.checks[output] = c
	}
}

// reader reads attributes until something is wrong with one.
type reader struct {
	d          *drv.Derivation
	structured bool
	values     map[string]json.RawMessage
	err        error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

// decode reads a value, if there is one.
func (r *reader) decode(name string, from map[string]json.RawMessage, to any) {
	raw, ok := from[name]
	if !ok {
		return
	}
	if err := json.Unmarshal(raw, to); err != nil {
		r.fail("while parsing attribute '%s': %w", name, err)
	}
}

// strings returns a list of strings; it is nil if there is no attribute.
func (r *reader) strings(name string) []string {
	if r.structured {
		var list []string
		r.decode(name, r.values, &list)
		return list
	}
	text, ok := r.d.Lookup(name)
	if !ok {
		return nil
	}
	return append([]string{}, strings.FieldsFunc(text, isSpace)...)
}

// isSpace reports whether Nix splits texts at a character.
func isSpace(c rune) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (r *reader) bool(name string, otherwise bool) bool {
	if r.structured {
		b := otherwise
		r.decode(name, r.values, &b)
		return b
	}
	text, ok := r.d.Lookup(name)
	if !ok {
		return otherwise
	}
	return text == "1"
}

// FileName returns what stands behind .attr- in the name of the file for a variable of
// PassAsFile.
func FileName(variable string) string { return hash.SumString(hash.SHA256, variable).Nix32() }

// Files returns the texts of .attrs.json and .attrs.sh for a builder with structured
// attributes: the attributes with the paths of the outputs by name, and with graphs
// by name.
func (a *Attrs) Files(outputs map[string]string, graphs map[string]any) (js, shell string, err error) {
	all := maps.Clone(a.values)
	if all["outputs"], err = encode(outputs); err != nil {
		return "", "", err
	}
	for name, g := range graphs {
		if all[name], err = encode(g); err != nil {
			return "", "", err
		}
	}
	text, err := encode(all)
	if err != nil {
		return "", "", err
	}
	shell, err = shellText(all)
	return string(text), shell, err
}

// encode writes JSON as Nix does: keys sorted, nothing escaped for the sake of HTML.
func encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// shellText declares those attributes that a shell can have: texts, numbers without
// fractions, truth values and null, and lists and sets of such.
func shellText(all map[string]json.RawMessage) (string, error) {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !isVariable(name) {
			continue
		}
		d := json.NewDecoder(bytes.NewReader(all[name]))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			return "", fmt.Errorf("attribute '%s': %w", name, err)
		}
		if text, ok := simple(v); ok {
			b.WriteString("declare " + name + "=" + text + "\n")
			continue
		}
		switch v := v.(type) {
		case []any:
			declareList(&b, name, v)
		case map[string]any:
			declareSet(&b, name, v)
		}
	}
	return b.String(), nil
}

func declareList(b *strings.Builder, name string, list []any) {
	var items strings.Builder
	for _, v := range list {
		text, ok := simple(v)
		if !ok {
			return
		}
		items.WriteString(text + " ")
	}
	b.WriteString("declare -a " + name + "=(" + items.String() + ")\n")
}

func declareSet(b *strings.Builder, name string, set map[string]any) {
	var items strings.Builder
	for _, key := range slices.Sorted(maps.Keys(set)) {
		text, ok := simple(set[key])
		if !ok {
			return
		}
		items.WriteString("[" + quote(key) + "]=" + text + " ")
	}
	b.WriteString("declare -A " + name + "=(" + items.String() + ")\n")
}

// simple returns the word of a shell that a value is.
func simple(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return quote(v), true
	case nil:
		return "''", true
	case bool:
		if v {
			return "1", true
		}
		return "", true
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return strconv.FormatInt(n, 10), true
		}
		f, err := v.Float64()
		if n := int64(f); err == nil && float64(n) == f {
			return strconv.FormatInt(n, 10), true
		}
	}
	return "", false
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// isVariable reports whether a shell can have a variable of that name.
func isVariable(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !(c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return name != ""
}
