package local

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// systemAttributes are extended attributes that stay, for systems set them by
// themselves and do not let go of them (setting ignored-acls).
var systemAttributes = map[string]bool{"security.csm": true, "security.selinux": true, "system.nfs4_acl": true}

// stripAttributes removes the extended attributes of a file, not following it.
func stripAttributes(name string) error {
	size, err := unix.Llistxattr(name, nil)
	if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENODATA) || err == nil && size == 0 {
		return nil
	}
	if err != nil {
		return &fs.PathError{Op: "llistxattr", Path: name, Err: err}
	}
	names := make([]byte, size)
	if size, err = unix.Llistxattr(name, names); err != nil {
		return &fs.PathError{Op: "llistxattr", Path: name, Err: err}
	}
	for attr := range strings.SplitSeq(string(names[:size]), "\x00") {
		if attr == "" || systemAttributes[attr] {
			continue
		}
		if err := unix.Lremovexattr(name, attr); err != nil && !errors.Is(err, unix.ENODATA) {
			return fmt.Errorf("cannot remove the extended attribute '%s' of '%s': %w", attr, name, err)
		}
	}
	return nil
}

// syncAll writes what a file system has in memory to the disk.
func syncAll(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(unix.Syncfs(int(f.Fd())), f.Close())
}

// reserveFile makes a file that takes up space.
func reserveFile(name string, size int64) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	err = unix.Fallocate(int(f.Fd()), 0, 0, size)
	if errors.Is(err, unix.ENOTSUP) {
		_, err = f.Write(make([]byte, size))
	}
	return errors.Join(err, f.Close())
}

// holderOf returns who has a lock on a file, or "" if that is not known.
func holderOf(f *os.File) string {
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return ""
	}
	defer locks.Close() //nolint:errcheck // it was only read
	ino := ":" + strconv.FormatUint(stat(info).ino, 10)
	for lines := bufio.NewScanner(locks); lines.Scan(); {
		// 1: FLOCK ADVISORY WRITE 42 fe:00:77 0 EOF; with "->" behind the number, that
		// of somebody who waits.
		field := strings.Fields(lines.Text())
		if len(field) < 6 || field[1] != "FLOCK" || !strings.HasSuffix(field[5], ino) {
			continue
		}
		if pid, err := strconv.Atoi(field[4]); err == nil && pid > 0 {
			return processName(pid)
		}
	}
	return ""
}

func processName(pid int) string {
	name := "process " + strconv.Itoa(pid)
	if pid == os.Getpid() {
		return "this " + name
	}
	comm, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/comm")
	if err != nil {
		return name
	}
	return name + " (" + strings.TrimSpace(string(comm)) + ")"
}
