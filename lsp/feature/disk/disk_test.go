package disk_test

import (
	"errors"
	"io/fs"
	"testing"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/link"
)

func TestAbsolute(t *testing.T) {
	here := link.File{Path: "/p/a.nix", Home: "/home/me"}
	tests := []struct {
		name, literal string
		file          link.File
		want          string
		ok            bool
	}{
		{"relative", "./b.nix", here, "/p/b.nix", true},
		{"parent", "../b/./c", here, "/b/c", true},
		{"without dot", "b/c", here, "/p/b/c", true},
		{"absolute", "/etc//x", here, "/etc/x", true},
		{"home", "~/x", here, "/home/me/x", true},
		{"nobody's home", "~/x", link.File{Path: "/p/a.nix"}, "", false},
		{"relative to no file", "./b.nix", link.File{}, "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := disk.World{File: test.file}.Absolute(test.literal)
			if ok != test.ok || ok && got != test.want {
				t.Errorf("Absolute(%s) = %s, %v, want %s, %v", test.literal, got, ok, test.want, test.ok)
			}
		})
	}
}

func TestNoFiles(t *testing.T) {
	var w disk.World
	if _, err := w.Stat("/"); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Stat gives %v", err)
	}
	if _, _, err := w.ReadDir("/"); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("ReadDir gives %v", err)
	}
}
