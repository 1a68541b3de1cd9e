{ config, lib, pkgs, ... }:
let
  keys = import ./keys.nix;
  person = name: uid: {
    inherit uid;
    isNormalUser = true;
    description = name;
    shell = pkgs.zsh;
    openssh.authorizedKeys.keys = [ keys.${name} ];
  };
in
{
  users.mutableUsers = false;
  users.users = {
    alice = person "alice" 1000 // { extraGroups = [ "wheel" "docker" ]; };
    bob = person "bob" 1001;
    root.openssh.authorizedKeys.keys = lib.attrValues keys;
    backup = {
      isSystemUser = true;
      home = "/data/backup";
      createHome = true;
      group = "backup";
    };
  };
  users.groups.backup = { };
  users.defaultUserShell = pkgs.bashInteractive;
  services.logind.lidSwitch = "ignore";
  security.sudo.wheelNeedsPassword = false;
}
