// Support writes docs/lsp.md: what the server does with each method of the
// protocol, and what it knows of Nix.
//
// Which methods there are package protocol says, and which of them the server has
// its source says; methods.go has the words. What is known of Nix is in features.go,
// each row with a test that shows it.
//
// It runs in the directory lsp.
package main

import (
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	found, err := read(".")
	if err != nil {
		return err
	}
	page, err := page(found)
	if err != nil {
		return err
	}
	return os.WriteFile("../docs/lsp.md", []byte(page), 0o666)
}
