//go:build !linux

package cli

// machineMemory returns how many bytes of memory the process can have at most, or
// 0.
func machineMemory() uint64 { return 0 }
