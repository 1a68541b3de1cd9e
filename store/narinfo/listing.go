package narinfo

import (
	"bufio"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"firn/store/nar"
)

// ListingExtension ends the names of listings, behind the hash part of a path.
const ListingExtension = ".ls"

// ErrNotUTF8 is the error of an archive with a name that JSON cannot hold.
var ErrNotUTF8 = errors.New("a name is not UTF-8, so there can be no listing")

// WriteListing reads an archive to its end and writes the listing of it, which says
// where in it the content of each file is (Nix manual, Nix Archive Listing; the
// keys are in the order in which Nix writes them). Not a byte behind the archive is
// read. The archive is read to its end even if the error is [ErrNotUTF8].
func WriteListing(w io.Writer, archive io.Reader) error {
	in := &counter{r: archive}
	a := nar.NewReader(in)
	l := listing{w: bufio.NewWriter(w)}
	l.text(`{"root":`)
	strange := false
	for {
		h, err := a.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if !utf8.ValidString(h.Path) || !utf8.ValidString(h.Target) {
			strange = true
		} else if !strange {
			l.file(h, in.n)
		}
	}
	if strange {
		return ErrNotUTF8
	}
	l.leave("")
	l.text(`,"version":1}`)
	return l.w.Flush() // which returns the error of all writes
}

// counter knows how far something was read.
type counter struct {
	r io.Reader
	n int64
}

// Read implements [io.Reader].
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// listing writes files in the order of an archive, which is that of JSON, too:
// the names are sorted, and "entries" comes before the type of a directory.
type listing struct {
	w     *bufio.Writer
	dirs  []string // those that are open
	comma bool     // the directory has an entry
}

func (l *listing) file(h nar.Header, offset int64) {
	if h.Path != "/" {
		l.leave(path.Dir(h.Path))
		if l.comma {
			l.text(",")
		}
		l.string(path.Base(h.Path))
		l.text(":")
	}
	l.comma = true
	switch h.Kind {
	case nar.Directory:
		l.text(`{"entries":{`)
		l.dirs = append(l.dirs, h.Path)
		l.comma = false
	case nar.Symlink:
		l.text(`{"target":`)
		l.string(h.Target)
		l.text(`,"type":"symlink"}`)
	default:
		l.regular(h, offset)
	}
}

func (l *listing) regular(h nar.Header, offset int64) {
	l.text("{")
	if h.Executable {
		l.text(`"executable":true,`)
	}
	l.text(`"narOffset":` + strconv.FormatInt(offset, 10) + `,"size":` + strconv.FormatInt(h.Size, 10) + `,"type":"regular"}`)
}

// leave closes the directories below one, all if it is none.
func (l *listing) leave(dir string) {
	for len(l.dirs) > 0 && l.dirs[len(l.dirs)-1] != dir {
		l.dirs = l.dirs[:len(l.dirs)-1]
		l.text(`},"type":"directory"}`)
		l.comma = true
	}
}

// text writes. The error of it is in that of the end.
func (l *listing) text(s string) {
	_, _ = l.w.WriteString(s)
}

// string writes a string as JSON, with as few escapes as Nix.
func (l *listing) string(s string) {
	const digits = "0123456789abcdef"
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case strings.IndexByte("\b\t\n\f\r", c) >= 0:
			b = append(b, '\\', "btn?fr"[c-'\b'])
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		default:
			b = append(b, c)
		}
	}
	l.text(string(append(b, '"')))
}
