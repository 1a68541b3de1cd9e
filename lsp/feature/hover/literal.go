package hover

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"firn/lsp/feature/link"
	"firn/lsp/feature/manual"
	"firn/lsp/feature/markup"
	"firn/parser"
)

// number describes an integer by other notations of it, and a float by what
// Nix makes of it.
func number(n parser.Node) string {
	if n.Kind() == parser.KindFloat {
		return float(n.Text())
	}
	value, err := strconv.ParseInt(n.Text(), 10, 64)
	if err != nil {
		return "An integer has to fit into 64 bits; the largest is `9223372036854775807`."
	}
	var note string
	if strings.HasPrefix(n.Text(), "0") && value != 0 {
		note = "Zeros at the start mean nothing: this is decimal." + octal(n.Text())
	}
	if value < 10 && note == "" {
		return ""
	}
	return markup.Join(markup.Nix(strconv.FormatInt(value, 10)), note, fmt.Sprintf("`0x%X` hexadecimal, `0%o` octal", value, value)+units(value))
}

// octal says what digits would mean if they were octal, as in other languages.
func octal(digits string) string {
	value, err := strconv.ParseInt(digits, 8, 64)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" Octal `%s` would be `%d`.", digits, value)
}

// units adds how much an integer is if it counts bytes.
func units(value int64) string {
	for i, unit := range []string{"TiB", "GiB", "MiB", "KiB"} {
		size := int64(1) << (10 * (4 - i))
		if value%size == 0 && value >= size {
			return fmt.Sprintf(", %d %s", value/size, unit)
		}
	}
	return ""
}

func float(literal string) string {
	value, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return "A float has to fit into 64 bits."
	}
	return fmt.Sprintf("A float of 64 bits. Nix prints it as `%s`; `toString` gives `%s`.",
		strconv.FormatFloat(value, 'g', 6, 64), strconv.FormatFloat(value, 'f', 6, 64))
}

// escape describes an escape sequence. Many expect of a backslash more than it
// does.
func escape(n parser.Node) string {
	sequence := n.Text()
	meaning, known := escapes[sequence]
	if n.Parent().Kind() == parser.KindIndString && !known {
		meaning, known = escapes[strings.TrimPrefix(sequence, "''")]
	}
	if !known {
		char := strings.TrimPrefix(strings.TrimPrefix(sequence, "''"), "\\")
		meaning = "the character " + markup.Code(char) + "; the escape has no other effect"
	}
	return fmt.Sprintf("%s stands for %s.", markup.Code(sequence), meaning)
}

var escapes = map[string]string{
	`\n`: "a line break", `\r`: "a carriage return", `\t`: "a tab",
	`\"`: "a quotation mark", `\\`: "a backslash",
	`\$`: "a dollar sign, which no interpolation follows", `\${`: "`${`, which is no interpolation",
	`'''`: "two apostrophes", `''$`: "a dollar sign, which no interpolation follows", `''${`: "`${`, which is no interpolation",
	`$$`: "two dollar signs; a brace behind them begins no interpolation",
}

// path describes the file that a path literal means.
func (h describer) path(n parser.Node) string {
	if n.FirstChild().Valid() {
		return markup.Entry(manual.Of(n))
	}
	absolute, ok := h.world.Absolute(n.Text())
	if !ok {
		return markup.Entry(manual.Of(n))
	}
	return markup.Join(markup.Nix(absolute), h.file(absolute))
}

// file says what is at a path, as far as that may be known.
func (h describer) file(path string) string {
	info, err := h.world.Stat(path)
	switch {
	case h.world.FS == nil:
		return "A path."
	case err != nil:
		return "A path; no such file."
	case !info.IsDir():
		return fmt.Sprintf("A file of %d bytes.", info.Size())
	}
	if _, err := h.world.Stat(filepath.Join(path, "default.nix")); err == nil {
		return "A directory. Importing it means its `default.nix`."
	}
	return "A directory."
}

// searchPath describes what a path in angle brackets is found to be.
func (h describer) searchPath(n parser.Node) string {
	name := strings.Trim(n.Text(), "<>")
	if path, ok := h.lookup(name); ok {
		return markup.Join(markup.Nix(path), h.file(path), "*Found by the search path.*")
	}
	tried := "The search path is empty."
	if len(h.world.Search) > 0 {
		tried = "Not found in the search path:" + places(h.world.Search)
	}
	return markup.Join(markup.Entry(manual.Of(n)), tried)
}

func (h describer) lookup(name string) (string, bool) {
	if h.world.FS == nil {
		return "", false
	}
	return h.world.Search.Lookup(h.world.FS, name)
}

func places(search link.SearchPath) string {
	var b strings.Builder
	for _, e := range search {
		place := e.Path
		if e.Prefix != "" {
			place = e.Prefix + "=" + e.Path
		}
		b.WriteString("\n- " + markup.Code(place))
	}
	return b.String()
}
