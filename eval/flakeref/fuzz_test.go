package flakeref

import "testing"

// FuzzParse checks that what a flake reference is printed as is one that means
// the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"nixpkgs/23.05", "github:a/b/c?dir=d", "git+https://h/x?ref=m&shallow=1", "path:/a/b?narHash=x", "https://h/x.tar.gz#f", "sourcehut:~a/b",
		"gitlab:a%2Fb/c?host=h", "file+https://[::1]:80/%20?lastModified=1", "hg+ssh://u@h/p", "/a/b?dir=c", "flake:x/y/0123456789abcdef0123456789abcdef01234567",
	} {
		f.Add(s)
	}
	o := Options{Features: map[string]bool{"flakes": true}, Warn: func(string) {}}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := Parse(s, o)
		if err != nil {
			return
		}
		printed, err := ref.URL()
		if err != nil {
			return // not all that can be read has a URL
		}
		again, err := Parse(printed, o)
		if err != nil {
			t.Fatalf("%q is printed as %q, which is none: %v", s, printed, err)
		}
		if twice, err := again.URL(); twice != printed || err != nil {
			t.Errorf("%q is printed as %q, and that as %q, %v", s, printed, twice, err)
		}
	})
}
