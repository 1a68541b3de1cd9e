{
  services.unbound = {
    enable = true;
    interfaces = [ "127.0.0.1" ];
    allowedAccess = [ "127.0.0.0/8" ];
  };
  services.dnsmasq.enable = false;
  services.resolved.enable = false;
  networking.nameservers = [ "127.0.0.1" ];
}
