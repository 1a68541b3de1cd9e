{ pkgs, lib, ... }:
{
  programs.zsh = {
    enable = true;
    enableCompletion = true;
    enableAutosuggestions = true;
    syntaxHighlighting = { enable = true; highlighters = [ "main" "brackets" ]; };
    shellAliases = { ll = "ls -l"; gs = "git status"; };
    interactiveShellInit = lib.mkBefore "bindkey -e";
  };
  programs.bash.enableCompletion = true;
  programs.tmux = { enable = true; keyMode = "vi"; historyLimit = 10000; };
  environment.shells = [ pkgs.zsh ];
}
