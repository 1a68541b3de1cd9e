package knowledge

import (
	"context"
	"slices"

	"firn/lsp/feature/check"
)

// alarms returns the assertions of the configuration that do not hold, and its
// warnings (nixpkgs, nixos/modules/misc/assertions.nix). They are looked for once.
func (s *State) alarms(ctx context.Context) []check.Alarm {
	s.mu.Lock()
	known, list := s.alarmed, s.alarmList
	s.mu.Unlock()
	if known {
		return list
	}
	list = s.findAlarms(ctx)
	if ctx.Err() != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alarmed, s.alarmList = true, list
	return list
}

// findAlarms evaluates assertions and warnings. One that fails itself is left
// out, since that is no statement about the configuration.
func (s *State) findAlarms(ctx context.Context) []check.Alarm {
	r := reader{ctx: ctx, state: s}
	config := r.set(attr{value: s.config, ok: true})
	var list []check.Alarm
	for _, v := range r.list(config["assertions"]) {
		if s.standIn != "" {
			break // they may be about what stands in
		}
		set := r.set(attr{value: v, ok: true})
		if !set["assertion"].ok {
			continue // it fails, or there was no time for it
		}
		if holds, err := set["assertion"].value.Bool(ctx); err == nil && !holds {
			list = append(list, check.Alarm{Msg: text(ctx, set["message"])})
		}
	}
	for _, v := range r.list(config["warnings"]) {
		if msg := text(ctx, attr{value: v, ok: true}); msg != "" {
			list = append(list, check.Alarm{Msg: msg, Warning: true})
		}
	}
	return list
}

// Files returns the paths of the files that were read to evaluate the
// configuration, sorted.
func (s *State) Files() []string {
	list := make([]string, 0, len(s.files))
	for path := range s.files {
		list = append(list, path)
	}
	slices.Sort(list)
	return list
}
