//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd

package local

import (
	"errors"
	"io/fs"
	"os"
)

// canLock says whether this system has the locks that Nix uses. Without them no
// store is ever opened.
const canLock = false

func tryLock(*os.File, mode) (bool, error) { return false, errors.ErrUnsupported }

func waitLock(*os.File, mode) error { return errors.ErrUnsupported }

// status is what is known of a file besides what all systems have.
type status struct {
	inode
	links uint64
	uid   int
}

func stat(fs.FileInfo) status { return status{} }

func setTime(string) error { return errors.ErrUnsupported }
