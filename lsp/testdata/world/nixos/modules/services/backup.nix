# Jobs whose values are modules of their own.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
in
{
  options.services.backup = {
    jobs = mkOption {
      type = types.attrsOf (
        types.submoduleWith {
          specialArgs = { inherit pkgs; };
          description = "backup job";
          modules = [
            ./backup-job.nix
            {
              options.extra = mkOption {
                type = types.anything;
                default = { };
                description = "Whatever hooks want to know.";
              };
            }
          ];
        }
      );
      default = { };
      description = "What is copied where and when.";
    };

    hook = mkOption {
      type = types.deferredModule;
      default = { };
      description = "A module that is added to each service.";
    };

    ratio = mkOption {
      type = types.float;
      default = 0.5;
      description = "How much of the space may be in use.";
    };
  };

  config.systemd.services = lib.mapAttrs' (
    name: job:
    lib.nameValuePair "backup-${name}" {
      description = "Backup of ${lib.concatStringsSep ", " job.paths}";
      startAt = job.when;
      script = "copy ${lib.escapeShellArgs job.paths} ${job.target}";
    }
  ) config.services.backup.jobs;
}
