{ config, lib, pkgs, ... }:
let
  cfg = config.site;
  proxy = port: {
    proxyPass = "http://127.0.0.1:${toString port}";
    proxyWebsockets = true;
  };
in
{
  config = lib.mkIf cfg.enable {
    services.nginx = {
      enable = true;
      recommendedGzipSettings = true;
      recommendedOptimisation = true;
      recommendedProxySettings = true;
      recommendedTlsSettings = true;
      virtualHosts = lib.mkMerge [
        {
          ${cfg.domain} = {
            enableACME = true;
            forceSSL = true;
            root = cfg.root;
            locations."/api" = proxy cfg.port;
            locations."/static/" = { alias = "/data/static/"; extraConfig = "expires 30d;"; };
          };
        }
        (lib.mkIf (cfg.aliases != [ ]) {
          "www.${cfg.domain}" = {
            serverAliases = cfg.aliases;
            globalRedirect = cfg.domain;
          };
        })
        (lib.genAttrs [ "a.example.org" "b.example.org" ] (name: { locations."/".extraConfig = "return 204;"; }))
      ];
      appendHttpConfig = ''
        server_names_hash_bucket_size 64;
      '';
    };
    security.acme.certs.${cfg.domain}.email = "hostmaster@${cfg.domain}";
  };
}
