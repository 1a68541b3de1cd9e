package eval

import (
	"runtime"
	"strings"
	"sync"

	"firn/parser"
	"firn/parser/scope"
)

// ahead reads and parses files on another processor before the evaluation wants
// them. Which those are it guesses from what the evaluation has read: the files
// that a list names, like the modules of NixOS, and what comes next in a file
// whose paths are imported one after another, like the list of all packages.
type ahead struct {
	pipes parser.Option

	mu   sync.Mutex // guards what follows
	host Host
	jobs map[string]*aheadJob // by path
	todo []*aheadJob
	busy bool // somebody works on todo
}

// aheadJob is one file.
type aheadJob struct {
	path  string
	taken bool // the evaluation reads it itself
	begun bool
	done  chan struct{}
	file  *parsedFile // nil if it cannot be read
}

// parsedFile is a file that was read.
type parsedFile struct {
	src    string
	tree   *parser.Tree
	info   *scope.Info
	syntax *parser.Error
}

func parseFile(src string, pipes parser.Option) *parsedFile {
	f := &parsedFile{src: src}
	if f.tree, f.syntax = parser.Parse(src, pipes); f.syntax == nil {
		f.info = scope.Resolve(f.tree)
	}
	return f
}

// mostAhead is how many files wait to be read at most.
const mostAhead = 2048

// want has files read soon, in their order.
func (a *ahead) want(paths []string) {
	if a == nil || len(paths) == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range paths {
		if a.jobs[p] != nil || len(a.todo) >= mostAhead {
			continue
		}
		j := &aheadJob{path: p, done: make(chan struct{})}
		a.jobs[p] = j
		a.todo = append(a.todo, j)
	}
	if !a.busy && len(a.todo) > 0 {
		a.busy = true
		go a.work()
	}
}

// work reads files until there are none left.
func (a *ahead) work() {
	for {
		a.mu.Lock()
		if len(a.todo) == 0 {
			a.busy = false
			a.mu.Unlock()
			return
		}
		j := a.todo[0]
		a.todo = a.todo[1:]
		skip := j.taken
		j.begun = true
		host := a.host
		a.mu.Unlock()
		if !skip {
			j.read(host, a.pipes)
		}
		close(j.done)
	}
}

// read reads a file. What is wrong with it the evaluation finds out itself.
func (j *aheadJob) read(host Host, pipes parser.Option) {
	defer func() {
		if recover() != nil {
			j.file = nil
		}
	}()
	if src, err := host.ReadFile(j.path); err == nil {
		j.file = parseFile(src, pipes)
	}
}

// take returns a file that was read, or is being read. It is nil for one that
// the evaluation has to read itself.
func (a *ahead) take(path string) *parsedFile {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	j := a.jobs[path]
	if j == nil || !j.begun {
		if j != nil {
			j.taken = true
		}
		a.mu.Unlock()
		return nil
	}
	a.mu.Unlock()
	<-j.done
	f := j.file
	j.file = nil // for the collector
	return f
}

// stop drops what was not begun.
func (a *ahead) stop() {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, j := range a.todo {
		delete(a.jobs, j.path)
	}
	a.todo = nil
}

// newAhead returns nil where there is no other processor.
func newAhead(host Host, pipes parser.Option) *ahead {
	if runtime.GOMAXPROCS(0) < 2 {
		return nil
	}
	return &ahead{host: host, pipes: pipes, jobs: map[string]*aheadJob{}}
}

// sequence follows which of the paths that a file names are imported.
type sequence struct {
	paths  []string
	number map[string]int
	last   int
	streak int // how often the next one came soon after the one before
}

const (
	longFile = 256 // so many paths a file has whose sequence is worth following
	soon     = 16
	steady   = 8 // so long a streak says that the next ones will be wanted
)

// literals returns the files that the path literals of a tree name, in order,
// and those of them that are elements of lists.
func (u *unit) literals() (all, listed []string) {
	for n := range u.tree.Nodes() {
		if n.Kind() != parser.KindPath || n.FirstChild().Valid() || strings.HasPrefix(n.Text(), "~") {
			continue
		}
		p, bad := u.absolute(n.Text(), 0)
		if bad != nil {
			continue
		}
		all = append(all, p)
		if n.Parent().Kind() == parser.KindList && strings.HasSuffix(p, ".nix") {
			listed = append(listed, p)
		}
	}
	return all, listed
}

// foresee has the files read that a file makes likely.
func (m *machine) foresee(u *unit) {
	if m.ahead == nil {
		return
	}
	all, listed := u.literals()
	if len(listed) > 2 {
		m.ahead.want(listed)
	}
	if len(all) < longFile {
		return
	}
	s := &sequence{paths: all, number: make(map[string]int, len(all)), last: -1}
	for i, p := range all {
		s.number[p] = i
	}
	m.sequences = append(m.sequences, s)
}

// follow notes that a path is imported.
func (m *machine) follow(p string) {
	for _, s := range m.sequences {
		i, ok := s.number[p]
		if !ok {
			continue
		}
		if i > s.last && i <= s.last+soon {
			s.streak++
		} else {
			s.streak = 0
		}
		s.last = i
		if s.streak >= steady {
			m.ahead.want(m.asFiles(s.paths[i+1 : min(i+1+soon, len(s.paths))]))
		}
	}
}

// asFiles returns the files that paths lead to, which may be directories.
func (m *machine) asFiles(paths []string) []string {
	out := make([]string, 0, len(paths))
	for _, p := range paths {
		if strings.HasSuffix(p, ".nix") {
			out = append(out, p)
		} else if info, err := m.lstat(p); err == nil && info.Kind == Directory {
			out = append(out, p+"/default.nix")
		}
	}
	return out
}
