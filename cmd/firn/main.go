// Firn is a toolchain for nixlang: language server, checks and formatting.
package main

import (
	"os"

	"firn/cmd/internal/cli"
	"firn/store/sandbox"
)

func main() {
	sandbox.Main() // this process may be the first one of a sandbox
	os.Exit(cli.Main())
}
