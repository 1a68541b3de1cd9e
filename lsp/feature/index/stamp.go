package index

import (
	"io/fs"
	"time"
)

// Stamp tells a version of a file from others without reading it. The zero
// Stamp is that of no file.
type Stamp struct {
	Size    int64
	ModTime int64  // nanoseconds since 1970
	ID      uint64 // the number of the file in its file system; 0 if it has none
}

func stampOf(info fs.FileInfo) Stamp {
	return Stamp{info.Size(), info.ModTime().UnixNano(), fileID(info)}
}

// settled is how old a change has to be for its time to tell it from the next
// one: file systems count in steps of up to two seconds.
const settled = 2 * time.Second

// sure returns s, or the zero Stamp if the file could change once more without
// another time of change.
func (s Stamp) sure(now time.Time) Stamp {
	if now.UnixNano()-s.ModTime < int64(settled) {
		return Stamp{}
	}
	return s
}
