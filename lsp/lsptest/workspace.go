package lsptest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"

	"firn/eval/fetch"
	"firn/lsp"
	"firn/parser/text"
)

// workspace is what an archive describes.
type workspace struct {
	files    map[string]string // sources without marks, by path
	marks    map[string]mark
	client   map[string]any // merged into the capabilities
	settings map[string]any
	cache    string // of the server
	nixPath  string // likewise
	patience time.Duration
	fetch    *fetch.Options
	workshop *lsp.Workshop
	answers  map[string]string
}

// nixpkgs returns the directory of the package set, "" if there is none.
func (w *workspace) nixpkgs() string {
	dir, _ := strings.CutPrefix(w.nixPath, "nixpkgs=")
	return strings.TrimPrefix(dir, ":")
}

// mark is a named place.
type mark struct {
	file string
	span text.Span
}

const markOpen, markClose = "❰", "❱"

func newWorkspace(archive *txtar.Archive) (*workspace, error) {
	w := &workspace{files: make(map[string]string), marks: make(map[string]mark)}
	for _, f := range archive.Files {
		var err error
		switch f.Name {
		case "script":
		case "client.json":
			err = json.Unmarshal(f.Data, &w.client)
		case "settings.json":
			err = json.Unmarshal(f.Data, &w.settings)
		default:
			err = w.add(f.Name, string(f.Data))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return w, nil
}

// add takes the marks out of a source.
func (w *workspace) add(name, marked string) error {
	var src strings.Builder
	type open struct {
		name  string
		start int
	}
	var stack []open
	for {
		i := strings.IndexAny(marked, markOpen+markClose)
		if i < 0 {
			break
		}
		src.WriteString(marked[:i])
		marked = marked[i:]
		if rest, ok := strings.CutPrefix(marked, markClose); ok {
			if len(stack) == 0 {
				return fmt.Errorf("%s without %s", markClose, markOpen)
			}
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if err := w.mark(name, top.name, top.start, src.Len()); err != nil {
				return err
			}
			marked = rest
			continue
		}
		label, rest, point := cutMark(marked)
		if label == "" {
			return fmt.Errorf("%.20q is no mark", marked)
		}
		if !point {
			stack = append(stack, open{label, src.Len()})
		} else if err := w.mark(name, label, src.Len(), src.Len()); err != nil {
			return err
		}
		marked = rest
	}
	if len(stack) > 0 {
		return fmt.Errorf("range %s does not end", stack[0].name)
	}
	w.files[name] = src.String() + marked
	return nil
}

// cutMark reads the beginning of a mark, up to the colon of a range and to the
// end of a point.
func cutMark(s string) (label, rest string, point bool) {
	s = strings.TrimPrefix(s, markOpen)
	n := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if n < 0 {
		return "", s, false
	}
	label, rest = s[:n], s[n:]
	if after, ok := strings.CutPrefix(rest, markClose); ok {
		return label, after, true
	}
	if after, ok := strings.CutPrefix(rest, ":"); ok {
		return label, after, false
	}
	return "", s, false
}

func (w *workspace) mark(file, name string, start, end int) error {
	if _, taken := w.marks[name]; taken {
		return fmt.Errorf("mark %s is there twice", name)
	}
	w.marks[name] = mark{file, text.Span{Start: uint32(start), End: uint32(end)}}
	return nil
}

// write puts the files below root.
func (w *workspace) write(root string) error {
	for name, src := range w.files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(src), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// edit changes a file and moves the marks behind the change. Marks in what is
// replaced collapse to its start.
func (w *workspace) edit(file string, e text.Edit) {
	w.files[file] = e.Apply(w.files[file])
	move := func(off uint32) uint32 {
		switch {
		case off <= e.Start:
			return off
		case off < e.End:
			return e.Start
		}
		return off - e.Len() + uint32(len(e.New))
	}
	for name, m := range w.marks {
		if m.file == file {
			m.span = text.Span{Start: move(m.span.Start), End: move(m.span.End)}
			w.marks[name] = m
		}
	}
}

// fields splits a request at spaces. What begins with a quote is a string of
// Go.
func fields(line string) ([]string, error) {
	var out []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		field, _, _ := strings.Cut(line, " ")
		if line[0] == '"' || line[0] == '`' {
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, fmt.Errorf("argument %s: %w", line, err)
			}
			field = quoted
		}
		line = line[len(field):]
		if s, err := strconv.Unquote(field); err == nil && field[0] != '\'' {
			field = s
		}
		out = append(out, field)
	}
	return out, nil
}
