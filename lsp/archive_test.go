package lsp_test

import (
	"testing"

	"firn/lsp/lsptest"
)

func TestArchives(t *testing.T) {
	lsptest.Run(t, "testdata/*.txtar")
}
