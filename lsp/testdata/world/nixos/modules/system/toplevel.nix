# The system as one package.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  failed = map (a: a.message) (lib.filter (a: !a.assertion) config.assertions);
  checked =
    if failed != [ ] then
      throw "\nFailed assertions:\n${lib.concatMapStringsSep "\n" (m: "- ${m}") failed}"
    else
      lib.foldl' (x: w: lib.warn w x) config.environment.systemPackages config.warnings;
in
{
  options.system = {
    build = lib.mkOption {
      type = lib.types.lazyAttrsOf lib.types.unspecified;
      internal = true;
      default = { };
      description = "Derivations of which the system is made.";
    };

    stateVersion = lib.mkOption {
      type = lib.types.str;
      default = lib.version;
      example = "26.05";
      description = "The release with which the data of the machine was made.";
    };
  };

  config.system.build.toplevel = pkgs.buildEnv {
    name = "nixos-system-${config.networking.hostName}-${config.system.stateVersion}";
    paths = checked;
  };
}
