{ config, lib, ... }:
{
  networking.firewall = {
    enable = true;
    allowPing = true;
    allowedTCPPorts = [ 80 443 ] ++ lib.optionals config.services.postfix.enable [ 25 587 ];
    allowedUDPPorts = [ config.networking.wireguard.interfaces.wg0.listenPort ];
    allowedTCPPortRanges = [ { from = 8000; to = 8010; } ];
    trustedInterfaces = [ "eth1" ];
    logRefusedConnections = lib.mkDefault false;
    extraCommands = ''
      iptables -A nixos-fw -s 203.0.113.0/24 -j nixos-fw-refuse
    '';
  };
}
