package builtin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// buildenv makes a directory of links to the files of packages, which is what
// profiles are. The attribute derivations has, for each package, whether it is
// active, its priority, how many outputs it has, and these.
func buildenv(ctx context.Context, j *job) error {
	text, err := j.attr("derivations")
	if err != nil {
		return err
	}
	packages, err := parsePackages(text)
	if err != nil {
		return err
	}
	manifest, err := j.attr("manifest")
	if err != nil {
		return err
	}
	e := &environment{
		job: j, ctx: ctx, view: j.view(), top: newDirectory(), left: cmp.Or(j.Limits.Entries, maxEntries),
		done: map[string]bool{}, postponed: map[string]bool{},
	}
	if err := e.addAll(packages); err != nil {
		return err
	}
	if err := e.write(j.Output, e.top); err != nil {
		return err
	}
	if err := os.Symlink(manifest, filepath.Join(j.Output, "manifest.nix")); err != nil {
		return fmt.Errorf("creating symlink '%s/manifest.nix' to '%s': %w", j.out.Path, manifest, cause(err))
	}
	return nil
}

// pkg is an output of a package.
type pkg struct {
	path     string
	priority int
	active   bool
}

// parsePackages reads the attribute derivations.
func parsePackages(text string) ([]pkg, error) {
	var list []pkg
	for rest := fields(text); len(rest) > 0; {
		if len(rest) < 3 {
			return nil, fmt.Errorf("attribute 'derivations' ends with '%s' where a package has to be", strings.Join(rest, " "))
		}
		priority, err := leadingInt(rest[1])
		if err != nil {
			return nil, fmt.Errorf("attribute 'derivations' has the priority '%s': %w", rest[1], err)
		}
		outputs, err := leadingInt(rest[2])
		if err != nil || outputs < 0 || outputs > len(rest)-3 {
			return nil, fmt.Errorf("attribute 'derivations' has '%s' as the number of outputs where %d words follow", rest[2], len(rest)-3)
		}
		for _, p := range rest[3 : 3+outputs] {
			list = append(list, pkg{p, priority, rest[0] != "false"})
		}
		rest = rest[3+outputs:]
	}
	slices.SortStableFunc(list, func(a, b pkg) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), strings.Compare(a.path, b.path))
	})
	return list, nil
}

// leadingInt reads a number of 32 bits that a word begins with. A priority with a
// fraction comes as 5.500000 and counts as 5.
func leadingInt(s string) (int, error) {
	end := 0
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (i > 0 || c != '-' && c != '+') {
			break
		}
		end = i + 1
	}
	n, err := strconv.ParseInt(s[:end], 10, 32)
	if errors.Is(err, strconv.ErrRange) {
		return 0, strconv.ErrRange
	} else if err != nil {
		return 0, errors.New("a number has to be there")
	}
	return int(n), nil
}

// maxEntries is how many files of packages are looked at unless limits say otherwise.
// Links to directories can make of few files any number.
const maxEntries = 1 << 20

// errTooMany is the error of a derivation that would keep one busy for ever.
var errTooMany = errors.New("the packages have too many files that meet in the same directories")

// propagatedPriority is the priority of the first package that others bring with
// them. It is less important than what people install themselves.
const propagatedPriority = 1000

// environment is a directory of links that is being thought out.
type environment struct {
	*job
	ctx       context.Context
	view      *view
	top       *entry
	left      int             // how many files may be looked at
	done      map[string]bool // packages
	postponed map[string]bool // packages that others bring with them
}

// entry is a link, or a directory.
type entry struct {
	entries  map[string]*entry // of a directory, not nil then
	target   string            // of a link
	place    place             // where it leads
	priority int               // of the package that it comes from
}

func newDirectory() *entry { return &entry{entries: map[string]*entry{}} }

// addAll adds packages, in order, and then those that they bring with them.
func (e *environment) addAll(packages []pkg) error {
	for _, p := range packages {
		if p.active {
			if err := e.add(p.path, p.priority); err != nil {
				return err
			}
		}
	}
	for priority := propagatedPriority; len(e.postponed) > 0; {
		batch := e.postponed
		e.postponed = map[string]bool{}
		for _, p := range slices.Sorted(maps.Keys(batch)) {
			if err := e.add(p, priority); err != nil {
				return err
			}
			priority++
		}
	}
	return nil
}

