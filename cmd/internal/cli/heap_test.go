package cli

import (
	"runtime/debug"
	"testing"
)

func TestPercent(t *testing.T) {
	for _, test := range []struct {
		size, live uint64
		want       int
	}{
		{512, 128, 300}, {512, 512, 0}, {512, 600, 0}, {512, 0, 0}, {3, 2, 50},
	} {
		if got := percent(test.size<<20, test.live<<20); got != test.want {
			t.Errorf("%d MB of which %d are in use: %d, not %d", test.size, test.live, got, test.want)
		}
	}
}

// TestTuneHeap checks that the environment counts more.
func TestTuneHeap(t *testing.T) {
	before := debug.SetGCPercent(70)
	defer debug.SetGCPercent(before)
	t.Setenv("GOGC", "70")
	tuneHeap()
	if got := debug.SetGCPercent(70); got != 70 {
		t.Errorf("GOGC=70 became %d", got)
	}
}
