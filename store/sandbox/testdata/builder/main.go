// Builder is what the tests build with. Its first argument is what it does, and it
// prints what came of it.
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

func main() {
	args := os.Args[2:]
	if do, ok := commands[os.Args[1]]; ok {
		do(args)
		return
	}
	fmt.Println("no such command:", os.Args[1])
	os.Exit(99)
}

var commands = map[string]func([]string){
	"exit":    func(a []string) { os.Exit(number(a[0])) },
	"die":     func(a []string) { syscall.Kill(os.Getpid(), syscall.Signal(number(a[0]))); forever() },
	"print":   func(a []string) { os.Stdout.WriteString(a[0]); os.Stderr.WriteString(a[1]) },
	"self":    self,
	"list":    list,
	"read":    read,
	"write":   write,
	"call":    call,
	"connect": connect,
	"resolve": func(a []string) { addrs, err := net.LookupHost(a[0]); fmt.Println(addrs, err) },
	"lines": func(a []string) {
		for n := range number(a[0]) {
			fmt.Println(n)
		}
	},
	"yes": func([]string) {
		for {
			fmt.Println("yes")
		}
	},
	"sleep": func([]string) { fmt.Println("ready"); forever() },
	"stubborn": func([]string) {
		signal.Ignore()
		fmt.Println("ready")
		forever()
	},
	"daemon": daemon,
	"linger": func(a []string) { signal.Ignore(); linger(a[0]) },
	"child":  child,
	"bomb":   bomb,
	"eat":    eat,
	"fd":     fd,
	"tty":    tty,
	"nested": nested,
	"big":    big,
}

func forever() {
	for {
		time.Sleep(time.Hour)
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

// self prints what a process knows of itself.
func self([]string) {
	host, _ := os.Hostname()
	domain, _ := os.ReadFile("/proc/sys/kernel/domainname")
	dir, _ := os.Getwd()
	mask := syscall.Umask(0)
	var core syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_CORE, &core)
	groups, _ := os.Getgroups()
	fmt.Printf("user %d %d\n", os.Getuid(), os.Getgid())
	fmt.Printf("groups %d\n", len(groups))
	fmt.Printf("host %s %s\n", host, strings.TrimSpace(string(domain)))
	fmt.Printf("dir %s\n", dir)
	fmt.Printf("umask %03o\n", mask)
	fmt.Printf("core %d %d\n", core.Cur, core.Max)
	fmt.Printf("env %q\n", os.Environ())
	fmt.Printf("args %q\n", os.Args)
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		for _, name := range []string{"CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs", "Seccomp:", "SigBlk"} {
			if strings.HasPrefix(line, name) {
				fmt.Println(strings.Join(strings.Fields(line), " "))
			}
		}
	}
	persona, _, _ := syscall.Syscall(syscall.SYS_PERSONALITY, 0xffffffff, 0, 0)
	fmt.Printf("personality %x\n", persona)
	procs, _ := filepath.Glob("/proc/[0-9]*")
	fmt.Printf("processes %d\n", len(procs))
}

// list prints all files below directories, with modes.
func list(dirs []string) {
	for _, dir := range dirs {
		filepath.Walk(dir, func(name string, info os.FileInfo, err error) error {
			if err != nil {
				fmt.Println(name, cause(err))
				return nil
			}
			st := info.Sys().(*syscall.Stat_t)
			link, _ := os.Readlink(name)
			fmt.Println(name, info.Mode(), st.Uid, st.Gid, link)
			return nil
		})
	}
}

func read(names []string) {
	for _, name := range names {
		text, err := os.ReadFile(name)
		fmt.Printf("%s %q %v\n", name, text, cause(err))
	}
}

func write(names []string) {
	for _, name := range names {
		fmt.Println(name, cause(os.WriteFile(name, []byte("written\n"), 0o666)))
	}
}

func cause(err error) error {
	for {
		switch e := err.(type) {
		case *os.PathError:
			err = e.Err
		case *net.OpError:
			err = e.Err
		case *os.SyscallError:
			err = e.Err
		default:
			return err
		}
	}
}

