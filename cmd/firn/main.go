// Firn is a toolchain for nixlang: language server, checks and formatting.
package main

import (
	"os"

	"firn/cmd/internal/cli"
)

func main() {
	os.Exit(cli.Main())
}
