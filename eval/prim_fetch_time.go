package eval

import (
	"os"

	"firn/store/nar"
)

// TimedHost is a [Host] that knows when files were changed last. Without it the
// directories that fetchTree and getFlake take are of 1970.
type TimedHost interface {
	Host
	ModTime(path string) (int64, error) // seconds since 1970; links are not followed
}

// ModTime implements [TimedHost].
func (OS) ModTime(path string) (int64, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, err
	}
	return info.ModTime().Unix(), nil
}

// timedFiles is a file system that remembers when the youngest of its files was
// changed.
type timedFiles struct {
	archived
	mounts *mounts
	newest uint64
}

func (f *timedFiles) Lstat(p string) (nar.Info, error) {
	if host, ok := f.mounts.Host.(TimedHost); ok {
		if at, _, isText := f.mounts.locate(p); !isText {
			if t, err := host.ModTime(at); err == nil && t > 0 {
				f.newest = max(f.newest, uint64(t))
			}
		}
	}
	return f.archived.Lstat(p)
}
