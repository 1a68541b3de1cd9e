package hash

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
)

// emptySHA256 is the hash of nothing, in every notation.
const (
	emptyHex    = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	emptyNix32  = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"
	emptyBase64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
)

func TestNotations(t *testing.T) {
	h := Sum(SHA256, nil)
	for _, c := range []struct{ name, got, want string }{
		{"Hex", h.Hex(), emptyHex},
		{"AppendHex", string(h.AppendHex([]byte("x"))), "x" + emptyHex},
		{"Nix32", h.Nix32(), emptyNix32},
		{"Base64", h.Base64(), emptyBase64},
		{"SRI", h.SRI(), "sha256-" + emptyBase64},
		{"String", h.String(), "sha256:" + emptyNix32},
		{"Encode base16", h.Encode(Base16), emptyHex},
		{"Encode nix32", h.Encode(Nix32), emptyNix32},
		{"Encode base64", h.Encode(Base64), emptyBase64},
		{"Encode sri", h.Encode(SRI), "sha256-" + emptyBase64},
		{"WithAlgo base16", h.WithAlgo(Base16), "sha256:" + emptyHex},
		{"WithAlgo base64", h.WithAlgo(Base64), "sha256:" + emptyBase64},
		{"WithAlgo sri", h.WithAlgo(SRI), "sha256-" + emptyBase64},
		{"no hash", Hash{}.String(), ""},
		{"no hash, sri", Hash{}.SRI(), ""},
		{"no hash, hex", Hash{}.WithAlgo(Base16), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s = %q, want %q", c.name, c.got, c.want)
		}
	}
}

