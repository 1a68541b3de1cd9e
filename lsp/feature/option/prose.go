package option

import (
	"regexp"
	"strings"
)

// Prose returns a description as Markdown. Descriptions are written in the
// Markdown of nixpkgs, with roles before code as in {option}`a.b`, and until 2022
// they were written in DocBook (NixOS manual, "Writing NixOS Modules", Option
// Declarations).
func Prose(s string) string {
	if strings.Contains(s, "</") || strings.Contains(s, "/>") {
		s = docBook.Replace(s)
		s = listing.ReplaceAllString(s, "\n```\n$1\n```\n")
		s = link.ReplaceAllString(s, "[$2]($1)")
		s = emptyLink.ReplaceAllString(s, "<$1>")
		s = reference.ReplaceAllString(s, "`$1`")
		s = code.ReplaceAllString(s, "`$2`")
		s = tag.ReplaceAllString(s, "")
		s = entities.Replace(s)
	}
	s = role.ReplaceAllString(s, "`")
	return strings.TrimSpace(blankLines.ReplaceAllString(s, "\n\n"))
}

// Summary returns the beginning of a description, its first paragraph, in one line.
func Summary(s string) string {
	first, _, _ := strings.Cut(Prose(s), "\n\n")
	return strings.Join(strings.Fields(first), " ")
}

var (
	// docBook are the elements that stand for layout.
	docBook = strings.NewReplacer(
		"<para>", "\n\n", "</para>", "\n\n", "<listitem>", "\n- ", "</listitem>", "",
		"<itemizedlist>", "\n", "</itemizedlist>", "\n", "<note>", "\n> **Note** ", "</note>", "\n",
		"<warning>", "\n> **Warning** ", "</warning>", "\n", "<emphasis>", "*", "</emphasis>", "*",
		"<![CDATA[", "", "]]>", "",
	)
	listing   = regexp.MustCompile(`(?s)<(?:programlisting|screen)[^>]*>\s*(.*?)\s*</(?:programlisting|screen)>`)
	link      = regexp.MustCompile(`(?s)<(?:u?link)\s+(?:xlink:href|url)="([^"]*)"\s*>(.*?)</u?link>`)
	emptyLink = regexp.MustCompile(`<(?:u?link)\s+(?:xlink:href|url)="([^"]*)"\s*/>`)
	reference = regexp.MustCompile(`<xref\s+linkend="(?:opt-)?([^"]*)"\s*/>`)
	code      = regexp.MustCompile(`(?s)<(literal|option|filename|command|varname|envar|replaceable|package|code|function|type|userinput|computeroutput|systemitem|constant|parameter)\b[^>]*>(.*?)</(?:literal|option|filename|command|varname|envar|replaceable|package|code|function|type|userinput|computeroutput|systemitem|constant|parameter)>`)
	tag       = regexp.MustCompile(`</?[a-zA-Z][a-zA-Z:]*(?:\s+[a-zA-Z:]+="[^"]*")*\s*/?>`)
	entities  = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")

	role       = regexp.MustCompile("\\{[a-z]+\\}`")
	blankLines = regexp.MustCompile(`\n[ \t]*\n(?:[ \t]*\n)+`)
)
