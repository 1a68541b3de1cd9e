{ pkgs, ... }:
{
  programs = {
    bash.enableCompletion = true;
    zsh = {
      enable = true;
      ohMyZsh.enable = true;
      syntaxHighlighting.highlighters = [ "main" ];
    };
    tmux = {
      enable = true;
      keyMode = "vi";
    };
    ssh.startAgent = true;
    gnupg.agent.enable = false;
    vim.defaultEditor = true;
    wireshark.enable = true;
    wireshark.package = pkgs.wireshark-cli;
  };
}
