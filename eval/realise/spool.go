package realise

import (
	"bufio"
	"os"
)

// spool keeps texts out of memory, in a file that nobody else sees and that is gone with
// the process. Where there is none they stay in memory.
type spool struct {
	file  *os.File // nil before the first text, and where there can be none
	out   *bufio.Writer
	size  int64
	tried bool
}

// spooled is a text: in a spool, or by itself.
type spooled struct {
	text   string
	offset int64
	length int // 0 for one by itself
}

// open makes the file. What has no name when it is opened cannot be left behind.
func (s *spool) open() {
	if s.tried {
		return
	}
	s.tried = true
	f, err := os.CreateTemp("", "firn-derivations-")
	if err != nil {
		return
	}
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close() // it is of no use
		return
	}
	const buffer = 1 << 18
	s.file, s.out = f, bufio.NewWriterSize(f, buffer)
}

// put keeps a text.
func (s *spool) put(text string) spooled {
	s.open()
	if s.file == nil || text == "" {
		return spooled{text: text}
	}
	at := s.size
	n, err := s.out.WriteString(text)
	s.size += int64(n)
	if err != nil {
		return spooled{text: text} // the disk is full
	}
	return spooled{offset: at, length: len(text)}
}

// get returns a text.
func (s *spool) get(p spooled) (string, error) {
	if p.length == 0 {
		return p.text, nil
	}
	if err := s.out.Flush(); err != nil {
		return "", err
	}
	b := make([]byte, p.length)
	_, err := s.file.ReadAt(b, p.offset)
	return string(b), err
}
