{ config, lib, ... }:
let
  inherit (lib) mkOption types;

  unit = types.submodule (
    { name, config, ... }:
    {
      options = {
        enable = mkOption {
          type = types.bool;
          default = true;
          description = "Whether the unit can be started.";
        };
        description = mkOption {
          type = types.str;
          default = "";
          description = "What the unit is called.";
        };
        after = mkOption {
          type = types.listOf types.str;
          default = [ ];
          description = "Units that are started before.";
        };
        wantedBy = mkOption {
          type = types.listOf types.str;
          default = [ ];
          description = "Units that start this one.";
        };
        script = mkOption {
          type = types.lines;
          default = "";
          description = "Commands of a shell that the service runs.";
        };
        startAt = mkOption {
          type = types.nullOr (types.coercedTo types.str lib.singleton (types.listOf types.str));
          default = null;
          example = "Sun 14:00:00";
          description = "When the service is started.";
        };
        serviceConfig = mkOption {
          type = types.attrsOf (
            types.oneOf [
              types.bool
              types.int
              types.str
              types.path
            ]
          );
          default = { };
          description = "What is in the section `[Service]`.";
        };
        environment = mkOption {
          type = types.attrsOf (types.nullOr types.str);
          default = { };
          description = "Variables of the environment.";
        };
      };
    }
  );
in
{
  options.systemd = {
    services = mkOption {
      type = types.attrsOf unit;
      default = { };
      description = "Services that systemd runs.";
    };

    defaultUnit = mkOption {
      type = types.str;
      default = "multi-user.target";
      description = "The unit that is started first.";
    };
  };
}
