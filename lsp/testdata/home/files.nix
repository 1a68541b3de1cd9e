{ config, lib, pkgs, ... }:
{
  home.packages = [ pkgs.ripgrep pkgs.fd pkgs.jq ];
  home.sessionVariables = { EDITOR = "nvim"; };
  home.sessionPath = [ "$HOME/bin" ];
  home.shellAliases = { ".." = "cd .."; };
  home.file.".inputrc" = { text = "set editing-mode vi\n"; executable = false; };
  home.file."bin/hello" = { text = "echo hello\n"; executable = true; onChange = "true"; };
  home.language = { base = "en_US.UTF-8"; time = "de_DE.UTF-8"; };
  home.keyboard = { layout = "de"; options = [ "compose:caps" ]; };
  home.activation.greet = lib.hm.dag.entryAfter [ "writeBoundary" ] "echo hello";
  xdg = {
    enable = true;
    configFile."example/config".text = "a = 1\n";
    userDirs = { enable = true; createDirectories = true; download = "/home/somebody/in"; };
    mimeApps = { enable = true; defaultApplications = { "text/html" = [ "firefox.desktop" ]; }; };
    desktopEntries.example = { name = "Example"; exec = "true"; terminal = false; categories = [ "Utility" ]; };
  };
  manual = { html.enable = false; manpages.enable = true; };
  news.display = "silent";
  nix.gc = { automatic = true; options = "--delete-older-than 30d"; };
  targets.genericLinux.enable = false;
}
