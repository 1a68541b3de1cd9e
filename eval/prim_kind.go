package eval

import (
	"math"
	"strconv"

	"firn/eval/value"
)

func itoa(i int) string { return strconv.Itoa(i) }

var kindPrims = table{
	"isAttrs":    isKind(value.Set),
	"isBool":     isKind(value.Bool),
	"isFloat":    isKind(value.Float),
	"isFunction": isKind(value.Lambda, value.Primop, value.PrimopApp),
	"isInt":      isKind(value.Int),
	"isList":     isKind(value.List),
	"isNull":     isKind(value.Null),
	"isPath":     isKind(value.Path),
	"isString":   isKind(value.String),
	"typeOf":     primTypeOf,
}

// isKind makes a builtin that tells whether a value is of one of some kinds.
func isKind(kinds ...value.Kind) fn1 {
	mask := uint32(0)
	for _, k := range kinds {
		mask |= 1 << k
	}
	return func(m *machine, _ value.Pos, a *value.Value) value.Value {
		v := m.force(a, 0)
		if v.IsFailed() {
			return v
		}
		return value.MakeBool(mask>>v.Kind()&1 != 0)
	}
}

var typeOfNames = map[value.Kind]string{
	value.Null: "null", value.Bool: "bool", value.Int: "int", value.Float: "float", value.String: "string",
	value.Path: "path", value.List: "list", value.Set: "set",
	value.Lambda: "lambda", value.Primop: "lambda", value.PrimopApp: "lambda",
}

func primTypeOf(m *machine, _ value.Pos, a *value.Value) value.Value {
	v := m.force(a, 0)
	if v.IsFailed() {
		return v
	}
	return value.MakeString(typeOfNames[v.Kind()])
}

var numberPrims = table{
	"add":      both(add),
	"sub":      both(sub),
	"mul":      both(mul),
	"div":      both(div),
	"lessThan": both(lessThan),
	"bitAnd":   bits("bitAnd", func(a, b int64) int64 { return a & b }),
	"bitOr":    bits("bitOr", func(a, b int64) int64 { return a | b }),
	"bitXor":   bits("bitXor", func(a, b int64) int64 { return a ^ b }),
	"ceil":     rounding("ceil", math.Ceil),
	"floor":    rounding("floor", math.Floor),
}

// both makes a builtin of an operator, whose operands are evaluated in order.
func both(op func(m *machine, a, b value.Value) value.Value) fn2 {
	return func(m *machine, _ value.Pos, a, b *value.Value) value.Value {
		v := m.force(a, 0)
		if v.IsFailed() {
			return v
		}
		w := m.force(b, 0)
		if w.IsFailed() {
			return w
		}
		return op(m, v, w)
	}
}

func bits(name string, op func(a, b int64) int64) fn2 {
	first := "while evaluating the first argument passed to builtins." + name
	second := "while evaluating the second argument passed to builtins." + name
	return func(m *machine, _ value.Pos, a, b *value.Value) value.Value {
		i, bad := m.forceInt(a, first)
		if bad != nil {
			return bad.value()
		}
		j, bad := m.forceInt(b, second)
		if bad != nil {
			return bad.value()
		}
		return value.MakeInt(op(i, j))
	}
}

// rounding makes ceil and floor. An integer goes through a float, as in Nix,
// which refuses those that do not come back.
func rounding(name string, round func(float64) float64) fn1 {
	context := "while evaluating the first argument passed to builtins." + name
	return func(m *machine, _ value.Pos, a *value.Value) value.Value {
		v := m.force(a, 0)
		f, bad := m.toFloat(v, context)
		if bad != nil {
			return bad.value()
		}
		r := round(f)
		inRange := r >= math.MinInt64 && r < -math.MinInt64
		switch {
		case v.Kind() == value.Int && !inRange:
			return fail(EvalError, 0, "Due to a bug (see https://github.com/NixOS/nix/issues/12899) the NixInt argument %d caused undefined behavior in previous Nix versions.\n\tFuture Nix versions might implement the correct behavior.", v.Int()).value()
		case !inRange:
			return fail(EvalError, 0, "NixFloat argument %s is not in the range of NixInt", m.show(&v)).value()
		case v.Kind() == value.Int && int64(r) != v.Int():
			return fail(EvalError, 0, "Due to a bug (see https://github.com/NixOS/nix/issues/12899) a loss of precision occurred in previous Nix versions because the NixInt argument %d was rounded to %d.\n\tFuture Nix versions might implement the correct behavior.", v.Int(), int64(r)).value()
		}
		return value.MakeInt(int64(r))
	}
}
