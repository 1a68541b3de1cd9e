{ config, pkgs, ... }:
{
  systemd.services.hello = {
    description = "Greets";
    after = [ "network.target" ];
    wantedBy = [ "multi-user.target" ];
    path = [ pkgs.hello ];
    environment.LANG = config.i18n.defaultLocale;
    serviceConfig = {
      Type = "oneshot";
      ExecStart = "${pkgs.hello}/bin/hello";
    };
  };
  systemd.timers.hello = {
    timerConfig.OnCalendar = "hourly";
    wantedBy = [ "timers.target" ];
  };
  systemd.user.services.agent.script = "true";
  systemd.tmpfiles.rules = [ "d /srv 0755 root root -" ];
  systemd.mounts = [
    {
      what = "tmpfs";
      where = "/scratch";
      type = "tmpfs";
    }
  ];
}
