package cache

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"
)

// xzOf compresses.
func xzOf(t testing.TB, c xz.WriterConfig, content string) string {
	t.Helper()
	var b strings.Builder
	w, err := c.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func unXZ(s string, most int64) (string, error) {
	x, err := newXZ(strings.NewReader(s), most)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(x, most+1))
	return string(b), err
}

func TestXZ(t *testing.T) {
	content := text[:3000]
	plain := xzOf(t, xz.WriterConfig{}, content)
	empty := xzOf(t, xz.WriterConfig{}, "")
	for _, c := range []struct{ name, data, want string }{
		{"CRC64", plain, content},
		{"CRC32", xzOf(t, xz.WriterConfig{CheckSum: xz.CRC32}, content), content},
		{"SHA-256", xzOf(t, xz.WriterConfig{CheckSum: xz.SHA256}, content), content},
		{"no check", xzOf(t, xz.WriterConfig{NoCheckSum: true}, content), content},
		{"several blocks", xzOf(t, xz.WriterConfig{BlockSize: 300}, content), content},
		{"several files", plain + plain, content + content},
		{"zeros between files", plain + "\x00\x00\x00\x00" + plain + "\x00\x00\x00\x00\x00\x00\x00\x00", content + content},
		{"empty", empty, ""},
		{"empty files", empty + plain + empty, content},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := unXZ(c.data, int64(len(c.want))); err != nil || got != c.want {
				t.Errorf("got %d bytes, %v, want %d", len(got), err, len(c.want))
			}
			for n := range len(c.data) {
				if n == len(plain) || n == len(empty) || n == len(empty+plain) || n == len(plain)+4 || n > 2*len(plain) {
					continue // where a file ends
				}
				if n > 100 && n < len(c.data)-100 && n%97 != 0 {
					continue // in the midst of data
				}
				if _, err := unXZ(c.data[:n], int64(len(c.want))); err == nil {
					t.Errorf("the first %d bytes are taken for all", n)
				}
			}
		})
	}
}

func TestXZFails(t *testing.T) {
	plain := xzOf(t, xz.WriterConfig{}, "hello")
	for i := range plain {
		if i >= len(plain)-len("YZ")-2-4-4-4-4 && i < len(plain)-2 {
			continue // the end of the index and the footer but for its magic, which say nothing else
		}
		b := []byte(plain)
		b[i] ^= 0x10
		if got, err := unXZ(string(b), 100); err == nil {
			t.Errorf("with another byte %d it is %q", i, got)
		}
	}
	for _, c := range []struct{ name, data, err string }{
		{"something behind", plain + "x", "unexpected EOF"},
		{"a text behind", plain + "hello, world", "xz data are damaged"},
		{"a dictionary of 4 GiB", withDictionary(plain, 40), "take 4095 MiB of memory"},
		{"a dictionary of 192 MiB", withDictionary(plain, 31), "take 192 MiB of memory"},
		{"a dictionary of nobody", withDictionary(plain, 41), "xz data are damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := unXZ(c.data, 5); err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("got %q, %v, want %s", got, err, c.err)
			}
		})
	}
	if got, err := unXZ(withDictionary(plain, 30), 5); err != nil || got != "hello" {
		t.Errorf("with a dictionary of 128 MiB: %q, %v", got, err)
	}
}

// TestXZProgram reads what the program of that name writes.
func TestXZProgram(t *testing.T) {
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skipf("no xz to compare with: %v", err)
	}
	for _, args := range [][]string{{"-0"}, {"-9e"}, {"-T2", "--block-size=10000"}, {"--check=sha256"}, {"--check=none"}, {"--lzma2=dict=4KiB,lc=0,lp=2,pb=0"}} {
		cmd := exec.Command("xz", append([]string{"-c"}, args...)...)
		cmd.Stdin = strings.NewReader(text)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := unXZ(string(out), int64(len(text))); err != nil || got != text {
			t.Errorf("%v: got %d bytes, %v", args, len(got), err)
		}
	}
	cmd := exec.Command("xz", "-c", "--x86", "--lzma2")
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unXZ(string(out), int64(len(text))); err == nil || !strings.Contains(err.Error(), "more than LZMA2") {
		t.Errorf("with another filter: %v", err)
	}
}

// FuzzXZ: what is read is what package xz reads.
func FuzzXZ(f *testing.F) {
	f.Add([]byte(xzOf(f, xz.WriterConfig{}, "hello")))
	f.Add([]byte(xzOf(f, xz.WriterConfig{BlockSize: 3, CheckSum: xz.SHA256}, "hello, hello, hello")))
	f.Add([]byte(xzOf(f, xz.WriterConfig{NoCheckSum: true}, "") + xzOf(f, xz.WriterConfig{CheckSum: xz.CRC32}, "x")))
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 1 << 16
		got, err := unXZ(string(data), most)
		if err != nil || len(got) > most {
			return
		}
		r, err := xz.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("got %q, want %v", got, err)
		}
		if want, err := io.ReadAll(r); err == nil && got != string(want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// FuzzRead: no method fails in another way than by an error, whatever comes.
func FuzzRead(f *testing.F) {
	for i, m := range methods {
		var b bytes.Buffer
		if m.write == nil {
			continue
		}
		w, err := m.write(&b, usualLevel)
		if err != nil {
			f.Fatal(err)
		}
		if _, err := io.WriteString(w, "hello"); err != nil {
			f.Fatal(err)
		}
		if err := w.Close(); err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), b.Bytes())
	}
	f.Add(uint8(3), []byte("BZh91AY&SY"))
	f.Fuzz(func(t *testing.T, method uint8, data []byte) {
		const most = 1 << 16
		r, err := methods[int(method)%len(methods)].read(bytes.NewReader(data), most)
		if err != nil {
			return
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, most))
		if err == nil && n > 0 && len(data) == 0 {
			t.Errorf("%d bytes come of nothing", n)
		}
		if closing := r.Close(); closing != nil && err == nil && n < most {
			t.Errorf("what was read to its end ends with %v", closing)
		}
	})
}

// withDictionary gives the only block of a file another size of its dictionary.
func withDictionary(s string, size byte) string {
	b := []byte(s)
	const block = 12 // behind the header of the file
	header := b[block : block+(int(b[block])+1)*4]
	header[bytes.Index(header, []byte{xzLZMA2, 1})+2] = size
	binary.LittleEndian.PutUint32(header[len(header)-4:], crc32.ChecksumIEEE(header[:len(header)-4]))
	return string(b)
}
