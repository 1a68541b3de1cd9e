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
		fromURL: func(u *url, o Options) (Attrs, error) {
			application, transport := cutScheme(u.scheme)
			switch {
			case !slices.Contains([]string{"file", "http", "https"}, transport):
				return nil, nil
			case application != name && (strings.Contains(u.scheme, "+") || u.curlType(o) != name):
				return nil, nil
			}
			return curlFromURL(u, name), nil
		},
		check:  func(a Attrs, _ Options) (Attrs, error) { return a, nil },
		toURL:  curlToURL,
		locked: byNarHash,
	}
}

// archives are the endings of archives.
var archives = []string{".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst"}

// curlType returns the type of what a URL without more is: a flake is a tree, so
// that is an archive.
func (u *url) curlType(o Options) string {
	isArchive := func(end string) bool { return strings.HasSuffix(u.path[len(u.path)-1], end) }
	if o.Files && !slices.ContainsFunc(archives, isArchive) {
		return "file"
	}
	return "tarball"
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
