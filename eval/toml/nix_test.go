package toml

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"firn/eval/number/nixtest"
)

// showNix does in Nix what show does here.
const showNix = `let show = v:
	if builtins.isAttrs v then "{" + builtins.concatStringsSep "" (map (n: show n + show v.${n}) (builtins.attrNames v)) + "}"
	else if builtins.isList v then "[" + builtins.concatStringsSep "" (map show v) + "]"
	else if builtins.isString v then "s" + toString (builtins.stringLength v) + ":" + v
	else if builtins.isInt v then "i" + toString v
	else if builtins.isFloat v then "f" + builtins.toJSON v + "/" + toString v
	else "b" + builtins.toJSON v;
in s: show (builtins.fromTOML s)`

func TestParseAgainstNix(t *testing.T) {
	n := nixtest.Open(t, *nix)
	var list []string
	for len(list) < *texts {
		list = append(list, document())
	}
	compareAll(t, n, list)
}

func TestFilesAgainstNix(t *testing.T) {
	n := nixtest.Open(t, *nix)
	list := nixtest.Corpus(t, ".toml")
	for files := list; len(list) < *texts; {
		list = append(list, damage(files[rand.IntN(len(files))]))
	}
	compareAll(t, n, list)
}

func compareAll(t *testing.T, n *nixtest.Nix, list []string) {
	t.Helper()
	t.Logf("%d texts", len(list))
	for batch := range slices.Chunk(list, 1000) {
		compare(t, n, batch, Options{Timestamps: rand.IntN(4) > 0})
	}
}

func compare(t *testing.T, n *nixtest.Nix, list []string, o Options) {
	t.Helper()
	var features []nixtest.Features
	if o.Timestamps {
		features = append(features, "parse-toml-timestamps")
	}
	for i, want := range n.Ask(t, showNix, list, features...) {
		got, err := parse(list[i], o)
		if err != nil {
			got = nixtest.Printed("while parsing TOML: " + err.Error())
		}
		if want.Lost {
			t.Logf("no answer of Nix about %q", list[i])
		} else if unsupported(got) && unsupported(want.Text) {
			continue // which of several is reported depends on hashes
		} else if got != want.Text || (err != nil) != want.Error {
			t.Errorf("Parse(%q)\ngave %s\nNix  %s", list[i], got, want.Text)
		}
	}
}

// unsupported says whether a message is about what TOML allows and Nix does not.
func unsupported(msg string) bool {
	return strings.Contains(msg, "Dates and times are not supported") || strings.Contains(msg, "contains null bytes")
}

// document returns TOML that something may have happened to.
func document() string {
	var b strings.Builder
	for range rand.IntN(7) {
		b.WriteString(line() + pick("\n", "\n", "\n", "\n", "\r\n", "\n\n", " # remark\n", "", "\r"))
	}
	return damage(b.String())
}

