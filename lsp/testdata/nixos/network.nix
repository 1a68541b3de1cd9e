{ config, lib, ... }:
with lib;
{
  networking = {
    hostName = "attic";
    hostId = "1a2b3c4d";
    inherit (config.site) domain;
    useDHCP = false;
    interfaces.eth0.ipv4.addresses = [
      { address = "192.0.2.10"; prefixLength = 24; }
    ];
    interfaces.eth1 = {
      useDHCP = true;
      mtu = 9000;
    };
    defaultGateway = "192.0.2.1";
    nameservers = [ "192.0.2.1" "198.51.100.1" ];
    extraHosts = concatMapStringsSep "\n" (n: "192.0.2.${toString n} host${toString n}") (range 20 25);
    nat = {
      enable = true;
      externalInterface = "eth0";
      internalInterfaces = [ "ve-+" ];
    };
    wireguard.interfaces.wg0 = {
      ips = [ "10.100.0.1/24" ];
      listenPort = 51820;
      privateKeyFile = "/run/keys/wireguard";
      peers = [
        { publicKey = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="; allowedIPs = [ "10.100.0.2/32" ]; }
      ];
    };
  };
  services.resolved.enable = mkForce false;
}
