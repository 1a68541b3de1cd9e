package lsp_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/lsptest"
	"firn/parser/text"
)

// tokenResult is the answer to any of the requests for tokens.
type tokenResult struct {
	ResultID string
	Data     []uint32
	Edits    []struct {
		Start, DeleteCount uint32
		Data               []uint32
	}
}

func askTokens(t *testing.T, c *lsptest.Client, method, previous string) tokenResult {
	t.Helper()
	document, err := c.Document("a.nix")
	if err != nil {
		t.Fatal(err)
	}
	var result tokenResult
	params := map[string]any{"textDocument": document, "previousResultId": previous}
	if err := c.Call("textDocument/semanticTokens/"+method, params, &result); err != nil {
		t.Fatal(err)
	}
	return result
}

func TestSemanticTokensDelta(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{Files: map[string]string{"a.nix": "{ a = 1; b = 2; c = 3; }"}})
	first := askTokens(t, c, "full", "")
	if err := c.Edit("a.nix", text.Edit{Span: text.Span{Start: 13, End: 14}, New: "null"}); err != nil {
		t.Fatal(err)
	}
	delta := askTokens(t, c, "full/delta", first.ResultID)
	if len(delta.Edits) != 1 || delta.Data != nil {
		t.Fatalf("the delta is %+v", delta)
	}
	e := delta.Edits[0]
	got := slices.Concat(first.Data[:e.Start], e.Data, first.Data[e.Start+e.DeleteCount:])
	if diff := cmp.Diff(askTokens(t, c, "full", "").Data, got); diff != "" {
		t.Errorf("the delta does not lead to the tokens (-want +got):\n%s", diff)
	}
}

func TestSemanticTokensWithoutChange(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{Files: map[string]string{"a.nix": "{ }"}})
	first := askTokens(t, c, "full", "")
	if delta := askTokens(t, c, "full/delta", first.ResultID); len(delta.Edits) != 0 || delta.Data != nil || delta.ResultID == "" {
		t.Errorf("the delta is %+v", delta)
	}
}

func TestSemanticTokensOfUnknownResult(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{Files: map[string]string{"a.nix": "{ }"}})
	first := askTokens(t, c, "full", "")
	if err := c.Close("a.nix"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "unknown", first.ResultID} {
		if result := askTokens(t, c, "full/delta", id); len(result.Data) != 10 || len(result.Edits) != 0 {
			t.Errorf("after %q: %+v", id, result)
		}
	}
}
