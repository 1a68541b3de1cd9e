{ config, lib, pkgs, ... }:
{
  services.xserver = {
    enable = true;
    layout = "de,us";
    xkbOptions = "grp:alt_shift_toggle";
    videoDrivers = [ "intel" ];
    libinput = { enable = true; naturalScrolling = true; accelProfile = "flat"; scrollMethod = "edge"; };
    displayManager.lightdm.enable = true;
    desktopManager.xterm.enable = lib.mkDefault false;
    windowManager.i3 = {
      enable = true;
      package = pkgs.i3-gaps;
      extraPackages = with pkgs; [ dmenu i3status i3lock ];
    };
  };
  services.redshift = { enable = true; latitude = "52.5"; longitude = "13.4"; temperature.night = 3500; };
  programs.dconf.enable = true;
}
