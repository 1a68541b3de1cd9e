# A backup that runs every night.
{ config, lib, pkgs, ... }:

let
  inherit (lib)
    escapeShellArgs
    mkEnableOption
    mkIf
    mkOption
    types
    ;

  cfg = config.services.nightly-backup;

  script = pkgs.writeShellScript "nightly-backup" ''
    set -eu
    stamp=$(${pkgs.coreutils}/bin/date +%Y-%m-%d)
    ${pkgs.rsync}/bin/rsync --archive --delete \
      ${escapeShellArgs cfg.directories} ${escapeShellArgs [ cfg.target ]}/"$stamp"
    ls -1d ${cfg.target}/* | head --lines=-${toString cfg.keep} | xargs --no-run-if-empty rm -r
  '';
in
{
  options.services.nightly-backup = {
    enable = mkEnableOption "a backup that runs every night";

    directories = mkOption {
      type = types.listOf types.path;
      default = [ ];
      example = [ "/home" ];
      description = "What is kept.";
    };

    target = mkOption {
      type = types.str;
      example = "attic:/srv/backup";
      description = "Where it is kept, in the notation of rsync.";
    };

    keep = mkOption {
      type = types.ints.positive;
      default = 7;
      description = "How many backups are kept.";
    };
  };

  config = mkIf cfg.enable {
    assertions = [
      {
        assertion = cfg.directories != [ ];
        message = "services.nightly-backup has nothing to keep";
      }
    ];

    systemd.services.nightly-backup = {
      description = "Nightly backup to ${cfg.target}";
      serviceConfig = {
        Type = "oneshot";
        ExecStart = script;
      };
    };

    systemd.timers.nightly-backup = {
      wantedBy = [ "timers.target" ];
      timerConfig.OnCalendar = "02:30";
    };
  };
}
