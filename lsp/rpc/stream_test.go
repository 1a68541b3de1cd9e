package rpc

import (
	"errors"
	"net"
	"strings"
	"testing"

	"go.lsp.dev/jsonrpc2"
)

// A client that never reads must not make the server keep everything.
func TestQueueIsBounded(t *testing.T) {
	_, far := net.Pipe()
	left := false
	s := newStream(far, func() { left = true })
	defer s.wait()
	defer func() { _ = s.Close() }()
	s.limit = 10_000
	msg := jsonrpc2.NewNotification("x", jsonrpc2.RawMessage(`"`+strings.Repeat("x", 1000)+`"`))
	for range 100 {
		_, err := s.Write(t.Context(), msg)
		if errors.Is(err, errSlow) {
			if !left {
				t.Error("the connection goes on")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Error("nothing bounds the queue")
}

func TestDepth(t *testing.T) {
	tests := []struct {
		name, body string
		want       int
	}{
		{"empty", ``, 0},
		{"flat", `{"a":1}`, 1},
		{"nested", `{"a":[{}]}`, 3},
		{"quoted", `{"[[[":"{{{\"[["}`, 1},
		{"side by side", `[[],[],[[]]]`, 3},
		{"cut", `[[[`, 3},
		{"unbalanced", `]]][`, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := depth([]byte(tt.body)); got != tt.want {
				t.Errorf("depth(%s) = %d, want %d", tt.body, got, tt.want)
			}
		})
	}
}
