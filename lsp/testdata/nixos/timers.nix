{ config, lib, pkgs, ... }:
{
  systemd.services.report = {
    description = "Daily report";
    path = [ pkgs.coreutils pkgs.gawk ];
    script = ''
      df -h | awk '{ print $5, $6 }' > /data/report
    '';
    serviceConfig.Type = "oneshot";
    unitConfig.RequiresMountsFor = "/data";
  };
  systemd.timers.report = {
    wantedBy = [ "timers.target" ];
    timerConfig = { OnCalendar = "daily"; Persistent = true; };
  };
  services.cron = { enable = true; systemCronJobs = [ "*/5 * * * * alice true" ]; };
  services.logrotate = { enable = true; config = ""; };
}
