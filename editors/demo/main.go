// Demo plays an editing session on a workspace: it starts a language server,
// speaks to it as an editor does, and prints what the editor would show.
//
// It is a test, too: a scene says what it expects, and if an answer is another
// one the exit code is 1. Files are changed in the editor only.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: demo FIRN WORKSPACE NIXPKGS")
		os.Exit(2)
	}
	if err := play(os.Args[1], os.Args[2], os.Args[3], &screen{out: os.Stdout, colour: terminal(os.Stdout)}); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// terminal reports whether f is one that wants colour (no-color.org).
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 &&
		os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// play plays both sessions, the second one on a machine for which nixpkgs is at
// hand, and returns what was not as expected.
func play(binary, workspace, nixpkgs string, s *screen) error {
	nixpkgs, err := filepath.Abs(nixpkgs)
	if err != nil {
		return err
	}
	return errors.Join(
		playOn(binary, workspace, "", scenes, s),
		playOn(binary, filepath.Join(workspace, "machine"), "nixpkgs="+nixpkgs, machineScenes, s),
	)
}

// playOn plays scenes on a workspace, with a search path.
func playOn(binary, workspace, nixPath string, scenes []scene, s *screen) error {
	began := time.Now()
	c, err := start(binary, workspace, nixPath)
	if err != nil {
		return err
	}
	e := &editor{client: c, screen: s}
	if err := e.greet(); err != nil {
		return errors.Join(err, c.stop(), logged(c))
	}
	var failed []error
	for _, scene := range scenes {
		s.title(scene.title)
		if err := scene.play(e); err != nil {
			s.line(s.paint(red, "✗ "+err.Error()))
			failed = append(failed, fmt.Errorf("%s: %w", scene.title, err))
		}
	}
	if err := c.stop(); err != nil {
		failed = append(failed, fmt.Errorf("the server left with: %w", err))
	}
	if len(failed) > 0 {
		return errors.Join(append(failed, logged(c))...)
	}
	fmt.Fprintf(s.out, "\n%d scenes, %d requests, %s\n", len(scenes), c.requests, time.Since(began).Round(time.Millisecond))
	return nil
}

// logged returns what the server reported, for somebody who looks for the
// cause of a failure.
func logged(c *client) error {
	report, err := io.ReadAll(&c.logs)
	if err != nil || len(report) == 0 {
		return err
	}
	return fmt.Errorf("the server reported:\n%s", report)
}
