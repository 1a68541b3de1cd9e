# What the server wants to know of a configuration.
#
# evaluated: what evalModules has made, as far as it goes: config and options, and
# in newer versions pkgs and _module
# lib: the library that the modules are called with
# extra: arguments of modules that are told in no other way
{ evaluated, lib, extra ? { } }:
let
  inherit (evaluated) config options;

  module = evaluated._module or config._module or { };

  pkgs = evaluated.pkgs or module.args.pkgs;
in
{
  inherit config options lib pkgs;

  args = module.args or { } // module.specialArgs or { } // extra // {
    inherit config options lib pkgs;
  };
}
