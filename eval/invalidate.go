package eval

import (
	"maps"
	"slices"
	"strings"

	"firn/parser"
)

// Invalidate forgets what was computed from the files or directories at the given
// paths, which have changed, come or gone, and returns the imported files whose
// values were forgotten with them: those that changed and all that may have come
// to depend on one. What else was imported stays evaluated. A file that is read
// again with the text that it had does not count as changed.
//
// Values that were handed out stay what they are. Whoever evaluates again gets
// those of the new files.
//
// A file depends on what the paths written in it lead to, with all that is below
// them, and on what those files depend on. One that asks for paths from
// elsewhere, from the environment or a search path that it makes, depends on
// everything.
func (e *Evaluator) Invalidate(paths ...string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	m := e.m
	var changed []string
	for _, p := range paths {
		if p = cleanPath(p); !m.unchanged(p) {
			changed = append(changed, p)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	// Where links led may have changed, too.
	old := m.canonical(changed)
	m.forgetFiles(changed)
	all := slices.Concat(old, m.canonical(changed))
	gone := m.dependents(all)
	for p := range gone {
		delete(m.files, p)
		m.ahead.forget(p)
	}
	// The text of what only depends on a change is still what it was.
	maps.DeleteFunc(m.units, func(p string, u *unit) bool {
		return u.scoped || slices.ContainsFunc(all, func(c string) bool { return within(p, c) })
	})
	return slices.Sorted(maps.Keys(gone))
}

// Refresh looks at all that was read, and invalidates what has changed since.
func (e *Evaluator) Refresh() []string {
	e.mu.Lock()
	m := e.m
	var changed []string
	for p := range m.units {
		if !m.unchanged(p) {
			changed = append(changed, p)
		}
	}
	for p, known := range m.stats {
		if info, err := m.host.Lstat(p); info != known.info || (err == nil) != (known.err == nil) {
			changed = append(changed, p)
		}
	}
	changed = slices.AppendSeq(changed, maps.Keys(m.sources)) // which may have changed inside
	e.mu.Unlock()
	return e.Invalidate(changed...)
}

// Imported returns the paths of all files that were imported, with all links in
// their last element followed, in their order.
func (e *Evaluator) Imported() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Sorted(maps.Keys(e.m.files))
}

// NoteImports begins to note what is imported, also what was read before, and forgets
// what was noted so far.
func (e *Evaluator) NoteImports() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.m.noted = map[string]bool{}
}

// NotedImports returns the paths of the files that were imported since NoteImports, in
// their order, with all links in their last element followed. A file that was
// imported but could not be read is among them.
func (e *Evaluator) NotedImports() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Sorted(maps.Keys(e.m.noted))
}

// unchanged reports whether a file is the one that was imported.
func (m *machine) unchanged(p string) bool {
	u := m.units[p]
	if u == nil {
		return false
	}
	text, err := m.host.ReadFile(p)
	return err == nil && text == u.tree.Source()
}

// canonical returns paths as they are and with all links in them followed.
func (m *machine) canonical(paths []string) []string {
	list := slices.Clone(paths)
	for _, p := range paths {
		if at, bad := m.resolveLinks(p); bad == nil && at != p {
			list = append(list, at)
		}
	}
	return list
}

// forgetFiles drops what was found out about files at changed paths, and about
// where links in them lead.
func (m *machine) forgetFiles(changed []string) {
	about := func(p string) bool {
		return slices.ContainsFunc(changed, func(c string) bool { return within(p, c) || within(c, p) })
	}
	maps.DeleteFunc(m.stats, func(p string, _ stat) bool { return about(p) })
	maps.DeleteFunc(m.resolved, func(p, at string) bool { return about(p) || about(at) })
	maps.DeleteFunc(m.searchDirs, func(_, at string) bool { return at == "" || about(at) })
	for p, c := range m.sources {
		if about(p) {
			delete(m.sources, p)
			base := strings.TrimPrefix(c.Elems()[0], m.mounts.dir)
			delete(m.mounts.trees, base)
		}
	}
	if m.guard != nil {
		clear(m.guard.real)
	}
	m.ahead.forgetLinks()
}

// dependents returns the imported files that depend on any of some paths.
func (m *machine) dependents(changed []string) map[string]bool {
	gone := map[string]bool{}
	reach := map[string][]string{}
	for p, u := range m.units {
		reach[p] = m.canonical(u.reach())
	}
	for len(changed) > 0 {
		var more []string
		for p := range m.files {
			if !gone[p] && m.dependsOn(p, reach[p], changed) {
				gone[p] = true
				more = append(more, p)
			}
		}
		changed = m.canonical(more)
	}
	return gone
}

// dependsOn reports whether a file is one of some, or names a path that leads to
// one. Of a file that could not be read only the name is known.
func (m *machine) dependsOn(file string, reach, changed []string) bool {
	return slices.ContainsFunc(changed, func(c string) bool {
		return within(file, c) || slices.ContainsFunc(reach, func(r string) bool { return within(c, r) || within(r, c) })
	})
}

// foreign are names that bring paths which are not written in a file.
var foreign = []string{"getEnv", "__getEnv", "findFile", "__findFile", "nixPath", "__nixPath", "storePath", "__storePath", "scopedImport"}

// reach returns the paths that are written in a file, and so all that it can come
// to, except for what it is given and does not keep.
func (u *unit) reach() []string {
	if u.reached != nil {
		return u.reached
	}
	reached := []string{}
	for n := range u.tree.Nodes() {
		switch n.Kind() {
		case parser.KindPath:
			text := n.Text()
			if first := n.FirstChild(); first.Valid() {
				text = text[:strings.LastIndexByte(first.Text(), '/')+1] // an interpolation follows
			}
			if p, bad := u.absolute(text, 0); bad == nil {
				reached = append(reached, p)
			}
		case parser.KindText:
			if strings.HasPrefix(n.Text(), "/") {
				reached = append(reached, cleanPath(n.Text()))
			}
		case parser.KindSearchPath:
			reached = append(reached, u.searched(n.Text())...)
		case parser.KindVar, parser.KindName:
			if slices.Contains(foreign, n.Text()) {
				reached = append(reached, "/")
			}
		}
	}
	u.reached = reached
	return reached
}

// searched returns where a name in angle brackets may lead.
func (u *unit) searched(text string) []string {
	name := strings.Trim(text, "<>")
	var list []string
	for _, entry := range u.m.settings.NixPath {
		prefix, p := cutEntry(entry)
		rest, ok := name, prefix == "" || name == prefix
		if !ok {
			rest, ok = strings.CutPrefix(name, prefix+"/")
		} else if prefix != "" {
			rest = ""
		}
		if ok && !isRemote(p) {
			list = append(list, cleanPath(u.m.settings.absolute(p)+"/"+rest))
		}
	}
	return list
}

// forget drops a file that was read ahead.
func (a *ahead) forget(path string) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.jobs, path)
}

// forgetLinks drops where links lead.
func (a *ahead) forgetLinks() {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if g, ok := a.host.(*guard); ok { // which somebody may be using
		a.host = &guard{Host: g.Host, roots: g.roots, pure: g.pure, real: map[string]string{}}
	}
}
