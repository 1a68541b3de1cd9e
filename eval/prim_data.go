package eval

import (
	"firn/eval/value"
	"firn/store/hash"
)

var dataPrims = table{
	"fromJSON": primFromJSON,
	"fromTOML": primFromTOML,
	"toJSON":   primToJSON,
	"toXML":    primToXML,
}

var hashPrims = table{
	"convertHash": primConvertHash,
	"hashFile":    primHashFile,
	"hashString":  primHashString,
}

func primToJSON(m *machine, _ value.Pos, a *value.Value) value.Value {
	var ctx *value.Context
	scratch := m.borrow()
	out, bad := m.toJSON(a, 0, &ctx, scratch)
	if bad != nil {
		return bad.value()
	}
	defer m.giveBack(out)
	m.Charge(len(out))
	return value.MakeStringContext(string(out), ctx)
}

func primToXML(m *machine, _ value.Pos, a *value.Value) value.Value {
	x := xmlWriter{m: m, strict: true, longText: longText{b: m.borrow()}}
	bad := x.document(a)
	if bad != nil {
		return bad.value()
	}
	m.Charge(x.len())
	text := value.Text(x.bytes())
	m.giveBack(x.b)
	return value.MakeStringContext(text, x.ctx)
}

// borrow returns room for a text that is being written.
func (m *machine) borrow() []byte {
	b := m.room1
	m.room1 = nil
	return b[:0]
}

// giveBack keeps that room for the next text, unless it is very large.
func (m *machine) giveBack(b []byte) {
	const most = 32 << 20
	if cap(b) <= most && cap(b) > cap(m.room1) {
		m.room1 = b
	}
}

// algorithm returns a hash algorithm by its name.
func (m *machine) algorithm(a *value.Value, context string) (hash.Algorithm, *failure) {
	name, bad := m.forceStringNoContext(a, 0, context)
	if bad != nil {
		return hash.None, bad
	}
	algo, err := hash.ParseAlgorithm(name)
	if err != nil {
		return hash.None, fail(EvalError, 0, "%v", err)
	}
	if algo == hash.BLAKE3 {
		return algo, m.require("blake3-hashes")
	}
	return algo, nil
}

func primHashString(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	algo, bad := m.algorithm(a, "while evaluating the first argument passed to builtins.hashString")
	if bad != nil {
		return bad.value()
	}
	s, _, bad := m.forceString(b, "while evaluating the second argument passed to builtins.hashString")
	if bad != nil {
		return bad.value()
	}
	return value.MakeString(hash.SumString(algo, s).Hex())
}

func primHashFile(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	algo, bad := m.algorithm(a, "while evaluating the first argument passed to builtins.hashFile")
	if bad != nil {
		return bad.value()
	}
	p, bad := m.followed(b)
	if bad != nil {
		return bad.value()
	}
	s, err := m.host.ReadFile(p)
	if err != nil {
		return m.fileError(err, p).value()
	}
	return value.MakeString(hash.SumString(algo, s).Hex())
}

func primConvertHash(m *machine, _ value.Pos, a *value.Value) value.Value {
	attrs, bad := m.forceSet(a, 0, "while evaluating the first argument passed to builtins.convertHash")
	if bad != nil {
		return bad.value()
	}
	c, _, bad := m.attr(attrs, m.symbols.Intern("hash"), "while locating the attribute 'hash'")
	if bad != nil {
		return bad.value()
	}
	text, bad := m.forceStringNoContext(c, 0, "while evaluating the attribute 'hash'")
	if bad != nil {
		return bad.value()
	}
	algo := hash.None
	if c := attrs.Get(m.symbols.Intern("hashAlgo")); c != nil {
		if algo, bad = m.algorithm(c, "while evaluating the attribute 'hashAlgo'"); bad != nil {
			return bad.value()
		}
	}
	c, _, bad = m.attr(attrs, m.symbols.Intern("toHashFormat"), "while locating the attribute 'toHashFormat'")
	if bad != nil {
		return bad.value()
	}
	name, bad := m.forceStringNoContext(c, 0, "while evaluating the attribute 'toHashFormat'")
	if bad != nil {
		return bad.value()
	}
	format, warning, err := hash.ParseFormat(name)
	if err != nil {
		return fail(EvalError, 0, "%v", err).value()
	}
	if warning != "" {
		m.host.Warn("warning: " + warning)
	}
	h, err := hash.Parse(text, algo)
	if err != nil {
		return fail(EvalError, 0, "%v", err).value()
	}
	return value.MakeString(h.Encode(format))
}
