package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"firn/cmd/internal/nixconf"
	"firn/eval"
)

// nixSetting is a setting of Nix that evaluations heed. It can stand in nix.conf,
// in NIX_CONFIG, behind --option, and has a flag of its own.
type nixSetting struct {
	name, typ, usage string
	set              func(*nixSettings, string) error
}

// nixSettings are the values of all of them.
type nixSettings struct {
	eval.Settings
	evalSystem string
	features   []string
	nixPath    []string
	nixPathIs  bool // given, so that NIX_PATH does not count
	noImport   bool // nothing is built that an evaluation wants to read

	build buildSettings

	// For what is fetched:
	tokens     []string // each as host=token
	registry   string
	registryIs bool
	fresh      time.Duration
	registries []string // files
}

var nixSettingTable = []nixSetting{
	{"allow-import-from-derivation", boolType, "build what an evaluation wants to read (default)", func(s *nixSettings, v string) error {
		var yes bool
		err := setBool(&yes, v)
		s.noImport = !yes
		return err
	}},
	{"access-tokens", listType, "say who one is to hosts that want to know: `HOST=TOKEN`, each", func(s *nixSettings, v string) error {
		s.tokens = strings.Fields(v)
		return nil
	}},
	{"allowed-uris", listType, "let a restricted evaluation fetch what is below these `URIS`", func(s *nixSettings, v string) error {
		s.AllowedURIs = strings.Fields(v)
		return nil
	}},
	{"eval-system", textType, "what builtins.currentSystem is, instead of this machine's", func(s *nixSettings, v string) error {
		s.evalSystem = v
		return nil
	}},
	{"experimental-features", listType, "turn only these experimental `FEATURES` of Nix on", func(s *nixSettings, v string) error {
		s.features = strings.Fields(v)
		return nil
	}},
	{"flake-registry", textType, "find flakes that have a name only in the registry at this `URL`, or nowhere for an empty one", func(s *nixSettings, v string) error {
		s.registry, s.registryIs = v, true
		return nil
	}},
	{"lint-absolute-path-literals", levelType, "what literals of absolute paths are: ignore, warn or fatal", func(s *nixSettings, v string) error {
		return setLevel(&s.Lints.AbsolutePathLiterals, v)
	}},
	{"lint-short-path-literals", levelType, "what literals of paths without a ./ are: ignore, warn or fatal", func(s *nixSettings, v string) error {
		return setLevel(&s.Lints.ShortPathLiterals, v)
	}},
	{"lint-url-literals", levelType, "what URLs without quotes are: ignore, warn or fatal", func(s *nixSettings, v string) error {
		return setLevel(&s.Lints.URLLiterals, v)
	}},
	{"max-call-depth", numberType, "how deeply calls may nest (default 10000)", func(s *nixSettings, v string) error {
		n, err := strconv.ParseUint(v, 10, 31)
		if err != nil {
			return fmt.Errorf("%q is no number", v)
		}
		s.MaxDepth = int(n)
		return nil
	}},
	{"nix-path", listType, "look for <…> in these, instead of those of NIX_PATH", func(s *nixSettings, v string) error {
		s.nixPath, s.nixPathIs = strings.Fields(v), true
		return nil
	}},
	{"pure-eval", boolType, "let nothing count that is not fixed beforehand", func(s *nixSettings, v string) error {
		return setBool(&s.Pure, v)
	}},
	{"restrict-eval", boolType, "let only that be read which is in the search path, and nothing be fetched", func(s *nixSettings, v string) error {
		return setBool(&s.Restricted, v)
	}},
	{"show-trace", boolType, "show where an error comes from in full", func(s *nixSettings, v string) error {
		return setBool(&s.Trace, v)
	}},
	{"system", textType, "what builtins.currentSystem is, if eval-system is not set", func(s *nixSettings, v string) error {
		s.System = v
		return nil
	}},
	{"tarball-ttl", numberType, "fetch what has no hash again after so many `SECONDS` (default 3600)", func(s *nixSettings, v string) error {
		n, err := strconv.ParseUint(v, 10, 31)
		if err != nil {
			return fmt.Errorf("%q is no number", v)
		}
		s.fresh = max(time.Duration(n)*time.Second, 1) // since 0 is the default
		return nil
	}},
	{"trace-verbose", boolType, "let builtins.traceVerbose write", func(s *nixSettings, v string) error {
		return setBool(&s.Verbose, v)
	}},
}

const (
	boolType   = "bool"
	levelType  = "LEVEL"
	listType   = "WORDS"
	numberType = "NUMBER"
	textType   = "TEXT"
)

func setBool(b *bool, v string) error {
	switch v {
	case "true", "yes", "1":
		*b = true
	case "false", "no", "0":
		*b = false
	default:
		return fmt.Errorf("%q is not true or false", v)
	}
	return nil
}

var levelNames = [...]string{eval.Ignore: "ignore", eval.Warning: "warn", eval.Fatal: "fatal"}

func setLevel(level *eval.Level, v string) error {
	for l, name := range levelNames {
		if v == name {
			*level = eval.Level(l)
			return nil
		}
	}
	return fmt.Errorf("%q is not ignore, warn or fatal", v)
}

// set gives a setting its value. It reports whether there is one of that name.
func (s *nixSettings) set(name, value string) (known bool, err error) {
	base, extra := strings.CutPrefix(name, "extra-")
	for _, t := range slices.Concat(nixSettingTable, buildSettingTable) {
		if t.name == name {
			return true, t.set(s, value)
		}
		if extra && t.name == base && t.typ == listType {
			return true, t.set(s, strings.Join(append(s.words(base), value), " "))
		}
	}
	return false, nil
}

