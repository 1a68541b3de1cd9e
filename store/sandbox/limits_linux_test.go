package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

func TestLimits(t *testing.T) {
	need(t)
	for _, test := range []struct {
		name    string
		command string
		limits  Limits
		works   bool
		want    string // in what is printed, which is more than that without memory
	}{
		{"as much memory as it likes", "eat", Limits{}, true, "ate 1073741824"},
		{"little memory", "eat", Limits{Memory: 512 << 20}, false, "memory"},
		{"a fork bomb", "bomb", Limits{Processes: 50}, true, "limited resource temporarily unavailable true"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := spec(t, test.command)
			s.Limits = test.limits
			if r, out := build(t, s); r.Succeeded() != test.works || !strings.Contains(out, test.want) {
				t.Errorf("the builder %v and printed %q, want %q", r, out, test.want)
			}
		})
	}
}

// TestFullDisk lets a builder write all that it can.
func TestFullDisk(t *testing.T) {
	need(t)
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=16m"); err != nil {
		t.Skipf("only root can make a small disk: %v", err)
	}
	defer func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Errorf("something holds the disk: %v", err)
		}
	}()
	s, err := makeSpec(dir, "big", inStore("out"))
	if err != nil {
		t.Fatal(err)
	}
	_, out := build(t, s)
	same(t, out, "no space left on device")
	if err := Remove(s.Root); err != nil {
		t.Error(err)
	}
}

// cgroupDir returns a cgroup v2 that groups can be made in.
func cgroupDir(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 3 || f[2] != "cgroup2" {
			continue
		}
		dir := fmt.Sprintf("%s/firn-test-%d", f[1], os.Getpid())
		if err := os.Mkdir(dir, 0o755); err == nil {
			t.Cleanup(func() {
				if err := os.Remove(dir); err != nil {
					t.Error(err)
				}
			})
			return dir
		}
	}
	t.Skip("no cgroup v2 here that groups can be made in")
	return ""
}

func TestCgroup(t *testing.T) {
	need(t)
	dir := cgroupDir(t)
	s := spec(t, "read", "/proc/self/cgroup")
	s.Cgroup = dir
	if _, out := build(t, s); !strings.Contains(out, filepath.Base(dir)+"/firn-build-") {
		t.Errorf("the builder is in the group %s", out)
	}
	s = spec(t, "eat")
	s.Cgroup, s.Limits.Memory = dir, 64<<20
	r, err := Run(t.Context(), s)
	if err == nil && r.MaxRSS > 64<<20 {
		t.Errorf("the builder %v with %d bytes, which are too many", r, r.MaxRSS)
	}
	if err != nil && !strings.Contains(err.Error(), "write +memory to "+dir+"/cgroup.subtree_control") {
		t.Errorf("Run = %v, want how to get the controller", err)
	}
	groups, err := filepath.Glob(dir + "/firn-build-*")
	if err != nil || len(groups) > 0 {
		t.Errorf("groups %v are left: %v", groups, err)
	}
}

// TestCgroupFiles takes a directory for a group, as no kernel is sure to have all
// controllers.
func TestCgroupFiles(t *testing.T) {
	for _, test := range []struct {
		name   string
		files  []string
		limits Limits
		want   map[string]string
		fails  string
	}{
		{"all", []string{"memory.max", "memory.swap.max", "memory.oom.group", "pids.max"}, Limits{Memory: 1000, Processes: 10}, map[string]string{"memory.max": "1000", "memory.swap.max": "0", "memory.oom.group": "1", "pids.max": "34"}, ""},
		{"no swap", []string{"memory.max"}, Limits{Memory: 1000}, map[string]string{"memory.max": "1000"}, ""},
		{"none", nil, Limits{}, map[string]string{}, ""},
		{"no controller", nil, Limits{Processes: 1}, map[string]string{}, "write +pids to"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range test.files {
				if err := os.WriteFile(dir+"/"+name, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			err := (&cgroup{dir: dir}).limit(test.limits)
			if (err != nil) != (test.fails != "") || err != nil && !strings.Contains(err.Error(), test.fails) {
				t.Errorf("limit() = %v, want %q", err, test.fails)
			}
			got := map[string]string{}
			for _, name := range test.files {
				text, err := os.ReadFile(dir + "/" + name)
				if err != nil {
					t.Error(err)
				}
				got[name] = string(text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/memory.peak", []byte("4096\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if peak := (&cgroup{dir: dir}).peak(); peak != 4096 {
		t.Errorf("peak() = %d, want 4096", peak)
	}
}

func TestUsers(t *testing.T) {
	pool := filepath.Join(t.TempDir(), "users")
	var users []*user
	ids := map[int]bool{}
	for range userSlots {
		u, err := lockUser(pool)
		if err != nil {
			t.Fatal(err)
		}
		defer u.free()
		if ids[u.uid] || u.uid < firstUser || u.uid >= firstUser+userSlots*userRange || u.gid != u.uid {
			t.Errorf("user %d, group %d: not one of its own", u.uid, u.gid)
		}
		ids[u.uid] = true
		users = append(users, u)
	}
	if u, err := lockUser(pool); err == nil || !strings.Contains(err.Error(), "are taken") {
		t.Errorf("one more is %v, %v", u, err)
	}
	users[7].free()
	u, err := lockUser(pool)
	if err != nil || u.uid != users[7].uid {
		t.Fatalf("after one is free, lockUser = %v, %v; want %d", u, err, users[7].uid)
	}
	u.free()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := lockUser(file); !errors.Is(err, unix.ENOTDIR) {
		t.Errorf("a file for a pool: %v", err)
	}
}

func TestNoUserPool(t *testing.T) {
	need(t)
	s := spec(t, "exit", "0")
	s.UserPool = ""
	_, err := Run(t.Context(), s)
	if root := pooled(t); (err != nil) != root || root && !strings.Contains(err.Error(), "builders must not run as root") {
		t.Errorf("Run = %v, as user %d", err, os.Geteuid())
	}
}

func TestCovers(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"the machine", "         0          0 4294967295\n", true},
		{"a container with a range", "0 1000 1\n1 100000 5\n", false},
		{"a later line", "0 1000 1\n5 100000 20\n", true},
		{"exactly", "10 0 10", true},
		{"one too few", "10 0 9", false},
		{"nothing", "", false},
		{"something else", "a b c\n1 2\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := covers(test.text, 10, 10); got != test.want {
				t.Errorf("covers(%q, 10, 10) = %v, want %v", test.text, got, test.want)
			}
		})
	}
}

func FuzzCovers(f *testing.F) {
	f.Add("         0          0 4294967295\n", int64(10), int64(10))
	f.Add("9223372036854775807 0 9223372036854775807", int64(1), int64(9223372036854775807))
	f.Fuzz(func(t *testing.T, text string, first, count int64) {
		if covers(text, first, count) && !strings.ContainsAny(text, "0123456789") {
			t.Errorf("covers(%q, %d, %d) without a number", text, first, count)
		}
	})
}
