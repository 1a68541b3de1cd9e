package cli

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"

	"firn/store/build"
	"firn/store/sandbox"
)

// buildSettings are the settings of Nix that say how something is built, and what is
// copied from others instead.
type buildSettings struct {
	jobs, cores   int
	limits        build.Limits
	policy        build.Policy
	substituters  []string
	keys          []string
	anySignature  bool
	sandboxPaths  []sandbox.Mount
	features      []string
	platforms     []string
	mirrors       []string
	netrc         string
	optimise      bool
	noSubstitutes bool
}

// The public cache of NixOS, and its key (Nix manual, substituters and
// trusted-public-keys).
const (
	publicCache = "https://cache.nixos.org/"
	publicKey   = "cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY="
)

func defaultBuildSettings() buildSettings {
	return buildSettings{
		jobs: 1, substituters: []string{publicCache}, keys: []string{publicKey},
		features: []string{"nixos-test", "benchmark", "big-parallel", "kvm"},
	}
}

// The setting sandbox is none of them: firn has one unless --no-sandbox is given,
// because those who packaged Nix may have switched it off for everybody.
var buildSettingTable = []nixSetting{
	{"auto-optimise-store", boolType, "store equal files once", func(s *nixSettings, v string) error { return setBool(&s.build.optimise, v) }},
	{"cores", numberType, "tell builders to use so many cores (default all)", func(s *nixSettings, v string) error { return setNumber(&s.build.cores, v) }},
	{"extra-platforms", listType, "build for these `SYSTEMS`, too", func(s *nixSettings, v string) error {
		s.build.platforms = strings.Fields(v)
		return nil
	}},
	{"hashed-mirrors", listType, "look for files by their hash at these `URLS` first", func(s *nixSettings, v string) error {
		s.build.mirrors = strings.Fields(v)
		return nil
	}},
	{"keep-failed", boolType, "leave the directory of a build that failed", func(s *nixSettings, v string) error { return setBool(&s.build.policy.KeepFailed, v) }},
	{"keep-going", boolType, "go on with what does not depend on what failed", func(s *nixSettings, v string) error { return setBool(&s.build.policy.KeepGoing, v) }},
	{"max-build-log-size", numberType, "end builds that print more than so many `BYTES`", func(s *nixSettings, v string) error {
		n, err := strconv.ParseInt(v, 10, 64)
		s.build.limits.Log = n
		return err
	}},
	{"max-jobs", textType, "build so many things at a time (default 1; auto for as many as there are cores)", func(s *nixSettings, v string) error {
		if v == "auto" {
			s.build.jobs = runtime.NumCPU()
			return nil
		}
		return setNumber(&s.build.jobs, v)
	}},
	{"max-silent-time", numberType, "end builds that print nothing for so many `SECONDS`", func(s *nixSettings, v string) error {
		return setSeconds(&s.build.limits.Silence, v)
	}},
	{"netrc-file", textType, "find names and passwords for caches in this `FILE`", func(s *nixSettings, v string) error {
		s.build.netrc = v
		return nil
	}},
	{"require-sigs", boolType, "copy only what somebody trusted has signed (default)", func(s *nixSettings, v string) error {
		var yes bool
		err := setBool(&yes, v)
		s.build.anySignature = !yes
		return err
	}},
	{"sandbox-paths", listType, "let builders see these `PATHS` of the machine, each TARGET or TARGET=SOURCE", func(s *nixSettings, v string) error {
		return s.build.setSandboxPaths(strings.Fields(v))
	}},
	{"substitute", boolType, "copy what others have built (default)", func(s *nixSettings, v string) error {
		var yes bool
		err := setBool(&yes, v)
		s.build.noSubstitutes = !yes
		return err
	}},
	{"substituters", listType, "copy from the binary caches at these `URLS`", func(s *nixSettings, v string) error {
		s.build.substituters = strings.Fields(v)
		return nil
	}},
	{"system-features", listType, "say what this machine has that some derivations require", func(s *nixSettings, v string) error {
		s.build.features = strings.Fields(v)
		return nil
	}},
	{"timeout", numberType, "end builds that take more than so many `SECONDS`", func(s *nixSettings, v string) error { return setSeconds(&s.build.limits.Time, v) }},
	{"trusted-public-keys", listType, "trust what is signed with these `KEYS`", func(s *nixSettings, v string) error {
		s.build.keys = strings.Fields(v)
		return nil
	}},
}

func setNumber(n *int, v string) error {
	u, err := strconv.ParseUint(v, 10, 31)
	if err != nil {
		return fmt.Errorf("%q is no number", v)
	}
	*n = int(u)
	return nil
}

func setSeconds(d *time.Duration, v string) error {
	var n int
	err := setNumber(&n, v)
	*d = time.Duration(n) * time.Second
	return err
}

// setSandboxPaths reads the setting sandbox-paths (Nix manual): TARGET, or
// TARGET=SOURCE, and a question mark behind what may be missing.
func (s *buildSettings) setSandboxPaths(words []string) error {
	s.sandboxPaths = nil
	for _, w := range words {
		w, optional := strings.CutSuffix(w, "?")
		target, source, ok := strings.Cut(w, "=")
		if !ok {
			source = target
		}
		if !strings.HasPrefix(target, "/") || !strings.HasPrefix(source, "/") {
			return fmt.Errorf("'%s' is no absolute path", w)
		}
		s.sandboxPaths = append(s.sandboxPaths, sandbox.Mount{Source: source, Target: target, Optional: optional})
	}
	return nil
}

// sandboxWords returns the setting as it is written.
func (s *buildSettings) sandboxWords() []string {
	var words []string
	for _, m := range s.sandboxPaths {
		w := m.Target + "=" + m.Source
		if m.Optional {
			w += "?"
		}
		words = append(words, w)
	}
	return words
}
