package attrs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// number is a number as it is written, so that nothing of it is lost.
type number = json.Number

// decode reads a text of JSON. Of a name that is there twice the last value counts.
func decode(text string) (any, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("it is not valid UTF-8")
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands behind the value")
	}
	return v, nil
}

// typeOf returns the name of the type of a value.
func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case number:
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// appendJSON writes a value as Nix does: without spaces, keys sorted bytewise, and
// nothing escaped in texts that need not be.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return appendString(b, v)
	case number:
		return appendNumber(b, v)
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, e)
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for i, name := range sortedKeys(v) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, name), ':')
			b = appendJSON(b, v[name])
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}

// short are the escapes of RFC 8259, section 7, that have a letter.
var short = strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range []byte(short.Replace(s)) {
		if c < ' ' {
			b = fmt.Appendf(b, `\u%04x`, c)
		} else {
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// appendNumber writes a number: one with 64 bits as it is, any other one with as many
// digits as tell it from others, and as 1.0 rather than 1.
func appendNumber(b []byte, n number) []byte {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return strconv.AppendInt(b, i, 10)
	}
	if u, err := strconv.ParseUint(string(n), 10, 64); err == nil {
		return strconv.AppendUint(b, u, 10)
	}
	f := float(n)
	if math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	const least, most = 1e-4, 1e15 // between which there is no exponent
	if a := math.Abs(f); a != 0 && (a < least || a >= most) {
		return strconv.AppendFloat(b, f, 'e', -1, 64)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return append(b, text...)
}

// float returns a number with 64 bits, the nearest one.
func float(n number) float64 {
	f, err := n.Float64()
	if err != nil { // it is too large, and infinite for Nix
		return math.Inf(1 - 2*strings.Count(string(n)[:1], "-"))
	}
	return f
}