// damage changes a few bytes of a text, or none.
func damage(s string) string {
	text := []byte(s)
	for range rand.IntN(6) - 2 {
		i := rand.IntN(len(text) + 1)
		j := min(len(text), i+rand.IntN(3))
		piece := pick("", "", " ", "\n", "[", "]", "{", "}", ",", "=", ".", `"`, "'", `"""`, "'''", `\`, "-", "+", "_", "0", "7", "e", "x", "T", ":", "#", "\x01", "\x7f", "\xff", "é", "\t", "\r", "[[", "]]")
		text = append(text[:i:i], append([]byte(piece), text[j:]...)...)
	}
	return string(text)
}

func pick(list ...string) string { return list[rand.IntN(len(list))] }

func line() string {
	switch rand.IntN(10) {
	case 0:
		return "[" + key() + "]"
	case 1:
		return "[[" + key() + "]]"
	case 2:
		return pick("", "  ", "# c", "#")
	}
	return key() + pick(" = ", "=", "\t= ") + value(3)
}

func key() string {
	var k strings.Builder
	k.WriteString(simpleKey())
	for range max(0, rand.IntN(5)-2) {
		k.WriteString(pick(".", ".", " . ") + simpleKey())
	}
	return k.String()
}

func simpleKey() string {
	return pick("a", "a", "b", "b", "c", "d-1", "_", "1", `"a"`, `'b'`, `"x y"`, `""`, `"\u0061"`, "'é'", `"\u0000"`, `"\ud800"`, "1979-05-27", "inf")
}

func value(depth int) string {
	switch k := rand.IntN(10); {
	case k < 3:
		return numeral()
	case k < 4:
		return pick("true", "false", "true", "tru", "True", "inf", "-inf", "+nan", "nan", "-nan", "Inf", "null", "infinity")
	case k < 6:
		return moment()
	case k < 8 || depth == 0:
		return text()
	case k == 8:
		var items []string
		for range rand.IntN(4) {
			items = append(items, value(depth-1))
		}
		space := pick("", " ", "\n", " # c\n")
		return "[" + space + strings.Join(items, space+","+space) + pick("", space, ",") + "]"
	}
	var items []string
	for range rand.IntN(3) {
		items = append(items, key()+pick("=", " = ")+value(depth-1))
	}
	return "{" + pick("", " ") + strings.Join(items, pick(",", ", ", " ,")) + pick("", " ", "", "", ",") + "}"
}

func numeral() string {
	digits := func() string {
		return pick("0", "1", "7", "12", "1_000", "90", "00", "01", "1__0", "1_", "_1", "9223372036854775807", "9223372036854775808", "")
	}
	switch rand.IntN(6) {
	case 0:
		return pick("0x", "0o", "0b", "0X", "+0x", "-0b") + pick("0", "1", "1_0", "7", "8", "dead_BEEF", "7fffffffffffffff", "8000000000000000", "777777777777777777777", "1000000000000000000000", strings.Repeat("1", 63), strings.Repeat("1", 64), "", "_1", "1_")
	case 1:
		return pick("", "-", "+") + digits() + pick(".", ".", "", "._") + digits() + pick("", "", "e1", "E+07", "e-3", "e", "e400", "e-400", "e1_0", "e1_", ".1")
	}
	return pick("", "", "-", "+") + digits()
}

func moment() string {
	date := pick("1979-05-27", "2000-02-29", "1900-02-29", "2024-02-30", "0000-01-01", "1979-13-01", "1979-00-10", "1979-5-27", "1979-04-31", "9999-12-31", "1979-05-2")
	time := pick("07:32:00", "00:00:00.1", "23:59:60", "24:00:00", "12:60:00", "01:02:61", "07:32", "7:32:00", "07:32:00.", "01:02:03.0001", "01:02:03.1234567899", "01:02:03.100000", "01:02:03.000", "01:02:03.000000001")
	offset := pick("", "", "Z", "z", "+09:00", "-05:30", "-00:00", "+00:30", "-00:30", "+24:60", "+25:00", "+01:61", "+9:00", "+0900", "-01")
	switch rand.IntN(4) {
	case 0:
		return date + pick("", "", " ", "x", "0", "T")
	case 1:
		return time + pick("", "", "", "Z")
	}
	return date + pick("T", "t", " ", "  ", "") + time + offset
}

func text() string {
	body := func() string {
		var b strings.Builder
		for range rand.IntN(4) {
			b.WriteString(pick("a", "b", " ", "é", "😀", `\n`, `\"`, `\\`, `\u00e9`, `\U0001F600`, `\ud800`, `\U00110000`, `\uFFFF`, `\x41`, `\e`, `\u0000`, "\t", "#"))
		}
		return b.String()
	}
	switch rand.IntN(5) {
	case 0:
		return "'" + body() + "'"
	case 1:
		return `"""` + pick("", "\n", "\r\n") + body() + pick("", `"`, `""`, "\\\n  ", "\\ \r\n\n\t", "\n", "\r", `\ `) + body() + pick(`"""`, `""""`, `"""""`, `""""""`, `""`)
	case 2:
		return "'''" + pick("", "\n", "\r\n") + body() + pick("", "'", "''", "\n", "\\\n") + body() + pick("'''", "''''", "'''''", "''''''", "''")
	}
	return `"` + body() + `"`
}
