{ config, lib, ... }:
let
  inherit (lib) mkEnableOption mkOption types;

  address = types.submodule {
    options = {
      address = mkOption {
        type = types.str;
        example = "192.0.2.1";
        description = "The address.";
      };
      prefixLength = mkOption {
        type = types.ints.between 0 32;
        default = 24;
        description = "How many bits of the address are those of the network.";
      };
    };
  };
in
{
  options.networking = {
    hostName = mkOption {
      type = types.strMatching "[a-z]([a-z0-9-]*[a-z0-9])?|";
      default = "nixos";
      description = "The name of the machine.";
    };

    hosts = mkOption {
      type = types.attrsOf (types.listOf types.str);
      default = { };
      example = {
        "192.0.2.2" = [ "files.example.org" ];
      };
      description = "Names of other machines, by address.";
    };

    useDHCP = mkOption {
      type = types.bool;
      default = true;
      description = "Whether interfaces ask for their addresses.";
    };

    firewall = {
      enable = mkOption {
        type = types.bool;
        default = true;
        description = "Whether packets are filtered.";
      };
      allowedTCPPorts = mkOption {
        type = types.listOf types.port;
        default = [ ];
        example = [
          22
          80
        ];
        description = "Ports that are open for TCP.";
      };
      extraCommands = mkOption {
        type = types.lines;
        default = "";
        description = "Commands of a shell that add rules.";
      };
      logLevel = mkOption {
        type = types.enum [
          "none"
          "refused"
          "all"
        ];
        default = "refused";
        description = "Which packets are written to the log.";
      };
    };

    interfaces = mkOption {
      default = { };
      description = "The interfaces of the machine.";
      type = types.attrsOf (
        types.submodule {
          options = {
            ipv4.addresses = mkOption {
              type = types.listOf address;
              default = [ ];
              description = "Addresses of the interface.";
            };
            mtu = mkOption {
              type = types.nullOr types.int;
              default = null;
              example = 9000;
              description = "How large packets may be, in bytes.";
            };
            wakeOnLan = mkEnableOption "waking by the network";
          };
        }
      );
    };

    fqdn = mkOption {
      type = types.str;
      readOnly = true;
      default = "${config.networking.hostName}.example.org";
      defaultText = lib.literalExpression ''"''${config.networking.hostName}.example.org"'';
      description = "The whole name of the machine.";
    };
  };
}
