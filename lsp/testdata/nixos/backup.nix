{ config, lib, pkgs, ... }:
{
  services.borgbackup.jobs.home = {
    paths = [ "/home" "/etc" ];
    exclude = [ "/home/*/.cache" ];
    repo = "backup@vault:/data/borg";
    encryption = { mode = "repokey"; passCommand = "cat /run/keys/borg"; };
    compression = "auto,lzma";
    startAt = "daily";
    prune.keep = { within = "1d"; daily = 7; weekly = 4; };
  };
  services.rsnapshot.enable = false;
  systemd.tmpfiles.rules = [ "d /data/backup 0700 backup backup -" ];
}
