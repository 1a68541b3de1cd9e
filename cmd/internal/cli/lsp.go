package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"firn/eval/realise"
	"firn/lsp"
	"firn/lsp/rpc"
	"firn/store"
)

// lspCommand holds the flags of firn lsp.
type lspCommand struct {
	app    *app
	stdio  bool
	socket uint16
	listen string
	pipe   string
	parent int

	storeRoot string // that the user wants; "" for the usual one
}

func newLSP(a *app) *cobra.Command {
	c := lspCommand{app: a}
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "Serve an editor by the Language Server Protocol",
		Long: `Serve an editor by the Language Server Protocol (version 3.18).

The editor speaks on standard input and output, unless a flag names another
way. The log goes to standard error.`,
		Example: `  firn lsp                                  # what editors run
  firn lsp --log-level debug --log-file /tmp/firn.log
  firn lsp --listen 127.0.0.1:9257          # wait for editors to connect
  firn lsp --socket 9257                    # connect to an editor that waits`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	f := cmd.Flags()
	f.BoolVar(&c.stdio, "stdio", false, "use standard input and output (the default)")
	f.Uint16Var(&c.socket, "socket", 0, "connect to this `port` of the local host")
	f.StringVar(&c.pipe, "pipe", "", "connect to the Unix domain socket of this `name`")
	f.StringVar(&c.listen, "listen", "", "wait for connections at this `address` of the local host")
	f.IntVar(&c.parent, "clientProcessId", 0, "end when the process with this `number` does")
	cmd.MarkFlagsMutuallyExclusive("stdio", "socket", "pipe", "listen")
	return cmd
}

func (c *lspCommand) run(cmd *cobra.Command) error {
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	own := c.app.settings(cmd, dir)
	c.storeRoot = own.Store.Root
	log, closeLog, err := newLog(own.Log, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	if c.listen != "" {
		err = c.accept(cmd, log)
	} else {
		err = c.once(cmd, log)
	}
	return errors.Join(err, closeLog())
}

// once serves one client.
func (c *lspCommand) once(cmd *cobra.Command, log *zap.Logger) error {
	rwc, err := c.dial(cmd)
	if err != nil {
		return err
	}
	return c.serve(cmd, rwc, log)
}

// dial returns the way to the client.
func (c *lspCommand) dial(cmd *cobra.Command) (io.ReadWriteCloser, error) {
	var dialer net.Dialer
	switch {
	case c.socket != 0:
		return dialer.DialContext(cmd.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(c.socket))))
	case c.pipe != "":
		return dialer.DialContext(cmd.Context(), "unix", c.pipe)
	}
	// Writing to an editor that is gone is an error and not the end of the
	// process.
	signal.Ignore(syscall.SIGPIPE)
	return standard{cmd.InOrStdin(), cmd.OutOrStdout()}, nil
}

// standard is standard input and output.
type standard struct {
	io.Reader
	io.Writer
}

// Close implements [io.Closer]. A process may have closed its streams itself.
func (s standard) Close() error {
	var errs []error
	for _, stream := range []any{s.Reader, s.Writer} {
		if c, ok := stream.(io.Closer); ok {
			if err := c.Close(); !errors.Is(err, os.ErrClosed) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

func (c *lspCommand) serve(cmd *cobra.Command, rwc io.ReadWriteCloser, log *zap.Logger) error {
	nix := configuration(log)
	fetching := nix.fetching()
	err := lsp.Serve(cmd.Context(), rwc, lsp.Options{
		Version:  thisBuild().Version,
		Log:      log,
		Settings: c.app.sources(),
		Cache:    cacheDir(),
		Parent:   c.parent,
		Fetch:    &fetching,
		Workshop: c.workshop(nix, log),
	})
	if errors.Is(err, rpc.ErrNoShutdown) {
		log.Warn(err.Error())
		return errFindings
	}
	return err
}

// configuration returns the settings of Nix, the usual ones if they cannot be read.
func configuration(log *zap.Logger) *nixSettings {
	var f nixFlags
	s, err := f.settings(nil, func(string, ...any) {})
	if err != nil {
		log.Warn("the configuration of Nix is not heeded", zap.Error(err))
		s = &nixSettings{build: defaultBuildSettings()}
	}
	return s
}

// workshop returns where the server builds what its user asks for, or nil.
func (c *lspCommand) workshop(nix *nixSettings, log *zap.Logger) *lsp.Workshop {
	root, err := storeRoot(c.storeRoot)
	if err != nil {
		log.Warn("nothing can be built", zap.Error(err))
		return nil
	}
	return &lsp.Workshop{Root: root, Open: func(ctx context.Context, events store.Events) (*realise.Workshop, error) {
		return nix.workshop(ctx, root, events)
	}}
}

// cacheDir returns where firn keeps what it can make again, or "" if the user
// has no place for that.
func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "firn")
}

// accept serves each client that connects, until the process is told to end.
func (c *lspCommand) accept(cmd *cobra.Command, log *zap.Logger) error {
	address, err := loopback(cmd.Context(), c.listen)
	if err != nil {
		return usageError{err}
	}
	var config net.ListenConfig
	listener, err := config.Listen(cmd.Context(), "tcp", address)
	if err != nil {
		return err
	}
	cmd.PrintErrf("firn: listening at %s\n", listener.Addr())
	stop := context.AfterFunc(cmd.Context(), func() { _ = listener.Close() })
	defer stop()
	var clients sync.WaitGroup
	defer clients.Wait()
	for {
		conn, err := listener.Accept()
		if cmd.Context().Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		clients.Go(func() {
			if err := c.serve(cmd, conn, log); err != nil && !errors.Is(err, errFindings) {
				log.Error("connection failed", zap.Error(err))
			}
		})
	}
}

// loopback returns an address to listen at. There is no other protection of a
// server, which reads files for whoever asks, than that others cannot reach it.
func loopback(ctx context.Context, address string) (string, error) {
	if _, err := strconv.ParseUint(address, 10, 16); err == nil {
		address = net.JoinHostPort("127.0.0.1", address)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	if host == "" {
		host = "127.0.0.1"
	}
	ips, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	if err != nil {
		return "", err
	}
	for _, ip := range ips {
		if !ip.IP.IsLoopback() {
			return "", fmt.Errorf("%s is not an address of the local host", host)
		}
	}
	return net.JoinHostPort(host, port), nil
}
