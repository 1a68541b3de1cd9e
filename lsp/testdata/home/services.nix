{ config, lib, pkgs, ... }:
{
  services.gpg-agent = {
    enable = true;
    enableSshSupport = true;
    defaultCacheTtl = 1800;
    maxCacheTtl = 7200;
    enableExtraSocket = false;
  };
  services.syncthing = { enable = true; tray.enable = false; };
  services.redshift = { enable = true; provider = "manual"; latitude = 52.5; longitude = 13.4; };
  services.dunst.enable = lib.mkForce false;
  services.udiskie = { enable = true; automount = true; notify = false; tray = "auto"; };
  services.mpd = { enable = true; musicDirectory = "/home/somebody/music"; network = { listenAddress = "127.0.0.1"; port = 6600; }; };
  systemd.user.startServices = "sd-switch";
  systemd.user.services.report = {
    Unit = { Description = "Report"; };
    Service = { Type = "oneshot"; ExecStart = "/bin/true"; };
    Install = { WantedBy = [ "default.target" ]; };
  };
  systemd.user.sessionVariables = { EXAMPLE = "1"; };
}
