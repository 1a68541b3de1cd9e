package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"firn/eval"
)

// say prints a message for people, which may repeat what is in a file.
func say(cmd *cobra.Command, msg string) {
	cmd.PrintErrln(eval.Plain(msg, colours(cmd.ErrOrStderr())))
}

// colours reports whether w is a terminal whose user wants colours (no-color.org).
func colours(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}
