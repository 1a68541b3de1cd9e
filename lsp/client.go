package lsp

import (
	"reflect"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/parser/text"
)

// client is what the client has told about itself.
type client struct {
	// ClientCapabilities has no nil pointers to structs, so that
	// `c.TextDocument.Hover.ContentFormat` needs no checks on the way; what
	// was left out is empty. Whether it was is told below, where it counts.
	protocol.ClientCapabilities

	encoding text.Encoding
	repeats  map[string]bool // methods that it repeats on ContentModified
	pulls    bool            // it asks for diagnostics, so they are not pushed
	types    bool            // it knows that what is typed can be formatted

	diagnostics protocol.DiagnosticsCapabilities // what it understands of them
}

func newClient(c protocol.ClientCapabilities) client {
	out := client{
		ClientCapabilities: c,
		encoding:           text.UTF16,
		repeats:            make(map[string]bool),
		pulls:              c.TextDocument != nil && c.TextDocument.Diagnostic != nil,
		types:              c.TextDocument != nil && c.TextDocument.OnTypeFormatting != nil,
	}
	fill(reflect.ValueOf(&out.ClientCapabilities).Elem())
	out.diagnostics = out.TextDocument.PublishDiagnostics.DiagnosticsCapabilities
	if out.pulls {
		out.diagnostics = out.TextDocument.Diagnostic.DiagnosticsCapabilities
	}
	for _, method := range out.General.StaleRequestSupport.RetryOnContentModified {
		out.repeats[method] = true
	}
	for _, kind := range out.General.PositionEncodings {
		if enc := convert.Encoding(kind); convert.EncodingKind(enc) == kind {
			out.encoding = enc
			break
		}
	}
	return out
}

// fill allocates the structs that nil pointers in v stand for.
func fill(v reflect.Value) {
	for _, f := range v.Fields() {
		if !f.CanSet() {
			continue
		}
		if f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct {
			if f.IsNil() {
				f.Set(reflect.New(f.Type().Elem()))
			}
			f = f.Elem()
		}
		if f.Kind() == reflect.Struct {
			fill(f)
		}
	}
}

// is reports whether an optional capability is there and true.
func is(b *bool) bool { return b != nil && *b }
