package number

import (
	"math"
	"math/big"
	"math/bits"
	"sync"
)

// maxDigits is how many digits a float needs at most.
const maxDigits = 17

// scaled is the number frac * 2^exp.
type scaled struct {
	frac uint64
	exp  int
}

// normal returns x with the highest bit of the fraction set.
func (x scaled) normal() scaled {
	shift := bits.LeadingZeros64(x.frac)
	return scaled{x.frac << shift, x.exp - shift}
}

// times returns x * y, of which it keeps the upper 64 bits, rounded by the
// highest bit that is dropped.
func (x scaled) times(y scaled) scaled {
	hi, lo := bits.Mul64(x.frac, y.frac)
	return scaled{hi + lo>>63, x.exp + y.exp + 64}
}

// neighbourhood returns a positive f and the bounds of what reads back as f,
// all with the exponent of the upper bound. f and the upper bound are normal.
func neighbourhood(f float64) (low, mid, high scaled) {
	const fracBits, hidden, bias = 52, 1 << 52, 1075
	raw := math.Float64bits(f)
	frac, exp := raw&(hidden-1), int(raw>>fracBits)
	v := scaled{frac, 1 - bias}
	if exp != 0 {
		v = scaled{frac | hidden, exp - bias}
	}
	high = scaled{2*v.frac + 1, v.exp - 1}.normal()
	low = scaled{2*v.frac - 1, v.exp - 1}
	if frac == 0 && exp > 1 { // the float below is only half as far away
		low = scaled{4*v.frac - 1, v.exp - 2}
	}
	low = scaled{low.frac << (low.exp - high.exp), high.exp}
	return low, v.normal(), high
}

// shorten writes digits into buf that read back as f, a positive and finite
// number, and returns them with the exponent of ten of the last one.
func shorten(buf *[maxDigits]byte, f float64) (digits []byte, exp int) {
	low, mid, high := neighbourhood(f)
	power, tens := scale(high.exp)
	low, mid, high = low.times(power), mid.times(power), high.times(power)
	// The products are off by less than one, so what lies within the bounds
	// that are drawn in by one is right.
	low.frac++
	high.frac--
	g := generator{buf: buf, width: high.frac - low.frac, toMid: high.frac - mid.frac, shift: -high.exp, exp: -tens}
	g.run(high.frac)
	return g.buf[:g.n], g.exp
}

// generator produces the digits of the upper bound until what is left is less
// than the distance of the bounds. All numbers have a binary point at shift.
type generator struct {
	buf   *[maxDigits]byte
	n     int
	width uint64 // between the bounds
	toMid uint64 // between the upper bound and the number
	shift int
	exp   int // of ten, of the last digit
}

func (g *generator) run(high uint64) {
	whole, part := high>>g.shift, high&(1<<g.shift-1)
	unit, left := uint64(1), 0
	for unit*10 <= whole {
		unit, left = unit*10, left+1
	}
	for ; unit > 0; unit, left = unit/10, left-1 {
		g.put(whole / unit)
		whole %= unit
		if rest := whole<<g.shift + part; rest <= g.width {
			g.exp += left
			g.round(rest, unit<<g.shift)
			return
		}
	}
	g.fraction(part)
}

// fraction produces the digits after the point.
func (g *generator) fraction(part uint64) {
	for {
		part *= 10
		g.width *= 10
		g.toMid *= 10
		g.exp--
		g.put(part >> g.shift)
		part &= 1<<g.shift - 1
		if part <= g.width {
			g.round(part, 1<<g.shift)
			return
		}
	}
}

func (g *generator) put(digit uint64) {
	if g.n < maxDigits {
		g.buf[g.n] = byte('0' + digit)
		g.n++
	}
}

// round takes units off the last digit while that brings the digits, which are
// rest below the upper bound, nearer to the number.
func (g *generator) round(rest, unit uint64) {
	for rest < g.toMid && g.width-rest >= unit &&
		(rest+unit < g.toMid || g.toMid-rest > rest+unit-g.toMid) {
		g.buf[g.n-1]--
		rest += unit
	}
}

// Powers of ten are kept for every eighth exponent. With one of them any
// product gets a binary point between the bits 32 and 60, which leaves the
// digits before it in 32 bits and room for the next one above it.
const (
	firstPower = -300
	lastPower  = 324
	powerStep  = 8
	lowestExp  = -60 // of a product
)

var powers = sync.OnceValue(makePowers)

// scale returns a power of ten, rounded to 64 bits, that brings a normal number
// with the exponent exp into reach of [generator], and its exponent of ten.
func scale(exp int) (power scaled, tens int) {
	const log2, precision = 78913, 18 // log10(2) is about 78913 / 2^18
	need := lowestExp - exp - 1
	tens = need * log2 / (1 << precision)
	if need > 0 {
		tens++
	}
	i := (tens - firstPower + powerStep - 1) / powerStep
	return powers()[i], firstPower + i*powerStep
}

func makePowers() []scaled {
	var list []scaled
	for tens := firstPower; tens <= lastPower; tens += powerStep {
		list = append(list, makePower(tens))
	}
	return list
}

// makePower returns 10^tens, rounded to the nearest normal number.
func makePower(tens int) scaled {
	const spare = 1200 // bits that keep a small power whole
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(tens, -tens))), nil)
	exp := 0
	if tens < 0 {
		p.Quo(new(big.Int).Lsh(big.NewInt(1), spare), p)
		exp = -spare
	}
	if drop := p.BitLen() - 64; drop > 0 {
		half := new(big.Int).Lsh(big.NewInt(1), uint(drop-1))
		p.Rsh(p.Add(p, half), uint(drop))
		exp += drop
	}
	return scaled{p.Uint64(), exp}.normal()
}
