package drv

import (
	"fmt"
	"strings"

	"firn/store/hash"
	"firn/store/path"
)

// SyntaxError is a fault of the text of a derivation.
type SyntaxError struct {
	Path   path.Path
	Offset int // in the text
	Msg    string
}

// Error returns the message with its place.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s: byte %d: %s", e.Path, e.Offset, e.Msg)
}

// maxDepth bounds how derivations of derivations are nested. Nobody gets to
// three.
const maxDepth = 32

// Parse returns the derivation at p whose text is given. The strings of the
// derivation are parts of the text.
//
// Nothing is accepted but what [Derivation.Append] writes. That the paths of
// outputs are those that Nix computes is not checked, see [Hashes.Check].
// A fault is a [*SyntaxError].
func Parse(p path.Path, text string) (*Derivation, error) {
	r := reader{s: text, path: p, dir: p.Dir()}
	if !p.IsDerivation() {
		return nil, r.fault("the path is not that of a derivation")
	}
	d := &Derivation{Name: p.DrvName()}
	if err := r.derivation(d); err != nil {
		return nil, err
	}
	return d, nil
}

type reader struct {
	s    string
	i    int
	path path.Path
	dir  path.Dir
	dyn  bool // the form is the one with dynamic inputs
}

func (r *reader) fault(format string, args ...any) error {
	return &SyntaxError{r.path, r.i, fmt.Sprintf(format, args...)}
}

func (r *reader) derivation(d *Derivation) error {
	switch {
	case r.skip("Derive("):
	case r.skip(`DrvWithVersion("xp-dyn-drv",`):
		r.dyn = true
	case r.skip(`DrvWithVersion("`):
		return r.fault("unknown version of the format, expected xp-dyn-drv")
	default:
		return r.fault("derivation does not start with 'Derive' or 'DrvWithVersion'")
	}
	for i, field := range []func(*Derivation) error{
		r.outputs, r.inputs, r.srcs, r.system, r.builder, r.args, r.env,
	} {
		if i > 0 && !r.skip(",") {
			return r.fault("expected ','")
		}
		if err := field(d); err != nil {
			return err
		}
	}
	if !r.skip(")") || r.i < len(r.s) {
		return r.fault("expected ')' at the end")
	}
	if r.dyn != d.isDynamic() {
		return r.fault("version xp-dyn-drv without a dynamic input")
	}
	return nil
}

// skip reads a piece if it comes next.
func (r *reader) skip(piece string) bool {
	if !strings.HasPrefix(r.s[r.i:], piece) {
		return false
	}
	r.i += len(piece)
	return true
}

func (r *reader) expect(piece string) error {
	if !r.skip(piece) {
		return r.fault("expected '%s'", piece)
	}
	return nil
}

// list reads a list, whose elements the function reads.
func (r *reader) list(element func() error) error {
	if err := r.expect("["); err != nil {
		return err
	}
	for first := true; !r.skip("]"); first = false {
		if !first && !r.skip(",") {
			return r.fault("expected ',' or ']'")
		}
		if err := element(); err != nil {
			return err
		}
	}
	return nil
}

// after reports the element of a sorted list that does not follow the last.
func after[T ~string](r *reader, last *T, next T, first bool) error {
	if !first && next <= *last {
		return r.fault("'%s' is behind '%s' in a list that is sorted", next, *last)
	}
	*last = next
	return nil
}

// plain reads a string without escapes.
func (r *reader) plain() (string, error) {
	if err := r.expect(`"`); err != nil {
		return "", err
	}
	n := strings.IndexByte(r.s[r.i:], '"')
	if n < 0 {
		return "", r.fault("unterminated string in derivation")
	}
	s := r.s[r.i : r.i+n]
	if i := strings.IndexByte(s, '\\'); i >= 0 {
		r.i += i
		return "", r.fault("escape in a string that has none")
	}
	r.i += n + 1
	return s, nil
}

// text reads a string with escapes.
func (r *reader) text() (string, error) {
	if err := r.expect(`"`); err != nil {
		return "", err
	}
	start := r.i
	for ; r.i < len(r.s); r.i++ {
		switch c := r.s[r.i]; {
		case c == '"':
			r.i++
			return r.s[start : r.i-1], nil
		case c == '\\':
			return r.unescape(start)
		case escapes[c] != 0:
			return "", r.fault("unescaped %q in a string", c)
		}
	}
	return "", r.fault("unterminated string in derivation")
}

// unescape reads the rest of a string that has escapes from here on.
func (r *reader) unescape(start int) (string, error) {
	b := append(make([]byte, 0, 2*(r.i-start)+32), r.s[start:r.i]...)
	for ; r.i < len(r.s); r.i++ {
		c := r.s[r.i]
		switch {
		case c == '"':
			r.i++
			return string(b), nil
		case c == '\\' && r.i+1 < len(r.s) && unescapes[r.s[r.i+1]] != 0:
			r.i++
			c = unescapes[r.s[r.i]]
		case escapes[c] != 0:
			return "", r.fault("unescaped %q or unknown escape in a string", c)
		}
		b = append(b, c)
	}
	return "", r.fault("unterminated string in derivation")
}

var unescapes = [256]byte{'"': '"', '\\': '\\', 'n': '\n', 'r': '\r', 't': '\t'}

func (r *reader) storePath() (path.Path, error) {
	s, err := r.plain()
	if err != nil {
		return "", err
	}
	p, err := r.dir.Parse(s)
	if err != nil {
		return "", r.fault("%s", err)
	}
	return p, nil
}

