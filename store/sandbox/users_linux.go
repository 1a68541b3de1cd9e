package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Users that Nix takes for builders when it allocates them itself (nix.conf:
// auto-allocate-uids, start-id, id-count): the first of each range of 65536.
const (
	firstUser = 872415232
	userRange = 65536
	userSlots = 128
)

// user is who runs a builder on this machine, and nobody else meanwhile.
type user struct {
	uid, gid int
	lock     *os.File // nil if the caller runs it
}

// takeUser returns the caller unless it is root of the machine, as which no builder
// may run.
func takeUser(pool string) (*user, error) {
	switch root, err := isRoot(); {
	case err != nil:
		return nil, err
	case !root:
		return &user{uid: os.Geteuid(), gid: os.Getegid()}, nil
	case pool == "":
		return nil, errors.New("builders must not run as root, and no UserPool says whom they may run as")
	}
	return lockUser(pool)
}

// isRoot reports whether the caller is root of the machine, or of a container with
// all its users. Root of a smaller user namespace is an ordinary user outside.
func isRoot() (bool, error) {
	if os.Geteuid() != 0 {
		return false, nil
	}
	text, err := os.ReadFile("/proc/self/uid_map")
	return err == nil && covers(string(text), firstUser, userSlots*userRange), err
}

// covers reports whether a uid_map (user_namespaces(7)) has a range of users in one
// of its lines.
func covers(uidMap string, first, count int64) bool {
	for line := range strings.Lines(uidMap) {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		inside, err1 := strconv.ParseInt(f[0], 10, 64)
		length, err2 := strconv.ParseInt(f[2], 10, 64)
		if err1 == nil && err2 == nil && inside <= first && first+count <= inside+length {
			return true
		}
	}
	return false
}

// lockUser takes a user that nobody holds the lock of. Nix has the same names and
// locks, so both may share a directory.
func lockUser(pool string) (*user, error) {
	if err := os.MkdirAll(pool, 0o755); err != nil {
		return nil, err
	}
	for n := range userSlots {
		f, err := os.OpenFile(filepath.Join(pool, "slot-"+strconv.Itoa(n)), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
		case err == nil:
			id := firstUser + n*userRange
			return &user{uid: id, gid: id, lock: f}, nil
		case errors.Is(err, unix.EWOULDBLOCK):
			closeAll(f)
		default:
			closeAll(f)
			return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
	}
	return nil, fmt.Errorf("all %d users for builders in %s are taken; run fewer builds at once", userSlots, pool)
}

// isOther reports whether the user is not the caller.
func (u *user) isOther() bool { return u.lock != nil }

func (u *user) free() { closeAll(u.lock) }
