package sandbox

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// deepen makes directories in directories, deeper than a path can be.
func deepen(t *testing.T, dir string, depth int) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { root.Close() }()
	for range depth {
		if err := root.Mkdir("directory", 0o700); err != nil {
			t.Fatal(err)
		}
		next, err := root.OpenRoot("directory")
		if err != nil {
			t.Fatal(err)
		}
		root.Close()
		root = next
	}
	f, err := root.Create("file")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
}

func TestRemove(t *testing.T) {
	outside := t.TempDir()
	for _, test := range []struct {
		name string
		make func(dir string) error
	}{
		{"empty", func(string) error { return nil }},
		{"no permissions", func(dir string) error {
			return errors.Join(os.MkdirAll(dir+"/a/b/c", 0o755), os.WriteFile(dir+"/a/b/file", nil, 0), os.Chmod(dir+"/a/b", 0), os.Chmod(dir+"/a", 0o500), os.Chmod(dir, 0))
		}},
		{"deep", func(dir string) error { deepen(t, dir, 3000); return nil }},
		{"many", func(dir string) error {
			var errs []error
			for n := range 3 * batch {
				errs = append(errs, os.Mkdir(dir+"/"+strconv.Itoa(n), 0o700))
			}
			return errors.Join(errs...)
		}},
		{"names as they are given to what is moved", func(dir string) error {
			return os.MkdirAll(dir+"/firn-removed-0/firn-removed-1/firn-removed-0/a", 0o700)
		}},
		{"links lead nowhere", func(dir string) error {
			return errors.Join(os.Mkdir(dir+"/a", 0o700), os.Symlink(outside, dir+"/a/out"), os.Symlink(outside, dir+"/out"))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "dir")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(outside+"/kept", nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := test.make(dir); err != nil {
				t.Fatal(err)
			}
			if err := Remove(dir); err != nil {
				t.Error(err)
			}
			if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("it is still there: %v", err)
			}
			if _, err := os.Lstat(outside + "/kept"); err != nil {
				t.Error(err)
			}
			if err := Remove(dir); err != nil {
				t.Errorf("once more: %v", err)
			}
		})
	}
}
