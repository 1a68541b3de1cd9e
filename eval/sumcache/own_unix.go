//go:build unix

package sumcache

import (
	"io/fs"
	"os"
	"syscall"
)

// own reports whether a file belongs to the user. What another one has read may
// be out of reach, and what another one writes may be wrong.
func own(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}
