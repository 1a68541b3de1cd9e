# The options of NixOS for what modules say of themselves.
{ lib, ... }:
{
  options.meta = {
    maintainers = lib.mkOption {
      type = lib.types.unspecified;
      internal = true;
      default = [ ];
      description = "Who looks after a module.";
    };
    doc = lib.mkOption {
      type = lib.types.unspecified;
      internal = true;
      default = null;
      description = "The chapter of the manual about a module.";
    };
    teams = lib.mkOption {
      type = lib.types.unspecified;
      internal = true;
      default = [ ];
      description = "Which teams look after a module.";
    };
    buildDocsInSandbox = lib.mkOption {
      type = lib.types.bool;
      internal = true;
      default = true;
      description = "Whether the manual of a module can be built without the rest of the configuration.";
    };
  };
}
