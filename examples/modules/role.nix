# What a machine is for; other modules look at it.
{ lib, ... }:

{
  options.hut.role = lib.mkOption {
    type = lib.types.enum [
      "laptop"
      "server"
    ];
    example = "server";
    description = "What this machine is used for.";
  };
}
