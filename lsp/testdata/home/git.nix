{ config, lib, pkgs, ... }:
{
  programs.git = {
    enable = true;
    lfs.enable = true;
    ignores = [ "*.swp" ".direnv" ];
    attributes = [ "*.pdf diff=pdf" ];
    signing = { format = "openpgp"; key = "0123456789ABCDEF"; signByDefault = true; };
    includes = [ { path = "~/work/gitconfig"; condition = "gitdir:~/work/"; } ];
    maintenance = { enable = true; repositories = [ "/home/somebody/work" ]; };
  };
  programs.gh = { enable = true; gitCredentialHelper.enable = true; settings = { git_protocol = "ssh"; }; };
  programs.lazygit.enable = true;
  programs.jujutsu = { enable = true; settings = { ui.pager = "less"; }; };
  programs.mercurial = { enable = true; userName = "Somebody"; userEmail = "somebody@example.org"; };
}
