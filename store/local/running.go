package local

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"firn/store/path"
)

// proc is where Linux tells of processes. Other systems have none.
const proc = "/proc"

// running finds what processes and the kernel use: programs, directories, open and
// mapped files, and what variables of environments name.
func (f *finder) running() error {
	entries, err := os.ReadDir(proc)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		if _, err := strconv.Atoi(e.Name()); err != nil {
			continue
		}
		if err := f.runningProcess(filepath.Join(proc, e.Name())); err != nil && !hidden(err) {
			return fmt.Errorf("cannot find what processes use of the store: %w", err)
		}
	}
	for _, name := range []string{"modprobe", "fbsplash", "poweroff_cmd"} {
		if err := f.text(filepath.Join(proc, "sys", "kernel", name)); err != nil && !hidden(err) {
			return err
		}
	}
	return nil
}

// hidden reports whether an error says that a process has ended, or that it is of
// somebody else.
func hidden(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ESRCH)
}

func (f *finder) runningProcess(dir string) error {
	for _, name := range []string{"exe", "cwd"} {
		if err := f.processLink(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	fds, err := os.ReadDir(filepath.Join(dir, "fd"))
	if err != nil {
		return err
	}
	for _, fd := range fds {
		if err := f.processLink(filepath.Join(dir, "fd", fd.Name())); err != nil {
			return err
		}
	}
	if err := f.text(filepath.Join(dir, "maps")); err != nil {
		return err
	}
	return f.text(filepath.Join(dir, "environ"))
}

func (f *finder) processLink(name string) error {
	target, err := os.Readlink(name)
	if hidden(err) || errors.Is(err, syscall.ENAMETOOLONG) {
		// Of a thread of the kernel, or closed meanwhile; or deeper in directories than
		// can be told, which must not keep anybody from collecting garbage.
		return nil
	}
	if err != nil {
		return err
	}
	return f.scan(name, bytes.NewReader([]byte(target)))
}

// text finds what a file names.
func (f *finder) text(name string) (err error) {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return f.scan(name, file)
}

// scan finds the store paths in a text, logical ones and those of the place where
// the store is.
func (f *finder) scan(link string, r io.Reader) error {
	dirs := []string{f.s.o.Dir.String()}
	if f.s.real != dirs[0] {
		dirs = append(dirs, f.s.real)
	}
	return scanPaths(r, dirs, func(base string) {
		if p, err := f.s.o.Dir.ParseBase(base); err == nil {
			f.roots = append(f.roots, Root{Running, link, p})
		}
	})
}

// maxBase is the length of the longest base name.
const maxBase = path.HashLen + 1 + path.MaxNameLen

// scanPaths calls found for each base name that stands behind one of the
// directories in a text. It holds a part of the text only.
func scanPaths(r io.Reader, dirs []string, found func(base string)) error {
	keep := 0
	for _, d := range dirs {
		keep = max(keep, len(d)+1+maxBase+1)
	}
	buf := make([]byte, 0, 64<<10+keep)
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		ended := err != nil
		// What begins before the end of what is certain is seen as a whole.
		certain := len(buf)
		if !ended {
			certain = max(len(buf)-keep, 0)
		}
		for _, d := range dirs {
			findPaths(buf, certain, d+"/", found)
		}
		buf = buf[:copy(buf, buf[certain:])]
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// findPaths calls found for what stands behind a prefix that begins before an end.
func findPaths(buf []byte, end int, prefix string, found func(base string)) {
	for at := 0; ; {
		i := bytes.Index(buf[at:], []byte(prefix))
		if i < 0 || at+i >= end {
			return
		}
		at += i + len(prefix) - 1 // the next may begin with the last slash of this one
		base := buf[at+1:]
		n := 0
		for n < len(base) && n <= maxBase && isNameByte(base[n]) {
			n++
		}
		if n > path.HashLen+1 && n <= maxBase {
			found(string(base[:n]))
		}
	}
}

func isNameByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return bytes.IndexByte([]byte("+-._?="), c) >= 0
}
