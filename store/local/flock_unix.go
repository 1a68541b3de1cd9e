//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// canLock says whether this system has the locks that Nix uses.
const canLock = true

// flock locks or unlocks a file. The lock belongs to the open file.
func flock(f *os.File, how int) error {
	defer runtime.KeepAlive(f)
	for {
		err := unix.Flock(int(f.Fd()), how)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOLCK) || errors.Is(err, unix.ENOSYS) {
			return fmt.Errorf("cannot lock '%s': %w; the file system has no such locks, so a store cannot be on it", f.Name(), err)
		}
		return err
	}
}

// tryLock locks a file unless somebody else has a lock on it.
func tryLock(f *os.File, m mode) (bool, error) {
	err := flock(f, flockModes[m]|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// waitLock locks a file, however long that takes.
func waitLock(f *os.File, m mode) error { return flock(f, flockModes[m]) }

var flockModes = [...]int{shared: unix.LOCK_SH, exclusive: unix.LOCK_EX}

// status is what is known of a file besides what all systems have.
type status struct {
	inode
	links uint64
	uid   int
}

func stat(info fs.FileInfo) status {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return status{}
	}
	return status{inode{uint64(st.Dev), uint64(st.Ino)}, uint64(st.Nlink), int(st.Uid)} //nolint:unconvert // the types differ by system
}

// setTime sets the time of a file to 1 second after 1970. Symlinks are not followed.
func setTime(name string) error {
	now, err := unix.TimeToTimespec(time.Now())
	if err != nil {
		return err
	}
	if err := unix.UtimesNanoAt(unix.AT_FDCWD, name, []unix.Timespec{now, {Sec: 1}}, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return &fs.PathError{Op: "utimensat", Path: name, Err: err}
	}
	return nil
}
