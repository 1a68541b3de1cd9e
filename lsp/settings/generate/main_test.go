package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/settings"
)

func TestGenerated(t *testing.T) {
	docs, err := readDocs("../settings.go")
	if err != nil {
		t.Fatal(err)
	}
	code, err := goSource(docs)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"../docs_gen.go": string(code), "../../../docs/settings.md": settings.Markdown(docs)} {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s is out of date; run go generate ./lsp/settings (-want +got):\n%s", name, diff)
		}
	}
}
