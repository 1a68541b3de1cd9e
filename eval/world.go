package eval

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	gopath "path"
	"sort"
	"strings"
	"syscall"

	"firn/eval/regex"
	"firn/eval/value"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
	"firn/store/drv"
	"firn/store/path"
)

// world is what an evaluator has beside the memory of its values: the names and
// builtins, the files that were read, and the way to the outside.
type world struct {
	symbols *value.Symbols
	sym     symbols
	globals map[string]*value.Value

	trueCell, falseCell, nullCell, emptyList *value.Value

	host        Host
	unguarded   Host   // below host
	guard       *guard // between them, or nil
	settings    Settings
	sums        Sums // nil for none
	origins     []*origin
	units       map[string]*unit          // of files, by resolved path
	files       map[string]*value.Value   // what is imported, by resolved path
	noted       map[string]bool           // paths of imports since NoteImports, or nil
	resolved    map[string]string         // paths of imports as they are written
	sources     map[string]*value.Context // store paths of copied files, by path
	mounts      *mounts
	hashes      *drv.Hashes
	drvs        map[path.Path]*known
	lists       drvLists
	outputLists map[string][]string
	scratch     []byte
	room1       []byte       // for a text, while nobody writes one
	search      *value.Value // builtins.nixPath
	callFlakes  *value.Value // the function that makes the value of a flake
	patterns    map[string]*regex.Regexp
	stats       map[string]stat
	searchDirs  map[string]string // what entries of the search path lead to, "" for nothing
	ctx         context.Context

	ahead     *ahead // nil if there is no use in it
	sequences []*sequence
}

// symbols are names that the evaluator looks for itself.
type symbols struct {
	functor, toString, outPath, drvPath, typ, name, value, system, overrides,
	right, wrong, file, line, column, key, operator, startSet, path, prefix,
	outputs, outputName, args, builder, structuredAttrs, ignoreNulls, outputHash, outputHashAlgo,
	outputHashMode, contentAddressed, impure value.Symbol
}

func newSymbols(s *value.Symbols) symbols {
	i := s.Intern
	return symbols{
		functor: i("__functor"), toString: i("__toString"), outPath: i("outPath"), drvPath: i("drvPath"),
		typ: i("type"), name: i("name"), value: i("value"), system: i("system"), overrides: i("__overrides"),
		right: i("right"), wrong: i("wrong"), file: i("file"), line: i("line"), column: i("column"),
		key: i("key"), operator: i("operator"), startSet: i("startSet"), path: i("path"), prefix: i("prefix"),
		outputs: i("outputs"), outputName: i("outputName"), args: i("args"), builder: i("builder"),
		structuredAttrs: i("__structuredAttrs"), ignoreNulls: i("__ignoreNulls"), outputHash: i("outputHash"),
		outputHashAlgo: i("outputHashAlgo"), outputHashMode: i("outputHashMode"),
		contentAddressed: i("__contentAddressed"), impure: i("__impure"),
	}
}

// origin is a text that was read: where its places begin, and what it is called.
type origin struct {
	base     value.Pos
	name     string // as places have it
	path     string // of a file, else ""
	src      string
	internal bool
	lines    *text.Lines
}

// addOrigin gives a text its places. Place 0 is none.
func (w *world) addOrigin(o *origin) *origin {
	o.base = 1
	if n := len(w.origins); n > 0 {
		last := w.origins[n-1]
		o.base = last.base + value.Pos(len(last.src)) + 1
	}
	w.origins = append(w.origins, o)
	return o
}

// originOf returns the text that a place is in, and the offset there.
func (w *world) originOf(pos value.Pos) (*origin, uint32) {
	if pos == 0 {
		return nil, 0
	}
	i := sort.Search(len(w.origins), func(i int) bool { return w.origins[i].base > pos }) - 1
	if i < 0 {
		return nil, 0
	}
	return w.origins[i], uint32(pos - w.origins[i].base)
}

func (o *origin) index() *text.Lines {
	if o.lines == nil {
		o.lines = text.NewLines(o.src)
	}
	return o.lines
}

// lineColumn returns a place in lines and columns that count from 1, columns in
// bytes.
func (o *origin) lineColumn(off uint32) (line, column uint32) {
	p := o.index().Position(off, text.UTF8)
	return p.Line + 1, p.Column + 1
}

// place returns a place as messages have it.
func (w *world) place(pos value.Pos) string {
	o, off := w.originOf(pos)
	if o == nil {
		return "«none»"
	}
	line, column := o.lineColumn(off)
	return fmt.Sprintf("%s:%d:%d", o.name, line, column)
}

func (w *world) isInternal(pos value.Pos) bool {
	o, _ := w.originOf(pos)
	return o != nil && o.internal
}

