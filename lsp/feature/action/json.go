package action

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"firn/format"
	"firn/lsp/feature/layout"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// fromJSON offers nixlang for JSON: an object or array that is selected, or that
// is all of the file.
func fromJSON(f *finder) []Action {
	span := f.Span
	if span.Empty() {
		if f.valid {
			return nil
		}
		span = text.Span{End: uint32(len(f.src))}
	}
	for span.Start < span.End && isBlank(f.src[span.Start]) {
		span.Start++
	}
	for span.Start < span.End && isBlank(f.src[span.End-1]) {
		span.End--
	}
	src := span.In(f.src)
	if !strings.HasPrefix(src, "{") && !strings.HasPrefix(src, "[") || !f.mayBeJSON(span) {
		return nil
	}
	out, err := nixOf(src)
	if err != nil || !f.says(out, src) {
		return nil
	}
	return []Action{{Title: "Convert JSON to nixlang", edits: func() []text.Edit {
		laid, err := format.Source(out, format.Options{})
		if err != nil {
			return nil
		}
		indent, _ := layout.Indent(f.tree, span.Start)
		laid = strings.ReplaceAll(strings.TrimSuffix(laid, "\n"), "\n", "\n"+indent) // no string has line breaks
		return []text.Edit{{Span: span, New: laid}}
	}}}
}

// mayBeJSON reports whether a span can be something else than nixlang: it is not in
// a string, and where the file can be read it is an expression that interpolates
// nothing.
func (f *finder) mayBeJSON(span text.Span) bool {
	n := f.tree.Innermost(span)
	if !f.valid {
		k := n.Kind()
		return k != parser.KindText && k != parser.KindIndString && k != parser.KindString
	}
	for id := n.ID(); id < n.SubtreeEnd(); id++ {
		if f.tree.Kind(id) == parser.KindInterp {
			return false
		}
	}
	return f.selected() == n
}

// says reports whether nixlang can be read and means something else than a text,
// which may be nixlang by chance.
func (f *finder) says(out, src string) bool {
	after, err := f.Parse(out)
	if err != nil {
		return false
	}
	before, err := f.Parse(src)
	return err != nil || len(scope.Check(before)) > 0 || !format.SameMeaning(before, after)
}

// Why JSON is not converted.
var (
	errDeep   = errors.New("the JSON is nested too deeply")
	errString = errors.New("nixlang has no such string")
	errMore   = errors.New("there is more than one value")
)

// maxJSONDepth is how deep arrays and objects may be in each other.
const maxJSONDepth = 200

// nixOf writes a JSON value in nixlang. Of attributes with the same name the last
// counts, as for builtins.fromJSON.
func nixOf(src string) (string, error) {
	if !utf8.ValidString(src) {
		return "", errString
	}
	r := jsonReader{Decoder: json.NewDecoder(strings.NewReader(src))}
	r.UseNumber()
	out, err := r.value(0)
	if err != nil {
		return "", err
	}
	// Half of a surrogate pair becomes the replacement character, too.
	if replacement := string(utf8.RuneError); r.replaced != strings.Count(src, replacement)+strings.Count(strings.ToLower(src), `\ufffd`) {
		return "", errString
	}
	if _, err := r.Token(); !errors.Is(err, io.EOF) {
		return "", errMore
	}
	return out, nil
}

type jsonReader struct {
	*json.Decoder
	replaced int // how many replacement characters the strings have
}

// value reads the next value, which is in depth others.
func (r *jsonReader) value(depth int) (string, error) {
	token, err := r.Token()
	if err != nil {
		return "", err
	}
	switch token := token.(type) {
	case json.Delim:
		switch {
		case depth == maxJSONDepth:
			return "", errDeep
		case token == '[':
			return r.array(depth + 1)
		default:
			return r.object(depth + 1)
		}
	case json.Number:
		return number(token.String()), nil
	case string:
		return r.string(token)
	case bool:
		return strconv.FormatBool(token), nil
	default:
		return "null", nil
	}
}

func (r *jsonReader) string(s string) (string, error) {
	if strings.Contains(s, "\x00") {
		return "", errString
	}
	r.replaced += strings.Count(s, string(utf8.RuneError))
	return scope.Quote(s), nil
}

func (r *jsonReader) array(depth int) (string, error) {
	var b strings.Builder
	b.WriteString("[")
	for r.More() {
		v, err := r.value(depth)
		if err != nil {
			return "", err
		}
		if strings.HasPrefix(v, "-") {
			v = "(" + v + ")"
		}
		b.WriteString(" " + v)
	}
	_, err := r.Token()
	return b.String() + " ]", err
}

func (r *jsonReader) object(depth int) (string, error) {
	var names []string
	values := map[string]string{}
	for r.More() {
		token, err := r.Token()
		if err != nil {
			return "", err
		}
		name, _ := token.(string) // the decoder takes nothing else
		if _, err := r.string(name); err != nil {
			return "", err
		}
		v, err := r.value(depth)
		if err != nil {
			return "", err
		}
		if _, twice := values[name]; !twice {
			names = append(names, name)
		}
		values[name] = v
	}
	_, err := r.Token()
	if len(names) == 0 {
		return "{ }", err
	}
	var b strings.Builder
	b.WriteString("{\n")
	for _, name := range names {
		b.WriteString(scope.AttrName(name) + " = " + values[name] + ";\n")
	}
	return b.String() + "}", err
}

// number writes a number of JSON. An integer that nixlang has not becomes a float
// with the same digits.
func number(s string) string {
	if strings.ContainsAny(s, ".eE") {
		return float(s)
	}
	switch n, err := strconv.ParseInt(s, 10, 64); {
	case err != nil:
		return s + ".0"
	case n == -1<<63: // which is the negative of no integer
		return "(" + strconv.FormatInt(n+1, 10) + " - 1)"
	default:
		return strconv.FormatInt(n, 10)
	}
}

// float writes a float. One of nixlang has a dot, and what it has for a negative
// number is a difference from 0, which is never -0.
func float(s string) string {
	mantissa, exponent, scaled := strings.Cut(strings.ToLower(s), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	if scaled {
		mantissa += "e" + exponent
	}
	if abs, negative := strings.CutPrefix(mantissa, "-"); negative && strings.Trim(abs[:len(abs)-len(exponent)], "0.e") == "" {
		return "(-1 * " + abs + ")"
	}
	return mantissa
}
