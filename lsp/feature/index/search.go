package index

import (
	"context"
	"iter"
	"slices"
	"strings"

	"firn/lsp/feature/fuzzy"
	"firn/lsp/feature/symbol"
	"firn/parser"
	"firn/parser/text"
)

// Open is a file that an editor has open. Its tree counts, not what is on disk.
type Open struct {
	Path string
	Tree *parser.Tree
}

// Match is a symbol that a search has found.
type Match struct {
	Path      string
	Name      string
	Container string // the names of the symbols around it, joined by dots
	Kind      symbol.Kind
	Span      text.Span // of the name
	// Line and Column, in bytes and from zero, are where the span starts.
	Line, Column uint32
	// Wide says that columns of the line count differently in other encodings.
	Wide bool
}

// Results are the matches of one search, of the state that the index had then.
type Results struct {
	files []*file
	names names
	hits  []hit // the best first
}

// hit is a match by number.
type hit struct {
	file, row int32
	rank      int32
}

// Search finds the symbols whose name matches a pattern, see [fuzzy]. A dot in
// the pattern matches between a symbol and those around it. All symbols match
// an empty pattern. The error is that of ctx.
func (x *Index) Search(ctx context.Context, pattern string, open []Open) (*Results, error) {
	v := x.view()
	s := newSearch(pattern)
	s.files, s.names = v.files, v.names
	if len(open) > 0 {
		s.overlay(open)
	}
	s.scoreNames()
	for i, f := range s.files {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		s.file(int32(i), f)
	}
	s.hits = byRank(s.hits)
	return &s.Results, nil
}

type search struct {
	Results
	last   *fuzzy.Matcher // of what follows the last dot
	whole  *fuzzy.Matcher // nil for a pattern without a dot
	scores []int32        // by name

	// The container of the row at hand, which its neighbours mostly share.
	container    string
	containerOf  *file
	containerRow int32
}

// noMatch is the score of a name that does not match.
const noMatch = -1 << 31

func newSearch(pattern string) *search {
	s := &search{}
	dot := strings.LastIndexByte(strings.TrimRight(pattern, ". "), '.')
	if s.last = fuzzy.New(pattern[dot+1:]); dot >= 0 {
		s.whole = fuzzy.New(pattern)
	}
	return s
}

// overlay puts the open files in the place of those on disk.
func (s *search) overlay(open []Open) {
	s.names = s.names.extended()
	s.files = slices.Clone(s.files)
	for _, o := range open {
		f := &file{path: o.Path}
		for _, found := range symbolsOf(o.Tree) {
			found.row.name = s.names.add(found.name)
			f.rows = append(f.rows, found.row)
		}
		i, ok := slices.BinarySearchFunc(s.files, o.Path, func(f *file, path string) int {
			return strings.Compare(f.path, path)
		})
		if ok {
			s.files[i] = f
		} else {
			s.files = slices.Insert(s.files, i, f)
		}
	}
}

// scoreNames scores each name once, however many symbols have it.
func (s *search) scoreNames() {
	s.scores = make([]int32, s.names.len())
	for id := range s.scores {
		s.scores[id] = noMatch
		if !s.names.sets[id].Contains(s.last.Set()) {
			continue
		}
		if score, ok := s.last.Score(string(s.names.text(uint32(id)))); ok {
			s.scores[id] = int32(score)
		}
	}
}

func (s *search) file(number int32, f *file) {
	for i := range f.rows {
		score := s.scores[f.rows[i].name]
		if score == noMatch {
			continue
		}
		if s.whole != nil {
			qualified, ok := s.whole.Score(s.qualified(f, i))
			if !ok {
				continue
			}
			score += int32(qualified)
		}
		s.hits = append(s.hits, hit{number, int32(i), rank(f, i, score)})
	}
}

// rank makes the score of a name the rank of a symbol: what a file offers comes
// before what it uses inside, and that at the top before what is nested.
func rank(f *file, i int, score int32) int32 {
	r := &f.rows[i]
	level := int32(0)
	for p := r.parent; p != symbol.None && level < 8; p = f.rows[p].parent {
		level++
	}
	score = 4*score - 2*level
	if r.flags&local != 0 {
		score -= 12
	}
	if r.flags&inherited != 0 {
		score -= 20
	}
	return score
}

// byRank sorts hits, the highest rank first and those of one rank as they were.
// There are few ranks for many hits, so it counts.
func byRank(hits []hit) []hit {
	if len(hits) == 0 {
		return nil
	}
	low, high := hits[0].rank, hits[0].rank
	for _, h := range hits {
		low, high = min(low, h.rank), max(high, h.rank)
	}
	next := make([]int32, high-low+2) // next[high-rank+1] counts the hits of a rank
	for _, h := range hits {
		next[high-h.rank+1]++
	}
	for i := 1; i < len(next); i++ {
		next[i] += next[i-1]
	}
	sorted := make([]hit, len(hits))
	for _, h := range hits {
		sorted[next[high-h.rank]] = h
		next[high-h.rank]++
	}
	return sorted
}

// qualified returns the name of a symbol behind those of the ones around it.
func (s *search) qualified(f *file, i int) string {
	row := &f.rows[i]
	name := string(s.names.text(row.name))
	if row.parent == symbol.None {
		return name
	}
	if s.containerOf != f || s.containerRow != row.parent {
		s.containerOf, s.containerRow = f, row.parent
		s.container = s.containerName(f, int32(i)) + "."
	}
	return s.container + name
}

func (r *Results) name(f *file, i int32) string {
	return string(r.names.text(f.rows[i].name))
}

// maxContainer is the length in bytes from which on the outer names of a
// container are left out.
const maxContainer = 150

func (r *Results) containerName(f *file, i int32) string {
	var around []string
	size := 0
	for p := f.rows[i].parent; p != symbol.None; p = f.rows[p].parent {
		name := r.name(f, p)
		if size += len(name); size > maxContainer {
			around = append(around, "…")
			break
		}
		around = append(around, name)
	}
	slices.Reverse(around)
	return strings.Join(around, ".")
}

// Len returns the number of matches.
func (r *Results) Len() int { return len(r.hits) }

// All yields the matches, the best first.
func (r *Results) All() iter.Seq[Match] {
	return func(yield func(Match) bool) {
		for _, h := range r.hits {
			if !yield(r.match(h)) {
				return
			}
		}
	}
}

func (r *Results) match(h hit) Match {
	f := r.files[h.file]
	row := &f.rows[h.row]
	return Match{
		Path:      f.path,
		Name:      r.name(f, h.row),
		Container: r.containerName(f, h.row),
		Kind:      row.kind,
		Span:      text.Span{Start: row.start, End: row.start + uint32(row.length)},
		Line:      row.line,
		Column:    row.column,
		Wide:      row.flags&wide != 0,
	}
}
