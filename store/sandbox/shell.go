package sandbox

import (
	"debug/elf"
	"path/filepath"
	"runtime"
	"slices"
)

// shells are programs that do as /bin/sh, where systems have them without libraries.
var shells = []string{
	"/bin/busybox", "/usr/bin/busybox", "/bin/busybox.static", "/bin/bash-static", "/usr/bin/bash-static",
	"/bin/mksh-static", "/usr/bin/mksh-static",
}

// Shell returns what gives builders a /bin/sh, as Nix does by default (nix.conf:
// sandbox-paths): a static one, since a sandbox has no libraries. Without one on
// this machine it returns nil, and few builders miss it.
func Shell() []Mount { return shellOf(shells) }

func shellOf(programs []string) []Mount {
	i := slices.IndexFunc(programs, isStatic)
	if i < 0 {
		return nil
	}
	source, err := filepath.EvalSymlinks(programs[i])
	if err != nil {
		return nil
	}
	return []Mount{{Source: source, Target: "/bin/sh", Optional: true}}
}

var machines = map[string]elf.Machine{
	"amd64": elf.EM_X86_64, "386": elf.EM_386, "arm64": elf.EM_AARCH64, "arm": elf.EM_ARM,
	"riscv64": elf.EM_RISCV, "loong64": elf.EM_LOONGARCH,
}

// isStatic reports whether a file is a program for this machine that needs no
// loader.
func isStatic(name string) bool {
	f, err := elf.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only read
	return f.Machine == machines[runtime.GOARCH] && f.Machine != elf.EM_NONE &&
		!slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
}
