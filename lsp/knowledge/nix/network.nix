# The machines of a file of Morph or NixOps.
#
# file: its path
{ file }:
let
  written = import file;

  # NixOps calls a file that is a function with arguments that have defaults.
  whole = if builtins.isFunction written then written { } else written;

  # Files that NixOps adds to the machines.
  required = map (part: if builtins.isPath part then import part else part) (whole.require or [ ]);

  files = [ whole ] ++ required;

  network = whole.network or { };

  special = [ "_file" "defaults" "network" "require" "resources" ];

  names = builtins.attrNames (
    builtins.removeAttrs (builtins.foldl' (all: part: all // part) { } files) special
  );

  definitions = name: builtins.concatMap (
    part: if part ? ${name} then [ { _file = file; imports = [ part.${name} ]; } ] else [ ]
  ) files;

  given = network.pkgs or network.nixpkgs or null;

  # A set of packages, or the path of one.
  pkgs =
    if given == null || builtins.isAttrs given then
      given
    else
      import given { };

  nixpkgs = if pkgs == null then <nixpkgs> else pkgs.path;

  lib = if pkgs == null then import (nixpkgs + "/lib") else pkgs.lib;

  evalConfig = import (network.evalConfig or (nixpkgs + "/nixos/lib/eval-config.nix"));

  override = priority: content: {
    _type = "override";
    inherit priority content;
  };

  specialArgs =
    name:
    {
      inherit name nodes;
      resources = whole.resources or { };
      uuid = "00000000-0000-0000-0000-000000000000";
      deploymentName = network.description or "network";
    }
    // network.specialArgs or { };

  machine =
    name: modules:
    import ./common.nix {
      inherit lib;
      extra = specialArgs name;
      evaluated = evalConfig {
        system = builtins.currentSystem;
        specialArgs = specialArgs name;
        modules = modules ++ definitions "defaults" ++ [
          (import ./unchecked.nix)
          ./deployment.nix
          (
            {
              _file = "firn";
              networking.hostName = override 1000 name;
            }
            // (if pkgs == null then { } else { nixpkgs.pkgs = override 1000 pkgs; })
          )
        ];
      };
    };

  nodes = builtins.mapAttrs (
    name: of: { inherit (of) config options pkgs; }
  ) machines;

  machines = builtins.listToAttrs (
    map (name: {
      inherit name;
      value = machine name (definitions name);
    }) names
  );
in
{
  members = machines;

  # A machine of which nothing is said.
  alone = machine "machine" [ ];

  inherit lib;
  pkgs = if pkgs == null then import nixpkgs { } else pkgs;

  # What can be said beside machines.
  inherit
    (lib.evalModules {
      modules = [
        ./network-options.nix
        (import ./unchecked.nix)
        {
          _file = file;
          network = whole.network or { };
          resources = whole.resources or { };
        }
      ];
    })
    config
    options
    ;

  args = {
    inherit lib nodes;
    pkgs = if pkgs == null then import nixpkgs { } else pkgs;
  };
}
