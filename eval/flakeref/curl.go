package flakeref

import (
	"slices"
	"strings"
)

// tarball is the type of an archive that is unpacked, and file of what is not.
var (
	tarball = curl("tarball")
	file    = curl("file")
)

var curlAttrs = []string{"url", "narHash", "name", "unpack", "rev", "revCount", "lastModified"}

// curl returns a type of what is fetched from a URL as it is.
func curl(name string) *scheme {
	return &scheme{
		name: name, allowed: curlAttrs,
		fromURL: func(u *url, _ Options) (Attrs, error) {
			application, transport := cutScheme(u.scheme)
			switch {
			case !slices.Contains([]string{"file", "http", "https"}, transport):
				return nil, nil
			case application != name && (strings.Contains(u.scheme, "+") || name == "file"):
				return nil, nil // a flake is a tree, so a URL without more is an archive
			}
			return curlFromURL(u, name), nil
		},
		check:  func(a Attrs, _ Options) (Attrs, error) { return a, nil },
		toURL:  curlToURL,
		locked: byNarHash,
	}
}

func curlFromURL(u *url, name string) Attrs {
	a := Attrs{"type": name}
	for _, param := range []string{"narHash", "rev"} {
		if has(u.query, param) {
			a[param] = u.query[param]
		}
	}
	for _, param := range []string{"revCount", "lastModified"} {
		if n, ok := number(u.query[param]); ok {
			a[param] = n
		}
	}
	bare := *u
	_, bare.scheme = cutScheme(u.scheme)
	bare.query = map[string]string{}
	for param, v := range u.query {
		if !slices.Contains(curlAttrs, param) {
			bare.query[param] = v
		}
	}
	a["url"] = bare.String()
	return a
}

func curlToURL(in Input) (*url, error) {
	u, err := in.parsedURL()
	if err != nil {
		return nil, err
	}
	return u, in.addNarHash(u)
}
