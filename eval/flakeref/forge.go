package flakeref

import (
	"maps"
	"slices"
	"strings"

	"firn/store/hash"
)

// The types of what is on a host of repositories that hands out archives of
// commits.
var (
	github    = forge("github")
	gitlab    = forge("gitlab")
	sourcehut = forge("sourcehut")
)

func forge(name string) *scheme {
	return &scheme{
		name: name, feature: "flakes",
		allowed: []string{"owner", "repo", "ref", "rev", "narHash", "lastModified", "host", "treeHash"},
		fromURL: func(u *url, _ Options) (Attrs, error) {
			if u.scheme != name {
				return nil, nil
			}
			return forgeFromURL(u)
		},
		check:  forgeCheck,
		toURL:  forgeToURL,
		locked: byRev, // by the setting trust-tarballs-from-git-forges, which is on
	}
}

func forgeFromURL(u *url) (Attrs, error) {
	parts, a := u.parts(), Attrs{"type": u.scheme}
	switch {
	case len(parts) < 2:
		return nil, bad("URL '%s' is invalid", u)
	case len(parts) == 3 && IsRev(parts[2]):
		a["rev"] = parts[2]
	case len(parts) > 2:
		a["ref"] = strings.Join(parts[2:], "/")
	}
	for _, name := range slices.Sorted(maps.Keys(u.query)) {
		switch {
		case name == "rev" && a["rev"] != nil:
			return nil, bad("URL '%s' contains multiple commit hashes", u)
		case name == "ref" && a["ref"] != nil:
			return nil, bad("URL '%s' contains multiple branch/tag names", u)
		case name == "rev", name == "ref", name == "host", name == "narHash":
			a[name] = u.query[name]
		}
	}
	a["owner"], a["repo"] = parts[0], parts[1]
	return forgeCheck(a, Options{})
}

func forgeCheck(a Attrs, _ Options) (Attrs, error) {
	for _, name := range []string{"owner", "repo"} {
		if _, err := a.need(name); err != nil {
			return nil, err
		}
	}
	ref, hasRef, err := a.Str("ref")
	if err != nil {
		return nil, err
	}
	rev, hasRev, err := a.Str("rev")
	if err != nil {
		return nil, err
	}
	if hasRef && hasRev {
		return nil, bad("input %s contains both a commit hash ('%s') and a branch/tag name ('%s')", a.JSON(), rev, ref)
	}
	if hasRev {
		if _, err := hash.Parse(rev, hash.SHA1); err != nil {
			return nil, err
		}
	}
	if hasRef && !isRefName(ref) {
		return nil, bad("input %s contains an invalid branch/tag name", a.JSON())
	}
	host, hasHost, err := a.Str("host")
	if hasHost && err == nil && host != "" && !isAll(host, alpha+digits+".-") {
		err = bad("input %s contains an invalid instance host", a.JSON())
	}
	return a, err
}

func forgeToURL(in Input) (*url, error) {
	a := in.Attrs
	owner, err := a.need("owner")
	if err != nil {
		return nil, err
	}
	repo, err := a.need("repo")
	if err != nil {
		return nil, err
	}
	u := &url{scheme: in.scheme.name, path: []string{owner, repo}, query: map[string]string{}}
	if ref, has, _ := a.Str("ref"); has {
		u.path = append(u.path, ref)
	}
	rev, err := in.Rev()
	if err != nil {
		return nil, err
	}
	if !rev.IsNone() {
		u.path = append(u.path, rev.Hex())
	}
	if err := in.addNarHash(u); err != nil {
		return nil, err
	}
	host, has, err := a.Str("host")
	if has {
		u.query["host"] = host
	}
	return u, err
}
