package sandbox

import (
	"errors"

	"golang.org/x/sys/unix"
)

// closed are the attributes of what a builder may only read.
const closed = unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV

// mountAll mounts what is on this machine below the root.
func (o *order) mountAll() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return at("keep mounts from the machine", err)
	}
	if err := unix.Mount(o.Root, o.Root, "", unix.MS_BIND, ""); err != nil {
		return at("mount the root "+o.Root, err)
	}
	if err := bindAll(o.Store); err != nil {
		return err
	}
	if err := o.closeStore(); err != nil {
		return err
	}
	return bindAll(o.Paths)
}

func bindAll(list []Mount) error {
	for _, m := range list {
		// Without MS_REC the kernel refuses a tree with other mounts in it, which might
		// uncover something.
		if err := unix.Mount(m.Source, m.Target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return at("mount "+m.Source+" on "+m.Target, err)
		}
	}
	return nil
}

// closeStore makes what is mounted readable only, and the root writable again: two
// calls instead of one for each object.
func (o *order) closeStore() error {
	err := unix.MountSetattr(unix.AT_FDCWD, o.Root, unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: closed})
	if errors.Is(err, unix.ENOSYS) { // Linux before 5.12
		return o.closeEach()
	}
	if err != nil {
		return at("make store objects read-only", err)
	}
	err = unix.MountSetattr(unix.AT_FDCWD, o.Root, 0, &unix.MountAttr{Attr_clr: unix.MOUNT_ATTR_RDONLY})
	return at("make the root writable", err)
}

func (o *order) closeEach() error {
	for _, m := range o.Store {
		var fs unix.Statfs_t
		if err := unix.Statfs(m.Target, &fs); err != nil {
			return at("look at "+m.Target, err)
		}
		// The kernel refuses to drop flags that the machine's mount has. Those of statfs
		// have the numbers of mount(2), as far as they are asked for.
		const kept = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME | unix.MS_NODIRATIME
		flags := uintptr(fs.Flags)&kept | unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV
		if err := unix.Mount("", m.Target, "", unix.MS_BIND|unix.MS_REMOUNT|flags, ""); err != nil {
			return at("make "+m.Source+" read-only", err)
		}
	}
	return nil
}

// enterRoot goes where the builder's root is, by way of directories that only the
// caller may enter.
func (o *order) enterRoot() error { return at("enter the root "+o.Root, unix.Chdir(o.Root)) }

// mountKernel mounts what the kernel makes of nothing, as the user who it belongs
// to. The kernel gives a new /proc only to those who see one already.
func (o *order) mountKernel() error {
	if err := unix.Mount("proc", "proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return at("mount /proc", err)
	}
	if !o.OwnDev {
		return nil
	}
	if err := unix.Mount("tmpfs", "dev/shm", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "size=50%,mode=1777"); err != nil {
		return at("mount /dev/shm", err)
	}
	err := unix.Mount("devpts", "dev/pts", "devpts", unix.MS_NOSUID|unix.MS_NOEXEC, "newinstance,mode=0620,ptmxmode=0666")
	return at("mount /dev/pts", err)
}

// leave makes the root the root, and lets go of the machine's.
func (o *order) leave() error {
	// The old root comes to lie on the new one, from where it is taken.
	if err := unix.PivotRoot(".", "."); err != nil {
		return at("make "+o.Root+" the root", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return at("let go of the machine's files", err)
	}
	return at("enter the new root", unix.Chdir("/"))
}
