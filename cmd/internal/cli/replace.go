package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// replace gives a file another text, at once: whoever reads it meanwhile sees one
// or the other. Links that lead to it and its mode stay.
func replace(name, text string) error {
	path, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if links(info) > 1 {
		return overwrite(path, text)
	}
	// In the directory of the file, since nothing can be moved between file systems.
	pending, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithExistingPermissions())
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if _, err = pending.WriteString(text); err == nil {
		err = keepOwner(pending.File, info)
	}
	if err == nil {
		err = pending.CloseAtomicallyReplace()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", name, err), pending.Cleanup())
	}
	return nil
}

// overwrite gives a file another text that has several names, which a new file
// would not have. A copy stays beside it until that is done.
func overwrite(path, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	backup, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.orig")
	if err != nil {
		return err
	}
	_, err = backup.Write(old)
	if err = errors.Join(err, backup.Sync(), backup.Close()); err != nil {
		return errors.Join(err, os.Remove(backup.Name()))
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return errors.Join(err, os.Remove(backup.Name()))
	}
	_, err = f.WriteAt([]byte(text), 0)
	if err == nil {
		err = f.Truncate(int64(len(text)))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w; what was in it is in %s", path, err, backup.Name())
	}
	return os.Remove(backup.Name())
}
