package value

// Symbol is a name of an attribute: its number in a [Symbols]. Attribute sets
// are sorted by these numbers.
type Symbol uint32

// Pos is a place in the sources that an evaluator has read, 0 for none. Who
// made it knows what it means.
type Pos uint32

// Symbols numbers names in the order in which they come up.
type Symbols struct {
	ids   map[string]Symbol
	names []string
	cells []*Value // the names as strings, made when they are wanted
}

// NewSymbols returns a table that begins with the given names.
func NewSymbols(names ...string) *Symbols {
	s := &Symbols{ids: make(map[string]Symbol, 4096)}
	for _, name := range names {
		s.Intern(name)
	}
	return s
}

// Intern returns the symbol of a name.
func (s *Symbols) Intern(name string) Symbol {
	if id, ok := s.ids[name]; ok {
		return id
	}
	id := Symbol(len(s.names))
	s.ids[name] = id
	s.names = append(s.names, name)
	s.cells = append(s.cells, nil)
	return id
}

// Find returns the symbol of a name that has one.
func (s *Symbols) Find(name string) (Symbol, bool) {
	id, ok := s.ids[name]
	return id, ok
}

// Name returns the name of a symbol.
func (s *Symbols) Name(id Symbol) string { return s.names[id] }

// Len returns the number of symbols.
func (s *Symbols) Len() int { return len(s.names) }

// Cell returns a cell with the name of a symbol, always the same one.
func (s *Symbols) Cell(id Symbol) *Value {
	if s.cells[id] == nil {
		v := MakeString(s.names[id])
		s.cells[id] = &v
	}
	return s.cells[id]
}
