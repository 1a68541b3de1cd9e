# The package set of a system.
{ config, lib, ... }:
let
  cfg = config.nixpkgs;
in
{
  options.nixpkgs = {
    pkgs = lib.mkOption {
      type = lib.types.raw;
      default = import ../../.. { inherit (cfg) config overlays system; };
      defaultText = lib.literalExpression "import <nixpkgs> { inherit (config.nixpkgs) config overlays system; }";
      description = "The packages that modules get as {var}`pkgs`.";
    };

    config = lib.mkOption {
      type = lib.types.attrs;
      default = { };
      example = lib.literalExpression "{ allowUnfree = true; }";
      description = "What packages may be used.";
    };

    overlays = lib.mkOption {
      type = lib.types.listOf (lib.types.functionTo (lib.types.functionTo lib.types.raw));
      default = [ ];
      example = lib.literalExpression ''
        [
          (final: prev: {
            hello = prev.hello.override { withGreeting = false; };
          })
        ]
      '';
      description = "Functions that add or change packages.";
    };

    system = lib.mkOption {
      type = lib.types.str;
      example = "aarch64-linux";
      description = "The kind of machine that packages run on.";
    };
  };

  config._module.args.pkgs = cfg.pkgs;
}
