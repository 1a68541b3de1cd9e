package toml

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"firn/eval/number/nixtest"
)

var update = flag.Bool("update", false, "write golden files")

// golden is a text of testdata with the options that it asks for.
func golden(data string) (src string, o Options) {
	src = strings.ReplaceAll(strings.TrimSuffix(data, "«end»\n"), "«cr»", "\r")
	o.Timestamps = strings.HasPrefix(src, "#timestamps\n")
	return src, o
}

func TestTexts(t *testing.T) {
	const path = "testdata/texts.txtar"
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(archive.Files); i += 2 {
		text, out := archive.Files[i], &archive.Files[i+1]
		name := strings.TrimSuffix(text.Name, ".toml")
		if out.Name != name+".out" {
			t.Fatalf("%s follows %s", out.Name, text.Name)
		}
		t.Run(name, func(t *testing.T) {
			src, o := golden(string(text.Data))
			got, err := parse(src, o)
			if err != nil {
				got = "error: " + err.Error()
			}
			got = strings.ReplaceAll(strings.TrimSuffix(got, "\n")+"\n", "\r", "«cr»")
			if *update {
				out.Data = []byte(got)
			} else if diff := cmp.Diff(string(out.Data), got); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", src, diff)
			}
			if *nix != "" {
				compare(t, nixtest.Open(t, *nix), []string{src}, o)
			}
		})
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDepth(t *testing.T) {
	for name, src := range map[string]string{
		"arrays":  "a = " + strings.Repeat("[", 1<<20),
		"tables":  "a = " + strings.Repeat("{a=", 1<<20),
		"keys":    strings.Repeat("a.", 1<<20) + "a = 1",
		"headers": "[" + strings.Repeat("a.", 1<<20) + "a]",
		"skipped": "a = [[1 " + strings.Repeat("[", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			const want = "arrays and tables are nested too deeply"
			if _, err := Parse(src, Options{}); err == nil || err.Error() != want {
				t.Errorf("got the error %.200v, want %s", err, want)
			}
		})
	}
}
