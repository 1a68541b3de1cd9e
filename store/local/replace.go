package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
)

// tempCount makes names of temporary files unique in this process.
var tempCount atomic.Uint64

// tempName returns a new name in a directory.
func tempName(dir, prefix string) string {
	return filepath.Join(dir, prefix+strconv.Itoa(os.Getpid())+"-"+strconv.FormatUint(tempCount.Add(1), 10))
}

// replaceFile writes a file as a whole: whoever reads it sees the old or the new one,
// also after a loss of power.
func replaceFile(name, text string) error {
	temp := tempName(filepath.Dir(name), ".tmp-")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	return finishReplacing(err, temp, name)
}

// replaceLink makes a symlink. One that is there is replaced, without a time at which
// there is none.
func replaceLink(target, name string) error {
	temp := tempName(filepath.Dir(name), ".tmp-")
	for range 2 {
		err := os.Symlink(target, temp)
		if errors.Is(err, fs.ErrExist) {
			// That of a process that has died, which had the number of this one.
			if err := os.Remove(temp); err != nil {
				return err
			}
			continue
		}
		return finishReplacing(err, temp, name)
	}
	return fmt.Errorf("somebody else makes '%s'", temp)
}

// finishReplacing gives a temporary file its name if it could be made.
func finishReplacing(err error, temp, name string) error {
	if err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		if removing := os.Remove(temp); !errors.Is(removing, fs.ErrNotExist) {
			err = errors.Join(err, removing)
		}
	}
	return err
}
