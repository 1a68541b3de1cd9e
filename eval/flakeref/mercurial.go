package flakeref

import "strings"

// mercurial is the type of a repository of Mercurial.
var mercurial = &scheme{
	name:    "hg",
	allowed: []string{"url", "ref", "rev", "revCount", "narHash", "name"},
	fromURL: func(u *url, o Options) (Attrs, error) {
		switch u.scheme {
		case "hg+http", "hg+https", "hg+ssh", "hg+file":
		default:
			return nil, nil
		}
		a, bare := Attrs{"type": "hg"}, *u
		bare.scheme = strings.TrimPrefix(u.scheme, "hg+")
		bare.query = map[string]string{}
		for name, v := range u.query {
			if name == "rev" || name == "ref" {
				a[name] = v
			} else {
				bare.query[name] = v
			}
		}
		a["url"] = bare.String()
		return mercurialCheck(a, o)
	},
	check:  mercurialCheck,
	toURL:  mercurialToURL,
	locked: byRev,
}

func mercurialCheck(a Attrs, o Options) (Attrs, error) {
	s, err := a.need("url")
	if err != nil {
		return nil, err
	}
	if _, err := parseURL(s, false, o.Warn); err != nil {
		return nil, err
	}
	ref, has, err := a.Str("ref")
	if has && err == nil && !isRef(ref) {
		err = bad("invalid Mercurial branch/tag name '%s'", ref)
	}
	return a, err
}

func mercurialToURL(in Input) (*url, error) {
	u, err := in.parsedURL()
	if err != nil {
		return nil, err
	}
	u.scheme = "hg+" + u.scheme
	return u, in.addRev(u)
}
