package flakeref

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Attrs are the attributes of an input by name. Each is a string, a uint64 or a
// bool.
type Attrs map[string]any

// names returns the names in order.
func (a Attrs) names() []string { return slices.Sorted(maps.Keys(a)) }

// Str returns an attribute that is a string. It is empty if there is none.
func (a Attrs) Str(name string) (s string, has bool, err error) {
	v, has := a[name]
	if !has {
		return "", false, nil
	}
	s, ok := v.(string)
	if !ok {
		return "", true, fmt.Errorf("input attribute '%s' is not a string %s", name, a.JSON())
	}
	return s, true, nil
}

// need is Str for an attribute that must not be missing.
func (a Attrs) need(name string) (string, error) {
	s, has, err := a.Str(name)
	if err == nil && !has {
		err = fmt.Errorf("input attribute '%s' is missing", name)
	}
	return s, err
}

// Int returns an attribute that is a number, 0 if there is none.
func (a Attrs) Int(name string) (n uint64, has bool, err error) {
	v, has := a[name]
	if !has {
		return 0, false, nil
	}
	n, ok := v.(uint64)
	if !ok {
		return 0, true, fmt.Errorf("input attribute '%s' is not an integer", name)
	}
	return n, true, nil
}

// Bool returns an attribute that is a Boolean, false if there is none.
func (a Attrs) Bool(name string) (bool, error) {
	v, has := a[name]
	if !has {
		return false, nil
	}
	b, ok := v.(bool)
	if !ok {
		return false, fmt.Errorf("input attribute '%s' is not a Boolean", name)
	}
	return b, nil
}

// JSON returns the attributes as the messages of Nix have them: an object in
// one line, sorted by name.
func (a Attrs) JSON() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, name := range a.names() {
		if i > 0 {
			b.WriteByte(',')
		}
		quote(&b, name)
		b.WriteByte(':')
		if s, ok := a[name].(string); ok {
			quote(&b, s)
		} else {
			fmt.Fprint(&b, a[name])
		}
	}
	b.WriteByte('}')
	return b.String()
}

// escapes are the characters that have a short escape in JSON.
var escapes = map[byte]string{
	'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`,
}

// quote writes a string of JSON, of which only that is escaped which has to be.
func quote(b *strings.Builder, s string) {
	b.WriteByte('"')
	for i := range len(s) {
		c := s[i]
		if e, ok := escapes[c]; ok {
			b.WriteString(e)
		} else if c < ' ' {
			fmt.Fprintf(b, `\u%04x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
}

// query returns the attributes as parameters of a URL.
func (a Attrs) query() map[string]string {
	q := make(map[string]string, len(a))
	for name, v := range a {
		switch v := v.(type) {
		case string:
			q[name] = v
		case uint64:
			q[name] = strconv.FormatUint(v, 10)
		case bool:
			q[name] = flag(v)
		}
	}
	return q
}

// flag returns a Boolean as a parameter of a URL.
func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// number reads a number of a URL, which may have a plus sign.
func number(s string) (uint64, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, 64)
	return n, err == nil
}
