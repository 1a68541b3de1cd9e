package catalogue

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// FuzzDecode reads files that nobody has written.
func FuzzDecode(f *testing.F) {
	body := `{"key":"k","sources":[{"p":"/x","s":1,"t":2}],"packages":[{"a":"git"}]}`
	f.Add([]byte(version + hash(body) + "\n" + body))
	f.Add([]byte(version))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, data []byte) {
		kept, err := decode(data)
		if err != nil {
			return
		}
		if New(kept.Packages).Mentioning("x") == nil {
			return
		}
		// What was read is written in the same way.
		source := filepath.Join(t.TempDir(), "source")
		if err := os.WriteFile(source, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s := Store{Dir: t.TempDir()}
		if err := s.Save("key", New(kept.Packages), []string{source}, time.Now()); err != nil {
			t.Fatal(err)
		}
		if c, err := s.Load("key"); err != nil || len(c.Packages) != len(kept.Packages) {
			t.Errorf("%v, %v", c, err)
		}
	})
}
