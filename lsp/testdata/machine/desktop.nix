{ pkgs, ... }:
{
  services.xserver = {
    enable = true;
    layout = "de";
    xkbOptions = "eurosign:e";
    libinput.enable = true;
    displayManager.lightdm = {
      enable = true;
      background = "/srv/wallpaper.png";
    };
    desktopManager.xfce.enable = true;
    windowManager.i3 = {
      enable = true;
      extraPackages = with pkgs; [
        dmenu
        i3status
      ];
    };
    xrandrHeads = [
      "HDMI-0"
      {
        output = "DVI-0";
        primary = true;
      }
    ];
  };
  services.redshift = {
    enable = true;
    latitude = "52";
    longitude = "13";
    temperature.night = 3500;
  };
}
