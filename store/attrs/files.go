package attrs

import (
	"encoding/json"
	"maps"
	"math"
	"strconv"
	"strings"
)

// Files returns the texts of .attrs.json and .attrs.sh for a builder with structured
// attributes: these, with the paths of the outputs by name, and with graphs by name,
// which are whatever encoding/json can write.
func (a *Attrs) Files(outputs map[string]string, graphs map[string]any) (js, shell string, err error) {
	more := maps.Clone(graphs)
	if more == nil {
		more = map[string]any{}
	}
	if _, ok := more["outputs"]; !ok {
		more["outputs"] = outputs
	}
	text, err := json.Marshal(more)
	if err != nil {
		return "", "", err
	}
	v, err := decode(string(text))
	if err != nil {
		return "", "", err
	}
	all := maps.Clone(a.values)
	if added, ok := v.(map[string]any); ok {
		maps.Copy(all, added)
	}
	return string(appendJSON(nil, all)), shellText(all), nil
}

// shellText declares those values that bash can have: texts, whole numbers, truth
// values and null, and lists and sets of such.
func shellText(values map[string]any) string {
	var b strings.Builder
	for _, name := range sortedKeys(values) {
		if !isVariable(name) {
			continue
		}
		var option, text string
		var ok bool
		switch v := values[name].(type) {
		case []any:
			option = "-a "
			text, ok = listText(v)
		case map[string]any:
			option = "-A "
			text, ok = setText(v)
		default:
			text, ok = wordOf(v)
		}
		if ok {
			b.WriteString("declare " + option + name + "=" + text + "\n")
		}
	}
	return b.String()
}

func listText(list []any) (string, bool) {
	var b strings.Builder
	for _, v := range list {
		text, ok := wordOf(v)
		if !ok {
			return "", false
		}
		b.WriteString(text + " ")
	}
	return "(" + b.String() + ")", true
}

func setText(set map[string]any) (string, bool) {
	var b strings.Builder
	for _, name := range sortedKeys(set) {
		text, ok := wordOf(set[name])
		if !ok {
			return "", false
		}
		b.WriteString("[" + quote(name) + "]=" + text + " ")
	}
	return "(" + b.String() + ")", true
}

// wordOf returns the word of bash for a value that is neither list nor set.
func wordOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return quote(v), true
	case nil:
		return "''", true
	case bool:
		return map[bool]string{true: "1"}[v], true
	case number:
		return wholeNumber(v)
	}
	return "", false
}

// wholeNumber returns a number without a fraction as Nix does on the machines that
// there are. It takes it for one of 32 bits: of a larger one the lowest bits are
// left, and of a float that is too large the smallest number. Whether it has a
// fraction is seen with 24 bits.
func wholeNumber(n number) (string, bool) {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return strconv.Itoa(int(int32(i))), true
	}
	if u, err := strconv.ParseUint(string(n), 10, 64); err == nil {
		return strconv.Itoa(int(int32(u))), true
	}
	f := float(n)
	if short := float64(float32(f)); math.Ceil(short) != short {
		return "", false
	}
	if f = math.Trunc(f); f < math.MinInt32 || f > math.MaxInt32 {
		f = math.MinInt32
	}
	return strconv.Itoa(int(f)), true
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