// position returns a place as a set, as builtins.unsafeGetAttrPos does, or null
// if it is in no file.
func (m *machine) position(pos value.Pos) value.Value {
	o, off := m.originOf(pos)
	if o == nil || o.path == "" {
		return value.MakeNull()
	}
	line, column := o.lineColumn(off)
	return value.MakeSet(m.FromAttrs([]value.Attr{
		{Sym: m.sym.file, V: m.Cell(value.MakeString(o.path))},
		{Sym: m.sym.line, V: m.Cell(value.MakeInt(int64(line)))},
		{Sym: m.sym.column, V: m.Cell(value.MakeInt(int64(column)))},
	}, 0))
}

// cleanPath returns an absolute path without dots and double slashes, like
// Nix's CanonPath.
func cleanPath(p string) string {
	if isCleanPath(p) {
		return p
	}
	return gopath.Clean("/" + p)
}

// isCleanPath reports whether a path needs no cleaning.
func isCleanPath(p string) bool {
	if p == "" || p[0] != '/' {
		return false
	}
	for i := range len(p) {
		if p[i] != '/' {
			continue
		}
		switch {
		case i == len(p)-1:
			return len(p) == 1
		case p[i+1] == '/' || p[i+1] == '.':
			return false
		}
	}
	return true
}

func (m *machine) homeDir() string {
	home, err := m.host.Home()
	if err != nil {
		return "/homeless-shelter"
	}
	return home
}

// home returns the home directory for a path literal that begins there.
func (m *machine) home(literal string, pos value.Pos) (string, *failure) {
	if m.settings.Pure {
		return "", fail(Forbidden, pos, "the path '%s' can not be resolved in pure mode", literal)
	}
	home, err := m.host.Home()
	if err != nil {
		return "", fail(EvalError, pos, "the home directory is not known: %v", err)
	}
	return home, nil
}

// source is a text to evaluate.
type source struct {
	name     string
	path     string
	dir      string
	src      string
	internal bool
	names    map[string]int // variables beside the builtins
	parsed   *parsedFile    // of src, if that was done already

	// What is parsed around src, though places do not count it.
	before, after string
}

func (m *machine) pipes() parser.Option {
	return parser.PipeOperators(m.settings.Features["pipe-operators"])
}

// load parses a text and returns its code, for an environment with the variables
// that it has beside the builtins, or for none.
func (m *machine) load(s source) (code, *failure) {
	u, bad := m.unitOf(s)
	if bad != nil {
		return nil, bad
	}
	var top *level
	if s.names != nil {
		top = &level{set: scope.NoSet, lambda: parser.NoNode, with: parser.NoNode, names: s.names}
	}
	for e := range u.tree.Root().Exprs() {
		return u.expr(e.ID(), top), nil
	}
	return nil, fail(EvalError, 0, "%s holds no expression", s.name)
}

// unitOf parses a text.
func (m *machine) unitOf(s source) (*unit, *failure) {
	f := s.parsed
	if f == nil {
		f = parseFile(s.before+s.src+s.after, m.pipes())
	}
	o := m.addOrigin(&origin{name: s.name, path: s.path, src: f.src[len(s.before) : len(f.src)-len(s.after)], internal: s.internal})
	if s.before != "" {
		parsed := *o
		parsed.base -= value.Pos(len(s.before))
		o = &parsed
	}
	if f.syntax != nil {
		first := scope.Before(f.src, f.syntax, m.pipes())[0]
		m.warnings(parser.Prefix(f.src, m.pipes()), o, first)
		return nil, m.syntaxError(first, o)
	}
	tree, info := f.tree, f.info
	for _, name := range info.Names() {
		m.symbols.Intern(name)
	}
	for _, e := range info.Errors() {
		if e.Code == parser.UndefinedVariable && s.names != nil {
			if _, ok := s.names[tree.Text(tree.At(e.Span.Start).ID())]; ok {
				continue
			}
		}
		m.warnings(tree, o, e)
		return nil, m.syntaxError(e, o)
	}
	m.warnings(tree, o, nil)
	if bad := m.lints(tree, o); bad != nil {
		return nil, bad
	}
	u := &unit{m: m, tree: tree, info: info, base: o.base, dir: s.dir, slots: make([]int32, info.Bindings()), scoped: s.names != nil}
	if s.path != "" {
		m.units[s.path] = u
		m.foresee(u)
	}
	return u, nil
}

// warnings tells what Nix warns of while it reads a text, up to an error.
func (m *machine) warnings(tree *parser.Tree, o *origin, until *parser.Error) {
	if tree == nil {
		return
	}
	for _, w := range parser.Warnings(tree) {
		if until != nil && w.Read > until.Read {
			return
		}
		m.host.Warn("warning: at " + m.place(o.base+value.Pos(w.Span.Start)) + ": " + w.Msg)
	}
}

