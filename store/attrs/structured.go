package attrs

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

func parseStructured(text string) (*Attrs, error) {
	v, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("cannot process %s attribute: %w", jsonVariable, err)
	}
	values, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("cannot process %s attribute: type must be object, but is %s", jsonVariable, typeOf(v))
	}
	r := reader{values: values}
	a := &Attrs{
		Structured:             true,
		RequiredSystemFeatures: r.set(values, "requiredSystemFeatures"),
		ImpureEnvVars:          r.set(values, "impureEnvVars"),
		ImpureHostDeps:         r.set(values, "__impureHostDeps"),
		AllowSubstitutes:       r.bool(values, "allowSubstitutes", "true"),
		PreferLocalBuild:       r.bool(values, "preferLocalBuild", "false"),
		NoChroot:               r.bool(values, "__noChroot", "false"),
		checks:                 map[string]Checks{},
		values:                 values,
	}
	checks := r.object(values, "outputChecks")
	for _, output := range sortedKeys(checks) { // in order, so that the same fault is told each time
		a.checks[output] = r.checks(checks[output])
	}
	discard := r.object(values, "unsafeDiscardReferences")
	for _, output := range sortedKeys(discard) {
		if r.bool(discard, output, "false") {
			a.UnsafeDiscardReferences = append(a.UnsafeDiscardReferences, output)
		}
	}
	a.ExportReferencesGraph = r.graphs(a)
	for _, name := range ineffective {
		if _, ok := values[name]; ok {
			a.warn("'structuredAttrs' disables the effect of the top-level attribute '" + name + "'; use 'outputChecks' instead")
		}
	}
	return a, r.err
}

// ineffective are attributes that have no effect with structured attributes.
var ineffective = []string{
	"allowedReferences", "allowedRequisites", "disallowedRequisites", "disallowedReferences", "maxSize", "maxClosureSize",
}

func (a *Attrs) warn(text string) { a.Warnings = append(a.Warnings, text) }

// reader reads values until something is wrong with one.
type reader struct {
	values map[string]any
	err    error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// wrong says that a value has another type than it should have.
func (r *reader) wrong(name, typ string, v any) {
	r.fail(fmt.Errorf("attribute '%s': Expected JSON value to be of type '%s' but it is of type '%s': %s", name, typ, typeOf(v), appendJSON(nil, v)))
}

// bool returns a value; otherwise is "true" or "false" for when there is none.
func (r *reader) bool(from map[string]any, name, otherwise string) bool {
	v, ok := from[name]
	if !ok {
		return otherwise == "true"
	}
	b, ok := v.(bool)
	if !ok {
		r.wrong(name, "boolean", v)
	}
	return b
}

// set returns a list of strings; it is nil if there is none.
func (r *reader) set(from map[string]any, name string) []string {
	v, ok := from[name]
	if !ok {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		r.wrong(name, "array", v)
	}
	set := []string{}
	for _, e := range list {
		s, ok := e.(string)
		if !ok {
			r.wrong(name, "string", e)
		}
		set = append(set, s)
	}
	return setOf(set)
}

func (r *reader) object(from map[string]any, name string) map[string]any {
	v, ok := from[name]
	if !ok {
		return nil
	}
	o, ok := v.(map[string]any)
	if !ok {
		r.wrong(name, "object", v)
	}
	return o
}

// checks reads what an output has to comply with.
func (r *reader) checks(v any) Checks {
	const parent = "outputChecks"
	fields := r.object(map[string]any{parent: v}, parent)
	return Checks{
		AllowedReferences: r.set(fields, "allowedReferences"), AllowedRequisites: r.set(fields, "allowedRequisites"),
		DisallowedReferences: r.set(fields, "disallowedReferences"), DisallowedRequisites: r.set(fields, "disallowedRequisites"),
		MaxSize: r.size(fields, "maxSize"), MaxClosureSize: r.size(fields, "maxClosureSize"),
	}
}

// size returns a number of bytes. A negative one is no limit, and a fraction does not
// count.
func (r *reader) size(from map[string]any, name string) *int64 {
	v, ok := from[name]
	if !ok {
		return nil
	}
	n, ok := v.(number)
	if !ok {
		r.wrong(name, "number", v)
		return nil
	}
	f := float(n)
	if f < 0 || f >= math.MaxInt64 {
		return nil
	}
	size := int64(f)
	if exact, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		size = exact
	}
	return &size
}

// graphs reads exportReferencesGraph, whose values are paths or lists of such, which
// may have further lists.
func (r *reader) graphs(a *Attrs) []Graph {
	v, ok := r.values["exportReferencesGraph"]
	if !ok {
		return nil
	}
	set, ok := v.(map[string]any)
	if !ok {
		a.warn("'exportReferencesGraph' in structured attrs is not a JSON object, ignoring")
		return nil
	}
	paths := map[string][]string{}
	for name, v := range set {
		paths[name] = r.flatten(nil, v)
	}
	return graphsOf(paths)
}

func (r *reader) flatten(to []string, v any) []string {
	switch v := v.(type) {
	case string:
		return append(to, v)
	case []any:
		for _, e := range v {
			to = r.flatten(to, e)
		}
	default:
		r.fail(errors.New("'exportReferencesGraph' value is not an array or a string"))
	}
	return to
}
