package lsp_test

import (
	"testing"

	"firn/lsp/lsptest"
)

func TestArchives(t *testing.T) {
	lsptest.Run(t, "testdata/*.txtar")
}

// TestWorldArchives asks what is known by evaluation of a package set and its
// modules.
func TestWorldArchives(t *testing.T) {
	lsptest.RunWith(t, "testdata/evaluated/*.txtar", lsptest.Options{NixPath: "nixpkgs=" + lsptest.World(t)})
}