func (m *machine) syntaxError(e *parser.Error, o *origin) *failure {
	kind := SyntaxError
	if e.Code == parser.UndefinedVariable {
		kind = UndefinedVariable
	}
	msg := e.Msg
	if e.Code == parser.DuplicateAttribute {
		msg += " at " + m.place(o.base+value.Pos(e.Related[0].Span.Start))
	}
	f := fail(kind, o.base+value.Pos(e.Span.Start), "%s", msg)
	f.syntax = e
	return f
}

// importFile evaluates a file, or the default.nix of a directory, once.
func (m *machine) importFile(p string, pos value.Pos) value.Value {
	return m.importAs(p, pos, nil)
}

// importAs is importFile with a look at the file before it is evaluated.
func (m *machine) importAs(p string, pos value.Pos, check func(*unit) *failure) value.Value {
	at, ok := m.resolved[p]
	if !ok {
		m.follow(p)
		var bad *failure
		if at, bad = m.resolveImport(p); bad != nil {
			return bad.value()
		}
		m.resolved[p] = at
	}
	if m.noted != nil {
		m.noted[at] = true
	}
	c := m.files[at]
	if c == nil {
		c = m.Cell(m.fileThunk(at, check))
		m.files[at] = c
	}
	return m.force(c, pos)
}

// fileThunk is a file that is not read yet.
func (m *machine) fileThunk(p string, check func(*unit) *failure) value.Value {
	t := &thunk{Header: value.NewHeader(value.Thunk)}
	t.run = func(m *machine, _ *value.Env) value.Value {
		run, bad := m.loadFile(p, nil)
		if bad != nil {
			return bad.value()
		}
		var r value.Value
		if bad = nil; check != nil {
			bad = check(m.units[p])
		}
		if bad != nil {
			r = bad.value()
		} else {
			r = run(m, nil)
		}
		if r.IsFailed() {
			return failed(&r).with(0, "while evaluating the file '%s':", p).value()
		}
		return r
	}
	return value.MakeCode(&t.Header, nil)
}

func (m *machine) loadFile(p string, names map[string]int) (code, *failure) {
	if u := m.units[p]; u != nil && !u.scoped && names == nil {
		for e := range u.tree.Root().Exprs() {
			return m.profiler.file(p, u.expr(e.ID(), nil)), nil
		}
	}
	s := source{name: p, path: p, dir: gopath.Dir(p), names: names, parsed: m.ahead.take(p)}
	if s.parsed == nil {
		src, err := m.host.ReadFile(p)
		if err != nil {
			return nil, m.fileError(err, p)
		}
		s.src = src
	}
	run, bad := m.load(s)
	if bad != nil {
		return nil, bad
	}
	return m.profiler.file(p, run), nil
}

// resolveImport returns the file that is meant by a path: symbolic links are
// followed, and a directory stands for the default.nix in it.
func (m *machine) resolveImport(p string) (string, *failure) {
	at, bad := m.followLinks(p)
	if bad != nil {
		return "", bad
	}
	info, err := m.host.Lstat(at)
	if err != nil {
		return "", m.fileError(err, at)
	}
	if info.Kind == Directory {
		return m.followLinks(strings.TrimSuffix(at, "/") + "/default.nix")
	}
	return at, nil
}

// followLinks resolves a path as long as it is a symbolic link. The directories
// that it is in may be links.
func (m *machine) followLinks(p string) (string, *failure) {
	for range 1024 {
		info, err := m.host.Lstat(p)
		if err != nil {
			if errors.Is(err, ErrNotExist) {
				return p, nil // whoever reads it finds out
			}
			return "", m.fileError(err, p)
		}
		if info.Kind != Symlink {
			return p, nil
		}
		target, err := m.host.Readlink(p)
		if err != nil {
			return "", m.fileError(err, p)
		}
		if strings.HasPrefix(target, "/") {
			p = cleanPath(target)
		} else {
			p = cleanPath(gopath.Dir(p) + "/" + target)
		}
	}
	return "", fail(EvalError, 0, "too many symbolic links encountered while traversing the path '%s'", p)
}

// fileError words why a file cannot be read.
func (m *machine) fileError(err error, p string) *failure {
	switch {
	case errors.Is(err, ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fail(EvalError, 0, "path '%s' does not exist", p)
	case errors.Is(err, syscall.EISDIR):
		return fail(EvalError, 0, "read of 4096 bytes: Is a directory")
	case errors.Is(err, fs.ErrPermission):
		return fail(EvalError, 0, "opening file '%s': Permission denied", p)
	case errors.Is(err, ErrForbidden):
		return fail(Forbidden, 0, "%v", err)
	}
	return fail(EvalError, 0, "%v", err)
}
