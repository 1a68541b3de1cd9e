package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// runs runs the program as a person does in a terminal beside the editor, shows
// what it prints, and returns an error unless that has a text in it. Where the
// command is to fail, its exit code must be 1.
func (e *editor) runs(want string, fails bool, args ...string) error {
	e.does("runs firn %s", strings.Join(args, " "))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, e.cmd.Path, args...)
	cmd.Dir = e.root
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	e.window(out.String())
	failed, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case err != nil && !ok:
		return err
	case fails && (!ok || failed.ExitCode() != 1):
		return fmt.Errorf("the command was to fail, and ended with %w", err)
	case !fails && err != nil:
		return err
	case !strings.Contains(out.String(), want):
		return fmt.Errorf("%q is not in what the command printed", want)
	}
	return nil
}

func formatting(e *editor) error {
	if err := e.runs("+      locations.\"/\".proxyPass =", false, "fmt", "--diff", attic); err != nil {
		return err
	}
	d, err := e.visit(attic)
	if err != nil {
		return err
	}
	var edits []textEdit
	if err := e.call("textDocument/formatting", map[string]any{
		"textDocument": map[string]any{"uri": d.uri}, "options": map[string]any{"tabSize": 2, "insertSpaces": true},
	}, &edits); err != nil {
		return err
	}
	before := strings.Split(d.src, "\n")
	if err := e.edit(d, edits); err != nil {
		return err
	}
	e.does("formats the file: %d edits", len(edits))
	e.differences(before, strings.Split(d.src, "\n"))
	return nil
}

func evaluation(e *editor) error {
	if err := e.runs("There are 3 backups.", false, "eval", "--raw", "-E", "("+stringsWithLib+").sentence 3 \"backup\""); err != nil {
		return err
	}
	return e.runs("/nix/store/k0q48xqxvbqwx6dm247p5gdjk4rjdf7h-snowfall-1.4.2.drv", false,
		"instantiate", "packages/standalone.nix", "-A", "snowfall")
}

func trace(e *editor) error {
	return e.runs("error: cannot coerce an integer to a string: 7", true, "eval", "--show-trace", "-E", "("+stringsWithLib+").capitalise 7")
}

// stringsWithLib is a part of the library, with what it needs of nixpkgs.
const stringsWithLib = `import ./lib/strings.nix { lib.toUpper = builtins.replaceStrings [ "t" ] [ "T" ]; }`
