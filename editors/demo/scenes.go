package main

// scene is a part of the session, about one thing.
type scene struct {
	title string
	play  func(*editor) error
}

var scenes = []scene{
	{"Diagnostics while typing, and a quick fix", typing},
	{"A misspelt name", misspelt},
	{"Hover", documentation},
	{"Completion", completion},
	{"Signature help", parameters},
	{"Definitions and references", navigation},
	{"Rename", renaming},
	{"Refactoring", refactoring},
	{"The outline of a file, and of one that is broken", outline},
	{"Folding", fold},
	{"Semantic tokens", colour},
	{"Symbols of all files", search},
	{"Formatting, in a file and in the editor", formatting},
	{"Evaluation, and the derivation of a package", evaluation},
	{"An error, and where it comes from", trace},
}

const (
	attic   = "hosts/attic/default.nix"
	backup  = "modules/backup.nix"
	flake   = "flake.nix"
	common  = "configuration.nix"
	home    = "home.nix"
	helpers = "lib/strings.nix"
	modules = "modules/default.nix"
	library = "lib/default.nix"
	broken  = "broken/unfinished.nix"
)

func typing(e *editor) error {
	d, err := e.visit(attic)
	if err != nil {
		return err
	}
	if err := e.inserts(d, "defaults.email = mail;\n  };"+cursor, "\n\n  console.keyMap = \"sg\";"); err != nil {
		return err
	}
	e.does("forgets a semicolon")
	if err := e.types(d, "keep = 14"+cursor+";", ";", ""); err != nil {
		return err
	}
	p, err := e.problem(d, "syntax-error")
	if err != nil {
		return err
	}
	return e.fixes(d, p, "Insert missing ';'")
}

func misspelt(e *editor) error {
	d, err := e.visit(common)
	if err != nil {
		return err
	}
	e.does("misspells isServer")
	if err := e.types(d, "enable = "+cursor+"isServer", "isServer", "isSever"); err != nil {
		return err
	}
	p, err := e.problem(d, "undefined-variable")
	if err != nil {
		return err
	}
	return e.fixes(d, p, "Replace by 'isServer'")
}

func documentation(e *editor) error {
	d, err := e.visit(helpers)
	if err != nil {
		return err
	}
	if err := e.hovers(d, "capitalise \"there ${verb} ${toString count} ${"+cursor+"plural", "Puts a word into the plural"); err != nil {
		return err
	}
	return e.hovers(d, "first = builtins."+cursor+"substring", "substring", "string")
}

func completion(e *editor) error {
	d, err := e.visit(library)
	if err != nil {
		return err
	}
	e.does("types strings.p, which is a set in another file")
	if err := e.types(d, "${strings.p"+cursor+"lural", "lural", ""); err != nil {
		return err
	}
	if err := e.completes(d, "${strings.p"+cursor, "plural"); err != nil {
		return err
	}
	if err := e.clean(d); err != nil {
		return err
	}
	if d, err = e.visit(modules); err != nil {
		return err
	}
	e.does("types a path")
	if err := e.types(d, "./"+cursor+"role.nix", "role.nix", "r"); err != nil {
		return err
	}
	if err := e.completes(d, "./r"+cursor, "role.nix"); err != nil {
		return err
	}
	return e.clean(d)
}

func parameters(e *editor) error {
	d, err := e.visit(helpers)
	if err != nil {
		return err
	}
	e.does("is at the second argument of plural")
	return e.signs(d, "${plural count "+cursor+"word}", "word")
}

func navigation(e *editor) error {
	d, err := e.visit(modules)
	if err != nil {
		return err
	}
	if err := e.jumps(d, "./"+cursor+"backup.nix", backup, "# A backup that runs every night."); err != nil {
		return err
	}
	if d, err = e.visit(library); err != nil {
		return err
	}
	if err := e.jumps(d, "${strings."+cursor+"plural", helpers, "plural = count: word: if count == 1 then word else \"${word}s\";"); err != nil {
		return err
	}
	if d, err = e.visit(backup); err != nil {
		return err
	}
	if err := e.jumps(d, "config = mkIf "+cursor+"cfg", backup, "cfg = config.services.nightly-backup;"); err != nil {
		return err
	}
	return e.refers(d, "config = mkIf "+cursor+"cfg", 8)
}

func renaming(e *editor) error {
	d, err := e.visit(backup)
	if err != nil {
		return err
	}
	if err := e.renames(d, "config = mkIf "+cursor+"cfg", "backup", 6); err != nil {
		return err
	}
	if d, err = e.visit(flake); err != nil {
		return err
	}
	return e.renames(d, "packagesFor =\n        "+cursor+"system", "platform", 2)
}

func refactoring(e *editor) error {
	d, err := e.visit(home)
	if err != nil {
		return err
	}
	return e.rewrites(d, cursor+"extraConfig.init", "Nest in 'extraConfig = { … }'", 1)
}

func outline(e *editor) error {
	d, err := e.visit(backup)
	if err != nil {
		return err
	}
	if err := e.outlines(d, "script", "systemd.timers.nightly-backup"); err != nil {
		return err
	}
	if d, err = e.open(broken); err != nil {
		return err
	}
	if _, err := e.problem(d, "syntax-error"); err != nil {
		return err
	}
	return e.outlines(d, "port", "host", "environment.systemPackages")
}

func fold(e *editor) error {
	d, err := e.visit(backup)
	if err != nil {
		return err
	}
	return e.folds(d, 14)
}

func colour(e *editor) error {
	d, err := e.visit(helpers)
	if err != nil {
		return err
	}
	return e.colours(d, "keyword", "parameter", "function")
}

func search(e *editor) error {
	return e.searches("backup", backup, attic)
}
