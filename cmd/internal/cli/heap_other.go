//go:build !linux

package cli

// machineMemory returns how many bytes of memory the machine has, or 0.
func machineMemory() uint64 { return 0 }
