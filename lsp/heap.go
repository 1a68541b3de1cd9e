package lsp

import (
	"os"
	"runtime/debug"
	"sync"
)

// busyPercent is GOGC while something is evaluated: nearly all that an evaluation
// makes is in use until it ends, so that collections find little.
const busyPercent = 400

// heap counts the evaluations that make collections rarer.
var heap struct {
	mu    sync.Mutex
	busy  int
	usual int // the value of GOGC otherwise
}

// evaluating makes collections rarer until done is called, unless the environment
// tunes the collector.
func evaluating() (done func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	heap.mu.Lock()
	defer heap.mu.Unlock()
	if heap.busy++; heap.busy == 1 {
		heap.usual = debug.SetGCPercent(busyPercent)
	}
	return sync.OnceFunc(func() {
		heap.mu.Lock()
		defer heap.mu.Unlock()
		if heap.busy--; heap.busy == 0 {
			debug.SetGCPercent(heap.usual)
		}
	})
}
