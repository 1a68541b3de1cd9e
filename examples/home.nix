# The home of one person, for home-manager.
{ config, pkgs, ... }:

let
  name = "Vreni";
  mail = "vreni@example.org";
in
{
  home = {
    username = "vreni";
    homeDirectory = "/home/vreni";
    stateVersion = "25.05";
    packages = builtins.attrValues {
      inherit (pkgs) fd ripgrep snowfall;
    };
    sessionVariables.EDITOR = "hx";
  };

  programs.git = {
    enable = true;
    userName = name;
    userEmail = mail;
    extraConfig.init.defaultBranch = "main";
  };

  programs.helix = {
    enable = true;
    languages = {
      language-server.firn = {
        command = "firn";
        args = [ "lsp" ];
      };
      language = [
        {
          name = "nix";
          language-servers = [ "firn" ];
        }
      ];
    };
  };

  xdg.configFile."snowfall/config".text = ''
    # Snow of ${config.home.username}.
    flakes = ${toString (7 * 6)}
    wind = ''${WIND:-calm}
  '';
}
