package module

// role is what a value is to a module. [Parse] and [At] take the same steps from
// role to role, one along nodes, the other along tokens.
type role struct {
	kind  roleKind
	trail *trail
}

type roleKind uint8

const (
	outside   roleKind = iota
	inModule           // a module, or a submodule below trail
	inImports          // a list of modules
	inImport           // one of those
	inConfig           // the value of the option trail
	inMerge            // a list of such values
	inOptions          // the declaration of the option trail
)

// keys are the names in a module that are not options.
var keys = map[string]roleKind{
	"config":          inConfig,
	"options":         inOptions,
	"imports":         inImports,
	"require":         inImports, // the name that imports had first
	"disabledModules": outside,
	"freeformType":    outside,
	"_file":           outside,
	"_class":          outside,
	"key":             outside,
}

// attr returns the role of an attribute of a set.
func (r role) attr(s Step) role {
	switch r.kind {
	case inModule, inImport:
		if r.isKey(s) {
			return role{keys[s.Name], r.trail}
		}
		return role{inConfig, r.trail}.below(s)
	case inConfig, inOptions:
		return r.below(s)
	}
	return role{}
}

// isKey reports whether an attribute of a set is a key of a module.
func (r role) isKey(s Step) bool {
	_, ok := keys[s.Name]
	return ok && s.Kind == Attr && (r.kind == inModule || r.kind == inImport)
}

func (r role) below(s Step) role {
	t, ok := r.trail.to(s)
	if !ok {
		return role{}
	}
	return role{r.kind, t}
}

// attrs returns the role of what a path of attributes leads to.
func (r role) attrs(steps []Step) role {
	for _, s := range steps {
		r = r.attr(s)
	}
	return r
}

// element returns the role of an element of a list.
func (r role) element() role {
	switch r.kind {
	case inImports:
		return role{inImport, r.trail}
	case inMerge:
		return role{inConfig, r.trail}
	case inConfig:
		return r.below(Step{Kind: Element})
	}
	return role{}
}

// body returns the role of the body of a function. As the value of an option it
// is a submodule.
func (r role) body() role {
	switch r.kind {
	case inModule, inImport, inConfig:
		return role{inModule, r.trail}
	}
	return role{}
}

// argument returns the role of the argument that a function passes through.
func (r role) argument(f function) role {
	switch {
	case f.single:
		return r.element()
	case f.kind == Merge && r.kind == inConfig:
		return role{inMerge, r.trail}
	case f.kind == Merge, f.kind == Alias:
		return role{} // an alias takes an option
	}
	return r
}
