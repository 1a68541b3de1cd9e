# The options of NixOS for what must hold of a configuration, which other module
# systems take from there.
{ lib, ... }:
{
  options = {
    assertions = lib.mkOption {
      type = lib.types.listOf lib.types.unspecified;
      internal = true;
      default = [ ];
      description = "Conditions that must be true, each with a message for the case that it is not.";
    };
    warnings = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      internal = true;
      default = [ ];
      description = "What to warn of when the configuration is built.";
    };
  };
}
