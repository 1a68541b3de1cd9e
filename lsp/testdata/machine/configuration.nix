# A machine that has a bit of everything.
{ ... }:
{
  imports = [
    ./audio.nix
    ./backup.nix
    ./boot.nix
    ./cache.nix
    ./containers.nix
    ./databases.nix
    ./desktop.nix
    ./dns.nix
    ./environment.nix
    ./filesystems.nix
    ./firewall.nix
    ./fonts.nix
    ./hardware.nix
    ./locale.nix
    ./mail.nix
    ./monitoring.nix
    ./network.nix
    ./nix.nix
    ./packages.nix
    ./printing.nix
    ./programs.nix
    ./security.nix
    ./ssh.nix
    ./systemd.nix
    ./users.nix
    ./web.nix
  ];
}
