{ pkgs, ... }:
{
  fonts = {
    enableFontDir = true;
    fonts = with pkgs; [
      dejavu_fonts
      liberation_ttf
    ];
    fontconfig = {
      enable = true;
      antialias = true;
      defaultFonts.monospace = [ "DejaVu Sans Mono" ];
      hinting.autohint = false;
    };
  };
}
