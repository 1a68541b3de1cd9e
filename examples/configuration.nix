# What all machines have in common.
{ config, lib, pkgs, hut, ... }:

let
  inherit (lib) mkDefault optionals;

  editors = with pkgs; [
    helix
    neovim
  ];

  isServer = config.hut.role == "server";
in
{
  time.timeZone = mkDefault "Europe/Zurich";
  i18n.defaultLocale = "en_GB.UTF-8";

  environment.systemPackages = [
    pkgs.git
    pkgs.snowfall
  ] ++ optionals (!isServer) editors;

  users.users.vreni = {
    isNormalUser = true;
    extraGroups = [ "wheel" ] ++ optionals (!isServer) [ "networkmanager" ];
    openssh.authorizedKeys.keys = hut.keys.vreni;
  };

  services.openssh = {
    enable = isServer;
    settings.PasswordAuthentication = false;
  };

  environment.etc."motd".text = ''
    This is ${config.networking.hostName}, ${hut.describe config.hut.role}.
    It was built on ${lib.version}; ''${USER} is not expanded here.
  '';

  system.stateVersion = "25.05";
}
