package number

import (
	"flag"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"firn/eval/number/nixtest"
)

var (
	nix    = flag.String("nix", "", "a nix-instantiate to compare with")
	floats = flag.Int("floats", 20000, "how many floats to compare with -nix")
)

var forms = []struct {
	name                 string
	f                    float64
	general, fixed, json string
}{
	{"whole", 1, "1", "1.000000", "1.0"},
	{"negative", -2.5, "-2.5", "-2.500000", "-2.5"},
	{"zero", 0, "0", "0.000000", "0.0"},
	{"negative zero", math.Copysign(0, -1), "-0", "-0.000000", "-0.0"},
	{"more than six digits", 123456789, "1.23457e+08", "123456789.000000", "123456789.0"},
	{"million", 1e6, "1e+06", "1000000.000000", "1000000.0"},
	{"six digits", 100000, "100000", "100000.000000", "100000.0"},
	{"rounded up to the next power", 999999.5, "1e+06", "999999.500000", "999999.5"},
	{"smallest without exponent", 1e-4, "0.0001", "0.000100", "0.0001"},
	{"small", 1e-5, "1e-05", "0.000010", "1e-05"},
	{"below the six decimals", 4e-7, "4e-07", "0.000000", "4e-07"},
	{"digits before the point only", 1e14, "1e+14", "100000000000000.000000", "100000000000000.0"},
	{"power of fifteen", 1e15, "1e+15", "1000000000000000.000000", "1e+15"},
	{"fifteen digits", 123456789012345, "1.23457e+14", "123456789012345.000000", "123456789012345.0"},
	{"sixteen digits", 1234567890123456, "1.23457e+15", "1234567890123456.000000", "1.234567890123456e+15"},
	{"huge", 1e30, "1e+30", "1000000000000000019884624838656.000000", "1e+30"},
	{"exponent of three digits", 1e-300, "1e-300", "0.000000", "1e-300"},
	{"third", 1.0 / 3, "0.333333", "0.333333", "0.3333333333333333"},
	{"tenth", 0.1, "0.1", "0.100000", "0.1"},
	{"smallest", 5e-324, "4.94066e-324", "0.000000", "5e-324"},
	{"largest", math.MaxFloat64, "1.79769e+308", "179769313486231570814527423731704356798070567525844996598917476803157260780028538760589558632766878171540458953514382464234321326889464182768467546703537516986049910576551282076245490090389328944075868508455133942304583236903222948165808559332123348274797826204144723168738177180919299881250404026184124858368.000000", "1.7976931348623157e+308"},
	{"infinity", math.Inf(1), "inf", "inf", "null"},
	{"negative infinity", math.Inf(-1), "-inf", "-inf", "null"},
	{"not a number", math.NaN(), "nan", "nan", "null"},
	{"negative not a number", math.Copysign(math.NaN(), -1), "-nan", "-nan", "null"},
	{"not the shortest", 1.999273842947357e-148, "1.99927e-148", "0.000000", "1.9992738429473568e-148"},
	{"not the nearest", 3.7984115708575998e-19, "3.79841e-19", "0.000000", "3.7984115708575997e-19"},
}

func TestForms(t *testing.T) {
	for _, tt := range forms {
		t.Run(tt.name, func(t *testing.T) {
			if got := General(tt.f); got != tt.general {
				t.Errorf("General(%g) = %s, want %s", tt.f, got, tt.general)
			}
			if got := Fixed(tt.f); got != tt.fixed {
				t.Errorf("Fixed(%g) = %s, want %s", tt.f, got, tt.fixed)
			}
			if got := JSON(tt.f); got != tt.json {
				t.Errorf("JSON(%g) = %s, want %s", tt.f, got, tt.json)
			}
		})
	}
}

