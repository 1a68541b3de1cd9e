package cli

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"firn/lsp/settings"
)

// app is what the commands share.
type app struct {
	flags   map[string]string // settings given by flags, by key
	started bool              // the command line was understood
}

func configTopic() string { return "Settings of firn.\n\n" + settings.Text() }

// register adds the flags that settings have.
func (a *app) register(set *pflag.FlagSet) {
	for _, s := range settings.List() {
		if s.Flag != "" {
			set.Var(&settingFlag{a, s}, s.Flag, s.Summary())
		}
	}
}

// settingFlag is the flag of a setting.
type settingFlag struct {
	app     *app
	setting settings.Setting
}

// Set implements [pflag.Value].
func (f *settingFlag) Set(value string) error {
	if err := f.setting.Set(settings.Default(), value); err != nil {
		return err
	}
	f.app.flags[f.setting.Key] = value
	return nil
}

// String implements [pflag.Value].
func (f *settingFlag) String() string {
	if f.app == nil {
		return ""
	}
	return f.app.flags[f.setting.Key]
}

// Type implements [pflag.Value]; help shows it.
func (f *settingFlag) Type() string { return f.setting.Placeholder() }

// sources returns where the settings of a command come from, but for the file
// of a project.
func (a *app) sources() settings.Sources {
	return settings.Sources{User: settings.FindUser(), Env: os.LookupEnv, Flags: a.flags}
}

// settings returns the settings for dir. What is wrong with them is a warning.
func (a *app) settings(cmd *cobra.Command, dir string) *settings.Settings {
	from := a.sources()
	from.Project = settings.FindProject(dir)
	s, problems := settings.Load(from)
	for _, p := range problems {
		cmd.PrintErrf("firn: warning: %s\n", p)
	}
	return s
}
