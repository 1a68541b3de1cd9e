{ ... }:
{
  services.nginx = {
    enable = true;
    virtualHosts."example.org" = {
      root = "/srv/www";
      forceSSL = true;
    };
  };
  networking.firewall.allowedTCPPorts = [
    80
    443
  ];
}
