{ config, lib, pkgs, ... }:
{
  programs.bash = {
    enable = true;
    enableCompletion = true;
    historySize = 20000;
    historyControl = [ "ignoredups" "ignorespace" ];
    shellAliases = { ll = "ls -l"; gs = "git status"; };
    bashrcExtra = "set -o vi";
  };
  programs.zsh = {
    enable = true;
    enableCompletion = true;
    autocd = true;
    dotDir = "${config.xdg.configHome}/zsh";
    defaultKeymap = "emacs";
    syntaxHighlighting.enable = true;
    autosuggestion.enable = true;
    history = { size = 50000; save = 50000; share = true; ignoreDups = true; };
    sessionVariables = { PAGER = "less"; };
  };
  programs.fish.enable = lib.mkDefault false;
  programs.starship = { enable = true; enableZshIntegration = true; settings = { add_newline = false; }; };
  programs.direnv = { enable = true; nix-direnv.enable = true; };
  programs.fzf = { enable = true; defaultCommand = "fd --type f"; tmux.enableShellIntegration = true; };
  programs.zoxide = { enable = true; enableBashIntegration = true; };
  programs.eza = { enable = true; git = true; icons = "auto"; };
  programs.bat = { enable = true; config = { theme = "ansi"; }; };
  programs.htop = { enable = true; settings = { tree_view = true; }; };
}
