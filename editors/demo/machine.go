package main

// machineScenes are played on a machine whose options the server evaluates.
var machineScenes = []scene{
	{"The options of a machine, with their documentation", options},
	{"An option that does not exist, and one of the wrong type", wrongOptions},
	{"Where an option is declared", declared},
	{"The packages of nixpkgs", packages},
}

const (
	machine = "configuration.nix"
	web     = "web.nix"
)

func options(e *editor) error {
	d, err := e.visit(machine)
	if err != nil {
		return err
	}
	e.does("types the beginning of an option")
	if err := e.types(d, "services.openssh = {\n    enable = true;"+cursor, "", "\n    set"); err != nil {
		return err
	}
	if err := e.completes(d, "    set"+cursor, "settings", "services.openssh.settings", "submodule"); err != nil {
		return err
	}
	e.does("goes on")
	if err := e.types(d, "settings"+cursor, "", ".PermitRootLogin = ;"); err != nil {
		return err
	}
	if err := e.completes(d, "PermitRootLogin = "+cursor, `"no"`); err != nil {
		return err
	}
	return e.clean(d)
}

func wrongOptions(e *editor) error {
	d, err := e.visit(web)
	if err != nil {
		return err
	}
	e.does("misspells forceSSL")
	if err := e.types(d, "      "+cursor+"forceSSL", "forceSSL", "forceSLL"); err != nil {
		return err
	}
	p, err := e.problem(d, "unknown-option")
	if err != nil {
		return err
	}
	if err := e.fixes(d, p, "Replace by 'forceSSL'"); err != nil {
		return err
	}
	e.does("takes a boolean for a string")
	if err := e.types(d, "forceSSL = "+cursor+"true", "true", `"yes"`); err != nil {
		return err
	}
	if p, err = e.problem(d, "option-type"); err != nil {
		return err
	}
	return e.fixes(d, p, "Replace by 'true'")
}

func declared(e *editor) error {
	d, err := e.visit(web)
	if err != nil {
		return err
	}
	if err := e.hovers(d, "networking.firewall."+cursor+"allowedTCPPorts", "Ports that are open for TCP", "web.nix"); err != nil {
		return err
	}
	return e.jumps(d, "networking.firewall."+cursor+"allowedTCPPorts", "../../lsp/testdata/world/nixos/modules/config/networking.nix", "allowedTCPPorts = mkOption {")
}

func packages(e *editor) error {
	d, err := e.visit(machine)
	if err != nil {
		return err
	}
	e.does("types the beginning of a name")
	if err := e.types(d, "    ripgrep"+cursor, "", "\n    hel"); err != nil {
		return err
	}
	if err := e.completes(d, "    hel"+cursor, "hello", "hello-2.12.1", "friendly greeting"); err != nil {
		return err
	}
	return e.clean(d)
}
