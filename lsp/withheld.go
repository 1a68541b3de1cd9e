package lsp

import (
	"context"
	"fmt"
	"strings"

	"go.lsp.dev/protocol"

	"firn/lsp/knowledge"
)

// tellWithheld tells the user what the evaluation of a configuration wanted and did
// not get: once for each, when somebody asks about a file of it.
func (s *Server) tellWithheld(list []knowledge.Withheld) {
	for _, msg := range s.knowing.newlyWithheld(list) {
		s.background("withheld", func(ctx context.Context) {
			err := s.remote.ShowMessage(ctx, &protocol.ShowMessageParams{Type: protocol.MessageTypeInfo, Message: msg})
			s.notify(ctx, "withheld", err)
		})
	}
}

// newlyWithheld returns what to tell of configurations of which nothing was told.
func (k *knowing) newlyWithheld(all []knowledge.Withheld) []string {
	byRoot := map[string][]knowledge.Withheld{}
	var order []string
	for _, w := range all {
		if byRoot[w.Where] == nil {
			order = append(order, w.Where)
		}
		byRoot[w.Where] = append(byRoot[w.Where], w)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var list []string
	for _, root := range order {
		if k.told[root] {
			continue
		}
		if k.told == nil {
			k.told = map[string]bool{}
		}
		k.told[root] = true
		list = append(list, withheldMessage(root, byRoot[root]))
	}
	return list
}

// maxNamed is how many things a message names.
const maxNamed = 3

func withheldMessage(root string, list []knowledge.Withheld) string {
	var what []string
	for _, w := range list[:min(len(list), maxNamed)] {
		what = append(what, w.What)
	}
	s := strings.Join(what, ", ")
	if more := len(list) - len(what); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("Evaluating %s was done without: %s. To have it, %s.", root, s, list[0].How)
}
