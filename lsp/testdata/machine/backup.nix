{ config, lib, ... }:
{
  services.borgbackup.jobs = lib.mkIf config.services.postgresql.enable {
    database = {
      paths = [ config.services.postgresql.dataDir ];
      repo = "/backup/database";
      encryption.mode = "none";
      startAt = "daily";
      prune.keep = {
        daily = 7;
        weekly = 4;
      };
    };
  };
  services.rsnapshot = {
    enable = false;
    cronIntervals.daily = "50 21 * * *";
  };
}
