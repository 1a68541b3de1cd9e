{
  networking = {
    hostName = "sample";
    hostId = "8425e349";
    useDHCP = false;
    interfaces.eth0 = {
      ipv4.addresses = [
        {
          address = "192.0.2.2";
          prefixLength = 24;
        }
      ];
      mtu = 1400;
    };
    defaultGateway = {
      address = "192.0.2.1";
      interface = "eth0";
    };
    bridges.br0.interfaces = [ "eth1" ];
    vlans.guest = {
      id = 10;
      interface = "eth2";
    };
    wireguard.interfaces.wg0 = {
      ips = [ "10.0.0.1/24" ];
      privateKeyFile = "/etc/wireguard";
      peers = [
        {
          publicKey = "x";
          allowedIPs = [ "10.0.0.2/32" ];
        }
      ];
    };
    extraHosts = "192.0.2.3 files";
  };
}
