{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.postgresql;
in
{
  options.services.postgresql = {
    enable = lib.mkEnableOption "PostgreSQL, a relational database";

    package = mkOption {
      type = types.package;
      default = pkgs.postgresql;
      defaultText = lib.literalExpression "pkgs.postgresql";
      example = lib.literalExpression "pkgs.postgresql_16";
      description = "The package to use, which decides about the format on disk.";
    };

    dataDir = mkOption {
      type = types.path;
      default = "/var/lib/postgresql/${cfg.package.psqlSchema}";
      defaultText = lib.literalExpression ''"/var/lib/postgresql/''${config.services.postgresql.package.psqlSchema}"'';
      description = "Where the data is.";
    };

    authentication = mkOption {
      type = types.lines;
      default = "";
      description = ''
        Who may connect, as in {file}`pg_hba.conf`.

        Lines that come first count.
      '';
    };

    settings = mkOption {
      type = types.submodule {
        freeformType = types.attrsOf (
          types.oneOf [
            types.bool
            types.float
            types.int
            types.str
          ]
        );
        options.port = mkOption {
          type = types.port;
          default = 5432;
          description = "The port to listen at.";
        };
        options.shared_preload_libraries = mkOption {
          type = types.nullOr (
            types.coercedTo (types.listOf types.str) (lib.concatStringsSep ",") types.commas
          );
          default = null;
          description = "Libraries that are loaded at the start.";
        };
      };
      default = { };
      description = "What is in {file}`postgresql.conf`.";
    };

    ensureUsers = mkOption {
      type = types.listOf (
        types.submodule (
          { config, ... }:
          {
            options.name = mkOption {
              type = types.str;
              description = "The name of the user.";
            };
            options.ensureClauses = mkOption {
              default = { };
              description = "What the user may do.";
              type = types.submodule {
                options.superuser = mkOption {
                  type = types.nullOr types.bool;
                  default = null;
                  description = "Whether ${config.name} may do all.";
                };
                options.login = mkOption {
                  type = types.nullOr types.bool;
                  default = null;
                  description = "Whether the user may log in.";
                };
              };
            };
          }
        )
      );
      default = [ ];
      description = "Users that there have to be.";
    };

    extraPlugins = mkOption {
      type = types.functionTo (types.listOf types.package);
      default = _: [ ];
      defaultText = lib.literalExpression "_: [ ]";
      example = lib.literalExpression "ps: [ ps.postgis ]";
      description = "Plugins, chosen of those that there are.";
    };
  };

  config = lib.mkIf cfg.enable {
    services.postgresql.authentication = lib.mkAfter "local all all peer";
    systemd.services.postgresql.serviceConfig.ExecStart =
      "${cfg.package}/bin/postgres -D ${cfg.dataDir}";
  };
}
