# The home of somebody: a module for each thing in it.
{ config, lib, pkgs, ... }:
{
  imports = [
    ./shell.nix
    ./git.nix
    ./editors.nix
    ./desktop.nix
    ./mail.nix
    ./services.nix
    ./files.nix
    ./terminal.nix
  ];

  home.username = "somebody";
  home.homeDirectory = "/home/somebody";
  home.stateVersion = "24.05";
}
