{ lib, ... }:
let
  inherit (lib) mkOption types;
in
{
  options.boot = {
    kernelParams = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Words on the command line of the kernel.";
    };

    kernel.sysctl = mkOption {
      type = types.submodule {
        freeformType = types.attrsOf (
          types.nullOr (
            types.oneOf [
              types.bool
              types.int
              types.str
            ]
          )
        );
      };
      default = { };
      example = lib.literalExpression ''{ "net.ipv4.ip_forward" = true; }'';
      description = "Parameters of the kernel at run time.";
    };

    loader.grub = {
      enable = mkOption {
        type = types.bool;
        default = true;
        description = "Whether GRUB starts the system.";
      };
      device = mkOption {
        type = types.str;
        default = "";
        example = "/dev/sda";
        description = "The device on which GRUB is installed.";
      };
    };

    loader.timeout = mkOption {
      type = types.nullOr types.int;
      default = 5;
      description = "How long the menu is shown, in seconds; null for ever.";
    };
  };
}