// call makes system calls: each is a name of a trick.
func call(names []string) {
	os.WriteFile("file", nil, 0o644)
	os.Chmod("file", 0o755) // allowed
	for _, name := range names {
		trick, ok := tricks[name]
		if !ok {
			trick, ok = moreTricks[name]
		}
		if !ok {
			fmt.Println(name, "is unknown")
			continue
		}
		err := trick()
		if errno, ok := err.(syscall.Errno); ok && errno == 0 {
			err = nil
		}
		fmt.Println(name, cause(err))
	}
	filepath.Walk(".", func(name string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() && info.Mode()&(os.ModeSetuid|os.ModeSetgid) != 0 {
			fmt.Println("SETUID", name)
		}
		return nil
	})
}

func cstring(s string) uintptr { return uintptr(unsafe.Pointer(&append([]byte(s), 0)[0])) }

func raw(nr, a, b, c, d uintptr) error {
	_, _, errno := syscall.RawSyscall6(nr, a, b, c, d, 0, 0)
	return errno
}

const atFdcwd = ^uintptr(99) // -100

var tricks = map[string]func() error{
	"chmod":     func() error { return syscall.Chmod("file", 0o4755) },
	"fchmod":    func() error { f, _ := os.Open("file"); return syscall.Fchmod(int(f.Fd()), 0o2755) },
	"fchmodat":  func() error { return syscall.Fchmodat(-100, "file", 0o6755, 0) },
	"fchmodat2": func() error { return raw(452, atFdcwd, cstring("file"), 0o4755, 0) },
	"openat": func() error {
		return raw(syscall.SYS_OPENAT, atFdcwd, cstring("new"), syscall.O_CREAT|syscall.O_WRONLY, 0o4755)
	},
	"openat-plain": func() error {
		return raw(syscall.SYS_OPENAT, atFdcwd, cstring("file"), syscall.O_RDONLY, 0o4755)
	},
	"openat2":   func() error { return raw(437, atFdcwd, cstring("file"), 0, 0) },
	"mknodat":   func() error { return raw(syscall.SYS_MKNODAT, atFdcwd, cstring("node"), syscall.S_IFREG|0o4755, 0) },
	"mkfifo":    func() error { return syscall.Mknod("fifo", syscall.S_IFIFO|0o644, 0) },
	"device":    func() error { return syscall.Mknod("disk", syscall.S_IFBLK|0o644, 254<<8) },
	"setxattr":  func() error { return syscall.Setxattr("file", "user.x", []byte("y"), 0) },
	"getxattr":  func() error { _, err := syscall.Getxattr("file", "user.x", make([]byte, 9)); return err },
	"io_uring":  func() error { return raw(425, 1, 0, 0, 0) },
	"keyctl":    func() error { return raw(syscall.SYS_KEYCTL, 0, 0, 0, 0) },
	"mount":     func() error { return syscall.Mount("none", "/tmp", "tmpfs", 0, "") },
	"umount":    func() error { return syscall.Unmount("/proc", syscall.MNT_DETACH) },
	"remount":   func() error { return syscall.Mount("", os.Args[0], "", syscall.MS_REMOUNT|syscall.MS_BIND, "") },
	"chroot":    func() error { return syscall.Chroot("/tmp") },
	"sethost":   func() error { return syscall.Sethostname([]byte("x")) },
	"setuid":    func() error { return raw(syscall.SYS_SETUID, 0, 0, 0, 0) },
	"ptrace":    func() error { runtime.LockOSThread(); return syscall.PtraceAttach(1) },
	"init-mem":  func() error { _, err := os.OpenFile("/proc/1/mem", os.O_RDWR, 0); return err },
	"init-root": func() error { _, err := os.ReadDir("/proc/1/root/"); return err },
	"init-fds":  func() error { _, err := os.ReadDir("/proc/1/fd"); return err },
	"init-kill": func() error { return syscall.Kill(1, syscall.SIGKILL) },
	"init-signals": func() error {
		for n := range 64 {
			if err := syscall.Kill(1, syscall.Signal(n)); err != nil {
				return err
			}
		}
		return nil
	},
	"sysctl":   func() error { return os.WriteFile("/proc/sys/kernel/hostname", []byte("x"), 0) },
	"sysrq":    func() error { return os.WriteFile("/proc/sysrq-trigger", []byte("h"), 0) },
	"kcore":    func() error { _, err := os.Open("/proc/kcore"); return err },
	"priority": func() error { return syscall.Setpriority(syscall.PRIO_PROCESS, 0, -5) },
	"rlimit":   func() error { return syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{Cur: 1, Max: 1}) },
}

