package download

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNetrc(t *testing.T) {
	const text = `# who I am
machine a.example login anna password secret
machine B.example
	login "b\"ert" account x
	password "with space"
machine a.example login second password x
macdef init
machine c.example login macro password x

machine d.example login d colour green
password "#\n"
default login anonymous password x@y
`
	n, err := ParseNetrc(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ url, user, password string }{
		{"https://a.example/x", "anna", "secret"},
		{"http://A.example:8080/", "anna", "secret"},
		{"https://b.example", `b"ert`, "with space"},
		{"https://c.example", "anonymous", "x@y"},
		{"https://d.example", "d", "#\n"},
		{"https://a.example.org", "anonymous", "x@y"},
		{"file:///x", "", ""},
		{"ftp://a.example", "", ""},
		{"https://", "", ""},
		{"::", "", ""},
	} {
		want := ""
		if c.user != "" {
			want = Login(c.user, c.password).Get("Authorization")
		}
		if got := n.Header(c.url).Get("Authorization"); got != want {
			t.Errorf("%s: the header is %q, want %q", c.url, got, want)
		}
	}
	if got := Login("Aladdin", "open sesame").Get("Authorization"); got != "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==" {
		t.Errorf("the header is %q, want that of RFC 7617", got)
	}
}

func TestNetrcFails(t *testing.T) {
	for _, c := range []struct{ name, text, err string }{
		{"a password without a machine", "password x", "a password comes before the first machine"},
		{"nothing at the end", "machine", `nothing follows "machine" at its end`},
		{"a quote", "machine x\nlogin \"y", "line 2: a quote is not closed"},
		{"a quote that ends in a backslash", `machine "\`, "line 1: a quote is not closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := ParseNetrc(c.text); err == nil || err.Error() != c.err {
				t.Errorf("the error is %v, want %s", err, c.err)
			}
		})
	}
}

func TestReadNetrc(t *testing.T) {
	at := filepath.Join(t.TempDir(), "netrc")
	n, err := ReadNetrc(at)
	if err != nil || n.Header("https://a") != nil {
		t.Errorf("without a file: %v, %v", n, err)
	}
	for _, c := range []struct{ name, text, err string }{
		{"fine", "default login x password y", ""},
		{"damaged", "machine", "cannot read '" + at + "': nothing follows"},
		{"large", strings.Repeat("#\n", maxNetrc), "too much for a file of logins"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(at, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			n, err := ReadNetrc(at)
			if c.err == "" && (err != nil || n.Header("https://a") == nil) || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("the error is %v, want %q", err, c.err)
			}
		})
	}
}

func FuzzNetrc(f *testing.F) {
	f.Add("machine a login b password c\nmacdef x\n\n# y\ndefault login \"x\\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseNetrc(text)
		if err != nil {
			return
		}
		if len(n.logins) > len(text) {
			t.Errorf("%d bytes make %d logins", len(text), len(n.logins))
		}
		n.Header("https://a.example")
	})
}
