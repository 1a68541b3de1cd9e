package sandbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// builder is the root of a builder while it is made. All is done below an os.Root:
// the links that are store objects lead nowhere on this machine.
type builder struct {
	*Spec
	user *user
	root *os.Root
	dirs map[string]bool // that are there
}

// makeRoot fills the empty root with what is mounted on and what is written down,
// and returns what is to be mounted.
func makeRoot(s *Spec, u *user) (store, paths []Mount, err error) {
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return nil, nil, err
	}
	b := &builder{Spec: s, user: u, root: root, dirs: map[string]bool{".": true}}
	defer func() { err = errors.Join(err, root.Close()) }()
	if err := b.makeFiles(); err != nil {
		return nil, nil, err
	}
	// A part of the store is not to be changed, however it is called.
	closed, open := split(s.Paths, func(m Mount) bool { return strings.HasPrefix(m.Target+"/", s.StoreDir+"/") })
	if store, err = b.stubs(append(slices.Clone(s.Store), closed...), os.Lstat); err != nil {
		return nil, nil, err
	}
	if paths, err = b.stubs(append(b.ownPaths(), open...), os.Stat); err != nil {
		return nil, nil, err
	}
	return store, paths, b.root.Chmod("etc", 0o555)
}

// split returns the mounts that a function is true for, and the others.
func split(list []Mount, is func(Mount) bool) (yes, no []Mount) {
	for _, m := range list {
		if is(m) {
			yes = append(yes, m)
		} else {
			no = append(no, m)
		}
	}
	return yes, no
}

// makeFiles makes directories and files that every builder has.
func (b *builder) makeFiles() error {
	if err := b.root.Chmod(".", 0o755); err != nil {
		return err
	}
	for _, dir := range []string{"tmp", "etc", "proc", "build", b.StoreDir} {
		if err := b.mkdir(dir); err != nil {
			return err
		}
	}
	if err := b.root.Chmod("tmp", 0o777|fs.ModeSticky); err != nil {
		return err
	}
	if err := b.openStore(); err != nil {
		return err
	}
	if err := b.writeAccounts(); err != nil {
		return err
	}
	if b.Network {
		if err := b.writeNetwork(); err != nil {
			return err
		}
	}
	if b.ownDev() {
		return b.makeDev()
	}
	return nil
}

// openStore lets the builder make outputs, and take away nothing that others made.
func (b *builder) openStore() error {
	dir := inRoot(b.StoreDir)
	if b.user.isOther() {
		if err := b.root.Lchown(dir, 0, b.user.gid); err != nil {
			return err
		}
	}
	return b.root.Chmod(dir, 0o775|fs.ModeSticky)
}

