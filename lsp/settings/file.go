package settings

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// FileName is what the files are called.
const FileName = "firn.toml"

// The bounds of a file, which may come from anyone. Dots and brackets are what
// nests in TOML; decoding takes time in the square of the depth.
const (
	maxFile    = 64 << 10
	maxNesting = 1000
)

// File is a configuration file. The zero File is none.
type File struct {
	Path string
	Text string
	err  error // why it could not be read
}

// FindProject returns the file that governs dir: the one in dir, or in the
// nearest directory above it up to the root of its repository.
func FindProject(dir string) File {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return File{Path: dir, err: err}
	}
	for {
		if f := ReadFile(filepath.Join(dir, FileName)); f.Path != "" {
			return f
		}
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil || dir == filepath.Dir(dir) {
			return File{}
		}
		dir = filepath.Dir(dir)
	}
}

// FindUser returns the file of the user, in firn's directory below the one
// that the system has for configuration.
func FindUser() File {
	dir, err := os.UserConfigDir()
	if err != nil {
		return File{} // no home, no file
	}
	return ReadFile(filepath.Join(dir, "firn", FileName))
}

// ReadFile returns the file at path, or none if there is nothing.
func ReadFile(path string) File {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return File{}
	}
	f := File{Path: path, err: err}
	if err != nil {
		return f
	}
	if !info.Mode().IsRegular() {
		f.err = errors.New("not a regular file")
		return f
	}
	in, err := os.Open(path)
	if err != nil {
		f.err = err
		return f
	}
	defer func() { _ = in.Close() }()
	text, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	f.Text, f.err = string(text), err
	if len(text) > maxFile {
		f.err = errors.New("file is larger than 64 KiB")
	}
	return f
}

// entry is a value with its dotted key.
type entry struct {
	key   string
	value any
}

// decode returns what the file sets, in the order of the keys.
func (f File) decode() ([]entry, *Problem) {
	if f.err != nil {
		return nil, &Problem{Source: f.Path, Msg: f.err.Error()}
	}
	if strings.Count(f.Text, ".")+strings.Count(f.Text, "{")+strings.Count(f.Text, "[") > 2*maxNesting {
		return nil, &Problem{Source: f.Path, Msg: "file nests too deep"}
	}
	var tables map[string]any
	_, err := toml.Decode(f.Text, &tables)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		return nil, &Problem{f.Path, syntax.Position.Line, max(syntax.Position.Col, 1), syntax.Message}
	case err != nil:
		return nil, &Problem{Source: f.Path, Msg: err.Error()}
	}
	return flatten("", tables), nil
}

// flatten lists the values of nested tables. No setting is nested deeper than
// a level; what is, stays together.
func flatten(prefix string, tables map[string]any) []entry {
	var out []entry
	for _, k := range slices.Sorted(maps.Keys(tables)) {
		key := strings.TrimPrefix(prefix+"."+k, ".")
		if inner, ok := tables[k].(map[string]any); ok && strings.Count(key, ".") < 2 {
			out = append(out, flatten(key, inner)...)
			continue
		}
		out = append(out, entry{key, tables[k]})
	}
	return out
}

// position finds the line and column where a file sets key. The decoder does
// not tell.
func (f File) position(key string) (line, column int) {
	table, quote := "", ""
	for text := range strings.Lines(f.Text) {
		line++
		if quote != "" {
			if strings.Contains(text, quote) {
				quote = ""
			}
			continue
		}
		trimmed := strings.TrimSpace(text)
		if inner, ok := strings.CutPrefix(trimmed, "["); ok {
			table = bare(strings.Trim(strings.SplitN(inner, "]", 2)[0], "[ "))
			if table == key {
				return line, 1 + strings.Index(text, "[")
			}
			continue
		}
		name, value, ok := strings.Cut(trimmed, "=")
		if !ok {
			continue
		}
		if full := strings.TrimPrefix(table+"."+bare(name), "."); full == key || strings.HasPrefix(key, full+".") {
			return line, 1 + strings.Index(text, trimmed)
		}
		quote = unclosed(value)
	}
	return 1, 1
}

// bare takes spaces and quotes out of a key.
func bare(key string) string {
	return strings.NewReplacer(" ", "", "\t", "", `"`, "", "'", "").Replace(key)
}

// unclosed returns the quotes of a string that goes on after its line.
func unclosed(value string) string {
	for _, quote := range []string{`"""`, "'''"} {
		if strings.Count(value, quote)%2 == 1 {
			return quote
		}
	}
	return ""
}
