# The server under the roof: it keeps the backups.
{ config, lib, ... }:

let
  disk = "/dev/disk/by-label/attic";
  mail = "vreni@example.org";
in
{
  imports = [ ./hardware.nix ];

  hut.role = "server";

  fileSystems."/" = {
    device = disk;
    fsType = "ext4";
  };

  services.nightly-backup = {
    enable = true;
    directories = [
      "/home"
      "/var/lib/git"
    ];
    target = "/srv/backup";
    keep = 14;
  };

  services.nginx = {
    enable = true;
    virtualHosts."git.example.org" = {
      forceSSL = true;
      enableACME = true;
      locations."/".proxyPass = "http://localhost:${toString config.services.gitea.settings.server.HTTP_PORT}";
    };
  };

  services.gitea = {
    enable = true;
    settings.server.HTTP_PORT = 3000;
  };

  security.acme = {
    acceptTerms = true;
    defaults.email = mail;
  };

  networking.firewall.allowedTCPPorts = lib.mkIf config.services.nginx.enable [
    80
    443
  ];
}
