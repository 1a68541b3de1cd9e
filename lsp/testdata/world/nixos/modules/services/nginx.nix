{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.nginx;

  location = {
    options = {
      root = mkOption {
        type = types.nullOr types.path;
        default = null;
        description = "The directory of the files.";
      };
      proxyPass = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "http://127.0.0.1:3000";
        description = "The server that is asked in turn.";
      };
      return = mkOption {
        type = types.nullOr (types.either types.int types.str);
        default = null;
        example = "301 https://example.org";
        description = "The status to answer with.";
      };
      extraConfig = mkOption {
        type = types.lines;
        default = "";
        description = "Lines to add to the location.";
      };
    };
  };

  virtualHost =
    { name, ... }:
    {
      options = {
        serverName = mkOption {
          type = types.str;
          default = name;
          description = "The name of the host.";
        };
        forceSSL = lib.mkEnableOption "answering with TLS only";
        root = mkOption {
          type = types.nullOr types.path;
          default = null;
          example = "/data/web";
          description = "The directory of the files.";
        };
        locations = mkOption {
          type = types.attrsOf (types.submodule location);
          default = { };
          description = "What is where on the host.";
        };
        listen = mkOption {
          type = types.either types.port (
            types.listOf (
              types.submodule {
                options.addr = mkOption {
                  type = types.str;
                  default = "0.0.0.0";
                  description = "Address to listen at.";
                };
                options.port = mkOption {
                  type = types.port;
                  default = 80;
                  description = "Port to listen at.";
                };
                options.ssl = lib.mkEnableOption "TLS";
              }
            )
          );
          default = 80;
          description = "A port, or addresses with ports.";
        };
        basicAuth = mkOption {
          type = types.nullOr (
            types.submodule {
              options.realm = mkOption {
                type = types.str;
                default = "secret";
                description = "What users are told that the password is for.";
              };
              options.users = mkOption {
                type = types.attrsOf types.str;
                default = { };
                description = "Passwords by user.";
              };
            }
          );
          default = null;
          description = "Who may see the host.";
        };
      };
    };
in
{
  options.services.nginx = {
    enable = lib.mkEnableOption "nginx, a web server";

    package = lib.mkPackageOption pkgs "nginx" { example = "nginxMainline"; };

    virtualHosts = mkOption {
      type = types.attrsOf (types.submodule virtualHost);
      default = { };
      description = "The hosts that the server answers for, by name.";
    };

    upstreams = mkOption {
      type = types.lazyAttrsOf types.attrs;
      default = { };
      description = "Groups of servers to pass requests to.";
    };

    commonHttpConfig = mkOption {
      type = types.lines;
      default = "";
      description = "Lines that stand before all hosts.";
    };

    logFormat = mkOption {
      type = types.uniq types.str;
      default = "combined";
      description = "How requests are logged.";
    };

    workers = mkOption {
      type = types.either types.ints.positive (types.enum [ "auto" ]);
      default = "auto";
      description = "How many processes answer.";
    };
  };

  config = lib.mkIf cfg.enable {
    systemd.services.nginx = {
      description = "Nginx Web Server";
      wantedBy = [ "multi-user.target" ];
      serviceConfig.ExecStart = "${cfg.package}/bin/nginx";
    };
    users.users.nginx.uid = 60;
  };
}
