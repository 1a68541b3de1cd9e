{ config, lib, pkgs, ... }:
{
  security = {
    apparmor.enable = false;
    audit.enable = lib.mkForce false;
    pam.services.login.enableGnomeKeyring = false;
    wrappers.ping-test = { source = "${pkgs.iputils}/bin/ping"; capabilities = "cap_net_raw+p"; };
    polkit.extraConfig = "";
    rngd.enable = true;
  };
  services.fail2ban = { enable = true; jails.nginx = "enabled = true"; };
  assertions = [
    { assertion = config.networking.firewall.enable; message = "The firewall must be on."; }
  ];
}
