package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// cgroup is the group of the processes of a build (Linux, cgroup-v2).
type cgroup struct {
	dir  string
	file *os.File // of the directory
}

// makeCgroup makes a group below one that the caller may use, with limits.
func makeCgroup(parent string, l Limits) (*cgroup, error) {
	dir, err := os.MkdirTemp(parent, "firn-build-")
	if err != nil {
		return nil, err
	}
	g := &cgroup{dir: dir}
	if err := g.limit(l); err != nil {
		return nil, errors.Join(err, g.remove())
	}
	if g.file, err = os.Open(dir); err != nil {
		return nil, errors.Join(err, g.remove())
	}
	return g, nil
}

func (g *cgroup) limit(l Limits) error {
	if l.Memory > 0 {
		// A build that needs more does not get it from the disk either, and ends as a
		// whole rather than without one of its processes.
		if err := errors.Join(
			g.set("memory.max", l.Memory),
			optional(g.set("memory.swap.max", 0)),
			optional(g.set("memory.oom.group", 1)),
		); err != nil {
			return err
		}
	}
	if n := processes(l); n > 0 {
		return g.set("pids.max", n)
	}
	return nil
}

func (g *cgroup) set(name string, value int64) error {
	f, err := os.OpenFile(filepath.Join(g.dir, name), os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		controller, _, _ := strings.Cut(name, ".")
		return fmt.Errorf("%w; write +%s to %s, with the rights of its owner", err, controller, filepath.Join(filepath.Dir(g.dir), "cgroup.subtree_control"))
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(strconv.FormatInt(value, 10))
	return errors.Join(err, f.Close())
}

// optional forgives that a kernel does not have a file.
func optional(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// peak returns how much memory the group had at most, 0 if the kernel does not know.
func (g *cgroup) peak() int64 {
	text, err := os.ReadFile(filepath.Join(g.dir, "memory.peak"))
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// remove removes the group, which has no processes left.
func (g *cgroup) remove() error {
	closeAll(g.file)
	return os.Remove(g.dir)
}
