package workspace

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// rule is one pattern of a .gitignore file (gitignore(5)).
type rule struct {
	base     string   // the directory that the pattern is relative to, with a slash at its end
	segments []string // between the slashes; "**" stands for any number of them
	include  bool     // the pattern began with "!"
	dirOnly  bool
}

// maxIgnoreFile is how much of a .gitignore file is read, in bytes.
const maxIgnoreFile = 1 << 20

// readIgnoreFile returns the rules of a file, none if it is no regular one.
func readIgnoreFile(base, file string) []rule {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	in, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer func() { _ = in.Close() }()
	content, err := io.ReadAll(io.LimitReader(in, maxIgnoreFile))
	if err != nil {
		return nil
	}
	return parseLines(base, strings.Split(string(content), "\n"))
}

func parseLines(base string, lines []string) []rule {
	var rules []rule
	for _, line := range lines {
		if r, ok := parseRule(base, line); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

// parseRule reads one line. It reports false for a comment or a blank line.
func parseRule(base, line string) (rule, bool) {
	separator := string(filepath.Separator)
	r := rule{base: strings.TrimSuffix(base, separator) + separator}
	line = trimSpaces(strings.TrimSuffix(line, "\r"))
	if strings.HasPrefix(line, "#") {
		return r, false
	}
	line, r.include = strings.CutPrefix(line, "!")
	line, r.dirOnly = strings.CutSuffix(line, "/")
	anchored := strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" {
		return r, false
	}
	// path.Match negates a class with ^ only.
	r.segments = strings.Split(strings.ReplaceAll(line, "[!", "[^"), "/")
	if !anchored {
		r.segments = append([]string{"**"}, r.segments...)
	}
	return r, true
}

// trimSpaces takes spaces off the end that are not quoted by a backslash.
func trimSpaces(line string) string {
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	return line
}

// ignored reports whether the last rule that matches file excludes it. The
// directories above it are taken not to be excluded.
func ignored(rules []rule, file string, isDir bool) bool {
	for _, r := range slices.Backward(rules) {
		if r.matches(file, isDir) {
			return !r.include
		}
	}
	return false
}

func (r rule) matches(file string, isDir bool) bool {
	if r.dirOnly && !isDir {
		return false
	}
	if len(r.segments) == 2 && r.segments[0] == "**" {
		// Most patterns are plain names, which the last segment decides.
		return r.below(file) && matchSegment(r.segments[1], filepath.Base(file))
	}
	return r.below(file) && matchSegments(r.segments, filepath.ToSlash(file[len(r.base):]))
}

// below reports whether file is in the directory that the rule is for.
func (r rule) below(file string) bool { return strings.HasPrefix(file, r.base) }

// matchSegments matches a path with slashes against the segments of a pattern.
// Like one star of a glob, the last "**" so far takes a segment more whenever
// what follows it does not match, so hostile patterns take no longer.
func matchSegments(pattern []string, name string) bool {
	names := strings.Split(name, "/")
	p, star, resume := 0, -1, 0
	for n := 0; n < len(names); {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			if p == len(pattern)-1 {
				return true
			}
			star, resume = p, n
			p++
		case p < len(pattern) && matchSegment(pattern[p], names[n]):
			p++
			n++
		case star >= 0:
			resume++
			p, n = star+1, resume
		default:
			return false
		}
	}
	return p == len(pattern)
}

func matchSegment(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	if err != nil {
		return pattern == name // not a pattern, so a plain name
	}
	return ok
}
