package builtin

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strings"
)

// authorization returns the value of the header Authorization for a URL, "" for
// none, of a file with passwords, which may be missing.
func authorization(file, address string) (_ string, err error) {
	if file == "" {
		return "", nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return "", nil
	}
	in, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("cannot read the passwords for servers: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && len(text) > most {
		err = fmt.Errorf("'%s' has more than %d bytes", file, most)
	}
	if err != nil {
		return "", fmt.Errorf("cannot read the passwords for servers: %w", err)
	}
	login, password, ok := findLogin(string(text), u.Hostname())
	if !ok {
		return "", nil
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(login+":"+password)), nil
}

// findLogin returns the first entry for a server of a text in the format of .netrc
// (manual of GNU Inetutils, The .netrc file).
func findLogin(text, host string) (login, password string, ok bool) {
	for r := (netrc{text}); ; {
		word, more := r.word()
		switch {
		case !more:
			return login, password, ok
		case word == "machine" || word == "default":
			if ok {
				return login, password, ok
			}
			if ok = word == "default"; !ok {
				name, _ := r.word()
				ok = strings.EqualFold(name, host)
			}
		case word == "macdef":
			r.skipMacro()
		case word == "login" || word == "password" || word == "account":
			value, _ := r.word()
			if ok && word == "login" {
				login = value
			} else if ok && word == "password" {
				password = value
			}
		}
	}
}

// netrc is what has not been read of such a text.
type netrc struct{ rest string }

// word returns the next word. One in quotes may have spaces, and characters behind a
// backslash, as for curl.
func (n *netrc) word() (string, bool) {
	for {
		n.rest = strings.TrimLeft(n.rest, " \t\r\n")
		if !strings.HasPrefix(n.rest, "#") {
			break
		}
		_, n.rest, _ = strings.Cut(n.rest, "\n")
	}
	if n.rest == "" {
		return "", false
	}
	if n.rest[0] == '"' {
		return n.quoted(), true
	}
	end := strings.IndexAny(n.rest, " \t\r\n")
	if end < 0 {
		end = len(n.rest)
	}
	word := n.rest[:end]
	n.rest = n.rest[end:]
	return word, true
}

func (n *netrc) quoted() string {
	var b strings.Builder
	escaped := false
	for i := 1; i < len(n.rest); i++ {
		c := n.rest[i]
		switch {
		case escaped:
			if at := strings.IndexByte("nrt", c); at >= 0 {
				c = "\n\r\t"[at]
			}
			b.WriteByte(c)
			escaped = false
		case c == '\\':
			escaped = true
		case c == '"':
			n.rest = n.rest[i+1:]
			return b.String()
		default:
			b.WriteByte(c)
		}
	}
	n.rest = ""
	return b.String()
}

// skipMacro skips a macro, which ends at an empty line.
func (n *netrc) skipMacro() { _, n.rest, _ = strings.Cut(n.rest, "\n\n") }
