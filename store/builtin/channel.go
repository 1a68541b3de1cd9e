package builtin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"firn/store/unpack"
)

// unpackChannel makes a directory with what is in the archive at the attribute src,
// which is one file or directory, under the name that channelName says.
func unpackChannel(ctx context.Context, j *job) (err error) {
	name, err := j.attr("channelName")
	if err != nil {
		return err
	}
	src, err := j.attr("src")
	if err != nil {
		return err
	}
	if filepath.Base(name) != name && name != "" {
		return fmt.Errorf("channelName is not allowed to contain filesystem separators, got %s", name)
	}
	if name == "" || name == "." || name == ".." {
		return fmt.Errorf("channelName has to be the name of a file, got '%s'", name)
	}
	in, err := j.view().open(src)
	if err != nil {
		return fmt.Errorf("failed to open archive '%s': %w", src, cause(err))
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := os.Mkdir(j.Output, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(j.Output, ".unpacked-")
	if err != nil {
		return err
	}
	if _, err := unpack.Reader(ctx, in, dir, j.Limits); err != nil {
		return fmt.Errorf("failed to extract archive '%s': %w", src, err)
	}
	entries, err := os.ReadDir(dir)
	switch {
	case err != nil:
		return err
	case len(entries) == 0:
		return fmt.Errorf("channel tarball '%s' is empty", src)
	case len(entries) > 1:
		return fmt.Errorf("channel tarball '%s' contains more than one file", src)
	}
	if err := os.Rename(filepath.Join(dir, entries[0].Name()), filepath.Join(j.Output, name)); err != nil {
		return err
	}
	return os.Remove(dir)
}