func (b *builder) writeAccounts() error {
	files := map[string]string{
		"etc/passwd": fmt.Sprintf("root:x:0:0:Nix build user:%[3]s:/noshell\nnixbld:x:%[1]d:%[2]d:Nix build user:%[3]s:/noshell\nnobody:x:65534:65534:Nobody:/:/noshell\n", b.UID, b.GID, buildDir),
		"etc/group":  fmt.Sprintf("root:x:0:\nnixbld:!:%d:\nnogroup:x:65534:\n", b.GID),
	}
	if !b.Network {
		files["etc/hosts"] = "127.0.0.1 localhost\n::1 localhost\n"
	}
	for name, text := range files {
		if err := b.write(name, []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

// caFiles is where systems have their certificates.
var caFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/ca-bundle.crt", "/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem", "/nix/var/nix/profiles/default/etc/ssl/certs/ca-bundle.crt",
}

// writeNetwork copies what programs look names up with. They are copies, as a
// mount would not follow when the machine replaces a file either.
func (b *builder) writeNetwork() error {
	// Only fixed outputs are built with this, and a resolver that asks daemons would
	// find none.
	if err := b.write("etc/nsswitch.conf", []byte("hosts: files dns\nservices: files\n")); err != nil {
		return err
	}
	for _, name := range []string{"/etc/resolv.conf", "/etc/services", "/etc/hosts"} {
		if err := b.copyFile(name, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	const target = "/etc/ssl/certs/ca-certificates.crt"
	if b.CAFile != "" {
		return b.copyFile(b.CAFile, target)
	}
	for _, name := range caFiles {
		if err := b.copyFile(name, target); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// maxCopy is how large a file of a machine's settings can be.
const maxCopy = 64 << 20

func (b *builder) copyFile(source, target string) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() > maxCopy {
		return fmt.Errorf("%s is not a file of at most %d bytes", source, maxCopy)
	}
	f, err := os.Open(source)
	if err != nil {
		return err
	}
	defer closeAll(f)
	text, err := io.ReadAll(io.LimitReader(f, maxCopy))
	if err != nil {
		return err
	}
	return b.write(target, text)
}

var devLinks = map[string]string{
	"dev/fd":     "/proc/self/fd",
	"dev/stdin":  "/proc/self/fd/0",
	"dev/stdout": "/proc/self/fd/1",
	"dev/stderr": "/proc/self/fd/2",
	"dev/ptmx":   "/dev/pts/ptmx",
}

func (b *builder) makeDev() error {
	for _, dir := range []string{"dev/shm", "dev/pts"} {
		if err := b.mkdir(dir); err != nil {
			return err
		}
	}
	for name, target := range devLinks {
		if err := b.root.Symlink(target, name); err != nil {
			return err
		}
	}
	return nil
}

// ownDev reports whether /dev is made, rather than one of the sandbox-paths.
func (s *Spec) ownDev() bool {
	return !slices.ContainsFunc(s.Paths, func(m Mount) bool { return m.Target == "/dev" })
}

// ownPaths returns what every builder can write to.
func (b *builder) ownPaths() []Mount {
	list := []Mount{{Source: b.BuildDir, Target: buildDir}}
	if !b.ownDev() {
		return list
	}
	names := []string{"full", "null", "random", "tty", "urandom", "zero"}
	if b.KVM {
		names = append(names, "kvm")
	}
	for _, name := range names {
		list = append(list, Mount{Source: "/dev/" + name, Target: "/dev/" + name})
	}
	return list
}

// stubs makes what can be mounted on, and returns the mounts with their targets on
// this machine. What it looks at files with decides whether links are followed.
func (b *builder) stubs(list []Mount, look func(string) (fs.FileInfo, error)) ([]Mount, error) {
	mounts := make([]Mount, 0, len(list))
	seen := map[Mount]bool{}
	for _, m := range list {
		if seen[m] {
			continue
		}
		seen[m] = true
		info, err := look(m.Source)
		if errors.Is(err, fs.ErrNotExist) && m.Optional {
			continue
		}
		if err != nil {
			return nil, err
		}
		target, err := b.stub(m, info)
		if err != nil {
			return nil, fmt.Errorf("%s, for %s: %w", m.Target, m.Source, err)
		}
		if target != "" {
			mounts = append(mounts, Mount{Source: m.Source, Target: target})
		}
	}
	return mounts, nil
}

// stub returns "" for a link, which cannot be mounted and is made again.
func (b *builder) stub(m Mount, info fs.FileInfo) (string, error) {
	name := inRoot(m.Target)
	if info.Mode()&fs.ModeSymlink != 0 {
		link, err := os.Readlink(m.Source)
		if err != nil {
			return "", err
		}
		if err := b.mkdir(path.Dir(name)); err != nil {
			return "", err
		}
		return "", b.root.Symlink(link, name)
	}
	if info.IsDir() {
		return filepath.Join(b.Root, name), b.mkdir(name)
	}
	if _, err := b.root.Lstat(name); err == nil {
		return filepath.Join(b.Root, name), nil
	}
	return filepath.Join(b.Root, name), b.write(name, nil)
}

// mkdir makes a directory with those above it, of the modes that they should have
// whatever the caller's umask is.
func (b *builder) mkdir(dir string) error {
	dir = inRoot(dir)
	if b.dirs[dir] {
		return nil
	}
	if err := b.mkdir(path.Dir(dir)); err != nil {
		return err
	}
	if err := b.root.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := b.root.Lstat(dir)
	if err != nil {
		return err
	}
	if info.IsDir() { // rather than a link that is a store object
		if err := b.root.Chmod(dir, 0o755); err != nil {
			return err
		}
	}
	b.dirs[dir] = true
	return nil
}

// write makes a file that everybody may read.
func (b *builder) write(name string, text []byte) error {
	name = inRoot(name)
	if err := b.mkdir(path.Dir(name)); err != nil {
		return err
	}
	if err := b.root.WriteFile(name, text, 0o644); err != nil {
		return err
	}
	return b.root.Chmod(name, 0o644)
}

// inRoot returns a path inside as one of an os.Root.
func inRoot(p string) string {
	p = path.Clean(strings.TrimPrefix(p, "/"))
	if p == "" {
		return "."
	}
	return p
}

// giveBuildDir makes the builder the owner of what is in its build directory, which
// the caller made.
func (u *user) giveBuildDir(dir string) error {
	if !u.isOther() {
		return nil
	}
	return filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(name, u.uid, u.gid)
	})
}
