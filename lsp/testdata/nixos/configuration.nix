# A server at home: one machine, a module for each thing that it does.
{ config, lib, pkgs, ... }:
{
  imports = [
    ./hardware.nix
    ./boot.nix
    ./network.nix
    ./firewall.nix
    ./users.nix
    ./packages.nix
    ./ssh.nix
    ./web.nix
    ./site.nix
    ./database.nix
    ./mail.nix
    ./backup.nix
    ./desktop.nix
    ./audio.nix
    ./printing.nix
    ./locale.nix
    ./monitoring.nix
    ./containers.nix
    ./nix.nix
    ./security.nix
    ./timers.nix
    ./shell.nix
    ./overlay.nix
    ./media.nix
  ];

  site.domain = "example.org";
  system.stateVersion = "18.03";
}