func TestJSONReadsBack(t *testing.T) {
	for range 200000 {
		f := random()
		text := JSON(f)
		if got, err := strconv.ParseFloat(text, 64); err != nil || got != f {
			t.Fatalf("JSON(%b) = %s, which reads as %b, %v", f, text, got, err)
		}
		if digits := strings.Count(strconv.FormatFloat(f, 'e', -1, 64), ""); len(text) > digits+maxDigits {
			t.Fatalf("JSON(%b) = %s has %d bytes", f, text, len(text))
		}
	}
}

func TestAppendAllocatesNothing(t *testing.T) {
	dst := make([]byte, 0, 400)
	allocs := testing.AllocsPerRun(100, func() {
		for _, tt := range forms {
			AppendGeneral(dst, tt.f)
			AppendFixed(dst, tt.f)
			AppendJSON(dst, tt.f)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
}

func TestAgainstNix(t *testing.T) {
	n := nixtest.Open(t, *nix)
	const batch = 5000
	for done := 0; done < *floats; done += batch {
		list := make([]float64, batch)
		for i := range list {
			list[i] = random()
		}
		for i, got := range ask(t, n, list) {
			f := list[i]
			if want := []string{General(f), Fixed(f), JSON(f)}; len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
				t.Errorf("%b: got %v, Nix has %v", f, want, got)
			}
		}
	}
}

// ask returns the three forms of floats as Nix has them.
func ask(t *testing.T, n *nixtest.Nix, list []float64) [][]string {
	var src strings.Builder
	src.WriteString("map (f: [ f (toString f) (builtins.toJSON f) ]) (builtins.fromJSON ''[")
	for i, f := range list {
		if i > 0 {
			src.WriteByte(',')
		}
		src.WriteString(strconv.FormatFloat(f, 'e', 20, 64))
	}
	src.WriteString("]'')")
	words := strings.Fields(n.Eval(t, src.String()))
	words = words[1 : len(words)-1] // the brackets of the list
	if len(words) != len(list)*5 {
		t.Fatalf("%d words for %d floats", len(words), len(list))
	}
	forms := make([][]string, len(list))
	for i := range forms {
		w := words[i*5:][:5]
		forms[i] = []string{w[1], strings.Trim(w[2], `"`), strings.Trim(w[3], `"`)}
	}
	return forms
}

// random returns a finite float: of any bits, or one that is short in decimal,
// or near a power of two or ten.
func random() float64 {
	for {
		f := math.Float64frombits(rand.Uint64())
		switch rand.IntN(5) {
		case 0:
			f = float64(rand.Int64N(2e6)-1e6) / math.Pow10(rand.IntN(12))
		case 1:
			f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'e', rand.IntN(17), 64), 64)
		case 2:
			f = math.Ldexp(1, rand.IntN(2098)-1074)
			f = math.Float64frombits(math.Float64bits(f) + uint64(rand.IntN(5)) - 2)
		case 3:
			f = math.Pow10(rand.IntN(632) - 323)
			f = math.Float64frombits(math.Float64bits(f) + uint64(rand.IntN(5)) - 2)
		}
		if !special(f) {
			return f
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, tt := range forms {
		f.Add(math.Float64bits(tt.f))
	}
	f.Fuzz(func(t *testing.T, raw uint64) {
		v := math.Float64frombits(raw)
		text := JSON(v)
		if special(v) {
			return
		}
		if got, err := strconv.ParseFloat(text, 64); err != nil || math.Float64bits(got) != raw {
			t.Fatalf("JSON(%b) = %s, which reads as %b, %v", v, text, got, err)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	dst := make([]byte, 0, 400)
	list := make([]float64, 1024)
	for i := range list {
		list[i] = rand.NormFloat64() * 1000
	}
	for _, bm := range []struct {
		name   string
		append func([]byte, float64) []byte
	}{{"General", AppendGeneral}, {"Fixed", AppendFixed}, {"JSON", AppendJSON}} {
		b.Run(bm.name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				bm.append(dst, list[i&1023])
				i++
			}
		})
	}
}
