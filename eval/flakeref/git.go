package flakeref

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// git is the type of a repository of Git.
var git = &scheme{
	name: "git",
	allowed: []string{
		"url", "ref", "rev", "shallow", "submodules", "lfs", "exportIgnore", "lastModified", "revCount", "narHash",
		"allRefs", "name", "dirtyRev", "dirtyShortRev", "verifyCommit", "keytype", "publicKey", "publicKeys",
	},
	fromURL: gitFromURL,
	check:   gitCheck,
	toURL:   gitToURL,
	locked:  byRev,
}

func gitFromURL(u *url, o Options) (Attrs, error) {
	if application, _ := cutScheme(u.scheme); u.scheme != "git" && application != "git" {
		return nil, nil
	}
	a, bare := Attrs{"type": "git"}, *u
	bare.query = map[string]string{}
	for name, v := range u.query {
		switch name {
		case "rev", "ref", "keytype", "publicKey", "publicKeys":
			a[name] = v
		case "shallow", "submodules", "lfs", "exportIgnore", "allRefs", "verifyCommit":
			a[name] = v == "1"
		default:
			bare.query[name] = v
		}
	}
	a["url"] = bare.String()
	return gitCheck(a, o)
}

func gitCheck(a Attrs, o Options) (Attrs, error) {
	for _, name := range []string{"verifyCommit", "keytype", "publicKey", "publicKeys"} {
		if a[name] == nil {
			continue
		}
		if err := o.Require("verified-fetches"); err != nil {
			return nil, err
		}
	}
	if _, err := a.Bool("verifyCommit"); err != nil {
		return nil, err
	}
	ref, has, err := a.Str("ref")
	if err != nil {
		return nil, err
	}
	if has && !isRefName(ref) {
		return nil, bad("invalid Git branch/tag name '%s'", ref)
	}
	s, err := a.need("url")
	if err != nil {
		return nil, err
	}
	u, err := gitURL(s, o.Warn)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"shallow", "submodules", "allRefs"} {
		if _, err := a.Bool(name); err != nil {
			return nil, err
		}
	}
	a = maps.Clone(a)
	a["url"] = u.String()
	return a, nil
}

// GitURL returns the URL that is meant by one of the forms that Git takes: a
// URL, a path, or user@host:path.
func GitURL(s string, o Options) (string, error) {
	u, err := gitURL(s, o.Warn)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// scp is the form of scp for something on another host.
var scp = regexp.MustCompile(`^([^/]*)@([^\r\n]*):([^\r\n]*)$`)

func gitURL(s string, warn func(string)) (*url, error) {
	if m := scp.FindStringSubmatch(s); m != nil && !strings.HasPrefix(s, "/") {
		s = "ssh://" + m[1] + "@" + m[2] + "/" + m[3]
	}
	if !strings.HasPrefix(s, "file:") && !strings.HasPrefix(s, "git+file:") && !strings.Contains(s, "://") {
		u := &url{scheme: "file", path: strings.Split(s, "/")}
		if strings.HasPrefix(s, "/") {
			u.authority = &authority{}
		} else if strings.Contains(u.path[0], ":") {
			return nil, bad("SCP-like URL '%s' is not supported; use SSH URL syntax instead (ssh://...)", s)
		}
		return u, nil
	}
	u, err := parseURL(s, false, warn)
	if err != nil {
		return nil, err
	}
	if application, transport := cutScheme(u.scheme); application == "git" {
		u.scheme = transport
	}
	return u, nil
}

func gitToURL(in Input) (*url, error) {
	u, err := in.parsedURL()
	if err != nil {
		return nil, err
	}
	if u.scheme != "git" {
		u.scheme = "git+" + u.scheme
	}
	if err := in.addRev(u); err != nil {
		return nil, err
	}
	for _, name := range []string{"shallow", "lfs", "submodules", "exportIgnore", "verifyCommit"} {
		on, err := in.Attrs.Bool(name)
		if err != nil {
			return nil, err
		}
		if on {
			u.query[name] = "1"
		}
	}
	return u, in.addKeys(u)
}

// publicKey is a key that a commit may be signed with.
type publicKey struct {
	Key  string `json:"key"`
	Type string `json:"type"`
}

// addKeys adds the keys that a commit may be signed with to a URL.
func (in Input) addKeys(u *url) error {
	keys, err := in.publicKeys()
	switch {
	case err != nil || len(keys) == 0:
		return err
	case len(keys) == 1:
		u.query["keytype"], u.query["publicKey"] = keys[0].Type, keys[0].Key
		return nil
	}
	text, err := json.Marshal(keys)
	u.query["publicKeys"] = string(text)
	return err
}

func (in Input) publicKeys() ([]publicKey, error) {
	const usual = "ssh-ed25519"
	var keys []publicKey
	text, has, err := in.Attrs.Str("publicKeys")
	if err != nil {
		return nil, err
	}
	if has {
		if err := json.Unmarshal([]byte(text), &keys); err != nil {
			return nil, fmt.Errorf("input attribute 'publicKeys' is no list of keys: %w", err)
		}
	}
	if key, has, err := in.Attrs.Str("publicKey"); err != nil {
		return nil, err
	} else if has {
		kind, _, err := in.Attrs.Str("keytype")
		if err != nil {
			return nil, err
		}
		keys = append(slices.Clip(keys), publicKey{key, kind})
	}
	for i := range keys {
		if keys[i].Type == "" {
			keys[i].Type = usual
		}
	}
	return keys, nil
}
