package infer

// Brief is what is said of a value in a few words.
type Brief struct {
	Sort Sort
	// Text is a scalar as it is written, the size of a list or of a set, or the
	// name of a package. It is cut where it is very long.
	Text string
	// Lines is how many lines a string has.
	Lines int
	// Version is that of a package, "" if it has none.
	Version string
}

// Sort says what a value is, as far as it matters for saying it briefly.
type Sort uint8

// The sorts of values.
const (
	Scalar Sort = iota // null, a boolean, a number, a string or a path
	List
	Set
	Package
	Function
)

// Briefer is a value that was evaluated and can be said in a few words.
type Briefer interface {
	Known
	// Brief returns what is said of it, and false if it fails.
	Brief() (Brief, bool)
}

// BriefOf returns what is said of a value that was evaluated.
func BriefOf(k Known) (Brief, bool) {
	if b, ok := k.(Briefer); ok {
		return b.Brief()
	}
	return Brief{}, false
}
