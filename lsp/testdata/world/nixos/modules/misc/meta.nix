{ lib, ... }:
{
  options.meta.maintainers = lib.mkOption {
    type = lib.types.listOf lib.types.attrs;
    internal = true;
    default = [ ];
    description = "Who looks after a module.";
  };
}
