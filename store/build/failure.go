package build

import (
	"errors"
	"fmt"
	"strings"

	"firn/store/hash"
	"firn/store/path"
)

// Status is how the work on a target ended. The numbers are those of Nix's worker
// protocol (BuildResult).
type Status uint8

// The statuses.
const (
	Built            Status = 0
	Substituted      Status = 1
	AlreadyValid     Status = 2
	PermanentFailure Status = 3
	InputRejected    Status = 4
	OutputRejected   Status = 5
	TransientFailure Status = 6
	TimedOut         Status = 8
	MiscFailure      Status = 9
	DependencyFailed Status = 10
	LogLimitExceeded Status = 11
	NotDeterministic Status = 12
	NoSubstituters   Status = 14
)

// String returns the name of the status in Nix.
func (s Status) String() string {
	names := map[Status]string{
		Built: "Built", Substituted: "Substituted", AlreadyValid: "AlreadyValid", PermanentFailure: "PermanentFailure",
		InputRejected: "InputRejected", OutputRejected: "OutputRejected", TransientFailure: "TransientFailure",
		TimedOut: "TimedOut", MiscFailure: "MiscFailure", DependencyFailed: "DependencyFailed",
		LogLimitExceeded: "LogLimitExceeded", NotDeterministic: "NotDeterministic", NoSubstituters: "NoSubstituters",
	}
	return names[s]
}

// Failure says why a derivation was not built.
type Failure struct {
	Drv    path.Path
	Status Status
	Err    error    // what went wrong
	Phase  string   // in which it was, if the builder said so
	Tail   []string // the last lines that the builder printed
	Log    string   // the file with all of them; "" if there is none
	Kept   string   // the directory of the build, if it was left
}

// Error returns what went wrong, with the end of the log.
func (f *Failure) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "cannot build '%s': %v", f.Drv, f.Err)
	if f.Phase != "" {
		fmt.Fprintf(&b, " in %s", f.Phase)
	}
	if len(f.Tail) > 0 {
		fmt.Fprintf(&b, "; its last lines:")
		for _, line := range f.Tail {
			b.WriteString("\n  > " + line)
		}
	}
	if f.Log != "" {
		fmt.Fprintf(&b, "\nThe whole log: firn log %s", f.Drv)
	}
	if f.Kept != "" {
		fmt.Fprintf(&b, "\nThe directory of the build: %s", f.Kept)
	}
	return b.String()
}

// Unwrap implements what [errors.Is] asks.
func (f *Failure) Unwrap() error { return f.Err }

// HashMismatchError says that a fixed output has another hash than its derivation
// says.
type HashMismatchError struct {
	Drv       path.Path
	Specified hash.Hash
	Got       hash.Hash
	Kept      path.Path // where what was made is in the store, under its own hash
}

// Error says it in the words of Nix.
func (e *HashMismatchError) Error() string {
	return fmt.Sprintf("hash mismatch in fixed-output derivation '%s':\n         specified: %s\n            got:    %s", e.Drv, e.Specified.SRI(), e.Got.SRI())
}

// dependencyError says that something was not built for want of something else.
type dependencyError struct {
	what path.Path
	err  error
}

// Error implements error.
func (e *dependencyError) Error() string {
	if _, ok := errors.AsType[*Failure](e.err); ok {
		return fmt.Sprintf("it needs something that failed: %v", e.err)
	}
	return fmt.Sprintf("it needs '%s': %v", e.what, e.err)
}

// Unwrap implements what [errors.Is] asks.
func (e *dependencyError) Unwrap() error { return e.err }
