{ pkgs, ... }:
{
  imports = [ ./hardware.nix <nixpkgs/x.nix> ../a ];
  services.nginx = {
    enable = true;
    virtualHosts."example.org".locations."/" = { proxyPass = "x"; };
  };
  services.nginx.user = "n";
  environment.systemPackages = with pkgs; [ git { a = 1; } ];
  users.users.${name}.home = "/";
  inherit (x) networking "boot";
  meta.maintainers = [ ];
  disabledModules = [ "x" ];
}
