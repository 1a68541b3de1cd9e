package nar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Memory is a file system in memory. The zero value is empty: it does not even
// have a root. It is safe for concurrent use while nobody calls Put.
type Memory struct {
	files map[string]*file
}

var _ FS = (*Memory)(nil)

type file struct {
	Header
	content []byte
	names   []string // of the entries of a directory
}

// ReadAll returns the files of the archive that r begins with.
func ReadAll(r io.Reader) (*Memory, error) {
	m, ar := &Memory{}, NewReader(r)
	for {
		h, err := ar.Next()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return nil, err
		}
		// The buffer grows with what is there, whatever the header promises.
		var content bytes.Buffer
		if _, err := content.ReadFrom(ar); err != nil {
			return nil, err
		}
		if err := m.Put(h, content.Bytes()); err != nil {
			return nil, err
		}
	}
}

// Put adds a file, whose directory must be there and not have it yet. The size
// of a regular file is that of its content, which is kept and must not change.
func (m *Memory) Put(h Header, content []byte) error {
	if _, ok := m.files[h.Path]; ok {
		return &fs.PathError{Op: "put", Path: h.Path, Err: fs.ErrExist}
	}
	if h.Path != "/" {
		dir, name := split(h.Path)
		parent, err := m.file(dir, Directory)
		if err != nil {
			return err
		}
		if !validName(name) {
			return &fs.PathError{Op: "put", Path: h.Path, Err: fs.ErrInvalid}
		}
		parent.names = append(parent.names, name)
	}
	if m.files == nil {
		m.files = map[string]*file{}
	}
	h.Size = int64(len(content))
	m.files[h.Path] = &file{Header: h, content: content}
	return nil
}

// split is the reverse of join. A path without a slash is in no directory.
func split(path string) (dir, name string) {
	i := strings.LastIndexByte(path, '/')
	if i == 0 {
		return "/", path[1:]
	}
	return path[:max(i, 0)], path[i+1:]
}

// Lstat implements [FS].
func (m *Memory) Lstat(path string) (Info, error) {
	f, ok := m.files[path]
	if !ok {
		return Info{}, &fs.PathError{Op: "lstat", Path: path, Err: fs.ErrNotExist}
	}
	return f.Info, nil
}

// ReadDir implements [FS].
func (m *Memory) ReadDir(path string) ([]string, error) {
	f, err := m.file(path, Directory)
	if err != nil {
		return nil, err
	}
	return f.names[:len(f.names):len(f.names)], nil
}

// Open implements [FS].
func (m *Memory) Open(path string) (io.ReadCloser, error) {
	f, err := m.file(path, Regular)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(f.content)), nil
}

// Readlink implements [FS].
func (m *Memory) Readlink(path string) (string, error) {
	f, err := m.file(path, Symlink)
	if err != nil {
		return "", err
	}
	return f.Target, nil
}

func (m *Memory) file(path string, k Kind) (*file, error) {
	f, ok := m.files[path]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	if f.Kind != k {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fmt.Errorf("it is no %s file", k)}
	}
	return f, nil
}
