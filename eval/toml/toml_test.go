package toml

import (
	"flag"
	"slices"
	"strconv"
	"strings"

	"firn/eval/number"
)

var (
	nix   = flag.String("nix", "", "a nix-instantiate to compare with")
	texts = flag.Int("texts", 2000, "how many texts to compare with -nix")
)

// show writes a value down so that equal values of Nix have equal texts.
func show(v Value) string {
	switch v.Kind {
	case Bool:
		return "b" + strconv.FormatBool(v.Bool)
	case Int:
		return "i" + strconv.FormatInt(v.Int, 10)
	case Float:
		return "f" + number.JSON(v.Float) + "/" + number.Fixed(v.Float)
	case String:
		return quote(v.Text)
	case Array:
		var b strings.Builder
		for _, item := range v.Items {
			b.WriteString(show(item))
		}
		return "[" + b.String() + "]"
	case TableKind:
		return showTable(v.Table)
	}
	return "{" + quote("_type") + quote("timestamp") + quote("value") + quote(v.Text) + "}"
}

func showTable(t *Table) string {
	entries := slices.SortedFunc(slices.Values(t.Entries()), func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	var b strings.Builder
	for _, e := range entries {
		b.WriteString(quote(e.Key) + show(e.Value))
	}
	return "{" + b.String() + "}"
}

func quote(s string) string { return "s" + strconv.Itoa(len(s)) + ":" + s }

func parse(src string, o Options) (string, error) {
	v, err := Parse(src, o)
	if err != nil {
		return "", err
	}
	return show(v), nil
}
