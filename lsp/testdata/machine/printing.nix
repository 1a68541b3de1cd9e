{ pkgs, ... }:
{
  services.printing = {
    enable = true;
    drivers = [ pkgs.gutenprint ];
    browsing = true;
    listenAddresses = [ "localhost:631" ];
  };
  services.avahi = {
    enable = true;
    nssmdns = true;
    publish.enable = false;
  };
}
