{ lib, ... }:
{
  security = {
    sudo = {
      enable = true;
      wheelNeedsPassword = false;
      extraConfig = lib.mkBefore "Defaults insults";
    };
    pam.services.login.limits = [
      {
        domain = "@wheel";
        type = "-";
        item = "nofile";
        value = "4096";
      }
    ];
    acme.certs."example.org" = {
      webroot = "/var/www/acme";
      email = "admin@example.org";
      extraDomains."www.example.org" = null;
    };
    wrappers.ping6.source = "/bin/ping6";
    apparmor.enable = false;
  };
}