// connect tries addresses: network, and what to dial.
func connect(args []string) {
	for i := 0; i+1 < len(args); i += 2 {
		c, err := net.DialTimeout(args[i], args[i+1], 5*time.Second)
		if err == nil {
			c.Close()
		}
		fmt.Println(args[i], cause(err))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println("listen", cause(err))
		return
	}
	c, err := net.Dial("tcp", l.Addr().String())
	if err == nil {
		c.Close()
	}
	fmt.Println("own", cause(err))
	names, _ := net.Interfaces()
	fmt.Println("interfaces", len(names) > 1)
}

// again starts this program once more, in a session of its own.
func again(args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		fmt.Println("fork", cause(err))
		os.Exit(3)
	}
	return cmd
}

// child starts a process of the same group, and ends no sooner than that.
func child(args []string) {
	cmd := exec.Command("/proc/self/exe", "linger", args[0])
	cmd.Stdout = os.Stdout
	fmt.Println(cause(cmd.Run()))
}

// daemon leaves a process behind that holds a lock on a file.
func daemon(args []string) {
	again("linger", args[0])
	for {
		if text, _ := os.ReadFile(args[0]); len(text) > 0 {
			return
		}
	}
}

func linger(name string) {
	f, err := os.Create(name)
	if err == nil {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		fmt.Println(err)
	}
	f.WriteString("locked")
	fmt.Println("locked")
	forever()
}

// bomb starts processes until it may not.
func bomb([]string) {
	n := 0
	for ; n < 1000; n++ {
		cmd := exec.Command("/proc/self/exe", "sleep")
		if err := cmd.Start(); err != nil {
			fmt.Println("limited", cause(err), n < 1000)
			return
		}
	}
	fmt.Println("unlimited")
}

// eat takes a gigabyte of memory, in pieces: Linux lets one piece pass the limit of
// data if its addresses were reserved before.
func eat([]string) {
	var pieces [][]byte
	for range 64 {
		piece := make([]byte, 16<<20)
		piece[0] = 1
		pieces = append(pieces, piece)
	}
	fmt.Println("ate", len(pieces)*len(pieces[0]))
}

// fd prints what is open.
func fd([]string) {
	for n := 0; n < 1024; n++ {
		var st syscall.Stat_t
		if syscall.Fstat(n, &st) != nil {
			continue
		}
		if link, _ := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", n)); !strings.HasPrefix(link, "anon_inode:") {
			fmt.Println(n, strings.TrimRight(link, "0123456789"))
		}
	}
}

// tty prints what terminals there are.
func tty([]string) {
	_, err := os.Open("/dev/tty")
	fmt.Println("controlling", cause(err))
	f, err := os.OpenFile("/dev/stdout", os.O_WRONLY, 0)
	fmt.Println("stdout", cause(err), err == nil && terminal(f))
	m, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	fmt.Println("new", cause(err), err == nil && terminal(m))
	names, _ := filepath.Glob("/dev/pts/*")
	sort.Strings(names)
	fmt.Println(names)
}

func terminal(f *os.File) bool {
	var t syscall.Termios
	return raw(syscall.SYS_IOCTL, f.Fd(), syscall.TCGETS, uintptr(unsafe.Pointer(&t)), 0) == syscall.Errno(0)
}

// nested tries, as root of a namespace of its own, to change what is mounted and to
// be forgotten by whoever waits for the end of its parent.
func nested(args []string) {
	if len(args) > 1 {
		fmt.Println("remount", syscall.Mount("", args[0], "", syscall.MS_REMOUNT|syscall.MS_BIND, ""))
		fmt.Println("umount", syscall.Unmount(args[0], syscall.MNT_DETACH))
		fmt.Println("write", cause(os.WriteFile(filepath.Join(args[0], "file"), nil, 0o644)))
		fmt.Println("chmod", syscall.Chmod("/build/file", 0o4755))
		return
	}
	os.WriteFile("/build/file", nil, 0o755)
	cmd := exec.Command("/proc/self/exe", "nested", args[0], "inside")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
	}
	fmt.Println("nested", cause(cmd.Run()))
}

// big writes a file of so many bytes, as fast as it can.
func big(args []string) {
	f, err := os.Create(args[0])
	for block := make([]byte, 1<<20); err == nil; {
		_, err = f.Write(block)
	}
	fmt.Println(cause(err))
}
