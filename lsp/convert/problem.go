package convert

import (
	"cmp"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/feature/problem"
)

// Source is what editors show as the origin of a problem.
const Source = "firn"

// Problems converts the problems of a document for a client that understands
// what can says, in the order of their places.
func Problems(m Mapper, problems []problem.Problem, can protocol.DiagnosticsCapabilities) []protocol.Diagnostic {
	problems = slices.Clone(problems)
	slices.SortStableFunc(problems, func(a, b problem.Problem) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	out := make([]protocol.Diagnostic, len(problems))
	for i, p := range problems {
		out[i] = diagnostic(m, p, can)
	}
	return out
}

func diagnostic(m Mapper, p problem.Problem, can protocol.DiagnosticsCapabilities) protocol.Diagnostic {
	d := protocol.Diagnostic{
		Range:    m.Range(p.Span),
		Severity: protocol.DiagnosticSeverityError + protocol.DiagnosticSeverity(p.Severity),
		Source:   protocol.NewOptional(Source),
		Message:  protocol.String(p.Msg),
	}
	if p.Code != "" {
		d.Code = protocol.String(p.Code)
	}
	if p.Href != "" && can.CodeDescriptionSupport != nil && *can.CodeDescriptionSupport {
		d.CodeDescription = protocol.CodeDescription{Href: uri.URI(p.Href)}
	}
	d.Tags = tags(p, can.TagSupport.ValueSet)
	if can.RelatedInformation != nil && *can.RelatedInformation {
		d.RelatedInformation = related(m, p.Related)
	}
	return d
}

func tags(p problem.Problem, known []protocol.DiagnosticTag) protocol.DiagnosticTags {
	var out []protocol.DiagnosticTag
	for _, t := range known {
		if t == protocol.DiagnosticTagUnnecessary && p.Unnecessary || t == protocol.DiagnosticTagDeprecated && p.Deprecated {
			out = append(out, t)
		}
	}
	return protocol.NewDiagnosticTags(out...)
}

func related(m Mapper, list []problem.Related) []protocol.DiagnosticRelatedInformation {
	var out []protocol.DiagnosticRelatedInformation
	for _, r := range list {
		there := m
		if r.Document != nil {
			there = Mapper{URI: uri.URI(r.Document.URI), Lines: r.Document.Lines, Encoding: m.Encoding}
		}
		out = append(out, protocol.DiagnosticRelatedInformation{Location: there.Location(r.Span), Message: r.Msg})
	}
	return out
}
