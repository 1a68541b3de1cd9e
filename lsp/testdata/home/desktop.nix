{ config, lib, pkgs, ... }:
let
  font = { name = "Noto Sans"; size = 11; };
in
{
  gtk = { enable = true; inherit font; };
  qt = { enable = true; style.name = "adwaita-dark"; };
  xsession = { enable = true; numlock.enable = true; scriptPath = ".hm-xsession"; };
  xresources.properties = { "XTerm*faceName" = "monospace"; };
  wayland.windowManager.sway = {
    enable = true;
    xwayland = true;
    config = { modifier = "Mod4"; terminal = "foot"; };
    systemd.enable = true;
  };
  programs.waybar = { enable = true; systemd.enable = true; };
  programs.rofi = { enable = true; location = "center"; terminal = "foot"; };
  programs.swaylock = { enable = true; settings = { color = "000000"; }; };
  services.mako = { enable = true; settings = { default-timeout = 5000; }; };
  services.kanshi = { enable = true; systemdTarget = "sway-session.target"; };
  home.pointerCursor = { enable = true; name = "Adwaita"; size = 24; package = pkgs.adwaita-icon-theme; gtk.enable = true; };
  fonts.fontconfig.enable = true;
}
