package flakeref

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// path is the type of a directory on this machine.
var path = &scheme{
	name: "path", feature: "flakes",
	allowed: []string{"path", "rev", "revCount", "lastModified", "narHash"},
	fromURL: pathFromURL,
	check: func(a Attrs, _ Options) (Attrs, error) {
		_, err := a.need("path")
		return a, err
	},
	toURL:  pathToURL,
	locked: byNarHash,
}

func pathFromURL(u *url, _ Options) (Attrs, error) {
	if u.scheme != "path" {
		return nil, nil
	}
	if u.authority != nil && u.authority.host != "" {
		return nil, fmt.Errorf("path URL '%s' should not have an authority ('%s')", u, u.authority)
	}
	p, err := joinPath(u.path)
	if err != nil {
		return nil, err
	}
	a := Attrs{"type": "path", "path": p}
	for _, name := range slices.Sorted(maps.Keys(u.query)) {
		switch name {
		case "rev", "narHash":
			a[name] = u.query[name]
		case "revCount", "lastModified":
			n, ok := number(u.query[name])
			if !ok {
				return nil, fmt.Errorf("path URL '%s' has invalid parameter '%s'", u, name)
			}
			a[name] = n
		default:
			return nil, fmt.Errorf("path URL '%s' has unsupported parameter '%s'", u, name)
		}
	}
	return a, nil
}

// joinPath makes the path of a file of what is between the slashes of a URL.
// Of several slashes one stays.
func joinPath(parts []string) (string, error) {
	for _, part := range parts {
		if strings.Contains(part, "/") {
			return "", bad("URL path component '%s' contains '/', which is not allowed in file names", part)
		}
		if strings.Contains(part, "\x00") {
			return "", bad("URL path component '%s' contains NUL byte which is not allowed", strings.ReplaceAll(part, "\x00", "␀"))
		}
	}
	p := strings.Join(parts, "/")
	if p == "" {
		return "/", nil // an empty first part stands for the root
	}
	for strings.Contains(p, "//") {
		p = strings.ReplaceAll(p, "//", "/")
	}
	return p, nil
}

func pathToURL(in Input) (*url, error) {
	p, err := in.Attrs.need("path")
	if err != nil {
		return nil, err
	}
	q := in.Attrs.query()
	for _, name := range []string{"path", "type", "__final"} {
		delete(q, name)
	}
	return &url{scheme: "path", path: strings.Split(p, "/"), query: q}, nil
}
