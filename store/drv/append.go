package drv

import (
	"firn/store/hash"
	"firn/store/path"
)

// Append appends the text of the .drv file to dst. The derivation must be in
// normal form.
//
// As in Nix only the builder, its arguments and its environment are escaped.
// Other strings cannot have a character that needs it, except for System: if it
// has one, the text is not a valid derivation, but its hash is that of Nix.
func (d *Derivation) Append(dst []byte) []byte {
	dst = d.appendOutputs(dst, false)
	dst = appendInputs(dst, d.Inputs)
	return d.appendTail(dst, nil)
}

// String returns the text of the .drv file.
func (d *Derivation) String() string { return string(d.Append(nil)) }

// isDynamic reports whether an input needs the versioned form.
func (d *Derivation) isDynamic() bool {
	for i := range d.Inputs {
		if len(d.Inputs[i].Dynamic) > 0 {
			return true
		}
	}
	return false
}

// appendOutputs appends the text in front of the list of inputs, without the
// paths of outputs if it is masked.
func (d *Derivation) appendOutputs(dst []byte, masked bool) []byte {
	if d.isDynamic() {
		dst = append(dst, `DrvWithVersion("xp-dyn-drv",[`...)
	} else {
		dst = append(dst, "Derive(["...)
	}
	for i := range d.Outputs {
		o := &d.Outputs[i]
		dst = append(dst, "(\""...)
		dst = append(dst, o.Name...)
		dst = append(dst, "\",\""...)
		if !masked {
			dst = append(dst, o.Path...)
		}
		dst = append(dst, "\",\""...)
		if a := o.algo(); a != hash.None {
			dst = append(dst, o.Method.Prefix()...)
			dst = append(dst, a.String()...)
		}
		dst = append(dst, "\",\""...)
		if o.Impure {
			dst = append(dst, impure...)
		} else {
			dst = o.Hash.AppendHex(dst)
		}
		dst = append(dst, "\"),"...)
	}
	return endList(dst, ",")
}

// impure stands where fixed outputs have a hash.
const impure = "impure"

// endList closes a list: a comma behind its last element goes away. What is
// given stands behind the bracket.
func endList(dst []byte, behind string) []byte {
	if dst[len(dst)-1] == ',' {
		dst = dst[:len(dst)-1]
	}
	dst = append(dst, ']')
	return append(dst, behind...)
}

// appendInputs appends the list of inputs.
func appendInputs(dst []byte, inputs []Input) []byte {
	dst = append(dst, '[')
	for i := range inputs {
		dst = append(dst, "(\""...)
		dst = append(dst, inputs[i].Drv...)
		dst = append(dst, "\","...)
		dst = inputs[i].Node.append(dst)
		dst = append(dst, "),"...)
	}
	return endList(dst, "")
}

func (n *Node) append(dst []byte) []byte {
	if len(n.Dynamic) == 0 {
		return appendNames(dst, n.Outputs)
	}
	dst = append(dst, '(')
	dst = appendNames(dst, n.Outputs)
	dst = append(dst, ",["...)
	for i := range n.Dynamic {
		dst = append(dst, "(\""...)
		dst = append(dst, n.Dynamic[i].Output...)
		dst = append(dst, "\","...)
		dst = n.Dynamic[i].Node.append(dst)
		dst = append(dst, "),"...)
	}
	return endList(dst, ")")
}

// appendNames appends a list of strings that need no escapes.
func appendNames[T string | path.Path](dst []byte, names []T) []byte {
	dst = append(dst, '[')
	for _, name := range names {
		dst = append(dst, '"')
		dst = append(dst, name...)
		dst = append(dst, "\","...)
	}
	return endList(dst, "")
}

// gap is where the variable of an output belongs that appendTail left empty.
type gap struct {
	at     int // in the text
	output int // in the outputs
}

// appendTail appends the text behind the list of inputs. If gaps is not nil,
// variables that are named like outputs stay empty and are noted there.
func (d *Derivation) appendTail(dst []byte, gaps *[]gap) []byte {
	dst = append(dst, ',')
	dst = appendNames(dst, d.Srcs)
	dst = append(dst, ",\""...)
	dst = append(dst, d.System...)
	dst = append(dst, "\","...)
	dst = appendString(dst, d.Builder)
	dst = append(dst, ",["...)
	for _, arg := range d.Args {
		dst = appendString(dst, arg)
		dst = append(dst, ',')
	}
	dst = endList(dst, ",[")
	next := 0 // the first output that is not before the variable
	for i := range d.Env {
		v := &d.Env[i]
		dst = append(dst, '(')
		dst = appendString(dst, v.Name)
		dst = append(dst, ',')
		for gaps != nil && next < len(d.Outputs) && d.Outputs[next].Name < v.Name {
			next++
		}
		if gaps != nil && next < len(d.Outputs) && d.Outputs[next].Name == v.Name {
			*gaps = append(*gaps, gap{len(dst) + 1, next})
			dst = append(dst, `""`...)
		} else {
			dst = appendString(dst, v.Value)
		}
		dst = append(dst, "),"...)
	}
	return endList(dst, ")")
}

// escapes has what stands behind the backslash for the bytes that get one.
var escapes = [256]byte{'"': '"', '\\': '\\', '\n': 'n', '\r': 'r', '\t': 't'}

// appendString appends a string in quotes.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := range len(s) {
		if e := escapes[s[i]]; e != 0 {
			dst = append(dst, s[start:i]...)
			dst = append(dst, '\\', e)
			start = i + 1
		}
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}
