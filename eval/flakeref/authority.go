package flakeref

import (
	"net/netip"
	"strconv"
	"strings"
)

// authority is the part of a URL between // and the path, without
// percent-encoding.
type authority struct {
	user     *string // nil if there is none
	password *string
	host     string
	literal  bool // the host is in brackets
	port     string
}

func (a *authority) String() string {
	var b strings.Builder
	if a.user != nil {
		b.WriteString(encode(*a.user, ""))
		if a.password != nil {
			b.WriteByte(':')
			b.WriteString(encode(*a.password, ""))
		}
		b.WriteByte('@')
	}
	if a.literal {
		b.WriteString("[" + encode(a.host, ":") + "]")
	} else {
		b.WriteString(encode(a.host, ""))
	}
	if a.port != "" {
		b.WriteString(":" + a.port)
	}
	return b.String()
}

// setPort checks the port and writes it without zeros before it.
func (a *authority) setPort() error {
	if a.port == "" {
		return nil
	}
	n, err := strconv.ParseUint(a.port, 10, 16)
	if err != nil || n == 0 {
		return bad("port '%s' is invalid", a.port)
	}
	a.port = strconv.FormatUint(n, 10)
	return nil
}

// authority reads an authority.
func (r *reader) authority() (*authority, bool) {
	a := &authority{}
	before := r.rest
	user, ok := r.take(nameChars)
	password, good := r.after(':', nameChars+":")
	if ok && good && strings.HasPrefix(r.rest, "@") {
		a.user = decoded(user)
		if len(before)-len(r.rest) > len(user) {
			a.password = decoded(password)
		}
		r.rest = r.rest[1:]
	} else {
		r.rest = before
	}
	if strings.HasPrefix(r.rest, "[") {
		a.literal = true
		a.host, ok = r.literal()
	} else if a.host, ok = r.take(nameChars); ok {
		a.host = mustDecode(a.host)
	}
	if !ok {
		return nil, false
	}
	if after, ok := strings.CutPrefix(r.rest, ":"); ok {
		r.rest = strings.TrimLeft(after, digits)
		a.port = after[:len(after)-len(r.rest)]
	}
	return a, true
}

func decoded(s string) *string {
	s = mustDecode(s)
	return &s
}

// literal reads the address of a host in brackets.
func (r *reader) literal() (string, bool) {
	s, rest, ok := strings.Cut(r.rest[1:], "]")
	if !ok {
		return "", false
	}
	r.rest = rest
	if version, ok := strings.CutPrefix(s, "v"); ok {
		version, address, _ := strings.Cut(version, ".")
		good := isAll(version, digits+"abcdefABCDEF") && isAll(address, nameChars+":")
		return s, good
	}
	address, zone, hasZone := strings.Cut(s, "%25")
	if ip, err := netip.ParseAddr(address); err != nil || !ip.Is6() || ip.Zone() != "" {
		return "", false
	}
	if !hasZone {
		return s, true
	}
	z := reader{rest: zone}
	_, ok = z.take(unreserved)
	return address + "%" + mustDecode(zone), ok && zone != "" && z.rest == ""
}

// isAll reports whether s consists of the given characters, one at least.
func isAll(s, chars string) bool {
	return s != "" && strings.Trim(s, chars) == ""
}
