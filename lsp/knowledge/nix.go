package knowledge

import (
	"embed"
	"io/fs"
	"strings"

	"firn/eval"
)

// embedded are the texts in nixlang that evaluations begin with, and what stands
// in for nixpkgs where there is none.
//
//go:embed nix
var embedded embed.FS

// nixDir is where evaluations find the embedded texts. No file system has it, and
// documents there are none of the user's.
const nixDir = "/«firn»"

// isOurs reports whether a path is that of an embedded text.
func isOurs(path string) bool { return path == nixDir || under(path, nixDir) }

// embeddedName returns the name in embedded of a path.
func embeddedName(path string) string { return "nix" + strings.TrimPrefix(path, nixDir) }

func readEmbedded(path string) (string, error) {
	text, err := embedded.ReadFile(embeddedName(path))
	return string(text), err
}

func statEmbedded(path string) (eval.FileInfo, error) {
	info, err := fs.Stat(embedded, embeddedName(path))
	if err != nil {
		return eval.FileInfo{}, err
	}
	if info.IsDir() {
		return eval.FileInfo{Kind: eval.Directory}, nil
	}
	return eval.FileInfo{Kind: eval.Regular, Size: info.Size()}, nil
}