func (e *environment) add(dir string, priority int) error {
	if e.done[dir] {
		return nil
	}
	e.done[dir] = true
	at, err := e.view.follow(root, dir)
	if err != nil {
		return fmt.Errorf("cannot read directory '%s': %w", dir, cause(err))
	}
	if err := e.link(source{dir, at, priority}, string(e.out.Path), e.top); err != nil {
		return err
	}
	const file = "/nix-support/propagated-user-env-packages"
	text, err := e.view.readText(dir + file)
	if err != nil && !absent(err) {
		return fmt.Errorf("reading file '%s': %w", dir+file, cause(err))
	}
	for _, p := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' }) {
		if !e.done[p] {
			e.postponed[p] = true
		}
	}
	return nil
}

// source is a directory of a package.
type source struct {
	path     string // as links to what is in it name it
	at       place
	priority int
}

// link adds links to what is in a directory of a package. In messages the directory
// of links is at a path.
func (e *environment) link(s source, path string, to *entry) error {
	if err := e.ctx.Err(); err != nil {
		return err
	}
	names, err := e.view.names(s.at)
	if errors.Is(err, syscall.ENOTDIR) {
		e.Say(fmt.Sprintf("warning: not including '%s' in the user environment because it's not a directory", s.path))
		return nil
	} else if err != nil {
		return fmt.Errorf("cannot read directory '%s': %w", s.path, cause(err))
	}
	for _, name := range names {
		if strings.HasPrefix(name, ".") {
			continue
		}
		if e.left--; e.left < 0 {
			return errTooMany
		}
		file := source{path: join(s.path, name), priority: s.priority}
		file.at, err = e.view.follow(s.at, name)
		if absent(err) {
			e.Say(fmt.Sprintf("warning: skipping dangling symlink '%s'", join(path, name)))
			continue
		} else if err != nil {
			return fmt.Errorf("getting status of '%s': %w", file.path, cause(err))
		}
		if slices.ContainsFunc(ignored, func(end string) bool { return strings.HasSuffix(file.path, end) }) {
			continue
		}
		if err := e.place(file, join(path, name), to); err != nil {
			return err
		}
	}
	return nil
}

// ignored are the ends of paths to files that are not linked to, since they are of no
// use in a profile, or each package has its own.
var ignored = []string{
	"/propagated-build-inputs", "/nix-support", "/perllocal.pod", "/info/dir", "/log", "/manifest.nix", "/manifest.json",
}

// join appends a name to a path, which may end with a slash.
func join(dir, name string) string {
	if strings.HasSuffix(dir, "/") {
		return dir + name
	}
	return dir + "/" + name
}

// place adds a file to a directory. A directory is a link as long as it comes from one
// package only.
func (e *environment) place(file source, path string, to *entry) error {
	name := path[strings.LastIndexByte(path, '/')+1:]
	old := to.entries[name]
	switch {
	case old == nil:
	case file.at.kind.IsDir() && old.entries != nil:
		return e.link(file, path, old)
	case file.at.kind.IsDir():
		if !old.place.kind.IsDir() {
			return fmt.Errorf("collision between '%s' and non-directory '%s'", file.path, old.place.at)
		}
		merged := newDirectory()
		to.entries[name] = merged
		first := source{old.place.at, place{at: old.place.at, kind: old.place.kind}, old.priority}
		if err := e.link(first, path, merged); err != nil {
			return err
		}
		return e.link(file, path, merged)
	case old.entries != nil:
		return fmt.Errorf("collision between non-directory '%s' and directory '%s'", file.path, path)
	case old.priority == file.priority:
		return &conflictError{old.target, file.path, file.priority}
	case old.priority < file.priority:
		return nil
	}
	to.entries[name] = &entry{target: file.path, place: file.at, priority: file.priority}
	return nil
}

// conflictError is the error of two packages that have the same file.
type conflictError struct {
	old, now string
	priority int
}

// Error implements error.
func (e *conflictError) Error() string {
	return fmt.Sprintf("Unable to build profile. There is a conflict for the following files:\n\n  %s\n  %s\n\n"+
		"Both have the priority %d; give one of them another, of which the lower one counts.", e.old, e.now, e.priority)
}

// write makes a directory of links.
func (e *environment) write(at string, d *entry) error {
	if err := os.Mkdir(at, 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(d.entries)) {
		if err := e.ctx.Err(); err != nil {
			return err
		}
		sub := d.entries[name]
		var err error
		if sub.entries != nil {
			err = e.write(filepath.Join(at, name), sub)
		} else {
			err = os.Symlink(sub.target, filepath.Join(at, name))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
