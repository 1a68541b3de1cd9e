{ lib, ... }:
let
  inherit (lib) mkOption types;

  fileSystem =
    { name, ... }:
    {
      options = {
        mountPoint = mkOption {
          type = types.path;
          default = name;
          description = "Where the file system is mounted.";
        };
        device = mkOption {
          type = types.nullOr types.str;
          default = null;
          example = "/dev/sda";
          description = "The device of the file system.";
        };
        fsType = mkOption {
          type = types.enum [
            "auto"
            "btrfs"
            "ext4"
            "tmpfs"
            "xfs"
          ];
          default = "auto";
          description = "The kind of the file system.";
        };
        options = mkOption {
          type = types.listOf types.str;
          default = [ "defaults" ];
          description = "Options of the mount.";
        };
      };
    };
in
{
  options.fileSystems = mkOption {
    type = types.attrsOf (types.submodule fileSystem);
    default = { };
    example = lib.literalExpression ''{ "/".device = "/dev/sda1"; }'';
    description = "The file systems of the machine, by where they are mounted.";
  };

  options.swapDevices = mkOption {
    type = types.listOf (
      types.submodule {
        options = {
          device = mkOption {
            type = types.str;
            example = "/dev/sda3";
            description = "The device or file to swap to.";
          };
          priority = mkOption {
            type = types.nullOr types.int;
            default = null;
            description = "Which device is used first.";
          };
          randomEncryption = mkOption {
            type = types.coercedTo types.bool (enable: { inherit enable; }) (
              types.submodule {
                options.enable = lib.mkEnableOption "encryption with a key that nobody keeps";
                options.cipher = mkOption {
                  type = types.str;
                  default = "aes-xts-plain64";
                  description = "The cipher.";
                };
              }
            );
            default = false;
            description = "How the device is encrypted.";
          };
        };
      }
    );
    default = [ ];
    description = "Where memory goes that there is no room for.";
  };
}
