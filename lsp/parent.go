package lsp

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"go.uber.org/zap"
)

// parentInterval is how often the process that started the server is looked
// for. An editor that dies may leave the pipe open in another child of it.
const parentInterval = 5 * time.Second

// follow ends the connection with a process, unless pid is 0.
func (s *Server) follow(pid int) {
	if pid > 0 {
		s.background("parent", func(ctx context.Context) { s.watchParent(ctx, pid) })
	}
}

// watchParent ends the connection when the process that started the server is
// gone. On Linux the process is a handle, so its number may be used again.
func (s *Server) watchParent(ctx context.Context, pid int) {
	p, err := os.FindProcess(pid)
	if err != nil {
		return // a number that means nothing here, as within containers
	}
	defer func() { _ = p.Release() }()
	if gone(p) {
		return
	}
	tick := time.NewTicker(s.parentInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if gone(p) {
				s.log.Warn("the process that started the server is gone", zap.Int("pid", pid))
				s.leave()
				return
			}
		}
	}
}

func gone(p *os.Process) bool {
	err := p.Signal(syscall.Signal(0))
	return errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH)
}
