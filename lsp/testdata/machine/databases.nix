{ config, pkgs, ... }:
let
  cfg = config.services.postgresql;
in
{
  services.postgresql = {
    enable = true;
    package = pkgs.postgresql96;
    enableTCPIP = false;
    authentication = "local all all trust";
    extraPlugins = [ ];
    initialScript = pkgs.writeText "init.sql" ''
      CREATE ROLE web;
    '';
  };
  services.mysql = {
    enable = !cfg.enable;
    package = pkgs.mariadb;
    ensureDatabases = [ "web" ];
    ensureUsers = [
      {
        name = "web";
        ensurePermissions."web.*" = "ALL PRIVILEGES";
      }
    ];
  };
}