// The sums of "abc" are those of the documents that define the functions: RFC
// 1321, FIPS 180-4 and the BLAKE3 paper's test vectors.
func TestSum(t *testing.T) {
	for _, c := range []struct {
		algo Algorithm
		want string
	}{
		{MD5, "900150983cd24fb0d6963f7d28e17f72"},
		{SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{SHA512, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
		{BLAKE3, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"},
		{None, ""},
		{Algorithm(99), ""},
	} {
		if got := Sum(c.algo, []byte("abc")).Hex(); got != c.want {
			t.Errorf("Sum(%v) = %s, want %s", c.algo, got, c.want)
		}
		if SumString(c.algo, "abc") != Sum(c.algo, []byte("abc")) {
			t.Errorf("SumString(%v) differs from Sum", c.algo)
		}
		w := New(c.algo)
		w.Write([]byte("forgotten"))
		w.Reset()
		w.Write([]byte("a"))
		w.WriteString("bc")
		if w.Sum() != Sum(c.algo, []byte("abc")) || w.Size() != 3 {
			t.Errorf("New(%v) = %s of %d bytes, want %s of 3", c.algo, w.Sum().Hex(), w.Size(), c.want)
		}
	}
}

func TestFromBytes(t *testing.T) {
	h, err := FromBytes(SHA1, Sum(SHA1, nil).Bytes())
	if err != nil || h != Sum(SHA1, nil) {
		t.Errorf("FromBytes(SHA1) = %v, %v, want %v", h, err, Sum(SHA1, nil))
	}
	if h := FromSHA256(sha256.Sum256(nil)); h != Sum(SHA256, nil) {
		t.Errorf("FromSHA256 = %v, want %v", h, Sum(SHA256, nil))
	}
	for _, a := range []Algorithm{None, SHA256, Algorithm(99)} {
		if h, err := FromBytes(a, h.Bytes()); err == nil || h != (Hash{}) {
			t.Errorf("FromBytes(%v, 20 bytes) = %v, %v, want an error", a, h, err)
		}
	}
	if _, err := FromBytes(None, nil); err == nil {
		t.Error("FromBytes(None, nil) has no error")
	}
	if !Zero(None).IsNone() || !Zero(Algorithm(99)).IsNone() || Zero(MD5).IsNone() {
		t.Error("Zero makes a hash of no algorithm, or none of one")
	}
}

func TestAlgorithm(t *testing.T) {
	for a := MD5; a <= BLAKE3; a++ {
		if got, err := ParseAlgorithm(a.String()); got != a || err != nil {
			t.Errorf("ParseAlgorithm(%q) = %v, %v", a.String(), got, err)
		}
		if Zero(a).Algorithm() != a || len(Zero(a).Bytes()) != a.Size() {
			t.Errorf("Zero(%v) = %v", a, Zero(a))
		}
	}
	for _, name := range []string{"", "SHA256", "sha-256", "sha3"} {
		if got, err := ParseAlgorithm(name); got != None || err == nil {
			t.Errorf("ParseAlgorithm(%q) = %v, %v, want an error", name, got, err)
		}
	}
}

func TestFormat(t *testing.T) {
	for f := Base16; f <= SRI; f++ {
		if got, warning, err := ParseFormat(f.String()); got != f || warning != "" || err != nil {
			t.Errorf("ParseFormat(%q) = %v, %q, %v", f.String(), got, warning, err)
		}
	}
	if f, warning, err := ParseFormat("base32"); f != Nix32 || warning == "" || err != nil {
		t.Errorf("ParseFormat(base32) = %v, %q, %v, want nix32 and a warning", f, warning, err)
	}
	if _, _, err := ParseFormat(""); err == nil {
		t.Error("ParseFormat of an empty name has no error")
	}
	if got := Format(99).String(); got != "" {
		t.Errorf("Format(99).String() = %q", got)
	}
}

func TestCompress(t *testing.T) {
	for _, c := range []struct {
		name string
		h    []byte
		n    int
		want []byte
	}{
		{"folds", []byte{1, 2, 4, 8, 16}, 2, []byte{1 ^ 4 ^ 16, 2 ^ 8}},
		{"fits", []byte{1, 2}, 2, []byte{1, 2}},
		{"short", []byte{1}, 3, []byte{1, 0, 0}},
		{"nothing", nil, 2, []byte{0, 0}},
		{"into nothing", []byte{1}, 0, nil},
	} {
		if got := Compress(c.h, c.n); !bytes.Equal(got, c.want) {
			t.Errorf("%s: Compress = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestNix32(t *testing.T) {
	for _, c := range []struct {
		name string
		b    []byte
		want string
	}{
		{"nothing", nil, ""},
		{"a byte", []byte{0xff}, "7z"},
		{"two bytes", []byte{1, 0x80}, "1001"},
		{"five bytes", []byte{0, 1, 2, 3, 4}, "0h1h4080"},
		{"sha256 of nothing", Sum(SHA256, nil).Bytes(), emptyNix32},
	} {
		if got := Nix32Encode(c.b); got != c.want {
			t.Errorf("%s: Nix32Encode = %q, want %q", c.name, got, c.want)
		}
		if got, err := Nix32Decode(c.want); err != nil || !bytes.Equal(got, c.b) {
			t.Errorf("%s: Nix32Decode(%q) = %v, %v", c.name, c.want, got, err)
		}
	}
	for _, c := range []struct{ name, s string }{
		{"letter that is no digit", "7e"},
		{"upper case", "7Z"},
		{"bits behind the last byte", "8z"},
		{"one digit", "0"},
		{"three digits", "000"},
		{"padding", "7z======"},
	} {
		if b, err := Nix32Decode(c.s); err == nil {
			t.Errorf("%s: Nix32Decode(%q) = %v, want an error", c.name, c.s, b)
		}
	}
}

func TestParse(t *testing.T) {
	h := Sum(SHA256, nil)
	for _, c := range []struct {
		name, s string
		algo    Algorithm
	}{
		{"base16", emptyHex, SHA256},
		{"base16 with prefix", "sha256:" + emptyHex, None},
		{"base16 with prefix and algorithm", "sha256:" + emptyHex, SHA256},
		{"base16 in capitals", strings.ToUpper(emptyHex), SHA256},
		{"nix32", emptyNix32, SHA256},
		{"nix32 with prefix", "sha256:" + emptyNix32, None},
		{"base64", emptyBase64, SHA256},
		{"base64 with prefix", "sha256:" + emptyBase64, None},
		{"sri", "sha256-" + emptyBase64, None},
		{"sri with algorithm", "sha256-" + emptyBase64, SHA256},
		{"sri without padding", "sha256-" + strings.TrimSuffix(emptyBase64, "="), None},
		{"sri with text behind the padding", "sha256-" + emptyBase64 + "??", None},
		{"sri with a line break", "sha256-" + emptyBase64[:20] + "\n" + emptyBase64[20:], None},
		{"sri with bits behind the last byte", "sha256-" + strings.TrimSuffix(emptyBase64, "U=") + "V=", None},
	} {
		if got, err := Parse(c.s, c.algo); err != nil || got != h {
			t.Errorf("%s: Parse(%q) = %v, %v", c.name, c.s, got, err)
		}
	}
}

// parseErrors are messages of Nix 2.34.8.
var parseErrors = []struct {
	name, s string
	algo    Algorithm
	want    string
}{
	{"empty", "", SHA256, "hash '' has wrong length for hash algorithm 'sha256'"},
	{"short", "abc", SHA256, "hash 'abc' has wrong length for hash algorithm 'sha256'"},
	{"no algorithm", "abc", None, "hash 'abc' does not include a type, nor is the type otherwise known from context"},
	{"base64 without algorithm", emptyBase64, None, "hash '" + emptyBase64 + "' does not include a type, nor is the type otherwise known from context"},
	{"short sri", "sha256-abc", None, "invalid SRI hash 'abc', length 2 != expected length 32"},
	{"empty sri", "sha256-", None, "invalid SRI hash '', length 0 != expected length 32"},
	{"long sri", "md5-" + emptyBase64, None, "invalid SRI hash '" + emptyBase64 + "', length 32 != expected length 16"},
	{"other algorithm", "sha256-abc", MD5, "hash 'sha256-abc' should have type 'md5'"},
	{"unknown algorithm", "foo:abc", None, "unknown hash algorithm 'foo', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'"},
	{"unknown algorithm of an sri", "foo-abc", SHA256, "unknown hash algorithm 'foo', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'"},
	{"only a colon", ":", None, "unknown hash algorithm '', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'"},
	{"two colons", "sha1:1:2", None, "hash '1:2' has wrong length for hash algorithm 'sha1'"},
	{"bad digit of sri", "sha256-!!", None, "invalid SRI hash '!!', length 0 != expected length 32"},
	{
		"bad digit of base16", strings.Repeat("0", 63) + "g", SHA256,
		"invalid base16 hash '" + strings.Repeat("0", 63) + "g', length 0 != expected length 32",
	},
	{
		"bad digit of nix32", "e" + strings.Repeat("0", 51), SHA256,
		"invalid nix32 hash 'e" + strings.Repeat("0", 51) + "', length 0 != expected length 32",
	},
	{
		"bits behind the last byte of nix32", "2" + strings.Repeat("0", 51), SHA256,
		"invalid nix32 hash '2" + strings.Repeat("0", 51) + "', length 33 != expected length 32",
	},
	{
		"bits behind the last byte of md5", "8" + strings.Repeat("0", 25), MD5,
		"invalid nix32 hash '8" + strings.Repeat("0", 25) + "', length 17 != expected length 16",
	},
	{
		"padding inside base64", emptyBase64[:40] + "=U==", SHA256,
		"invalid Base64 hash '" + emptyBase64[:40] + "=U==', length 30 != expected length 32",
	},
	{
		"bad digit of base64", emptyBase64[:41] + "!U=", SHA256,
		"invalid Base64 hash '" + emptyBase64[:41] + "!U=', length 0 != expected length 32",
	},
}

func TestParseErrors(t *testing.T) {
	for _, c := range parseErrors {
		h, err := Parse(c.s, c.algo)
		if err == nil || err.Error() != c.want || h != (Hash{}) {
			t.Errorf("%s: Parse(%q, %v) = %v, %v, want the error %s", c.name, c.s, c.algo, h, err, c.want)
		}
	}
}

func TestParseOrZero(t *testing.T) {
	for _, c := range []struct {
		name, s       string
		algo          Algorithm
		want          Hash
		warning, fail string
	}{
		{"empty", "", MD5, Zero(MD5), "found empty hash, assuming 'md5-AAAAAAAAAAAAAAAAAAAAAA=='", ""},
		{"empty without algorithm", "", None, Hash{}, "", "empty hash requires explicit hash algorithm"},
		{"not empty", emptyHex, SHA256, Sum(SHA256, nil), "", ""},
		{"wrong", "x", MD5, Hash{}, "", "hash 'x' has wrong length for hash algorithm 'md5'"},
	} {
		h, warning, err := ParseOrZero(c.s, c.algo)
		fail := ""
		if err != nil {
			fail = err.Error()
		}
		if h != c.want || warning != c.warning || fail != c.fail {
			t.Errorf("%s: ParseOrZero = %v, %q, %q, want %v, %q, %q", c.name, h, warning, fail, c.want, c.warning, c.fail)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range parseErrors {
		f.Add(c.s, uint8(c.algo))
	}
	for _, format := range []Format{Base16, Nix32, Base64, SRI} {
		f.Add(Sum(SHA512, nil).WithAlgo(format), uint8(None))
		f.Add(Sum(MD5, nil).Encode(format), uint8(MD5))
	}
	f.Fuzz(func(t *testing.T, s string, a uint8) {
		h, err := Parse(s, Algorithm(a))
		if err != nil {
			return
		}
		for _, format := range []Format{Base16, Nix32, Base64, SRI} {
			if again, err := Parse(h.WithAlgo(format), None); err != nil || again != h {
				t.Fatalf("Parse(%q) = %v, %v, want %v", h.WithAlgo(format), again, err, h)
			}
		}
	})
}

func FuzzNix32(f *testing.F) {
	f.Add("7z")
	f.Add(emptyNix32)
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := Nix32Decode(Nix32Encode([]byte(s))); err != nil || string(got) != s {
			t.Fatalf("Nix32Decode(Nix32Encode(%q)) = %q, %v", s, got, err)
		}
		if b, err := Nix32Decode(s); err == nil && Nix32Encode(b) != s {
			t.Fatalf("Nix32Encode(Nix32Decode(%q)) = %q", s, Nix32Encode(b))
		}
	})
}

func BenchmarkSum(b *testing.B) {
	data := make([]byte, 4096)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		Sum(SHA256, data)
	}
}
