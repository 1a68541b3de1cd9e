package narinfo

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/store"
	"firn/store/hash"
	"firn/store/path"
)

const (
	self   = "r1jmq1qg7pw9x9ksc0d3mz3222hmp63y-t"
	other  = "5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv"
	source = "6a5iva3gdxp23dlvpqnpfjy7k7f5if5w-a"
	narSum = "sha256:06a5iva3gdxp23dlvpqnpfjy7k7f5if5w27j1fzi1piskjfrz0pb"
	sum    = "sha256:0wckq65ak6dspcbn7lhjm34m6k7ny63w84jngw89l2p50gy8i8as"

	minimal = "StorePath: /nix/store/" + self + "\nURL: nar/x.nar\nNarHash: " + narSum + "\nNarSize: 880\n"
)

func parseHash(t testing.TB, s string) hash.Hash {
	t.Helper()
	h, err := hash.Parse(s, hash.None)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestParse(t *testing.T) {
	text := "StorePath: /nix/store/" + self + `
URL: nar/0wckq65ak6dspcbn7lhjm34m6k7ny63w84jngw89l2p50gy8i8as.nar.xz
Compression: xz
FileHash: ` + sum + `
FileSize: 232
NarHash: ` + narSum + `
NarSize: 880
References: ` + source + " " + self + `
Deriver: ` + other + `
Sig: my-key:AAAA
Sig: your-key:BBBB
CA: fixed:r:` + narSum + "\n"
	want := &File{
		Info: store.Info{
			Path: "/nix/store/" + self, Deriver: "/nix/store/" + other,
			NarHash: parseHash(t, narSum), NarSize: 880,
			References: []path.Path{"/nix/store/" + source, "/nix/store/" + self},
			Signatures: []string{"my-key:AAAA", "your-key:BBBB"},
			CA:         "fixed:r:" + narSum,
		},
		URL:         "nar/0wckq65ak6dspcbn7lhjm34m6k7ny63w84jngw89l2p50gy8i8as.nar.xz",
		Compression: "xz", FileHash: parseHash(t, sum), FileSize: 232,
	}
	got, err := Parse(path.DefaultDir, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b hash.Hash) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if again := string(got.Append(nil)); again != text {
		t.Errorf("it is written as\n%s\nwant\n%s", again, text)
	}
}

// cases are what is accepted and what is not. The error is "" if it is accepted.
var cases = []struct {
	name, text, err string
	unlike          bool // Nix
}{
	{name: "the least", text: minimal},
	{name: "unknown keys", text: "Weather: fine\n" + minimal + ": \nCompression2: x\n"},
	{name: "several spaces between references", text: minimal + "References: " + self + "   " + source + " \n"},
	{name: "a reference twice", text: minimal + "References: " + self + " " + self + "\n"},
	{name: "no references twice", text: minimal + "References: \nReferences: \n"},
	{name: "no references, then some", text: minimal + "References: \nReferences: " + self + "\n"},
	{name: "references twice", text: minimal + "References: " + self + "\nReferences: " + self + "\n", err: "(line 6) References: there are others before"},
	{name: "a deriver that is not known", text: minimal + "Deriver: unknown-deriver\n"},
	{name: "a deriver that is no derivation", text: minimal + "Deriver: " + self + "\n"},
	{name: "a path twice", text: minimal + "StorePath: /nix/store/" + self + "\n"},
	{name: "a hash in base 16", text: strings.Replace(minimal, narSum, "sha256:"+strings.Repeat("ab", 32), 1)},
	{name: "a hash as an SRI string", text: strings.Replace(minimal, narSum, "sha256-rjN8UZSFdNF6ME2Dk4BCSJlFNgcSV5Q4Vxkp7WGcyRY=", 1)},
	{name: "a file hash of another algorithm", text: minimal + "FileHash: sha1:" + strings.Repeat("ab", 20) + "\n"},
	{name: "a size with a plus", text: minimal + "FileSize: +5\n"},
	{name: "a size with zeros", text: minimal + "FileSize: 007\n"},
	{name: "two addresses", text: minimal + "CA: text:" + narSum + "\nCA: text:" + narSum + "\n", err: "(line 6) CA: there is another before"},
	{name: "an empty address", text: minimal + "CA: \n"},
	{name: "nothing behind the colon", text: minimal + "References:\nSig: x:y\n", unlike: true},

	{name: "empty", err: "StorePath missing"},
	{name: "no path", text: strings.Replace(minimal, "StorePath", "Path", 1), err: "StorePath missing"},
	{name: "no URL", text: strings.Replace(minimal, "URL", "Url", 1), err: "URL missing"},
	{name: "no hash", text: strings.Replace(minimal, "NarHash", "Hash", 1), err: "NarHash missing"},
	{name: "no size", text: strings.Replace(minimal, "NarSize", "Size", 1), err: "NarSize missing or zero"},
	{name: "size 0", text: strings.Replace(minimal, "880", "0", 1), err: "NarSize missing or zero"},
	{name: "a negative size", text: strings.Replace(minimal, "880", "-880", 1), err: `(line 4) NarSize: "-880" is no size`},
	{name: "a size that is none", text: strings.Replace(minimal, "880", "880 bytes", 1), err: `(line 4) NarSize: "880 bytes" is no size`},
	{name: "a bad hash", text: strings.Replace(minimal, narSum, "sha256:xyz", 1), err: "(line 3) NarHash: hash 'xyz' has wrong length for hash algorithm 'sha256'"},
	{name: "a hash without an algorithm", text: minimal + "FileHash: 06a5iva3gdxp23dlvpqnpfjy7k7f5if5w27j1fzi1piskjfrz0pb\n", err: "FileHash: hash"},
	{name: "the hash of an archive of another algorithm", text: strings.Replace(minimal, narSum, "sha1:"+strings.Repeat("ab", 20), 1), err: "should have type 'sha256'", unlike: true},
	{name: "a path of another store", text: strings.Replace(minimal, "/nix/", "/gnu/", 1), err: "is not in the Nix store"},
	{name: "a reference that is none", text: minimal + "References: x\n", err: "(line 5) References: "},
	{name: "a reference in full", text: minimal + "References: /nix/store/" + self + "\n", err: "(line 5) References: "},
	{name: "a deriver that is none", text: minimal + "Deriver: x\n", err: "(line 5) Deriver: "},
	{name: "an address that is none", text: minimal + "CA: x\n", err: "(line 5) CA: "},
	{name: "no colon", text: minimal + "Sig\n", err: "(line 5) expecting ':'"},
	{name: "no line break at the end", text: strings.TrimSuffix(minimal, "\n"), err: "(line 4) the file ends in the middle of a line"},
	{name: "line breaks of DOS", text: strings.ReplaceAll(minimal, "\n", "\r\n"), err: "(line 1) StorePath: "},
	{name: "a page of a portal", text: "<!DOCTYPE html>\n<p>Please log in.\n", err: "(line 1) expecting ':'"},
}

func TestCases(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(path.DefaultDir, []byte(c.text))
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("the error is %v, want %q", err, c.err)
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	f, err := Parse("", []byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	if f.Compression != "bzip2" {
		t.Errorf("the compression is %q, want bzip2", f.Compression)
	}
	want := "StorePath: /nix/store/" + self + "\nURL: nar/x.nar\nCompression: bzip2\nNarHash: " + narSum + "\nNarSize: 880\nReferences: \n"
	if got := string(f.Append(nil)); got != want {
		t.Errorf("it is written as %q, want %q", got, want)
	}
}

// nix returns a function that runs a command of Nix with a directory to itself.
func nix(t *testing.T) func(args ...string) (string, error) {
	t.Helper()
	program, err := exec.LookPath("nix")
	if err != nil {
		t.Skipf("no Nix to compare with: %v", err)
	}
	home := t.TempDir()
	return func(args ...string) (string, error) {
		cmd := exec.Command(program, args...)
		cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CACHE_HOME="+home, "NIX_CONFIG=build-users-group =\nexperimental-features = nix-command\nsubstituters =\n")
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			return out.String(), fmt.Errorf("nix %s: %w: %s", strings.Join(args, " "), err, errs.String())
		}
		return out.String(), nil
	}
}

// TestNixAccepts compares what is accepted.
func TestNixAccepts(t *testing.T) {
	run := nix(t)
	for _, c := range cases {
		if c.unlike {
			continue
		}
		dir := t.TempDir()
		for name, text := range map[string]string{CacheInfoName: "StoreDir: /nix/store\n", self[:path.HashLen] + Extension: c.text} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, err := run("path-info", "--store", "file://"+dir, "/nix/store/"+self)
		if (err == nil) != (c.err == "") {
			t.Errorf("%s: %v, want %q", c.name, err, c.err)
		}
	}
}

func TestCacheInfo(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       CacheInfo
		written    string // "" if it is the text
		err        string
	}{
		{name: "of cache.nixos.org", text: "StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 40\n", want: CacheInfo{"/nix/store", true, 40}},
		{name: "of Nix", text: "StoreDir: /nix/store\n", want: CacheInfo{StoreDir: "/nix/store"}},
		{name: "empty"},
		{
			name: "other words and spaces", text: "hello\nX: y\r\nStoreDir:/gnu/store \nPriority:  -3\r\nWantMassQuery: yes",
			want: CacheInfo{StoreDir: "/gnu/store", Priority: -3}, written: "StoreDir: /gnu/store\nPriority: -3\n",
		},
		{name: "no number", text: "Priority: high\n", err: `nix-cache-info: the priority "high" is no number`},
		{name: "no directory", text: "StoreDir: here\n", err: `nix-cache-info: "here" is no store directory`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseCacheInfo([]byte(c.text))
			if c.err != "" {
				if err == nil || err.Error() != c.err {
					t.Errorf("the error is %v, want %s", err, c.err)
				}
				return
			}
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
			want := c.written
			if want == "" {
				want = c.text
			}
			if text := string(got.Append(nil)); text != want {
				t.Errorf("it is written as %q, want %q", text, want)
			}
		})
	}
}

// FuzzParse: what is accepted is written so that it is read as the same.
func FuzzParse(f *testing.F) {
	for _, c := range cases {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Parse(path.DefaultDir, text)
		if err != nil {
			return
		}
		written := file.Append(nil)
		again, err := Parse(path.DefaultDir, written)
		if err != nil {
			t.Fatalf("what was written is not read: %v\n%s", err, written)
		}
		if second := again.Append(nil); !bytes.Equal(written, second) {
			t.Errorf("it is written in two ways:\n%s\n%s", written, second)
		}
	})
}

func FuzzParseCacheInfo(f *testing.F) {
	f.Add([]byte("StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 40\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		info, err := ParseCacheInfo(text)
		if err != nil {
			return
		}
		if again, err := ParseCacheInfo(info.Append(nil)); err != nil || again != info {
			t.Errorf("got %+v, %v, want %+v", again, err, info)
		}
	})
}
