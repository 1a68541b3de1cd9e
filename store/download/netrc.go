package download

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// Netrc is who one is on which servers (setting netrc-file). A nil one knows nobody.
type Netrc struct {
	logins []login
}

// login is an entry. A host that is empty stands for all that have none before.
type login struct{ host, user, password string }

// maxNetrc is how long a file may be, in bytes.
const maxNetrc = 1 << 20

// ReadNetrc reads a file of logins. That it is not there is no error.
func ReadNetrc(name string) (*Netrc, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > maxNetrc {
		return nil, fmt.Errorf("'%s' has more than %d bytes, which is too much for a file of logins", name, maxNetrc)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	n, err := ParseNetrc(string(text))
	if err != nil {
		return nil, fmt.Errorf("cannot read '%s': %w", name, err)
	}
	return n, nil
}

// ParseNetrc reads the notation of curl and ftp: "machine HOST login USER password
// PASSWORD", or default instead of a machine. Words may be in double quotes. A line
// that begins with # says nothing, and neither do words that are not known.
func ParseNetrc(text string) (*Netrc, error) {
	n := &Netrc{}
	words := netrcWords{rest: text}
	for {
		word, ok, err := words.next()
		if err != nil || !ok {
			return n, err
		}
		switch word {
		case "default":
			n.logins = append(n.logins, login{})
		case "macdef":
			words.skipMacro()
		case "machine", "login", "password", "account":
			value, ok, err := words.next()
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, fmt.Errorf("nothing follows %q at its end", word)
			}
			if err := n.take(word, value); err != nil {
				return nil, err
			}
		}
	}
}

func (n *Netrc) take(key, value string) error {
	if key == "machine" {
		n.logins = append(n.logins, login{host: strings.ToLower(value)})
		return nil
	}
	if len(n.logins) == 0 {
		return fmt.Errorf("a %s comes before the first machine", key)
	}
	switch last := &n.logins[len(n.logins)-1]; key {
	case "login":
		last.user = value
	case "password":
		last.password = value
	}
	return nil
}

// netrcWords are the words of a file of logins.
type netrcWords struct {
	rest  string
	lines int
}

func (w *netrcWords) line() int { return w.lines + 1 }

// advance goes on behind n bytes.
func (w *netrcWords) advance(n int) {
	w.lines += strings.Count(w.rest[:n], "\n")
	w.rest = w.rest[n:]
}

const netrcSpace = " \t\r\n"

func (w *netrcWords) next() (word string, ok bool, err error) {
	for {
		w.advance(len(w.rest) - len(strings.TrimLeft(w.rest, netrcSpace)))
		if !strings.HasPrefix(w.rest, "#") {
			break
		}
		w.skip("\n")
	}
	if w.rest == "" {
		return "", false, nil
	}
	if w.rest[0] == '"' {
		word, err = w.quoted()
		return word, true, err
	}
	end := strings.IndexAny(w.rest, netrcSpace)
	if end < 0 {
		end = len(w.rest)
	}
	word = w.rest[:end]
	w.advance(end)
	return word, true, nil
}

// quoted reads a word in quotes, in which a backslash stands before what is meant as
// it is, and before n, r and t as in C.
func (w *netrcWords) quoted() (string, error) {
	var b strings.Builder
	for i := 1; i < len(w.rest); i++ {
		switch c := w.rest[i]; c {
		case '"':
			w.advance(i + 1)
			return b.String(), nil
		case '\\':
			i++
			if i < len(w.rest) {
				b.WriteByte(unescaped(w.rest[i]))
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", fmt.Errorf("line %d: a quote is not closed", w.line())
}

func unescaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// skipMacro goes on behind a macro, which ends with an empty line.
func (w *netrcWords) skipMacro() {
	w.skip("\n\n")
}

// skip goes on behind some text, or to the end.
func (w *netrcWords) skip(text string) {
	if i := strings.Index(w.rest, text); i >= 0 {
		w.advance(i + len(text))
	} else {
		w.advance(len(w.rest))
	}
}

// Header returns what a request to a URL says of who one is, nil if nobody is known
// there. As in curl the first entry of a host counts, and the port does not.
func (n *Netrc) Header(at string) http.Header {
	u, err := url.Parse(at)
	if n == nil || err != nil || u.Hostname() == "" || !isHTTP(at) {
		return nil
	}
	host := strings.ToLower(u.Hostname())
	for _, l := range n.logins {
		if l.host == host || l.host == "" {
			return Login(l.user, l.password)
		}
	}
	return nil
}

// Login returns what a request says of who one is (RFC 7617).
func Login(user, password string) http.Header {
	code := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	return http.Header{"Authorization": {"Basic " + code}}
}
