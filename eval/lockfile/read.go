package lockfile

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"firn/eval/flakeref"
	"firn/eval/json"
)

// maxSize is the size of the largest lock file that is read, in bytes.
const maxSize = 64 << 20

// Parse reads a lock file, which messages call name.
func Parse(src, name string, o flakeref.Options) (*File, error) {
	if len(src) > maxSize {
		return nil, fmt.Errorf("lock file '%s' is larger than %d bytes", name, maxSize)
	}
	var b builder
	if err := json.Parse(src, &b); err != nil {
		if bad, ok := errors.AsType[*json.Error](err); ok {
			return nil, refuse("Could not parse '%s': %s", name, bad.Msg)
		}
		return nil, fmt.Errorf("lock file '%s' %w", name, err)
	}
	return newReader(b.root, o).file(name)
}

// refusal is an error with the words of Nix, which may begin with a capital.
type refusal string

func (e refusal) Error() string { return string(e) }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// reader makes a lock file of JSON.
type reader struct {
	options flakeref.Options
	top     any
	nodes   any
	made    map[string]*Node
}

func newReader(top any, o flakeref.Options) *reader {
	return &reader{options: o, top: top, made: map[string]*Node{}}
}

func (r *reader) file(name string) (*File, error) {
	top, ok := r.top.(object)
	if !ok {
		return nil, typeError(306, "cannot use value() with %s", typeName(r.top))
	}
	version := 0
	if v, has := top["version"]; has {
		n, ok := toNumber(v)
		if !ok {
			return nil, typeError(302, "type must be number, but is %s", typeName(v))
		}
		version = n
	}
	if version < 5 || version > 7 {
		return nil, fmt.Errorf("lock file '%s' has unsupported version %d", name, version)
	}
	root, err := toText(top["root"])
	if err != nil {
		return nil, err
	}
	r.nodes = top["nodes"]
	nodes, ok := r.nodes.(object)
	if !ok && r.nodes != nil {
		return nil, typeError(305, "cannot use operator[] with a string argument with %s", typeName(r.nodes))
	}
	f := New()
	r.made[root] = f.Root
	return f, r.inputs(f.Root, nodes[root], 0)
}

// inputs gives a node its inputs.
func (r *reader) inputs(n *Node, from any, depth int) error {
	if depth > MaxDepth {
		return fmt.Errorf("the inputs in a lock file are more than %d deep in one another", MaxDepth)
	}
	o, _ := from.(object)
	for id, v := range items(o["inputs"]) {
		e, err := r.edge(v, depth)
		if err != nil {
			return err
		}
		n.Put(id, e)
	}
	return nil
}

func (r *reader) edge(v any, depth int) (Edge, error) {
	if list, ok := v.([]any); ok {
		p, err := toPath(list)
		return Edge{Follows: p}, err
	}
	key, err := toText(v)
	if err != nil {
		return Edge{}, err
	}
	child := r.made[key]
	if child == nil {
		if child, err = r.node(key, depth); err != nil {
			return Edge{}, err
		}
	}
	if child.isRoot() {
		return Edge{}, errors.New("lock file contains cycle to root node")
	}
	return Edge{Node: child}, nil
}

// isRoot reports whether a node is the root, which is asked for nowhere.
func (n *Node) isRoot() bool { return n.Original.Input.Attrs == nil }

// node reads a node and all that it leads to.
func (r *reader) node(key string, depth int) (*Node, error) {
	nodes, _ := r.nodes.(object)
	from, ok := nodes[key]
	if !ok {
		return nil, fmt.Errorf("lock file references missing node '%s'", key)
	}
	n, err := r.locked(from)
	if err != nil {
		return nil, err
	}
	r.made[key] = n
	return n, r.inputs(n, from, depth+1)
}

