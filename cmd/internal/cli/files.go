package cli

import (
	"io/fs"
	"os"

	"firn/lsp/feature/disk"
)

// anywhere is the world of somebody who asks about no file in particular.
func anywhere() disk.World { return disk.World{FS: machine{}} }

// machine is the file system of the machine.
type machine struct{}

// Stat implements [disk.FS].
func (machine) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

// ReadDir implements [disk.FS].
func (machine) ReadDir(path string) (entries []fs.DirEntry, all bool, err error) {
	entries, err = os.ReadDir(path)
	return entries, true, err
}
