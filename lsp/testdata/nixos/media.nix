{ config, lib, pkgs, ... }:
let
  shares = { music = "/data/music"; films = "/data/films"; };
in
{
  services.samba = {
    enable = true;
    securityType = "user";
    shares = lib.mapAttrs (name: path: { inherit path; browseable = "yes"; "read only" = "yes"; }) shares;
  };
  services.nfs.server = { enable = true; exports = lib.concatStringsSep "\n" (map (p: "${p} 192.0.2.0/24(ro)") (lib.attrValues shares)); };
  services.minidlna = { enable = true; mediaDirs = lib.attrValues shares; };
  services.syncthing = { enable = true; user = "alice"; dataDir = "/home/alice/sync"; };
  environment.systemPackages = [ pkgs.tool pkgs.mpv ];
}
