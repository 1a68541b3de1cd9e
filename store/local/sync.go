package local

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"firn/store"
)

// singly is how many files are written to the disk one by one. Beyond that it is
// faster to do so with all of the file system.
const singly = 16

// errMany stops counting.
var errMany = errors.New("there are many files")

// sync writes objects to the disk, so that no loss of power makes them empty after
// they are valid.
func (s *Store) sync(infos []store.Info) error {
	if s.o.NoSync {
		return nil
	}
	var files []string
	for i := range infos {
		err := filepath.WalkDir(s.Real(infos[i].Path), func(name string, e fs.DirEntry, err error) error {
			if err == nil && e.Type()&fs.ModeSymlink == 0 {
				files = append(files, name)
			}
			if err == nil && len(files) > singly {
				err = errMany
			}
			return err
		})
		if errors.Is(err, errMany) {
			if err := syncAll(s.real); !errors.Is(err, syscall.ENOSYS) {
				return err
			}
			return s.syncTrees(infos)
		}
		if err != nil {
			return err
		}
	}
	return syncFiles(append(files, s.real))
}

// syncTrees writes the files of objects to the disk, however many.
func (s *Store) syncTrees(infos []store.Info) error {
	for i := range infos {
		err := filepath.WalkDir(s.Real(infos[i].Path), func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.Type()&fs.ModeSymlink != 0 {
				return err
			}
			return syncFiles([]string{name})
		})
		if err != nil {
			return err
		}
	}
	return syncFiles([]string{s.real})
}

func syncFiles(files []string) error {
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}
