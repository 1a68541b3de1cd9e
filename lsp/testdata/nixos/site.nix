{ config, lib, pkgs, ... }:
with lib;
let
  cfg = config.site;
  app = { name, config, ... }: {
    options = {
      port = mkOption { type = types.int; example = 8080; description = "Port that the application listens on."; };
      user = mkOption { type = types.str; default = name; description = "User that it runs as."; };
      level = mkOption { type = types.enum [ "debug" "info" "error" ]; default = "info"; description = "What it logs."; };
    };
  };
in
{
  options.site = {
    enable = mkEnableOption "the site" // { default = true; };
    domain = mkOption { type = types.str; description = "Domain of the site."; };
    root = mkOption { type = types.path; default = "/data/www"; description = "Directory with its files."; };
    port = mkOption { type = types.int; default = 8000; description = "Port of its API."; };
    aliases = mkOption { type = types.listOf types.str; default = [ ]; description = "Other names of it."; };
    apps = mkOption { type = types.attrsOf (types.submodule app); default = { }; description = "Applications."; };
    version = mkOption { type = types.str; readOnly = true; default = "1.0"; description = "Version of the site."; };
  };

  config = mkIf cfg.enable {
    site.aliases = [ "www.example.org" ];
    site.apps = {
      wiki = { port = 8001; level = "debug"; };
      blog.port = 8002;
      blog.user = "blog";
    };
    systemd.services = mapAttrs' (name: a: nameValuePair "site-${name}" {
      description = "Application ${name}";
      wantedBy = [ "multi-user.target" ];
      after = [ "network.target" ];
      environment.PORT = toString a.port;
      serviceConfig = { User = a.user; Restart = "always"; ExecStart = "${pkgs.python3}/bin/python3 -m http.server ${toString a.port}"; };
    }) cfg.apps;
    users.users.blog.isSystemUser = true;
    users.users.wiki.isSystemUser = true;
  };
}
