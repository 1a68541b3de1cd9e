{ pkgs, ... }:
{
  services.printing = {
    enable = true;
    drivers = [ pkgs.gutenprint ];
    browsing = true;
    defaultShared = false;
  };
  services.avahi = { enable = true; nssmdns = true; };
  hardware.sane.enable = true;
}
