package eval

// Stats counts what an evaluator has done so far.
type Stats struct {
	Calls        uint64 `json:"functionCalls"`
	BuiltinCalls uint64 `json:"builtinCalls"`
	Thunks       uint64 `json:"thunksEvaluated"`
	Files        int    `json:"files"`       // that were imported
	FileBytes    int64  `json:"fileBytes"`   // of them and of other texts
	Names        int    `json:"names"`       // of attributes and variables
	Derivations  int    `json:"derivations"` // that were made or read
	Sources      int    `json:"sources"`     // files and directories that were hashed for the store
	Bytes        uint64 `json:"bytes"`       // of all values, those that are garbage included
}

// Stats returns what the evaluator has done so far.
func (e *Evaluator) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	m := e.m
	s := Stats{
		Calls: m.calls, BuiltinCalls: m.builtinCalls, Thunks: m.thunks, Files: len(m.files), Names: m.symbols.Len(),
		Derivations: len(m.drvs), Sources: len(m.sources), Bytes: m.Taken,
	}
	for _, o := range m.origins {
		s.FileBytes += int64(len(o.src))
	}
	return s
}
