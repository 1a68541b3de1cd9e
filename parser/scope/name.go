package scope

// IsIdentifier reports whether a name can be that of a variable: it has the
// form of an identifier and is no keyword.
func IsIdentifier(name string) bool { return isIdentifier(name) && name != "or" }

// AttrName returns a name as it is written in attribute paths: as it is if it
// has the form of an identifier, and else in quotes.
func AttrName(name string) string { return showName(name) }

// Quote returns the string literal whose value is s.
func Quote(s string) string { return showString(s) }
