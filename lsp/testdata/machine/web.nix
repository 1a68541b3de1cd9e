{ config, ... }:
{
  services.nginx = {
    enable = true;
    recommendedGzipSettings = true;
    upstreams.app.servers."127.0.0.1:3000" = { };
    virtualHosts = {
      "example.org" = {
        default = true;
        root = "/srv/www";
        locations = {
          "/".index = "index.html";
          "/app/" = {
            proxyPass = "http://app";
            extraConfig = "proxy_buffering off;";
          };
        };
      };
      ${config.networking.hostName}.listen = [
        {
          addr = "127.0.0.1";
          port = 8080;
        }
      ];
    };
  };
  services.httpd.enable = false;
  services.phpfpm.pools.www = {
    listen = "/run/php.sock";
    extraConfig = "user = nginx";
  };
}
