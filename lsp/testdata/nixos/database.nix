{ config, lib, pkgs, ... }:
{
  services.postgresql = {
    enable = true;
    package = pkgs.postgresql100;
    dataDir = "/data/postgresql";
    enableTCPIP = false;
    authentication = lib.mkOverride 10 ''
      local all all trust
    '';
    initialScript = pkgs.writeText "init.sql" "CREATE ROLE site;";
    extraPlugins = [ ];
  };
  services.redis = { enable = true; bind = "127.0.0.1"; };
  services.mysql = lib.mkIf false { enable = true; package = pkgs.mariadb; };
}