// words returns the value that a list has.
func (s *nixSettings) words(name string) []string {
	switch name {
	case "access-tokens":
		return s.tokens[:len(s.tokens):len(s.tokens)]
	case "allowed-uris":
		return s.AllowedURIs[:len(s.AllowedURIs):len(s.AllowedURIs)]
	case "experimental-features":
		return s.features[:len(s.features):len(s.features)]
	case "substituters":
		return slices.Clone(s.build.substituters)
	case "system-features":
		return slices.Clone(s.build.features)
	case "trusted-public-keys":
		return slices.Clone(s.build.keys)
	case "extra-platforms":
		return slices.Clone(s.build.platforms)
	case "hashed-mirrors":
		return slices.Clone(s.build.mirrors)
	case "sandbox-paths":
		return s.build.sandboxWords()
	}
	return s.nixPath[:len(s.nixPath):len(s.nixPath)]
}

// nixFlags are the settings that a command line gives, in order.
type nixFlags []nixconf.Setting

// register adds the flags of all settings.
func (f *nixFlags) register(set *pflag.FlagSet) {
	set.Var(pairValue{f.option, "NAME VALUE"}, "option", "set a setting as nix.conf does")
	f.registerTable(set, nixSettingTable)
	set.Var(&nixFlag{f, "pure-eval", boolType, "false"}, "impure", "let the environment count (the default)")
	set.Lookup("impure").NoOptDefVal = "true"
}

// shorthands are letters for settings.
var shorthands = map[string]string{"keep-failed": "K", "keep-going": "k", "max-jobs": "j"}

// registerTable adds the flags of some settings.
func (f *nixFlags) registerTable(set *pflag.FlagSet, table []nixSetting) {
	for _, t := range table {
		set.VarP(&nixFlag{f, t.name, t.typ, ""}, t.name, shorthands[t.name], t.usage)
		switch t.typ {
		case boolType:
			set.Lookup(t.name).NoOptDefVal = "true"
			set.Var(&nixFlag{f, t.name, boolType, "false"}, "no-"+t.name, "the opposite of --"+t.name)
			set.Lookup("no-" + t.name).NoOptDefVal = "true"
			set.Lookup("no-" + t.name).Hidden = true
		case listType:
			set.Var(&nixFlag{f, "extra-" + t.name, listType, ""}, "extra-"+t.name, "like --"+t.name+", but in addition to those that there are")
		}
	}
}

func (f *nixFlags) option(name, value string) error {
	_, err := new(nixSettings).set(name, value)
	*f = append(*f, nixconf.Setting{Name: name, Value: value, From: commandLine})
	return err
}

const commandLine = "the command line"

// nixFlag is the flag of a setting.
type nixFlag struct {
	flags *nixFlags
	name  string
	typ   string
	fixed string // what it sets, whatever it is given
}

// Set implements [pflag.Value].
func (f *nixFlag) Set(value string) error {
	if f.fixed != "" {
		value = f.fixed
	}
	return f.flags.option(f.name, value)
}

// String implements [pflag.Value].
func (f *nixFlag) String() string { return "" }

// Type implements [pflag.Value]; help shows it.
func (f *nixFlag) Type() string { return f.typ }

// settings returns what holds for an evaluation: what the configuration of Nix
// says, and what the command line says instead. Of the many settings that an
// evaluation does not heed those on the command line are told to warn.
func (f nixFlags) settings(include []string, warn func(format string, args ...any)) (*nixSettings, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // then nothing is configured there
	}
	env := nixconf.Env{Getenv: os.Getenv, Home: home}
	all, err := nixconf.Read(env)
	if err != nil {
		return nil, err
	}
	s := &nixSettings{Settings: eval.Settings{Features: map[string]bool{}}, registries: env.Registries(), build: defaultBuildSettings()}
	for _, given := range append(all, f...) {
		known, err := s.set(given.Name, given.Value)
		if err != nil {
			return nil, fmt.Errorf("setting '%s' in '%s': %w", given.Name, given.From, err)
		}
		if !known && given.From == commandLine {
			warn("firn: warning: the setting '%s' makes no difference here\n", given.Name)
		}
	}
	for _, name := range s.features {
		s.Features[name] = true
	}
	if s.Dir, err = os.Getwd(); err != nil {
		return nil, err
	}
	s.System = cmp.Or(s.evalSystem, s.System, thisSystem())
	s.searchPath(include, home)
	return s, nil
}

// searchPath composes NixPath as Nix does: what the command line has, what is
// configured, and channels.
func (s *nixSettings) searchPath(include []string, home string) {
	if s.Pure {
		return
	}
	s.NixPath = append(s.NixPath, include...)
	if text, ok := os.LookupEnv("NIX_PATH"); ok && !s.nixPathIs {
		s.nixPath = eval.SplitNixPath(text)
	}
	s.NixPath = append(s.NixPath, s.nixPath...)
	if s.Restricted {
		return
	}
	const root = "/nix/var/nix/profiles/per-user/root/channels"
	for _, c := range []struct{ prefix, path string }{
		{"", filepath.Join(home, ".nix-defexpr", "channels")}, {"nixpkgs=", root + "/nixpkgs"}, {"", root},
	} {
		if _, err := os.Stat(c.path); err == nil {
			s.NixPath = append(s.NixPath, c.prefix+c.path)
		}
	}
}
