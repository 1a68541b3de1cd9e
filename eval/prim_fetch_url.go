package eval

import (
	"strings"

	"firn/eval/flakeref"
	"firn/eval/value"
	"firn/store/hash"
	"firn/store/path"
)

func primFetchurl(m *machine, _ value.Pos, a *value.Value) value.Value {
	return fetching{m}.download(a, download{who: "fetchurl", method: path.Flat})
}

func primFetchTarball(m *machine, _ value.Pos, a *value.Value) value.Value {
	return fetching{m}.download(a, download{who: "fetchTarball", method: path.NAR, name: "source"})
}

// download is what fetchurl or fetchTarball is asked for.
type download struct {
	who    string
	method path.Method
	url    string
	name   string
	hash   hash.Hash // none if it is not given
	urlSet bool      // whether there is a URL
	named  bool      // whether there is an attribute with the name
	inSet  bool      // whether the argument is a set
}

func (m fetching) download(a *value.Value, d download) value.Value {
	if bad := m.downloadArgs(a, &d); bad != nil {
		return bad.value()
	}
	if bad := m.checkDownload(&d); bad != nil {
		return bad.value()
	}
	if d.hash.Algorithm() == hash.SHA256 {
		p, err := m.dir().Fixed(d.name, path.ContentAddress{Method: d.method, Hash: d.hash}, path.Refs{})
		if err != nil {
			return wrong(err).value()
		}
		if m.exists(p) {
			return storeString(p)
		}
	}
	var p path.Path
	var bad *failure
	if d.method == path.Flat {
		p, bad = m.downloadFile(d)
	} else {
		p, bad = m.downloadTree(d)
	}
	if bad != nil {
		return bad.value()
	}
	return storeString(p)
}

func (m fetching) downloadArgs(a *value.Value, d *download) (bad *failure) {
	x := m.force(a, 0)
	if x.Kind() != value.Set {
		d.url, bad = m.stringNoContext(x, 0, "while evaluating the url we should fetch")
		return bad
	}
	d.inSet = true
	flat := x.Attrs().Flat()
	for i, c := range flat.Cells() {
		if bad := m.downloadArg(d, m.symbols.Name(flat.Shape().Sym(i)), c, flat.Shape().Pos(i)); bad != nil {
			return bad
		}
	}
	if !d.urlSet {
		return fail(EvalError, 0, "'url' argument required")
	}
	return nil
}

func (m fetching) downloadArg(d *download, name string, c *value.Value, pos value.Pos) (bad *failure) {
	switch name {
	case "url":
		d.urlSet = true
		d.url, bad = m.forceStringNoContext(c, pos, "while evaluating the url we should fetch")
	case "sha256":
		var s string
		if s, bad = m.forceStringNoContext(c, pos, "while evaluating the sha256 of the content we should fetch"); bad != nil {
			return bad
		}
		h, warning, err := hash.ParseOrZero(s, hash.SHA256)
		if err != nil {
			return wrong(err)
		}
		if warning != "" {
			m.warn(warning)
		}
		d.hash = h
	case "name":
		d.named = true
		d.name, bad = m.forceStringNoContext(c, pos, "while evaluating the name of the content we should fetch")
	default:
		bad = fail(EvalError, 0, "unsupported argument '%s' to '%s'", name, d.who)
	}
	return bad
}

// checkDownload completes what is asked for, and refuses what must not be.
func (m fetching) checkDownload(d *download) *failure {
	if d.who == "fetchTarball" {
		d.url = resolvePseudoURL(d.url)
	}
	if bad := m.mayFetch(d.url); bad != nil {
		return bad
	}
	if d.name == "" {
		trimmed := strings.TrimRight(d.url, "/")
		d.name = trimmed[strings.LastIndexByte(trimmed, '/')+1:]
	}
	if err := path.CheckName(d.name); err != nil {
		// Two blanks in one of them are those of Nix.
		help := "Please pass an attribute set with 'url' and 'name' attributes to '%s',  so that it can create a valid store path."
		switch {
		case d.named:
			help = "Please change the value for the 'name' attribute passed to '%s', so that it can create a valid store path."
		case d.inSet:
			help = "Please add a valid 'name' attribute to the argument for '%s', so that it can create a valid store path."
		}
		return fail(EvalError, 0, "invalid store path name when fetching URL '%s': %v. "+help, d.url, err, d.who)
	}
	if m.settings.Pure && d.hash.IsNone() {
		return fail(EvalError, 0, "in pure evaluation mode, '%s' requires a 'sha256' argument", d.who)
	}
	return nil
}

// downloadFile returns the store path of a file.
func (m fetching) downloadFile(d download) (path.Path, *failure) {
	if flakeref.Scheme(d.url) == "" {
		return "", fail(EvalError, 0, "URL '%s' doesn't have a scheme", d.url)
	}
	at, bad := m.file(Request{Kind: FetchFile, URL: d.url, Name: d.name, Hash: d.hash})
	if bad != nil {
		return "", bad
	}
	h, bad := m.sumFile(at)
	if bad != nil {
		return "", bad
	}
	if bad := d.check(h); bad != nil {
		return "", bad
	}
	return m.adopt(adoption{name: d.name, at: at, method: path.Flat, hash: h})
}

// downloadTree returns the store path of what is in an archive.
func (m fetching) downloadTree(d download) (path.Path, *failure) {
	in, err := flakeref.NewInput(flakeref.Attrs{"type": "tarball", "url": d.url, "name": d.name}, m.refOptions())
	if err != nil {
		return "", wrong(err)
	}
	u, err := in.URL()
	if err != nil {
		return "", wrong(err)
	}
	got, bad := m.source(in, d.hash)
	if bad != nil {
		return "", bad.with(0, "while fetching the input '%s'", u)
	}
	if bad := d.check(got.narHash); bad != nil {
		return "", bad
	}
	t, bad := m.keep(in, got)
	return t.path, bad
}

// check compares the hash of what was fetched with the one that was asked for.
func (d download) check(h hash.Hash) *failure {
	if d.hash.IsNone() || h == d.hash {
		return nil
	}
	return fail(EvalError, 0, "hash mismatch in file downloaded from '%s':\n  specified: sha256:%s\n  got:       sha256:%s", d.url, d.hash.Nix32(), h.Nix32())
}
