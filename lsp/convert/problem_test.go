package convert

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/protocol"

	"firn/lsp/feature/problem"
	"firn/parser/text"
)

func TestProblems(t *testing.T) {
	yes := true
	all := protocol.DiagnosticsCapabilities{
		RelatedInformation:     &yes,
		TagSupport:             protocol.ClientDiagnosticsTagOptions{ValueSet: []protocol.DiagnosticTag{1, 2}},
		CodeDescriptionSupport: &yes,
	}
	there := &problem.Document{URI: "file:///b.nix", Lines: text.NewLines("x\ny")}
	list := []problem.Problem{
		{
			Span: text.Span{Start: 2, End: 3}, Severity: problem.Hint, Code: "c", Href: "https://example.org/c", Msg: "second", Unnecessary: true, Deprecated: true,
			Related: []problem.Related{{Span: text.Span{End: 1}, Msg: "here"}, {Document: there, Span: text.Span{Start: 2, End: 3}, Msg: "there"}},
		},
		{Msg: "first"},
	}
	tests := []struct {
		name string
		can  protocol.DiagnosticsCapabilities
		want string
	}{
		{"all", all, `[` +
			`{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"severity":1,"source":"firn","message":"first"},` +
			`{"range":{"start":{"line":0,"character":2},"end":{"line":0,"character":3}},"severity":4,"code":"c","codeDescription":{"href":"https://example.org/c"},"source":"firn","message":"second","tags":[1,2],"relatedInformation":[` +
			`{"location":{"uri":"file:///a.nix","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}},"message":"here"},` +
			`{"location":{"uri":"file:///b.nix","range":{"start":{"line":1,"character":0},"end":{"line":1,"character":1}}},"message":"there"}]}]`},
		{"nothing", protocol.DiagnosticsCapabilities{}, `[` +
			`{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"severity":1,"source":"firn","message":"first"},` +
			`{"range":{"start":{"line":0,"character":2},"end":{"line":0,"character":3}},"severity":4,"code":"c","source":"firn","message":"second"}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := Mapper{URI: "file:///a.nix", Lines: text.NewLines("abc")}
			raw, err := protocol.Marshal(Problems(m, list, tt.can))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(raw)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	if list[0].Msg != "second" {
		t.Error("the caller's problems were sorted")
	}
}

func TestSelectionRange(t *testing.T) {
	m := Mapper{Lines: text.NewLines("abc")}
	none := SelectionRange(m, pos(3, 4), nil)
	if none.Parent != nil || none.Range.Start != pos(3, 4) || none.Range.End != pos(3, 4) {
		t.Errorf("without spans: %+v", none)
	}
	some := SelectionRange(m, pos(0, 0), []text.Span{{End: 1}, {End: 3}})
	if some.Range.End != pos(0, 1) || some.Parent == nil || some.Parent.Range.End != pos(0, 3) || some.Parent.Parent != nil {
		t.Errorf("with spans: %+v", some)
	}
}
