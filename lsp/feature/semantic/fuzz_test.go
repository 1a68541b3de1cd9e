package semantic_test

import (
	"testing"

	"firn/lsp/feature/semantic"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// FuzzOf checks that tokens come in order and do not overlap, and that their
// encoding moves on.
func FuzzOf(f *testing.F) {
	f.Add("{ a ? 1 }: /* é */ with builtins; rec { x = ''${a}\n''; }")
	f.Add("let inherit (builtins) map; in \"\\n${map}\"")
	f.Fuzz(func(t *testing.T, src string) {
		tree, err := parser.Parse(src)
		if err != nil {
			return
		}
		tokens := semantic.Of(scope.Resolve(tree), text.Span{End: uint32(len(src))})
		end := uint32(0)
		for _, tok := range tokens {
			if tok.Span.Start < end || tok.Span.Empty() || int(tok.Span.End) > len(src) {
				t.Fatalf("token %v behind %d", tok, end)
			}
			end = tok.Span.End
		}
		for _, enc := range []semantic.Encoding{{}, {Columns: text.UTF8, Multiline: true}} {
			data := semantic.Encode(src, tokens, enc)
			for i := 0; i < len(data); i += 5 {
				if i > 0 && data[i] == 0 && data[i+1] == 0 || data[i+2] == 0 {
					t.Fatalf("token %d is encoded as %v", i/5, data[i:i+5])
				}
			}
		}
	})
}
