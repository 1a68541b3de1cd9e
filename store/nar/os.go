package nar

import (
	"io"
	"io/fs"
	"os"
)

// OS is the file system of the machine.
type OS struct{}

var _ FS = OS{}

// Lstat implements [FS].
func (OS) Lstat(path string) (Info, error) {
	st, err := os.Lstat(path)
	if err != nil {
		return Info{}, err
	}
	switch mode := st.Mode(); {
	case mode.IsRegular():
		return Info{Kind: Regular, Executable: mode&0o100 != 0, Size: st.Size()}, nil
	case mode.IsDir():
		return Info{Kind: Directory}, nil
	case mode&fs.ModeSymlink != 0:
		return Info{Kind: Symlink}, nil
	}
	return Info{Kind: Unknown}, nil
}

// ReadDir implements [FS].
func (OS) ReadDir(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	names, err := f.Readdirnames(-1)
	if e := f.Close(); err == nil {
		err = e
	}
	return names, err
}

// Open implements [FS].
func (OS) Open(path string) (io.ReadCloser, error) { return os.Open(path) }

// Readlink implements [FS].
func (OS) Readlink(path string) (string, error) { return os.Readlink(path) }
