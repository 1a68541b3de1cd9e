package store

import (
	"errors"
	"testing"

	"firn/store/path"
)

func TestTally(t *testing.T) {
	const (
		hello = path.Path("/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-hello.drv")
		libc  = path.Path("/nix/store/ky17arb3za2ya10wbc9b35dz49c5m49p-libc")
	)
	var tally Tally
	steps := []struct {
		name string
		ev   Event
		want string
	}{
		{"a plan", Planned{Build: []path.Path{hello}, Fetch: []path.Path{libc}, DownloadSize: 2e6}, "0/1 built, 0/1 copied (0.0 of 2.0 MB)"},
		{"copying", Started{Activity: 1, Kind: Fetching, Path: libc}, "0/1 built, 0/1 copied (0.0 of 2.0 MB): libc"},
		{"half of it", Progress{Activity: 1, Done: 1e6}, "0/1 built, 0/1 copied (1.0 of 2.0 MB): libc"},
		{"all of it", Progress{Activity: 1, Done: 2e6}, "0/1 built, 0/1 copied (2.0 of 2.0 MB): libc"},
		{"a build", Started{Activity: 2, Kind: Building, Path: hello}, "0/1 built, 0/1 copied (2.0 of 2.0 MB): hello"},
		{"copied", Finished{Activity: 1}, "0/1 built, 1/1 copied (2.0 of 2.0 MB): hello"},
		{"a phase", Phase{Activity: 2, Name: "buildPhase"}, "0/1 built, 1/1 copied (2.0 of 2.0 MB): hello (buildPhase)"},
		{"a line", Line{Activity: 2, Text: "cc"}, "0/1 built, 1/1 copied (2.0 of 2.0 MB): hello (buildPhase): cc"},
		{"of nothing that runs", Line{Activity: 9, Text: "x"}, "0/1 built, 1/1 copied (2.0 of 2.0 MB): hello (buildPhase): cc"},
		{"failed", Finished{Activity: 2, Err: errors.New("no")}, "0/1 built, 1/1 copied (2.0 of 2.0 MB)"},
	}
	for _, s := range steps {
		tally.Event(s.ev)
		if got := tally.Summary().String(); got != s.want {
			t.Errorf("%s: got %q, want %q", s.name, got, s.want)
		}
	}
	if got := tally.Summary().Percent(); got != 50 {
		t.Errorf("got %d percent, want 50", got)
	}
}

func TestPlanned(t *testing.T) {
	one, two := make([]path.Path, 1), make([]path.Path, 2)
	tests := []struct {
		plan Planned
		want string
	}{
		{Planned{}, "everything is there"},
		{Planned{Build: one}, "1 derivation is built"},
		{Planned{Build: two, Fetch: two, DownloadSize: 1e6, NarSize: 3e6}, "2 derivations are built, 2 objects are copied (1.0 MB, 3.0 MB unpacked)"},
		{Planned{Fetch: one, NarSize: 3e6, Unknown: one}, "1 object is copied (3.0 MB unpacked), 1 object is to be had nowhere"},
	}
	for _, test := range tests {
		if got := test.plan.String(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
