package link

import (
	"io/fs"
	"path/filepath"
	"strings"
)

// FS is what a link may ask of the files.
type FS interface {
	// Stat follows symbolic links, as [os.Stat] does.
	Stat(path string) (fs.FileInfo, error)
}

// Exists reports whether there is a file or directory at a path.
func Exists(fsys FS, path string) bool {
	_, err := fsys.Stat(path)
	return err == nil
}

// Resolve returns the file to open for a path: for a directory its default.nix
// where there is one, as import takes it. It is false if there is nothing.
func Resolve(fsys FS, path string) (string, bool) {
	info, err := fsys.Stat(path)
	if err != nil {
		return "", false
	}
	if info.IsDir() {
		if entry := filepath.Join(path, "default.nix"); Exists(fsys, entry) {
			return entry, true
		}
	}
	return path, true
}

// SearchPath is where angle-bracket paths are looked up: the entries of
// NIX_PATH, in order.
type SearchPath []SearchEntry

// SearchEntry is one place. A prefix stands for the directory itself, no prefix
// for the one that holds what is looked for.
type SearchEntry struct {
	Prefix, Path string
}

// DefaultSearchPath is what Nix has where NIX_PATH is not set: the channels of
// the user and of root.
func DefaultSearchPath(home string) SearchPath {
	const root = "/nix/var/nix/profiles/per-user/root/channels"
	path := SearchPath{{"nixpkgs", root + "/nixpkgs"}, {"", root}}
	if home == "" {
		return path
	}
	return append(SearchPath{{"", filepath.Join(home, ".nix-defexpr/channels")}}, path...)
}

// ParseSearchPath reads the value of NIX_PATH. Entries that are fetched, not
// files, are left out; the colon of their scheme is part of them.
func ParseSearchPath(value string) SearchPath {
	var path SearchPath
	for len(value) > 0 {
		var entry string
		entry, value = cutEntry(value)
		prefix, place, ok := strings.Cut(entry, "=")
		if !ok {
			prefix, place = "", entry
		}
		if filepath.IsAbs(place) {
			path = append(path, SearchEntry{prefix, place})
		}
	}
	return path
}

// cutEntry splits at the first colon that is not the one of a scheme.
func cutEntry(value string) (entry, rest string) {
	place := strings.IndexByte(value, '=') + 1
	if colon := strings.IndexByte(value, ':'); colon >= 0 && colon < place {
		place = 0
	}
	from := 0
	for _, scheme := range []string{"http://", "https://", "file://", "git://", "s3://", "ssh://", "channel:", "flake:"} {
		if strings.HasPrefix(value[place:], scheme) {
			from = place + len(scheme)
		}
	}
	end := strings.IndexByte(value[from:], ':')
	if end < 0 {
		return value, ""
	}
	return value[:from+end], value[from+end+1:]
}

// Lookup returns the path that <name> stands for, and whether there is one.
func (p SearchPath) Lookup(fsys FS, name string) (string, bool) {
	for _, e := range p {
		rest := name
		if e.Prefix != "" {
			var ok bool
			if rest, ok = strings.CutPrefix(name, e.Prefix); !ok || rest != "" && rest[0] != '/' {
				continue
			}
		}
		if path := filepath.Join(e.Path, rest); Exists(fsys, path) {
			return path, true
		}
	}
	return "", false
}
