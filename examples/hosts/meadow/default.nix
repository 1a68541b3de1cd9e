# The laptop that goes outside.
{ config, pkgs, ... }:

{
  hut.role = "laptop";

  fileSystems."/" = {
    device = "/dev/disk/by-label/meadow";
    fsType = "btrfs";
    options = [
      "compress=zstd"
      "noatime"
    ];
  };

  boot.loader.systemd-boot.enable = true;

  networking.networkmanager.enable = true;

  services.nightly-backup = {
    enable = true;
    directories = [ "/home" ];
    target = "attic:/srv/backup/${config.networking.hostName}";
  };

  services.greetd = {
    enable = true;
    settings.default_session.command = "${pkgs.sway}/bin/sway";
  };

  powerManagement.cpuFreqGovernor = "powersave";
}
