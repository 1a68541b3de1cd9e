package settings

import (
	"fmt"
	"strings"
)

// Sources are where settings come from. A later one in this list wins over an
// earlier one: the user's file, the editor, the project's file, the
// environment, flags. So a project can rely on what it says whatever editor
// people use, and whoever runs firn has the last word.
type Sources struct {
	User    File                        // firn.toml of the user
	Editor  map[string]any              // the section `firn` of an editor's configuration
	Project File                        // firn.toml of the project
	Env     func(string) (string, bool) // like os.LookupEnv; nil means no variables
	Flags   map[string]string           // values by key
}

// Problem is a setting that is not used, and why.
type Problem struct {
	Source string // the path of a file, a variable, a flag, or "editor"
	Line   int    // in a file, from 1; otherwise 0
	Column int
	Msg    string
}

// String returns the problem as compilers print theirs.
func (p Problem) String() string {
	if p.Line > 0 {
		return fmt.Sprintf("%s:%d:%d: %s", p.Source, p.Line, p.Column, p.Msg)
	}
	return p.Source + ": " + p.Msg
}

// Load puts the settings together. It always returns some: what is wrong with
// a source is a problem, and the next weaker source counts.
func Load(from Sources) (*Settings, []Problem) {
	l := loader{into: Default(), all: List()}
	l.file(from.User, true)
	l.editor(from.Editor)
	l.file(from.Project, false)
	for _, s := range l.all {
		l.env(s, from.Env)
		l.flag(s, from.Flags)
	}
	return l.into, l.problems
}

type loader struct {
	into     *Settings
	all      []Setting
	problems []Problem
}

func (l *loader) file(f File, user bool) {
	values, problem := f.decode()
	if problem != nil {
		l.problems = append(l.problems, *problem)
	}
	for _, v := range values {
		s, err := l.find(v.key, func(s Setting) string { return s.Key })
		if err == nil && s.UserOnly && !user {
			err = fmt.Errorf("%s cannot be set by a project, only in the file of the user", s.Key)
		}
		if err == nil {
			err = s.set(l.into, v.value)
		}
		if err != nil {
			line, column := f.position(v.key)
			l.problems = append(l.problems, Problem{f.Path, line, column, prefix(v.key, err)})
		}
	}
}

func (l *loader) editor(section map[string]any) {
	for _, v := range flatten("", section) {
		s, err := l.find(v.key, Setting.Name)
		if err == nil && v.value != nil {
			err = s.set(l.into, v.value)
		}
		if err != nil {
			l.problems = append(l.problems, Problem{Source: "editor", Msg: prefix(v.key, err)})
		}
	}
}

func (l *loader) env(s Setting, lookup func(string) (string, bool)) {
	if lookup == nil {
		return
	}
	if value, ok := lookup(s.Env()); ok {
		if err := s.Set(l.into, value); err != nil {
			l.problems = append(l.problems, Problem{Source: s.Env(), Msg: err.Error()})
		}
	}
}

func (l *loader) flag(s Setting, flags map[string]string) {
	if value, ok := flags[s.Key]; ok {
		if err := s.Set(l.into, value); err != nil {
			l.problems = append(l.problems, Problem{Source: "--" + s.Flag, Msg: err.Error()})
		}
	}
}

// errUnknown is the error of a key that there is not.
type errUnknown struct{ key, nearest string }

// Error implements error.
func (e errUnknown) Error() string {
	if e.nearest == "" {
		return "unknown setting " + e.key
	}
	return fmt.Sprintf("unknown setting %s; did you mean %s?", e.key, e.nearest)
}

// find returns the setting that name gives the key.
func (l *loader) find(key string, name func(Setting) string) (Setting, error) {
	nearest, best := "", 1+len(key)/3
	for _, s := range l.all {
		if key == name(s) || key == s.Key {
			return s, nil
		}
		if d := distance(key, name(s)); d <= best {
			nearest, best = name(s), d-1
		}
	}
	return Setting{}, errUnknown{key, nearest}
}

// prefix puts the key before an error that does not name it.
func prefix(key string, err error) string {
	if strings.Contains(err.Error(), key) {
		return err.Error()
	}
	return key + ": " + err.Error()
}

// distance is how many characters must be put in, taken out or replaced to
// make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
