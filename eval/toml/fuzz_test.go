package toml

import (
	"errors"
	"strings"
	"testing"

	other "github.com/BurntSushi/toml"
	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzParse checks that reading ends in a value or a message, and that what is
// accepted here is TOML to another reader.
func FuzzParse(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/texts.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		src, _ := golden(string(file.Data))
		f.Add(src, false)
	}
	f.Fuzz(func(t *testing.T, src string, timestamps bool) {
		_, err := Parse(src, Options{Timestamps: timestamps})
		if err != nil {
			if e, ok := errors.AsType[*Error](err); !ok || e.Msg == "" {
				t.Fatalf("Parse(%q) has the error %#v", src, err)
			}
			return
		}
		if timestamps {
			return // of which each reader has other limits
		}
		var v map[string]any
		_, err = other.Decode(src, &v)
		const lax = "expected a top-level item to end with a newline" // toml11 takes a header right behind a value
		if err != nil && !strings.Contains(err.Error(), lax) {
			t.Errorf("Parse(%q) has no error, another reader has: %v", src, err)
		}
	})
}
