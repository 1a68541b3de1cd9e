package builtin

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"
)

// plant makes a tree. A line is a file with its content, behind a colon and perhaps
// with a star if it can be executed, a link with an arrow, or a directory with a
// slash. Without a name it is the tree itself.
func plant(t testing.TB, dir, files string) {
	t.Helper()
	for line := range strings.Lines(files) {
		line = strings.TrimSuffix(line, "\n")
		name, target, isLink := strings.Cut(line, "-> ")
		at := filepath.Join(dir, strings.TrimSpace(name))
		var err error
		switch name, content, isFile := strings.Cut(line, ": "); {
		case line == "":
			continue
		case isLink:
			if err = os.MkdirAll(filepath.Dir(at), 0o755); err == nil {
				err = os.Symlink(target, at)
			}
		case isFile:
			at, mode := filepath.Join(dir, strings.TrimSuffix(name, "*")), os.FileMode(0o644)
			if strings.HasSuffix(name, "*") {
				mode = 0o755
			}
			if err = os.MkdirAll(filepath.Dir(at), 0o755); err == nil {
				err = os.WriteFile(at, []byte(content), mode)
			}
		default:
			err = os.MkdirAll(filepath.Join(dir, line), 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// listing returns what is in a tree as plant takes it, in order.
func listing(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(strings.TrimPrefix(p, dir), "/")
		switch {
		case e.IsDir():
			if entries, err := os.ReadDir(p); err != nil || len(entries) > 0 {
				return err
			}
			fmt.Fprintf(&b, "%s/\n", name)
		case e.Type() == fs.ModeSymlink:
			target, err := os.Readlink(p)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s -> %s\n", name, target)
		default:
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			x := ""
			if info.Mode()&0o100 != 0 {
				x = "*"
			}
			fmt.Fprintf(&b, "%s%s: %s\n", name, x, data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func compress(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := xz.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
