{ lib, ... }:
{
  networking.firewall = lib.mkMerge [
    {
      enable = true;
      allowPing = true;
      allowedTCPPorts = [
        22
        80
      ];
    }
    (lib.mkIf true {
      allowedUDPPortRanges = [
        {
          from = 60000;
          to = 61000;
        }
      ];
      extraCommands = "ip46tables -A nixos-fw -p icmp -j nixos-fw-accept";
    })
  ];
  services.fail2ban = {
    enable = true;
    jails.nginx = "enabled = true";
  };
}
