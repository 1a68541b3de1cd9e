// Package nixconf reads the configuration of a Nix that may be on the machine:
// nix.conf and its like, in the format that the Nix manual describes ("nix.conf",
// section "File format").
package nixconf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Setting is a line of a configuration.
type Setting struct {
	Name  string
	Value string // its words, with a blank between them
	From  string // the file or the variable that has it
}

// Env is what decides where the configuration is.
type Env struct {
	Getenv func(string) string
	Home   string
}

// Read returns the settings of the machine, those of the user and those of the
// environment. A later one counts more.
func Read(e Env) ([]Setting, error) {
	var list []Setting
	for _, name := range e.files() {
		more, err := readFile(name, 0)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	text := e.Getenv("NIX_CONFIG")
	more, err := parse(text, "NIX_CONFIG", 0)
	return append(list, more...), err
}

// files returns the names of all files that there may be, the most important one
// at the end.
func (e Env) files() []string {
	users := filepath.SplitList(e.Getenv("NIX_USER_CONF_FILES"))
	if len(users) == 0 {
		for _, dir := range e.dirs() {
			users = append(users, filepath.Join(dir, "nix", "nix.conf"))
		}
	}
	slices.Reverse(users)
	return append([]string{filepath.Join(e.system(), "nix.conf")}, users...)
}

// Registries returns the names of all files that there may be with registries of
// flakes, the most important one first (Nix manual, "nix3-registry").
func (e Env) Registries() []string {
	var list []string
	for _, dir := range e.dirs()[:1] {
		list = append(list, filepath.Join(dir, "nix", "registry.json"))
	}
	return append(list, filepath.Join(e.system(), "registry.json"))
}

// system returns where the machine has its configuration.
func (e Env) system() string {
	if dir := e.Getenv("NIX_CONF_DIR"); dir != "" {
		return dir
	}
	return "/etc/nix"
}

// dirs returns where a user has configuration, the most important one first
// (XDG Base Directory Specification, "Environment variables").
func (e Env) dirs() []string {
	home := e.Getenv("XDG_CONFIG_HOME")
	if home == "" && e.Home != "" {
		home = filepath.Join(e.Home, ".config")
	}
	others := e.Getenv("XDG_CONFIG_DIRS")
	if others == "" {
		others = "/etc/xdg"
	}
	dirs := filepath.SplitList(others)
	if home != "" {
		dirs = append([]string{home}, dirs...)
	}
	return dirs
}

const (
	deepest = 16      // files that include each other
	largest = 1 << 20 // bytes in a file
)

func readFile(name string, depth int) ([]Setting, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > largest {
		return nil, fmt.Errorf("%s is no file of at most %d bytes", name, largest)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parse(string(text), name, depth)
}

// parse reads the text of a file, or of the environment.
func parse(text, from string, depth int) ([]Setting, error) {
	var list []Setting
	for line := range strings.Lines(text) {
		code, _, _ := strings.Cut(line, "#")
		words := strings.Fields(code)
		switch {
		case len(words) == 0:
			continue
		case len(words) == 2 && (words[0] == "include" || words[0] == "!include"):
			more, err := include(words[1], from, depth+1)
			if errors.Is(err, fs.ErrNotExist) && words[0] == "!include" {
				continue
			}
			if err != nil {
				return nil, err
			}
			list = append(list, more...)
		case len(words) >= 2 && words[1] == "=":
			list = append(list, Setting{words[0], strings.Join(words[2:], " "), from})
		default:
			return nil, fmt.Errorf("syntax error in configuration line '%s' in '%s'", strings.TrimRight(line, "\r\n"), from)
		}
	}
	return list, nil
}

func include(name, from string, depth int) ([]Setting, error) {
	if depth > deepest {
		return nil, fmt.Errorf("%s is included by files that include each other", name)
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(from), name)
	}
	list, err := readFile(name, depth)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("file '%s' included from '%s' not found: %w", name, from, err)
	}
	return list, err
}
