package flakeref

import "strings"

// indirect is the type of what has a name in a registry.
var indirect = &scheme{
	name: "indirect", feature: "flakes",
	allowed: []string{"id", "ref", "rev", "narHash"},
	fromURL: indirectFromURL,
	check: func(a Attrs, _ Options) (Attrs, error) {
		id, err := a.need("id")
		if err == nil && !isFlakeID(id) {
			err = bad("'%s' is not a valid flake ID", id)
		}
		return a, err
	},
	toURL:  indirectToURL,
	locked: func(Input) (bool, error) { return false, nil },
}

func indirectFromURL(u *url, _ Options) (Attrs, error) {
	if u.scheme != "flake" {
		return nil, nil
	}
	parts, a := u.parts(), Attrs{"type": "indirect"}
	switch len(parts) {
	case 1:
	case 2:
		switch {
		case IsRev(parts[1]):
			a["rev"] = parts[1]
		case isRefName(parts[1]):
			a["ref"] = parts[1]
		default:
			return nil, bad("in flake URL '%s', '%s' is not a commit hash or branch/tag name", u, parts[1])
		}
	case 3:
		if !isRefName(parts[1]) {
			return nil, bad("in flake URL '%s', '%s' is not a branch/tag name", u, parts[1])
		}
		if !IsRev(parts[2]) {
			return nil, bad("in flake URL '%s', '%s' is not a commit hash", u, parts[2])
		}
		a["ref"], a["rev"] = parts[1], parts[2]
	default:
		return nil, bad("GitHub URL '%s' is invalid", u)
	}
	if !isFlakeID(parts[0]) {
		return nil, bad("'%s' is not a valid flake ID", parts[0])
	}
	a["id"] = parts[0]
	if rev, ok := a["rev"].(string); ok {
		a["rev"] = strings.ToLower(rev)
	}
	return a, nil
}

func indirectToURL(in Input) (*url, error) {
	id, err := in.Attrs.need("id")
	if err != nil {
		return nil, err
	}
	u := &url{scheme: "flake", path: []string{id}, query: map[string]string{}}
	if ref, has, _ := in.Attrs.Str("ref"); has {
		u.path = append(u.path, ref)
	}
	rev, err := in.Rev()
	if err == nil && !rev.IsNone() {
		u.path = append(u.path, rev.Hex())
	}
	return u, err
}
