{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.openssh;
in
{
  options.services.openssh = {
    enable = lib.mkEnableOption "the OpenSSH daemon, for logins over the network";

    package = lib.mkPackageOption pkgs "openssh" { };

    ports = mkOption {
      type = types.listOf types.port;
      default = [ 22 ];
      description = "Ports that the daemon listens at.";
    };

    openFirewall = mkOption {
      type = types.bool;
      default = true;
      description = "Whether the ports are open in the firewall.";
    };

    listenAddresses = mkOption {
      type = types.listOf (
        types.submodule {
          options = {
            addr = mkOption {
              type = types.nullOr types.str;
              default = null;
              description = "Address to listen at.";
            };
            port = mkOption {
              type = types.nullOr types.port;
              default = null;
              description = "Port to listen at.";
            };
          };
        }
      );
      default = [ ];
      description = "Addresses that the daemon listens at; by default all.";
    };

    settings = mkOption {
      default = { };
      description = "What is in {file}`sshd_config`.";
      type = types.submodule {
        freeformType = types.attrsOf (
          types.oneOf [
            types.bool
            types.int
            types.str
          ]
        );
        options = {
          PermitRootLogin = mkOption {
            type = types.enum [
              "yes"
              "without-password"
              "prohibit-password"
              "forced-commands-only"
              "no"
            ];
            default = "prohibit-password";
            description = "Whether root may log in.";
          };
          PasswordAuthentication = mkOption {
            type = types.bool;
            default = true;
            description = "Whether passwords are enough.";
          };
          LogLevel = mkOption {
            type = types.enum [
              "QUIET"
              "INFO"
              "VERBOSE"
            ];
            default = "INFO";
            description = "How much is written to the log.";
          };
        };
      };
    };
  };

  config = lib.mkIf cfg.enable {
    networking.firewall.allowedTCPPorts = lib.mkIf cfg.openFirewall cfg.ports;
    systemd.services.sshd = {
      description = "SSH Daemon";
      serviceConfig.ExecStart = "${cfg.package}/bin/sshd -D";
    };
    meta.maintainers = [ lib.maintainers.somebody ];
  };
}