func (r *reader) outputs(d *Derivation) error {
	var last string
	return r.list(func() error {
		if err := r.expect("("); err != nil {
			return err
		}
		var field [4]string
		for i := range field {
			if i > 0 && !r.skip(",") {
				return r.fault("expected ','")
			}
			var err error
			if field[i], err = r.plain(); err != nil {
				return err
			}
		}
		if err := r.expect(")"); err != nil {
			return err
		}
		if err := after(r, &last, field[0], len(d.Outputs) == 0); err != nil {
			return err
		}
		o, err := r.output(field)
		d.Outputs = append(d.Outputs, o)
		return err
	})
}

// output makes an output of name, path, hash algorithm and hash.
func (r *reader) output(field [4]string) (Output, error) {
	o := Output{Name: field[0]}
	if err := path.CheckName(path.OutputName("x", o.Name)); err != nil {
		return o, r.fault("output '%s': %s", o.Name, err)
	}
	if field[1] != "" {
		p, err := r.dir.Parse(field[1])
		if err != nil {
			return o, r.fault("%s", err)
		}
		o.Path = p
	}
	if field[2] == "" {
		if field[3] != "" {
			return o, r.fault("output '%s' has a hash without an algorithm", o.Name)
		}
		return o, nil
	}
	return o, r.content(&o, field[2], field[3])
}

// content sets what is special about an output whose content is its address.
func (r *reader) content(o *Output, algo, sum string) error {
	m, name := path.CutMethod(algo)
	a, err := hash.ParseAlgorithm(name)
	if err != nil {
		return r.fault("output '%s': %s", o.Name, err)
	}
	o.Method = m
	if sum != "" && sum != impure {
		o.Hash, err = hash.ParsePlain(sum, a)
		switch {
		case err != nil:
			return r.fault("output '%s': %s", o.Name, err)
		case o.Hash.Hex() != sum:
			return r.fault("output '%s': the hash '%s' is not in base 16", o.Name, sum)
		case o.Path == "":
			return r.fault("fixed output '%s' has no path", o.Name)
		}
		return nil
	}
	o.Algo, o.Impure = a, sum == impure
	if o.Path != "" {
		return r.fault("content-addressing derivation output '%s' should not specify output path", o.Name)
	}
	return nil
}

func (r *reader) inputs(d *Derivation) error {
	var last path.Path
	return r.list(func() error {
		if err := r.expect("("); err != nil {
			return err
		}
		p, err := r.storePath()
		if err != nil {
			return err
		}
		if err := after(r, &last, p, len(d.Inputs) == 0); err != nil {
			return err
		}
		if err := r.expect(","); err != nil {
			return err
		}
		n, err := r.node(0)
		if err != nil {
			return err
		}
		d.Inputs = append(d.Inputs, Input{p, n})
		return r.expect(")")
	})
}

func (r *reader) node(depth int) (Node, error) {
	var n Node
	if !r.dyn || !r.skip("(") {
		err := r.names(&n.Outputs)
		if err == nil && len(n.Outputs) == 0 {
			err = r.fault("input without outputs")
		}
		return n, err
	}
	if depth >= maxDepth {
		return n, r.fault("derivations of derivations are nested too deep")
	}
	if err := r.names(&n.Outputs); err != nil {
		return n, err
	}
	if err := r.expect(","); err != nil {
		return n, err
	}
	if err := r.dynamic(&n, depth+1); err != nil {
		return n, err
	}
	if len(n.Dynamic) == 0 {
		return n, r.fault("dynamic input without outputs")
	}
	return n, r.expect(")")
}

func (r *reader) dynamic(n *Node, depth int) error {
	var last string
	return r.list(func() error {
		if err := r.expect("("); err != nil {
			return err
		}
		output, err := r.plain()
		if err != nil {
			return err
		}
		if err := after(r, &last, output, len(n.Dynamic) == 0); err != nil {
			return err
		}
		if err := r.expect(","); err != nil {
			return err
		}
		child, err := r.node(depth)
		if err != nil {
			return err
		}
		n.Dynamic = append(n.Dynamic, Dynamic{output, child})
		return r.expect(")")
	})
}

// names reads a sorted list of names of outputs.
func (r *reader) names(names *[]string) error {
	var last string
	return r.list(func() error {
		name, err := r.plain()
		if err != nil {
			return err
		}
		err = after(r, &last, name, len(*names) == 0)
		*names = append(*names, name)
		return err
	})
}

func (r *reader) srcs(d *Derivation) error {
	var last path.Path
	return r.list(func() error {
		p, err := r.storePath()
		if err != nil {
			return err
		}
		err = after(r, &last, p, len(d.Srcs) == 0)
		d.Srcs = append(d.Srcs, p)
		return err
	})
}

func (r *reader) system(d *Derivation) (err error) {
	d.System, err = r.plain()
	return err
}

func (r *reader) builder(d *Derivation) (err error) {
	d.Builder, err = r.text()
	return err
}

func (r *reader) args(d *Derivation) error {
	return r.list(func() error {
		arg, err := r.text()
		d.Args = append(d.Args, arg)
		return err
	})
}

func (r *reader) env(d *Derivation) error {
	var last string
	return r.list(func() error {
		if err := r.expect("("); err != nil {
			return err
		}
		name, err := r.text()
		if err != nil {
			return err
		}
		if err := after(r, &last, name, len(d.Env) == 0); err != nil {
			return err
		}
		if err := r.expect(","); err != nil {
			return err
		}
		value, err := r.text()
		if err != nil {
			return err
		}
		d.Env = append(d.Env, Var{name, value})
		return r.expect(")")
	})
}
