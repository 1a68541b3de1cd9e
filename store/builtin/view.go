package builtin

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"firn/store/path"
)

// view is the store as a builder sees it. There is nothing else: a link that leads
// elsewhere leads to nothing, as in a sandbox.
type view struct {
	dir     path.Dir
	real    func(string) string
	visible func(path.Path) bool
}

// place is where a path leads to when links are followed.
type place struct {
	at    string      // a logical path without links
	kind  fs.FileMode // its type
	links int         // how many were followed
}

// root is where absolute paths begin.
var root = place{at: "/", kind: fs.ModeDir}

// maxLinks is how many symbolic links a path may lead through: that of Linux, on
// which it depends what Nix refuses.
const maxLinks = 40

// follow goes from a place along a path. The links that have led to the place count.
func (v *view) follow(from place, name string) (place, error) {
	if strings.HasPrefix(name, "/") {
		from = v.above(from, root.at)
	}
	rest := components(name)
	for len(rest) > 0 {
		c := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		if !from.kind.IsDir() {
			return place{}, syscall.ENOTDIR
		}
		next, err := v.step(from, c)
		if err != nil {
			return place{}, err
		}
		if next.kind != fs.ModeSymlink {
			from = next
			continue
		}
		if from.links++; from.links > maxLinks {
			return place{}, syscall.ELOOP
		}
		target, err := os.Readlink(v.real(next.at))
		if err != nil {
			return place{}, err
		}
		if strings.HasPrefix(target, "/") {
			from = v.above(from, root.at)
		}
		rest = append(rest, components(target)...)
	}
	return from, nil
}

// components returns those of a path, the last one first. One that is empty, as
// behind a slash at the end, stands for a directory itself.
func components(name string) []string {
	list := strings.Split(name, "/")
	slices.Reverse(list)
	return list
}

// step goes into a directory. What it returns may be a link.
func (v *view) step(from place, c string) (place, error) {
	at := join(from.at, c)
	switch c {
	case "", ".":
		return from, nil
	case "..":
		at = from.at[:max(strings.LastIndexByte(from.at, '/'), 1)]
	}
	if strings.HasPrefix(v.dir.String()+"/", join(at, "")) {
		return v.above(from, at), nil
	}
	if !v.dir.Contains(at) {
		return place{}, fs.ErrNotExist
	}
	if from.at == v.dir.String() {
		object, err := v.dir.ParseBase(c)
		if err != nil || !v.visible(object) {
			return place{}, fs.ErrNotExist
		}
	}
	info, err := os.Lstat(v.real(at))
	if err != nil {
		return place{}, err
	}
	return place{at: at, kind: info.Mode().Type(), links: from.links}, nil
}

// above returns the place of the store directory or one above it, where nothing else
// is.
func (*view) above(from place, at string) place {
	return place{at: at, kind: fs.ModeDir, links: from.links}
}

// names returns what is in a directory, sorted.
func (v *view) names(p place) ([]string, error) {
	switch {
	case !p.kind.IsDir():
		return nil, syscall.ENOTDIR
	case !v.dir.Contains(p.at):
		return nil, fs.ErrNotExist // which objects there are depends on the machine
	}
	entries, err := os.ReadDir(v.real(p.at))
	if err != nil {
		return nil, err
	}
	list := make([]string, len(entries))
	for i, e := range entries {
		list[i] = e.Name()
	}
	return list, nil
}

// open opens a regular file.
func (v *view) open(name string) (*os.File, error) {
	p, err := v.follow(root, name)
	if err != nil {
		return nil, err
	}
	if !p.kind.IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	return os.Open(v.real(p.at))
}

// readText returns what is in a file, which must be short.
func (v *view) readText(name string) (_ string, err error) {
	const most = 16 << 20
	f, err := v.open(name)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if len(text) > most {
		return "", fmt.Errorf("it has more than %d bytes", most)
	}
	return string(text), err
}

// cause returns why something failed, without the path on this machine.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return syscall.ENOENT
	}
	return err
}

// absent reports whether an error says that there is no such file.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
