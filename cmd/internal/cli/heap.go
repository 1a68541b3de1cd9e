package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// firstHeap is how large the heap of an evaluation grows before it is
	// collected. Most end before that, and nearly all that they have made by then
	// is in use.
	firstHeap = 512 << 20
	// part is the part of the memory of a small machine that it may be at most.
	part = 8
)

// tuneHeap makes collections rare, for a process that evaluates something and
// ends: at first none before the heap is of some size, then as usual. It does
// nothing if the environment tunes the collector.
func tuneHeap() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	first := uint64(firstHeap)
	if all := machineMemory(); all > 0 {
		first = min(first, all/part)
	}
	debug.SetGCPercent(int(first * 100 / leastHeap))
	afterCollection(func() {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		debug.SetGCPercent(max(usual, percent(first, live[0].Value.Uint64())))
	})
}

const (
	leastHeap = 4 << 20 // what Go's first collection waits for at 100 percent
	usual     = 100
)

// percent returns what GOGC has to be for the next collection to begin at a size
// of the heap, when so much of it is in use.
func percent(size, live uint64) int {
	if live == 0 || size <= live {
		return 0
	}
	return int((size - live) * 100 / live)
}

// afterCollection calls f after each collection, in a goroutine of its own.
func afterCollection(f func()) {
	type mark struct{ _ *int }
	runtime.AddCleanup(&mark{new(int)}, func(f func()) {
		f()
		afterCollection(f)
	}, f)
}
