# A machine by itself: firn needs to be told nothing to know its options.
{ pkgs, ... }:
{
  imports = [ ./web.nix ];

  networking.hostName = "garret";
  services.openssh = {
    enable = true;
    ports = [ 22 ];
  };
  environment.systemPackages = with pkgs; [
    git
    ripgrep
  ];
}