// locked reads what a node says of itself.
func (r *reader) locked(from any) (*Node, error) {
	o, _ := from.(object)
	n := &Node{IsFlake: true, Final: true}
	var err error
	if n.Locked, err = r.ref(o, "locked", "info"); err != nil {
		return nil, err
	}
	if n.Original, err = r.ref(o, "original", ""); err != nil {
		return nil, err
	}
	if v, has := o["flake"]; has {
		b, ok := v.(bool)
		if !ok {
			return nil, typeError(302, "type must be boolean, but is %s", typeName(v))
		}
		n.IsFlake = b
	}
	if v, has := o["parent"]; has {
		list, ok := v.([]any)
		if !ok {
			return nil, typeError(302, "type must be array, but is %s", typeName(v))
		}
		p, err := toPath(list)
		if err != nil {
			return nil, err
		}
		n.Parent = &p
	}
	return n, r.mustBeLocked(n.Locked)
}

// ref reads a reference. Version 5 has some of its attributes apart.
func (r *reader) ref(o object, name, apart string) (flakeref.Ref, error) {
	v, has := o[name]
	if !has {
		return flakeref.Ref{}, fmt.Errorf("attribute '%s' missing in lock file", name)
	}
	attrs, err := toAttrs(v)
	if err != nil {
		return flakeref.Ref{}, err
	}
	if more, has := o[apart]; has && apart != "" {
		a, err := toAttrs(more)
		if err != nil {
			return flakeref.Ref{}, err
		}
		maps.Copy(attrs, a)
	}
	if _, has := attrs["__final"]; has {
		return flakeref.Ref{}, errors.New("attribute '__final' is not allowed in a lock file")
	}
	return flakeref.FromAttrs(attrs, r.options)
}

// mustBeLocked refuses what may be other files tomorrow.
func (r *reader) mustBeLocked(ref flakeref.Ref) error {
	in := ref.Input
	locked, err := in.Locked()
	if err != nil {
		return err
	}
	if _, relative := in.Relative(); locked || relative {
		return nil
	}
	h, err := in.NarHash()
	if err != nil {
		return err
	}
	if h.IsNone() {
		return refuse("Lock file contains unlocked input '%s'. Use '--allow-dirty-locks' to accept this lock file.", in.Attrs.JSON())
	}
	u, err := ref.URL()
	if err != nil {
		return err
	}
	if r.options.Warn != nil {
		r.options.Warn("Lock file entry '" + u + "' is unlocked (e.g. lacks a Git revision) but is checked by NAR hash. " +
			"This is not reproducible and will break after garbage collection or when shared.")
	}
	return nil
}

func toAttrs(v any) (flakeref.Attrs, error) {
	attrs := flakeref.Attrs{}
	for name, v := range items(v) {
		switch v := v.(type) {
		case int64:
			attrs[name] = uint64(v)
		case float64:
			attrs[name] = uint64(int64(v))
		case string, bool:
			attrs[name] = v
		default:
			return nil, errors.New("unsupported input attribute type in lock file")
		}
	}
	return attrs, nil
}

func toPath(list []any) (Path, error) {
	names := make([]string, len(list))
	for i, v := range list {
		var err error
		if names[i], err = toText(v); err != nil {
			return "", err
		}
	}
	return PathOf(names...), nil
}

func toText(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", typeError(302, "type must be string, but is %s", typeName(v))
	}
	return s, nil
}

func toNumber(v any) (int, bool) {
	switch v := v.(type) {
	case int64:
		return int(int32(v)), true
	case float64:
		return int(int32(int64(v))), true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// items yields the members of an object in order, or what the library of Nix
// has for them in other values.
func items(v any) func(yield func(string, any) bool) {
	return func(yield func(string, any) bool) {
		switch v := v.(type) {
		case nil:
		case object:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				if !yield(name, v[name]) {
					return
				}
			}
		case []any:
			for i, e := range v {
				if !yield(strconv.Itoa(i), e) {
					return
				}
			}
		default:
			yield("", v)
		}
	}
}

// typeError is an error of the library that Nix reads JSON with.
func typeError(code int, format, name string) error {
	return fmt.Errorf("[json.exception.type_error.%d] "+format, code, name)
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case object:
		return "object"
	}
	return "number"
}
