package cache

import (
	"errors"
	"os"
	"path/filepath"
)

// pending is a file that nobody sees until it is complete.
type pending struct {
	*os.File
	settled bool // it has its name, or is gone
}

// create makes one that will be on the file system of the directory.
func create(dir string) (*pending, error) {
	f, err := os.CreateTemp(dir, ".tmp-*")
	return &pending{File: f}, err
}

// commit gives the file its name, in place of another one. Its content is on the disk
// then.
func (p *pending) commit(name string) error {
	const mode = 0o644
	err := errors.Join(p.Chmod(mode), p.Sync(), p.Close())
	if err == nil {
		err = os.Rename(p.Name(), name)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(p.Name()))
	}
	p.settled = true
	return err
}

// discard removes the file unless it has its name.
func (p *pending) discard() error {
	if p.settled {
		return nil
	}
	p.settled = true
	return errors.Join(p.Close(), os.Remove(p.Name()))
}

// replace writes a file of which nobody sees a part.
func replace(name string, text []byte) (err error) {
	p, err := create(filepath.Dir(name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.discard()) }()
	if _, err := p.Write(text); err != nil {
		return err
	}
	return p.commit(name)
}
